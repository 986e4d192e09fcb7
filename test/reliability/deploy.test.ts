import { Agent } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { describe, expect, it, onTestFinished } from 'vitest'
import { databaseForTest } from '../support/database.ts'
import type { ServiceProcess } from '../support/process.ts'
import { count } from './support/counts.ts'
import { codeOf, idleBefore, send, simulation, training } from './support/requests.ts'
import { supervise } from './support/supervise.ts'

const stops = count(2, 50)
const restarts = count(2, 20)

const estimate = { trainingFlop: 1e21, throughput: { flopPerSecond: 1e14 } }

/** Idle connections may be closed half a second after the word to stop, in ms, less what a client's clock may be off. */
const longestIdle = 450

/** What fifty clients have seen of a service that was told to stop. */
interface Seen {
  answers: number
  /** Answers that asked the client to leave. */
  closing: number
  /** Requests sent again, as their connection was closed while idle. */
  idle: number
  /** When the last answer came. */
  last: number
  /** Requests without an answer, and answers that are none. */
  readonly dropped: string[]
}

/** Sends one request after the other until nobody listens any more. */
async function askUntilGone(url: string, index: number, agent: Agent, seen: Seen): Promise<void> {
  const ask = () =>
    index % 2 === 0
      ? send(`${url}/v1/scenarios`, { agent })
      : send(`${url}/v1/estimates/training`, { method: 'POST', body: estimate, agent })
  for (;;) {
    const answer = await ask().catch((error: unknown) => {
      // The connection was left idle for as long as the service keeps such: neither request does harm, sent again.
      return idleBefore(error) > longestIdle ? 'idle' : codeOf(error)
    })
    if (answer === 'idle') {
      seen.idle++
      continue
    }
    // The end of a service, not the loss of a request.
    if (answer === 'ECONNREFUSED') return
    if (typeof answer === 'string' || answer.status !== 200) {
      seen.dropped.push(typeof answer === 'string' ? answer : String(answer.status))
      return
    }
    seen.answers++
    seen.last = performance.now()
    if (answer.headers.connection === 'close') seen.closing++
    await sleep(Math.random() * 10)
  }
}

describe('R6: the service is told to stop', () => {
  it(`${stops} times under 50 connections: what was sent is answered, then it ends within 10 s`, async () => {
    const DATABASE_URL = await databaseForTest()
    const { start, stop } = supervise()
    let [answers, closing, idle, longest] = [0, 0, 0, 0]
    for (let round = 0; round < stops; round++) {
      const service = await start({ DATABASE_URL, ROLE: 'all' })
      const agent = new Agent({ keepAlive: true, maxSockets: 50 })
      const seen: Seen = { answers: 0, closing: 0, idle: 0, last: 0, dropped: [] }
      const clients = Array.from({ length: 50 }, (_, index) => askUntilGone(service.url, index, agent, seen))
      // At first connections are still being taken, later all are in use.
      await sleep(50 + Math.random() * 750)
      const told = performance.now()
      expect(await stop(service)).toBe(0)
      longest = Math.max(longest, performance.now() - told)
      await Promise.all(clients)
      agent.destroy()
      expect(seen.dropped).toEqual([])
      expect(seen.last).toBeGreaterThan(told)
      answers += seen.answers
      closing += seen.closing
      idle += seen.idle
    }
    process.stdout.write(
      `R6 ${stops} stops, ${answers} answers, ${closing} of them asked to leave, ${idle} connections closed while idle, longest stop ${Math.round(longest)} ms\n`,
    )
    expect(closing).toBeGreaterThan(0)
    expect(longest).toBeLessThan(10_000)
  })
})

describe('R7: instances are restarted one after the other', () => {
  it(`${restarts} times, two of them with three workers, the schema growing: a client that tries once more sees no error`, async () => {
    const DATABASE_URL = await databaseForTest()
    const database = new pg.Pool({ connectionString: DATABASE_URL, max: 2 })
    onTestFinished(() => database.end())
    const { start, stop } = supervise()
    const worker = () => start({ DATABASE_URL, ROLE: 'worker' })
    const instance = () => start({ DATABASE_URL, ROLE: 'service' })
    const instances = [await instance(), await instance()]
    const workers = [await worker(), await worker(), await worker()]
    const agent = new Agent({ keepAlive: true })
    const errors: string[] = []
    let turn = 0
    let requests = 0
    const ask = async (path: string, options: Parameters<typeof send>[1]) => {
      const first = turn++ % 2
      const at = (index: number) => `${(instances[index] as ServiceProcess).url}${path}`
      requests++
      const answer = await send(at(first), { agent, ...options }).catch(error => {
        // Nobody listened, or the connection was left idle for as long as a service that stops keeps such.
        if (codeOf(error) !== 'ECONNREFUSED' && idleBefore(error) <= longestIdle) throw error
        return send(at(1 - first), { agent, ...options })
      })
      if (answer.status >= 300) errors.push(`${answer.status} ${answer.body.slice(0, 200)}`)
      return answer
    }
    let over = false
    const runs: string[] = []
    const client = async (index: number): Promise<void> => {
      for (let step = 0; !over; step++) {
        const name = `c${index}-${step}`
        try {
          await ask('/v1/scenarios', { method: 'POST', body: { ...training, name } })
          await ask(`/v1/scenarios/${name}`, {})
          const started = await ask(`/v1/scenarios/${name}/runs`, { method: 'POST', body: simulation(name) })
          runs.push((JSON.parse(started.body) as { id: string }).id)
        } catch (error) {
          errors.push(`${codeOf(error)}, idle for ${Math.round(idleBefore(error))} ms before`)
        }
        await sleep(60)
      }
    }
    const clients = Array.from({ length: 6 }, (_, index) => client(index))
    for (let round = 0; round < restarts; round++) {
      await sleep(200)
      // What the first step of a migration does while old processes are still at work: it only adds.
      if (round === Math.floor(restarts / 2))
        await database.query('ALTER TABLE scenario ADD COLUMN later text')
      const next = round % 2
      const old = instances[next] as ServiceProcess
      expect(await stop(old)).toBe(0)
      instances[next] = await instance()
      const place = round % workers.length
      expect(await stop(workers[place] as ServiceProcess)).toBe(0)
      workers[place] = await worker()
    }
    over = true
    await Promise.all(clients)
    agent.destroy()
    expect(errors).toEqual([])
    const states = () =>
      database.query<{ status: string; n: number }>(
        'SELECT status, count(*)::int AS n FROM run WHERE id = ANY($1) GROUP BY status',
        [runs],
      )
    await expect
      .poll(async () => (await states()).rows, { timeout: 60_000, interval: 200 })
      .toEqual([{ status: 'succeeded', n: runs.length }])
    process.stdout.write(`R7 ${restarts} restarts, ${requests} requests, ${runs.length} runs, no error\n`)
  })
})
