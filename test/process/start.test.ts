import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { dataDirectory } from '../support/data-directory.ts'
import { databaseForTest } from '../support/database.ts'
import { json, post, scenario } from '../support/kept-scenario.ts'
import { spawnMain, startProcess } from '../support/process.ts'

const postmaster = (directory: string): number =>
  Number(readFileSync(join(directory, 'cluster', 'postmaster.pid'), 'utf8').split('\n')[0])

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

describe('npm start with no configuration', () => {
  it('stops everything on Ctrl-C, which reaches the whole process group', async () => {
    const DATA_DIR = dataDirectory('used')
    const service = await startProcess({ DATA_DIR })
    const server = postmaster(DATA_DIR)
    service.signalGroup('SIGINT')
    expect(await service.exited).toBe(0)
    await expect.poll(() => isAlive(server), { timeout: 5_000 }).toBe(false)
  })

  it('finishes a request that is under way when it is told to stop', async () => {
    const service = await startProcess({ DATA_DIR: dataDirectory('used') })
    await json(`${service.url}/v1/scenarios`, post(scenario))
    const run = json(`${service.url}/v1/scenarios/kept/runs`, {
      ...post({}),
      headers: { 'content-type': 'application/json', prefer: 'wait=5' },
    })
    await sleep(5)
    service.child.kill('SIGTERM')
    expect(await run).toMatchObject({ scenario: 'kept' })
    expect(await service.exited).toBe(0)
  })

  it('leaves nothing after kill -9 that blocks the next start', async () => {
    const DATA_DIR = dataDirectory('used')
    const killed = await startProcess({ DATA_DIR })
    await json(`${killed.url}/v1/scenarios`, post(scenario))
    const server = postmaster(DATA_DIR)
    killed.child.kill('SIGKILL')
    await killed.exited
    expect(isAlive(server)).toBe(true)

    const next = await startProcess({ DATA_DIR })
    expect(postmaster(DATA_DIR)).toBe(server)
    expect(await json(`${next.url}/v1/scenarios/kept`)).toMatchObject({ id: 'kept' })
    // Now PostgreSQL itself dies without a word, and the service with it.
    process.kill(server, 'SIGKILL')
    next.child.kill('SIGKILL')
    await next.exited
    await sleep(200)

    const last = await startProcess({ DATA_DIR })
    expect(await json(`${last.url}/v1/scenarios/kept`)).toMatchObject({ id: 'kept' })
    last.child.kill('SIGTERM')
    expect(await last.exited).toBe(0)
  })

  it('stops everything when Ctrl-C comes while it is still starting', async () => {
    const DATA_DIR = dataDirectory('empty')
    const child = spawnMain({ DATA_DIR })
    const exited = once(child, 'exit')
    const lock = join(DATA_DIR, 'cluster', 'postmaster.pid')
    await expect
      .poll(() => existsSync(lock) && postmaster(DATA_DIR) > 0, { timeout: 20_000, interval: 10 })
      .toBe(true)
    const server = postmaster(DATA_DIR)
    await sleep(300)
    process.kill(-(child.pid ?? 0), 'SIGINT')
    expect(await exited).toEqual([0, null])
    await expect.poll(() => isAlive(server), { timeout: 5_000 }).toBe(false)
  })

  it('may be asked for twice at once on an empty directory: both use the one cluster', async () => {
    const DATA_DIR = dataDirectory('empty')
    const services = await Promise.all([1, 2].map(() => startProcess({ DATA_DIR })))
    const [one, other] = services
    expect(await json(`${one?.url}/v1/scenarios`, post(scenario))).toMatchObject({ id: 'kept' })
    expect(await json(`${other?.url}/v1/scenarios/kept`)).toMatchObject({ id: 'kept' })
    expect(readdirSync(DATA_DIR)).toEqual(['cluster'])
    const server = postmaster(DATA_DIR)
    for (const service of services) {
      expect(isAlive(server)).toBe(true)
      service.child.kill('SIGTERM')
      expect(await service.exited).toBe(0)
    }
    await expect.poll(() => isAlive(server), { timeout: 5_000 }).toBe(false)
  })

  it('starts after a kill -9 in the middle of the first start', async () => {
    const DATA_DIR = dataDirectory('empty')
    const child = spawnMain({ DATA_DIR })
    const exited = once(child, 'exit')
    await expect
      .poll(() => readdirSync(DATA_DIR).some(name => existsSync(join(DATA_DIR, name, 'cluster', 'base'))), {
        timeout: 20_000,
        interval: 5,
      })
      .toBe(true)
    child.kill('SIGKILL')
    await exited
    const service = await startProcess({ DATA_DIR })
    expect(await json(`${service.url}/readyz`)).toMatchObject({ status: 'ok' })
    service.child.kill('SIGTERM')
    expect(await service.exited).toBe(0)
  })

  it('says which variable is wrong', async () => {
    await expect(startProcess({ PORT: '70000' })).rejects.toThrow(/PORT=70000/)
  })
})

describe('roles', () => {
  it('executes the runs of a service in a worker process', async () => {
    const DATABASE_URL = await databaseForTest()
    const [service, worker] = await Promise.all([
      startProcess({ DATABASE_URL, ROLE: 'service' }),
      startProcess({ DATABASE_URL, ROLE: 'worker' }),
    ])
    await json(`${service.url}/v1/scenarios`, post(scenario))
    const done = { ...post({}), headers: { 'content-type': 'application/json', prefer: 'wait=10' } }
    expect(await json(`${service.url}/v1/scenarios/kept/runs`, done)).toMatchObject({ status: 'succeeded' })

    worker.child.kill('SIGTERM')
    expect(await worker.exited).toBe(0)
    // Without a worker a run waits.
    const waiting = await json(`${service.url}/v1/scenarios/kept/runs`, {
      ...done,
      headers: { ...done.headers, prefer: 'wait=1' },
    })
    expect(waiting).toMatchObject({ status: 'queued' })
    // And the next worker takes it.
    await startProcess({ DATABASE_URL, ROLE: 'worker' })
    let run = waiting
    for (let tries = 0; run.status !== 'succeeded' && tries < 200; tries++) {
      await sleep(50)
      run = await json(`${service.url}/v1/runs/${waiting.id}`)
    }
    expect(run.status).toBe('succeeded')
  })
})
