import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { describe, expect, it, onTestFinished } from 'vitest'
import { databaseForTest } from '../support/database.ts'
import { count } from './support/counts.ts'
import { startProxy } from './support/proxy.ts'
import { codeOf, quantile, send, training } from './support/requests.ts'
import { supervise } from './support/supervise.ts'

/** What `src/store/connection.ts` allows a query, in ms, and a margin for what stands around it. */
const queryTimeout = 10_000
const margin = 1_500

async function open(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  onTestFinished(() => client.end())
  return client
}

const cuts = count(1, 20)
const rounds = count(1, 10)

/** A service that reaches its database through a proxy, on a pool of four. */
async function behindProxy() {
  const direct = await databaseForTest()
  const proxy = await startProxy(direct)
  const { start } = supervise()
  const service = await start({ DATABASE_URL: proxy.url, ROLE: 'service', DATABASE_POOL: '4' })
  const created = await send(`${service.url}/v1/scenarios`, {
    method: 'POST',
    body: { ...training, name: 'kept' },
  })
  expect(created.status).toBe(201)
  const onServer = await open(direct)
  return {
    proxy,
    read: async () => {
      const began = performance.now()
      const { status } = await send(`${service.url}/v1/scenarios/kept`)
      return { status, took: performance.now() - began }
    },
    /** Connections of the service that PostgreSQL knows of. */
    connections: async () => {
      const { rows } = await onServer.query<{ n: number }>(
        `SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'reckon'`,
      )
      return rows[0]?.n ?? Number.NaN
    },
    /** Connections of the pool that are lent, and requests that wait for one, by the service's own count. */
    taken: async () => {
      const { body } = await send(`${service.url}/metrics`)
      const value = (line: RegExp) => Number(line.exec(body)?.[1])
      return [
        value(/^reckon_database_connections\{state="used"\} (\d+)$/m),
        value(/^reckon_database_connections_waiting (\d+)$/m),
      ]
    },
  }
}

describe('R4: connections to PostgreSQL go silent', () => {
  it(`one of them, ${cuts} times: its request fails within the query timeout, and no other does`, async () => {
    const { proxy, read, connections, taken } = await behindProxy()
    let [longest, others] = [0, 0]
    for (let cut = 0; cut < cuts; cut++) {
      await Promise.all([read(), read(), read(), read()])
      await read()
      expect(proxy.freeze('last')).toBe(1)
      const answers = await Promise.all([read(), read(), read(), read()])
      const failed = answers.filter(({ status }) => status !== 200)
      expect(failed.map(({ status }) => status)).toEqual([503])
      longest = Math.max(longest, ...failed.map(({ took }) => took))
      others = Math.max(others, ...answers.filter(({ status }) => status === 200).map(({ took }) => took))
      await expect.poll(taken, { timeout: 15_000 }).toEqual([0, 0])
      proxy.thaw()
      await expect.poll(connections, { timeout: 15_000 }).toBeLessThanOrEqual(4)
    }
    process.stdout.write(
      `R4 ${cuts} cuts of one: 503 after ${Math.round(longest)} ms at most, others answered after ${Math.round(others)} ms\n`,
    )
    expect(longest).toBeLessThan(queryTimeout + margin)
    // Three connections are left for three requests.
    expect(others).toBeLessThan(margin)
  })

  it(`all at once, ${cuts} times: requests fail within the query timeout, and the pool heals`, async () => {
    const { proxy, read, connections, taken } = await behindProxy()
    let longest = 0
    for (let cut = 0; cut < cuts; cut++) {
      await Promise.all([read(), read(), read(), read()])
      expect(proxy.freeze('all')).toBeGreaterThan(0)
      const answers = await Promise.all([read(), read()])
      for (const { status, took } of answers) {
        expect([200, 503]).toContain(status)
        expect(took).toBeLessThan(queryTimeout + margin)
        longest = Math.max(longest, took)
      }
      expect(answers.map(({ status }) => status)).toContain(503)
      await expect.poll(async () => (await read()).status, { timeout: 25_000 }).toBe(200)
      await expect.poll(taken, { timeout: 15_000 }).toEqual([0, 0])
      proxy.thaw()
      await expect.poll(connections, { timeout: 15_000 }).toBeLessThanOrEqual(4)
    }
    process.stdout.write(`R4 ${cuts} cuts of all, longest answer ${Math.round(longest)} ms\n`)
  })
})

describe('R5: every connection of the pool is taken', () => {
  it(`by 200 slow requests, ${rounds} times: they are answered 503, and /livez all along`, async () => {
    const DATABASE_URL = await databaseForTest()
    const { start } = supervise()
    const service = await start({ DATABASE_URL, ROLE: 'service', DATABASE_POOL: '10' })
    const locker = await open(DATABASE_URL)
    const askAlive = async () => {
      const asked = performance.now()
      expect((await send(`${service.url}/livez`)).status).toBe(200)
      const took = performance.now() - asked
      await sleep(50)
      return took
    }
    // What the machine makes of it when the service has nothing else to do.
    const idle: number[] = []
    while (idle.length < 40) idle.push(await askAlive())
    const alive: number[] = []
    let longest = 0
    for (let round = 0; round < rounds; round++) {
      await locker.query('BEGIN')
      await locker.query('LOCK TABLE scenario IN ACCESS EXCLUSIVE MODE')
      const began = performance.now()
      const requests = Array.from({ length: 200 }, () => send(`${service.url}/v1/scenarios`))
      let done = false
      const slow = Promise.all(requests).finally(() => {
        done = true
      })
      await sleep(200)
      while (!done) alive.push(await askAlive())
      const answers = await slow
      const took = performance.now() - began
      await locker.query('ROLLBACK')
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]))
      for (const { headers } of answers) expect(headers['retry-after']).toMatch(/^\d+$/)
      // Ten wait for their statement, the others for a connection: 5 s each, one after the other at worst.
      expect(took).toBeLessThan(queryTimeout + margin)
      await expect
        .poll(async () => send(`${service.url}/v1/scenarios`).then(({ status }) => status, codeOf), {
          timeout: 6_000,
        })
        .toBe(200)
      longest = Math.max(longest, took)
    }
    const told = (times: readonly number[]) =>
      `median ${quantile(times, 0.5).toFixed(1)} ms, p95 ${quantile(times, 0.95).toFixed(1)} ms`
    process.stdout.write(
      `R5 ${rounds} times 200 answers within ${Math.round(longest)} ms; /livez ${told(alive)}; before, idle: ${told(idle)}\n`,
    )
    // On a machine that is late by itself, not much later than without the requests.
    expect(quantile(alive, 0.95)).toBeLessThan(Math.max(50, 3 * quantile(idle, 0.95)))
  })
})
