import { Agent } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { describe, expect, it, onTestFinished } from 'vitest'
import { databaseForTest } from '../support/database.ts'
import { count } from './support/counts.ts'
import { complaints, type Entry } from './support/history.ts'
import { type Answer, send, training } from './support/requests.ts'
import { supervise } from './support/supervise.ts'

const storms = count(4, 200)
const races = count(20, 1_000)
/** One storm in this many also kills the service, while its requests are under way. */
const killEvery = 4

describe('R8: one request comes fifty times', () => {
  it(`${storms} storms, some with a kill -9: one effect, and every 2xx has the same bytes`, async () => {
    const DATABASE_URL = await databaseForTest()
    const database = new pg.Client({ connectionString: DATABASE_URL })
    await database.connect()
    onTestFinished(() => database.end())
    const { start, kill } = supervise()
    const environment = { DATABASE_URL, ROLE: 'service' }
    let service = await start(environment)
    let replays = 0
    for (let storm = 0; storm < storms; storm++) {
      const name = `storm-${storm}`
      const once = (): Promise<Answer> =>
        send(`${service.url}/v1/scenarios`, {
          method: 'POST',
          headers: { 'idempotency-key': name },
          body: { ...training, name },
        })
      const killed = storm % killEvery === killEvery - 1
      const sent = Promise.allSettled(Array.from({ length: 50 }, once))
      if (killed) {
        await sleep(Math.random() * 60)
        await kill(service)
        service = await start(environment)
      }
      const settled = await sent
      const answers = settled.flatMap(each => (each.status === 'fulfilled' ? [each.value] : []))
      if (!killed) expect(answers).toHaveLength(50)
      const last = await once()
      expect(last.status).toBe(201)
      for (const { status, body } of answers) {
        expect([201, 409]).toContain(status)
        if (status === 201) expect(body).toBe(last.body)
      }
      replays += answers.filter(({ headers }) => headers['idempotency-replayed'] === 'true').length
      const { rows } = await database.query(
        `SELECT (SELECT count(*)::int FROM scenario WHERE id = $1) AS scenarios,
           (SELECT count(*)::int FROM audit_entry WHERE resource = $1) AS audits`,
        [name],
      )
      expect(rows).toEqual([{ scenarios: 1, audits: 1 }])
    }
    process.stdout.write(`R8 ${storms} storms, ${replays} replays\n`)
    expect(replays).toBeGreaterThan(0)
  })
})

describe('R9: one version is changed by several', () => {
  it(`${races} races of 2 to 10: one wins, the others get 412, and the winner's stays`, async () => {
    const DATABASE_URL = await databaseForTest()
    const database = new pg.Client({ connectionString: DATABASE_URL })
    await database.connect()
    onTestFinished(() => database.end())
    const { start } = supervise()
    // Two processes: what keeps one from overwriting the other must be in the database.
    const services = await Promise.all([1, 2].map(() => start({ DATABASE_URL, ROLE: 'service' })))
    const agent = new Agent({ keepAlive: true })
    onTestFinished(() => agent.destroy())
    const at = (index: number) => `${services[index % 2]?.url}/v1/scenarios`
    const history: Entry[] = []
    const remember = (what: Entry['what'], marker: string, outcome: Entry['outcome']) =>
      history.push({ what, scenario: 'raced', marker, outcome })
    await send(at(0), { method: 'POST', body: { ...training, name: 'raced', description: 'at first' } })
    remember('create', 'at first', 'ok')
    for (let race = 0; race < races; race++) {
      const { etag } = (await send(`${at(0)}/raced`, { agent })).headers
      const patches = await Promise.all(
        Array.from({ length: 2 + (race % 9) }, async (_, index) => {
          const description = `${race}-${index}`
          const headers = { 'content-type': 'application/merge-patch+json', 'if-match': String(etag) }
          const { status } = await send(`${at(index)}/raced`, {
            method: 'PATCH',
            headers,
            body: { description },
            agent,
          })
          return { status, description }
        }),
      )
      const won = patches.filter(({ status }) => status === 200)
      expect(won).toHaveLength(1)
      expect(patches.filter(({ status }) => status === 412)).toHaveLength(patches.length - 1)
      for (const { status, description } of patches) {
        remember('patch', description, status === 200 ? 'ok' : 'fail')
      }
      const now = JSON.parse((await send(`${at(1)}/raced`, { agent })).body) as { description: string }
      expect(now).toMatchObject({ description: won[0]?.description, version: race + 2 })
      remember('read', now.description, 'ok')
    }
    expect(await complaints(history, database)).toEqual([])
    process.stdout.write(`R9 ${races} races\n`)
  })
})
