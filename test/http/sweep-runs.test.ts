import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { useService } from '../support/service.ts'

const service = useService()
let database: pg.Client
beforeAll(async () => {
  database = new pg.Client({ connectionString: service.databaseUrl })
  await database.connect()
})
afterAll(() => database.end())

const inputs = {
  model: { parameters: 175e9 },
  tokens: 300e9,
  accelerator: { id: 'v100-sxm2-32gb' },
  precision: 'fp16',
  throughput: { mfu: 0.2 },
  price: { perDeviceHour: 3 },
}
/** Of a hundred rows of these, twenty are beyond the peak of the device. */
const over = [
  {
    member: '/throughput',
    values: [{ mfu: 0.4 }, { mfu: 0.1 }, { mfu: 0.2 }, { mfu: 0.3 }, { flopPerSecond: 5e14 }],
  },
  { input: 'devices', from: 1, to: 20, steps: 20 },
]
const start = (body: object, wait = 10) =>
  service.http
    .post('/v1/runs')
    .set('prefer', `wait=${wait}`)
    .send({ kind: 'sweep', ...body })
const text = async (path: string, accept: string, body?: object): Promise<string> => {
  const answer = await fetch(`${service.url}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { accept, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  })
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-type')).toContain(accept)
  return answer.text()
}
const partsOf = async (id: string): Promise<number> => {
  const { rows } = await database.query<{ count: string }>(
    'SELECT count(*) FROM run_rows WHERE run_id = $1',
    [id],
  )
  return Number(rows[0]?.count)
}
/** The id of a run of `many` that has succeeded. */
let largest = ''
/** Three hundred thousand rows: many parts. */
const many = {
  estimator: 'training',
  inputs,
  sweep: {
    over: [
      { input: 'mfu', from: 0.1, to: 0.9, steps: 300 },
      { input: 'devices', from: 1, to: 1000, steps: 1000 },
    ],
    outputs: ['trainingCost'],
  },
}

describe('a run that sweeps', () => {
  it('keeps the very lines that the call that answers at once streams, as NDJSON and as CSV', async () => {
    const outputs = ['deviceDays', 'trainingCost']
    const { body: run } = await start({ estimator: 'training', inputs, sweep: { over, outputs } }).expect(201)
    expect(run).toMatchObject({ kind: 'sweep', status: 'succeeded', scenario: null, priority: 'interactive' })
    expect(run).toMatchObject({ parameters: { over, outputs }, progress: 1 })
    for (const type of ['application/x-ndjson', 'text/csv']) {
      const kept = await text(`/v1/runs/${run.id}/rows`, type)
      expect(kept).toBe(await text('/v1/estimates/training/sweep', type, { inputs, over, outputs }))
    }
    const kept = await text(`/v1/runs/${run.id}/rows`, 'application/x-ndjson')
    expect(run.result).toMatchObject({ rows: 100, refused: 20, bytes: Buffer.byteLength(kept) })
    expect(run.result.sha256).toBe(createHash('sha256').update(kept).digest('hex'))
    expect(kept.trimEnd().split('\n')).toHaveLength(101)
    // 6 N D over half a second's work of twenty devices, each at two fifths of 125 TFLOP/s.
    const row = JSON.parse(kept.split('\n')[20] as string)
    expect(row.results.deviceDays).toBeCloseTo((6 * 175e9 * 300e9) / (0.4 * 125e12 * 86_400), 6)
  })

  it('answers 304 to who has its rows, for each format', async () => {
    const { body: run } = await start({ estimator: 'training', inputs, sweep: { over } }).expect(201)
    const rows = (accept: string, tag = '') =>
      fetch(`${service.url}/v1/runs/${run.id}/rows`, { headers: { accept, 'if-none-match': tag || '"0"' } })
    const tag = (await rows('text/csv')).headers.get('etag') ?? ''
    expect((await rows('text/csv', tag)).status).toBe(304)
    expect((await rows('application/x-ndjson', tag)).status).toBe(200)
  })

  it('of a scenario takes its inputs, and looks up the datasets that its values name', async () => {
    const segment = { id: 'games', size: { dataset: 'games_gpc' }, penetration: { constant: 0.25 } }
    const market = { baseYear: 2021, targetYear: 2021, segments: [segment] }
    const { body: scenario } = await service.http
      .post('/v1/scenarios')
      .send({ name: 'swept', estimator: 'market', inputs: market })
      .expect(201)
    const sizes = [{ value: 1000 }, { dataset: 'games_gpc' }, { dataset: 'music_total_cadpa' }]
    const sweep = { over: [{ member: '/segments/0/size', values: sizes }], outputs: ['total'] }
    const { body: run } = await service.http
      .post(`/v1/scenarios/${scenario.id}/runs`)
      .set('prefer', 'wait=10')
      .send({ kind: 'sweep', sweep })
      .expect(201)
    expect(run).toMatchObject({
      kind: 'sweep',
      scenario: scenario.id,
      scenarioVersion: 1,
      status: 'succeeded',
    })
    expect(Object.keys(run.datasetVersions).toSorted()).toEqual(['games_gpc', 'music_total_cadpa'])
    const kept = await text(`/v1/runs/${run.id}/rows`, 'application/x-ndjson')
    const totals = kept
      .trimEnd()
      .split('\n')
      .slice(1)
      .map(line => JSON.parse(line).results?.total)
    expect(totals[0]).toBe(250)
    expect(totals[1]).toBeCloseTo(2965.13 / 4, 6)
    expect(totals[2]).toBeCloseTo(1331.3 / 4, 6)
    // Its result is still that of its estimates.
    await service.http.get(`/v1/scenarios/${scenario.id}/result`).expect(404)
  })

  it.each([
    ['no sweep', { estimator: 'training', inputs }, '/sweep'],
    ['no estimator', { inputs, sweep: { over } }, '/estimator'],
    ['no inputs', { estimator: 'training', sweep: { over } }, '/inputs'],
    ['inputs of another estimator', { estimator: 'market', inputs, sweep: { over } }, '/inputs/baseYear'],
    [
      'an unknown input',
      { estimator: 'training', inputs, sweep: { over: [{ input: 'colour', values: [1] }] } },
      '/sweep/over/0/input',
    ],
    [
      'a value that the schema refuses',
      { estimator: 'training', inputs, sweep: { over: [{ input: 'mfu', values: [0.1, 1.5] }] } },
      '/sweep/over/0/values/1',
    ],
    [
      'a device that is not there',
      { estimator: 'training', inputs: { ...inputs, accelerator: { id: 'h1000' } }, sweep: { over } },
      '/inputs/accelerator/id',
    ],
    [
      'a simulation beside it',
      { estimator: 'training', inputs, sweep: { over }, simulation: {} },
      '/simulation',
    ],
  ])('is refused at the start with %s', async (_, body, pointer) => {
    const { body: problem } = await start(body, 0).expect(422)
    expect(problem.errors.map((place: { pointer: string }) => place.pointer)).toContain(pointer)
  })

  it('of many rows comes in parts, tells how far it is, and is the same each time', async () => {
    const hashes: string[] = []
    for (let each = 0; each < 2; each++) {
      const { body: run } = await start(many, 0).expect(202)
      expect(run.priority).toBe('batch')
      largest = run.id
      const read = async () => (await service.http.get(`/v1/runs/${run.id}`).expect(200)).body
      const told: number[] = []
      await expect
        .poll(
          async () => {
            const { progress, status } = await read()
            told.push(progress)
            return status
          },
          { timeout: 60_000, interval: 100 },
        )
        .toBe('succeeded')
      expect(told.filter(progress => progress > 0 && progress < 1).length).toBeGreaterThan(1)
      expect(told).toEqual(told.toSorted((a, b) => a - b))
      expect(await partsOf(run.id)).toBeGreaterThan(20)
      const kept = await text(`/v1/runs/${run.id}/rows`, 'application/x-ndjson')
      hashes.push(createHash('sha256').update(kept).digest('hex'))
      expect((await read()).result).toMatchObject({ rows: 300_000, refused: 0, sha256: hashes.at(-1) })
      expect(kept.trimEnd().split('\n')).toHaveLength(300_001)
    }
    expect(hashes[0]).toBe(hashes[1])
  }, 120_000)

  it('is cancelled in the middle within a second, and leaves no rows', async () => {
    const { body: run } = await start(many, 0).expect(202)
    await expect.poll(() => partsOf(run.id), { timeout: 20_000, interval: 10 }).toBeGreaterThan(1)
    const rows = await service.http.get(`/v1/runs/${run.id}/rows`).expect(409)
    expect(rows.body.detail).toMatch(/is running/)
    const began = performance.now()
    await service.http.delete(`/v1/runs/${run.id}`).expect(200)
    const busy = 'SELECT 1 FROM pgboss.job WHERE data @> $1 AND completed_on IS NULL'
    const job = [JSON.stringify({ runId: run.id })]
    await expect.poll(async () => (await database.query(busy, job)).rowCount, { interval: 10 }).toBe(0)
    expect(performance.now() - began).toBeLessThan(1_000)
    await sleep(300)
    expect(await partsOf(run.id)).toBe(0)
    expect((await service.http.get(`/v1/runs/${run.id}/rows`).expect(409)).body.detail).toMatch(/cancelled/)
  }, 60_000)

  it('is deleted with its run', async () => {
    const { body: run } = await start({ estimator: 'training', inputs, sweep: { over } }).expect(201)
    expect(await partsOf(run.id)).toBe(1)
    await database.query('DELETE FROM run_result WHERE run_id = $1', [run.id])
    await database.query('DELETE FROM run WHERE id = $1', [run.id])
    expect(await partsOf(run.id)).toBe(0)
  })

  it('has no chart, and a run of another kind has no rows', async () => {
    const { body: run } = await start({ estimator: 'training', inputs, sweep: { over } }).expect(201)
    await service.http.get(`/v1/runs/${run.id}/chart.svg`).expect(404)
    const { body: estimate } = await service.http
      .post('/v1/runs')
      .set('prefer', 'wait=10')
      .send({ kind: 'estimate', estimator: 'training', inputs })
      .expect(201)
    expect(estimate.result.results.trainingCost.value).toBeGreaterThan(0)
    await service.http.get(`/v1/runs/${estimate.id}/rows`).expect(404)
    await service.http.get('/v1/runs/nothing-here/rows').expect(404)
    await service.http.get(`/v1/runs/${estimate.id}/chart.svg`).expect(200)
    const { body } = await service.http.get(`/v1/comparisons?runs=${estimate.id},${run.id}`).expect(422)
    expect(body.detail).toMatch(/of the kind sweep/)
  })

  it('sends no more than is read', async () => {
    const { runs } = service.installation.store
    const { part } = runs
    let reads = 0
    Object.assign(runs, {
      part: (...asked: Parameters<typeof part>) => {
        reads++
        return part(...asked)
      },
    })
    const asked = get(`${service.url}/v1/runs/${largest}/rows`)
    const [answer] = (await once(asked, 'response')) as [IncomingMessage]
    const [first] = (await once(answer, 'data')) as [Buffer]
    // From here on nobody takes anything out of the socket, so that the system has no reason to give it larger buffers.
    answer.pause()
    expect(first.toString()).toMatch(/^\{"estimator":"training"/)
    await sleep(3_000)
    Object.assign(runs, { part })
    // What fits into the buffers of two sockets, of more than fifty parts of half a megabyte.
    expect(reads).toBeLessThan(35)
    expect(await partsOf(largest)).toBeGreaterThan(50)
    asked.destroy()
  })
})
