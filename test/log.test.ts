import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, describe, expect, it } from 'vitest'
import { buildApp } from '../src/app.ts'
import { everything } from '../src/http/deps.ts'
import { openLog } from '../src/log.ts'
import { useService } from './support/service.ts'

const directory = mkdtempSync(join(tmpdir(), 'reckon-log-'))
afterAll(() => rmSync(directory, { recursive: true }))

const linesOf = (file: string): { msg: string; n?: number }[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line))

describe('the log', () => {
  it('is written whole and in order by flush, across many batches', async () => {
    const file = join(directory, 'many')
    const { log, flush } = openLog('info', file)
    await sleep(50)
    for (let n = 0; n < 5_000; n++) log.info({ n }, '行')
    flush()
    expect(linesOf(file).map(({ n }) => n)).toEqual(Array.from({ length: 5_000 }, (_, n) => n))
  })

  it('is written within a second without being asked, however little there is', async () => {
    const file = join(directory, 'one')
    const { log } = openLog('info', file)
    log.info('alone')
    log.debug('not at this level')
    await sleep(1_000)
    expect(linesOf(file).map(({ msg }) => msg)).toEqual(['alone'])
  })
})

describe('the log of requests', () => {
  const service = useService({ worker: false })

  it('has one line for each, estimates too, with the route and without the body', async () => {
    const file = join(directory, 'requests')
    const { log, flush } = openLog('info', file)
    const app = await buildApp({ ...service.installation, log, principal: everything })
    const url = await app.listen({ host: '127.0.0.1', port: 0 })
    await fetch(`${url}/v1/estimates/training?trace=true`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ trainingPfDays: 271.828182845904, throughput: { flopPerSecond: 28e12 } }),
    })
    await fetch(`${url}/livez`)
    await app.close()
    flush()
    const lines = linesOf(file).filter(({ msg }) => msg === 'request')
    expect(lines).toMatchObject([
      { method: 'POST', route: '/v1/estimates/training', status: 200, requestId: expect.any(String) },
      { method: 'GET', route: '/livez', status: 200 },
    ])
    expect(readFileSync(file, 'utf8')).not.toContain('828182845904')
  })
})
