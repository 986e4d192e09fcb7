import { describe, expect, it } from 'vitest'
import { dataDirectory } from '../support/data-directory.ts'
import { json, post, scenario } from '../support/kept-scenario.ts'
import { startProcess } from '../support/process.ts'

describe('npm start with no configuration', () => {
  it('starts PostgreSQL and answers; a second start keeps what was stored and is ready in under 3 s', async () => {
    const DATA_DIR = dataDirectory('empty')
    const first = await startProcess({ DATA_DIR })
    expect(await json(`${first.url}/readyz`)).toMatchObject({ status: 'ok', parts: { cluster: 'ok' } })
    expect(await json(`${first.url}/v1/scenarios`, post(scenario))).toMatchObject({ id: 'kept' })
    first.child.kill('SIGTERM')
    expect(await first.exited).toBe(0)

    const second = await startProcess({ DATA_DIR })
    expect(second.startedIn).toBeLessThan(3_000)
    expect(await json(`${second.url}/v1/scenarios/kept`)).toMatchObject({ id: 'kept', version: 1 })
    second.child.kill('SIGTERM')
    expect(await second.exited).toBe(0)
  })
})
