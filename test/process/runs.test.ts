import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { describe, expect, it, onTestFinished } from 'vitest'
import { databaseForTest } from '../support/database.ts'
import { openEvents } from '../support/event-stream.ts'
import { type ServiceProcess, startProcess } from '../support/process.ts'

/** Phases at which a worker is killed; all twenty with `npm run test:kill`. */
const phases = Number(process.env.KILL_PHASES ?? 4)

const scenario = {
  name: 'kept',
  estimator: 'training',
  inputs: {
    trainingFlop: 3.14e23,
    throughput: { flopPerSecond: { uniform: { low: 28e12, high: 56e12 } } },
    price: { perDeviceHour: { normal: { mean: 3, sd: 0.2 } }, currency: 'USD' },
  },
}
const large = { kind: 'simulation', simulation: { samples: 16_777_216, outputs: ['trainingCost'] } }
/** A hundred thousand rows, in some forty parts. */
const manyRows = {
  kind: 'sweep',
  sweep: {
    over: [
      { input: 'effectiveFlopPerSecond', from: 1e13, to: 1e14, steps: 100 },
      { input: 'perDeviceHour', from: 1, to: 4, steps: 1_000 },
    ],
  },
}

interface RunRow {
  readonly status: string
  readonly attempt: number
  readonly progress: number
  readonly hash: string | null
}

/** A service without a worker, on a database of its own. */
async function bench() {
  const DATABASE_URL = await databaseForTest()
  const service = await startProcess({ DATABASE_URL, ROLE: 'service' })
  const client = new pg.Pool({ connectionString: DATABASE_URL })
  onTestFinished(() => client.end())
  const post = async (path: string, body: object): Promise<{ id: string }> => {
    const answer = await fetch(`${service.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    return (await answer.json()) as { id: string }
  }
  await post('/v1/scenarios', scenario)
  const row = async (id: string): Promise<RunRow> => {
    const { rows } = await client.query<RunRow>(
      `SELECT status, attempt, progress, result_hash AS hash FROM run LEFT JOIN run_result ON run_id = id WHERE id = $1`,
      [id],
    )
    return rows[0] as RunRow
  }
  return {
    url: service.url,
    worker: (): Promise<ServiceProcess> => startProcess({ DATABASE_URL, ROLE: 'worker' }),
    start: async (body: object = large) => (await post('/v1/scenarios/kept/runs', body)).id,
    row,
    finished: async (id: string, timeout: number): Promise<RunRow> => {
      await expect.poll(async () => (await row(id)).status, { timeout, interval: 50 }).toBe('succeeded')
      return row(id)
    },
  }
}

describe('runs in worker processes', () => {
  it.each([
    ['a simulation', large],
    ['a sweep', manyRows],
  ])(
    `are finished by another after a kill -9, at ${phases} phases of %s, with the same bytes`,
    async (_, kind) => {
      const { url, worker, start, row, finished } = await bench()
      const undisturbed = await worker()
      const first = await start(kind)
      const { hash } = await finished(first, 60_000)
      expect(hash).toMatch(/^[0-9a-f]{64}$/)
      const rowsOf = async (id: string) =>
        createHash('sha256')
          .update(await (await fetch(`${url}/v1/runs/${id}/rows`)).text())
          .digest('hex')
      const rows = await rowsOf(first)
      undisturbed.child.kill('SIGKILL')
      const killed: string[] = []
      for (let phase = 0; phase < phases; phase++) {
        const victim = await worker()
        const run = await start(kind)
        const until = phase / phases
        for (;;) {
          const { status, progress } = await row(run)
          if (status === 'succeeded' || (status === 'running' && progress >= until)) break
          await sleep(5)
        }
        victim.child.kill('SIGKILL')
        await victim.exited
        killed.push(run)
      }
      await worker()
      for (const run of killed) {
        const done = await finished(run, 120_000)
        expect(done.hash).toBe(hash)
        // No row is missing, none is doubled.
        if (kind === manyRows) expect(await rowsOf(run)).toBe(rows)
        expect(done.attempt).toBeLessThanOrEqual(3)
      }
      const attempts = await Promise.all(killed.map(async run => (await row(run)).attempt))
      expect(Math.max(...attempts)).toBeGreaterThan(1)
    },
    600_000,
  )

  it('give the same bytes from one worker and from three', async () => {
    const { worker, start, finished } = await bench()
    const bodies = [1024, 4096, 65_536].flatMap(samples =>
      ['a', 'b'].map(seed => ({ kind: 'simulation', simulation: { samples, seed } })),
    )
    const hashes = async () => {
      const runs = await Promise.all(bodies.map(body => start(body)))
      return Promise.all(runs.map(async run => (await finished(run, 60_000)).hash))
    }
    await worker()
    const fromOne = await hashes()
    await Promise.all([worker(), worker()])
    expect(await hashes()).toEqual(fromOne)
    expect(new Set(fromOne).size).toBe(bodies.length)
  }, 120_000)

  it('are ended within a second by a request to another process, whose stream tells it', async () => {
    const { url, worker, start, row } = await bench()
    await worker()
    const run = await start()
    const stream = await openEvents(`${url}/v1/runs/${run}/events`)
    await expect
      .poll(async () => (await row(run)).progress, { timeout: 60_000, interval: 10 })
      .toBeGreaterThan(0)
    const began = performance.now()
    await fetch(`${url}/v1/runs/${run}`, { method: 'DELETE' })
    await stream.ended
    expect(performance.now() - began).toBeLessThan(1_000)
    expect(stream.events().at(-1)?.data.status).toBe('cancelled')
    expect(await row(run)).toMatchObject({ status: 'cancelled', hash: null })
  }, 120_000)

  it('go back to the queue when their worker is told to stop, and the next one finishes them', async () => {
    const { worker, start, row, finished } = await bench()
    const first = await worker()
    // Both places are taken, and a batch waits: none of it can be over in the moments that stopping leaves.
    const runs = [await start(), await start(), await start()]
    await expect
      .poll(async () => (await row(runs[0] as string)).status, { timeout: 60_000, interval: 5 })
      .toBe('running')
    first.child.kill('SIGTERM')
    expect(await first.exited).toBe(0)
    const left = await Promise.all(runs.map(row))
    for (const { status } of left) expect(['queued', 'succeeded']).toContain(status)
    expect(left.at(-1)?.status).toBe('queued')
    await worker()
    const hashes = await Promise.all(runs.map(async run => (await finished(run, 60_000)).hash))
    expect(new Set(hashes).size).toBe(1)
  }, 180_000)
})
