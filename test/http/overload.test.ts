import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { describe, expect, it, onTestFinished } from 'vitest'
import { watchPressure } from '../../src/http/pressure.ts'
import { useService } from '../support/service.ts'

const service = useService({ worker: false, limits: { eventLoopDelay: 50 } })

/** Keeps the event loop late, turn after turn, until the time is over. */
function keepBusy(milliseconds: number): { readonly over: Promise<void> } {
  const end = performance.now() + milliseconds
  const over = new Promise<void>(resolve => {
    const turn = () => {
      const until = performance.now() + 400
      while (performance.now() < until);
      if (performance.now() < end) setImmediate(turn)
      else resolve()
    }
    setImmediate(turn)
  })
  return { over }
}

describe('a service that is behind with its work', () => {
  it('turns requests away with 503 and Retry-After while /livez goes on, and recovers', async () => {
    const { over } = keepBusy(7_000)
    await sleep(2_400)
    const [refused, alive] = await Promise.all([
      service.http.get('/v1/accelerators'),
      service.http.get('/livez'),
    ])
    expect(refused.status).toBe(503)
    expect(refused.body.code).toBe('overloaded')
    expect(refused.headers['retry-after']).toBe('2')
    expect(alive.status).toBe(200)
    await over
    await expect
      .poll(async () => (await service.http.get('/v1/accelerators')).status, { timeout: 5_000 })
      .toBe(200)
  })

  it('does not take one long calculation for that', async () => {
    const pressure = watchPressure(50)
    onTestFinished(() => pressure.close())
    await sleep(300)
    const until = performance.now() + 1_200
    while (performance.now() < until);
    await sleep(1)
    expect(pressure.isHigh()).toBe(false)
    await sleep(600)
    expect(pressure.isHigh()).toBe(false)
  })
})

it('ends a statement that takes too long with 503, and goes on', async () => {
  const client = new pg.Client({ connectionString: service.databaseUrl })
  await client.connect()
  onTestFinished(() => client.end())
  await client.query('BEGIN; LOCK TABLE scenario IN ACCESS EXCLUSIVE MODE')
  const start = performance.now()
  const { body, headers } = await service.http.get('/v1/scenarios').expect(503)
  expect(body.code).toBe('unavailable')
  expect(headers['retry-after']).toBe('2')
  expect(performance.now() - start).toBeLessThan(9_000)
  await client.query('ROLLBACK')
  await service.http.get('/v1/scenarios?limit=1').expect(200)
})
