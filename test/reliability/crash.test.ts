import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { describe, expect, it, onTestFinished } from 'vitest'
import { databaseForTest } from '../support/database.ts'
import { count } from './support/counts.ts'
import { complaints, type Entry } from './support/history.ts'
import { startPostgresServer } from './support/postgres-server.ts'
import { codeOf, send } from './support/requests.ts'
import { supervise } from './support/supervise.ts'
import { startWriters } from './support/writers.ts'

const writers = 8

/** Waits until no run is under way, then compares the whole database with the history. */
async function check(url: string, history: readonly Entry[]): Promise<string[]> {
  const database = new pg.Pool({ connectionString: url, max: 2 })
  onTestFinished(() => database.end())
  const open = `SELECT count(*)::int AS n FROM run WHERE status IN ('queued', 'running')`
  await expect
    .poll(async () => (await database.query<{ n: number }>(open)).rows[0]?.n, {
      timeout: 120_000,
      interval: 200,
    })
    .toBe(0)
  return complaints(history, database)
}

const counted = (history: readonly Entry[]) =>
  Object.fromEntries(
    [...Map.groupBy(history, ({ what, outcome }) => (what === 'read' ? what : outcome))].map(
      ([name, all]) => [name, all.length],
    ),
  )

const kills = count(3, 200)
const crashes = count(2, 50)

describe('R1: the service is killed', () => {
  it(`${kills} times under ${writers} writers: nothing acknowledged is lost, nothing is there in part`, async () => {
    const DATABASE_URL = await databaseForTest()
    const { start, kill } = supervise()
    const environment = { DATABASE_URL, ROLE: 'all', LOG_LEVEL: 'info', PORT: '0' }
    let service = await start(environment)
    const work = startWriters(writers, () => service.url)
    const acknowledged = () => work.history.filter(({ what, outcome }) => what !== 'read' && outcome === 'ok')
    for (let round = 0; round < kills; round++) {
      // Not before a write was acknowledged that could be lost.
      const before = acknowledged().length
      await expect.poll(() => acknowledged().length, { timeout: 30_000, interval: 5 }).toBeGreaterThan(before)
      await sleep(Math.random() * 800)
      await kill(service)
      service = await start(environment)
    }
    await sleep(500)
    await work.stop()
    expect(await check(DATABASE_URL, work.history)).toEqual([])
    const { ok = 0, unknown = 0 } = counted(work.history)
    expect(ok).toBeGreaterThanOrEqual(kills)
    // Kills that no request felt would show nothing.
    expect(unknown).toBeGreaterThan(0)
    process.stdout.write(`R1 ${kills} kills ${JSON.stringify(counted(work.history))}\n`)
  })
})

describe('R2: PostgreSQL is killed', () => {
  it(`${crashes} times under ${writers} writers: the service stays, says so within 2 s, and is back within 3 s`, async () => {
    const server = await startPostgresServer()
    const { start } = supervise()
    const service = await start({ DATABASE_URL: server.url, ROLE: 'all' })
    const failures: string[] = []
    if (service.child.stdout)
      createInterface(service.child.stdout).on('line', line => {
        if (line.includes('"level":50')) failures.push(line)
      })
    const work = startWriters(writers, () => service.url)
    const status = async () =>
      send(`${service.url}/v1/scenarios`).then(
        answer => answer.status,
        error => codeOf(error),
      )
    const downs: number[] = []
    const ups: number[] = []
    for (let round = 0; round < crashes; round++) {
      await sleep(300 + Math.random() * 700)
      await server.crash(round % 2 === 0 ? 'kill' : 'immediate')
      const gone = performance.now()
      await expect.poll(status, { timeout: 10_000, interval: 20 }).toBe(503)
      downs.push(performance.now() - gone)
      expect((await send(`${service.url}/livez`)).status).toBe(200)
      await server.restart()
      const there = performance.now()
      await expect.poll(status, { timeout: 10_000, interval: 20 }).toBe(200)
      ups.push(performance.now() - there)
    }
    await sleep(500)
    await work.stop()
    const other = work.answers.filter(({ status: code }) => code >= 500 && code !== 503)
    const logged = other.map(({ body }) => {
      const { requestId = '' } = JSON.parse(body) as { requestId?: string }
      return failures.find(line => line.includes(requestId))
    })
    expect(logged).toEqual([])
    expect(await check(server.url, work.history)).toEqual([])
    process.stdout.write(
      `R2 ${crashes} crashes ${JSON.stringify(counted(work.history))}, 503 after ${Math.round(Math.max(...downs))} ms, 200 after ${Math.round(Math.max(...ups))} ms\n`,
    )
    expect(Math.max(...downs)).toBeLessThan(2_000)
    expect(Math.max(...ups)).toBeLessThan(3_000)
  })
})
