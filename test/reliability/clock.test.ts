import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import pg from 'pg'
import { expect, it, onTestFinished } from 'vitest'
import { databaseForTest } from '../support/database.ts'
import { count } from './support/counts.ts'
import { send, simulation, training } from './support/requests.ts'
import { supervise } from './support/supervise.ts'

const steps = count(1, 10)
const hour = 3_600_000

it(`R11: the clock of every process steps an hour ${steps} times: runs end, once, and repeated requests stay repeated`, async () => {
  const DATABASE_URL = await databaseForTest()
  const directory = mkdtempSync(join(tmpdir(), 'reckon-clock-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  const CLOCK_FILE = join(directory, 'shift')
  const set = (shift: number) => writeFileSync(CLOCK_FILE, String(shift))
  set(0)
  const preload = pathToFileURL(join(import.meta.dirname, 'support', 'shift-clock.ts')).href
  const { start } = supervise()
  const environment = { DATABASE_URL, CLOCK_FILE, NODE_OPTIONS: `--import ${preload}` }
  const [service] = await Promise.all([
    start({ ...environment, ROLE: 'service' }),
    start({ ...environment, ROLE: 'worker' }),
  ])
  const database = new pg.Client({ connectionString: DATABASE_URL })
  await database.connect()
  onTestFinished(() => database.end())

  await send(`${service.url}/v1/scenarios`, { method: 'POST', body: { ...training, name: 'kept' } })
  const begin = async (seed: string, samples: number) => {
    const answer = await send(`${service.url}/v1/scenarios/kept/runs`, {
      method: 'POST',
      headers: { 'idempotency-key': seed },
      body: simulation(seed, samples),
    })
    return { ...answer, run: JSON.parse(answer.body) as { id: string; createdAt: string } }
  }
  const row = async (id: string) => {
    const { rows } = await database.query<{ status: string; attempt: number; results: number }>(
      `SELECT status, attempt, (SELECT count(*)::int FROM run_result WHERE run_id = id) AS results FROM run WHERE id = $1`,
      [id],
    )
    return rows[0]
  }
  for (let step = 0; step < steps; step++) {
    set(0)
    await sleep(100)
    const started = await begin(`s${step}`, 4_194_304)
    expect(started.status).toBe(202)
    await expect
      .poll(async () => (await row(started.run.id))?.status, { timeout: 30_000, interval: 10 })
      .toBe('running')
    set(step % 2 === 0 ? hour : -hour)
    await sleep(100)
    // A day-old answer would be forgotten, and a step must not make one so: the same request has no second effect.
    expect((await begin(`s${step}`, 4_194_304)).run.id).toBe(started.run.id)
    const after = await begin(`a${step}`, 1_024)
    // The step has reached the service, or this test would show nothing.
    const shifted = Date.parse(after.run.createdAt) - Date.parse(started.run.createdAt)
    expect(Math.abs(shifted)).toBeGreaterThan(hour - 120_000)
    for (const { run } of [started, after]) {
      await expect
        .poll(() => row(run.id), { timeout: 60_000, interval: 50 })
        .toEqual({ status: 'succeeded', attempt: 1, results: 1 })
    }
  }
  process.stdout.write(`R11 ${steps} steps of an hour\n`)
})
