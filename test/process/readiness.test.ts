import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { dataDirectory } from '../support/data-directory.ts'
import { startProcess } from '../support/process.ts'

it('/readyz tells an embedded PostgreSQL that has ended from one that does not answer', async () => {
  const DATA_DIR = dataDirectory('used')
  const { url } = await startProcess({ DATA_DIR })
  const [postmaster = ''] = readFileSync(join(DATA_DIR, 'cluster', 'postmaster.pid'), 'utf8').split('\n')
  process.kill(Number(postmaster), 'SIGKILL')
  const unready = async () => {
    const { errors = [] } = (await (await fetch(`${url}/readyz`)).json()) as { errors?: { code: string }[] }
    return errors.map(({ code }) => code)
  }
  await expect
    .poll(unready, { timeout: 15_000, interval: 200 })
    .toEqual(['cluster-not-ready', 'database-not-ready'])
  expect((await fetch(`${url}/livez`)).status).toBe(200)
}, 60_000)
