import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectRest } from '../support/rest.ts'
import { useService } from '../support/service.ts'

const service = useService()
const viewer = { workspaceId: 'default', mayWritePublic: false }
const uncertain = {
  trainingFlop: 3.14e23,
  throughput: { flopPerSecond: { uniform: { low: 28e12, high: 56e12 } } },
  devices: 1000,
  price: { perDeviceHour: { normal: { mean: 3, sd: 0.2 } }, currency: 'USD' },
}
let count = 0
async function scenario(inputs: object = uncertain): Promise<string> {
  const { body } = await service.http
    .post('/v1/scenarios')
    .send({ name: `simulated ${++count}`, estimator: 'training', inputs })
    .expect(201)
  return body.id
}
const start = (id: string, simulation: object, wait = 10) =>
  service.http
    .post(`/v1/scenarios/${id}/runs`)
    .set('prefer', `wait=${wait}`)
    .send({ kind: 'simulation', simulation })
const large = { samples: 4_194_304, outputs: ['trainingCost'] }

describe('a run that simulates', () => {
  it('answers as the call that answers at once, with the mean that theory gives', async () => {
    const id = await scenario()
    const asked = { samples: 4096, seed: '2026', outputs: ['deviceDays', 'trainingCost'] }
    const { body: run } = await start(id, asked).expect(201)
    expect(run).toMatchObject({
      kind: 'simulation',
      priority: 'interactive',
      status: 'succeeded',
      parameters: asked,
    })
    const { body: direct } = await service.http
      .post('/v1/estimates/training/simulate')
      .send({ inputs: uncertain, ...asked })
      .expect(200)
    expect(run.result).toEqual(direct)
    // The mean of 1/x over a uniform x is ln(high/low)/(high − low).
    const days = ((3.14e23 / 86_400) * Math.log(2)) / 28e12
    expect(Math.abs(run.result.results.deviceDays.mean / days - 1)).toBeLessThan(1e-4)
  })

  it('does not become the result of its scenario, which stays the estimate', async () => {
    const id = await scenario()
    const { body: estimate } = await service.http
      .post(`/v1/scenarios/${id}/runs`)
      .set('prefer', 'wait=10')
      .expect(201)
    await start(id, { samples: 256 }).expect(201)
    const { headers } = await service.http.get(`/v1/scenarios/${id}/result`).expect(200)
    expect(headers.etag).toBe(`"${estimate.id}"`)
  })

  it('is refused at the start where the simulation would be, pointing into the body or the scenario', async () => {
    const id = await scenario()
    const refused = async (simulation: object, of = id) =>
      (await start(of, simulation, 0).expect(422)).body.errors[0].pointer
    expect(await refused({ samples: 5_000 })).toBe('/simulation/samples')
    expect(await refused({ samples: 134_217_728 })).toBe('/simulation/samples')
    expect(await refused({ outputs: ['nothingOfTheKind'] })).toBe('/simulation/outputs/0')
    const certain = await scenario({ trainingFlop: 1e23, throughput: { flopPerSecond: 28e12 } })
    expect(await refused({}, certain)).toBe('/inputs')
    const { body } = await service.http.post(`/v1/scenarios/${id}/runs`).send({ simulation: {} }).expect(422)
    expect(body.errors[0].pointer).toBe('/simulation')
    await service.http.post('/v1/scenarios/nothing-here/runs').send({ kind: 'simulation' }).expect(404)
  })

  it('tells how far it is, and is cancelled in the middle within a second', async () => {
    // A quantile of a beta distribution is searched for: four million of them take seconds.
    const beta = { beta: { alpha: 2, beta: 5, low: 2e13, high: 4e13 } }
    const id = await scenario({ ...uncertain, throughput: { flopPerSecond: beta } })
    const { body: run } = await service.http
      .post(`/v1/scenarios/${id}/runs`)
      .send({
        kind: 'simulation',
        simulation: large,
      })
      .expect(202)
    expect(run.priority).toBe('batch')
    const read = async () => (await service.http.get(`/v1/runs/${run.id}`).expect(200)).body
    await expect
      .poll(async () => (await read()).progress, { timeout: 20_000, interval: 20 })
      .toBeGreaterThan(0)
    const { runs } = service.installation.store
    const began = performance.now()
    const { body: cancelled } = await service.http.delete(`/v1/runs/${run.id}`).expect(200)
    expect(cancelled).toMatchObject({ status: 'cancelled', result: null })
    // The thread is ended too, and the job with it.
    const busy = 'SELECT 1 FROM pgboss.job WHERE data @> $1 AND completed_on IS NULL'
    const client = new pg.Client({ connectionString: service.databaseUrl })
    await client.connect()
    const job = [JSON.stringify({ runId: run.id })]
    await expect.poll(async () => (await client.query(busy, job)).rowCount, { interval: 10 }).toBe(0)
    expect(performance.now() - began).toBeLessThan(1_000)
    await client.end()
    await expectRest()
    expect(await runs.result(viewer, run.id)).toBeNull()
    expect((await read()).version).toBe(cancelled.version)
  })

  it('of the largest size ends with the same bytes each time', async () => {
    const id = await scenario()
    const results: string[] = []
    for (let each = 0; each < 2; each++) {
      const { body } = await start(id, large, 0).expect(202)
      const read = async () => (await service.http.get(`/v1/runs/${body.id}`)).body.status
      await expect.poll(read, { timeout: 30_000, interval: 50 }).toBe('succeeded')
      results.push(String(await service.installation.store.runs.result(viewer, body.id)))
    }
    expect(results[0]).toBe(results[1])
    expect(JSON.parse(String(results[0])).samples).toBe(4_194_304)
  }, 60_000)
})

describe('while batches take every place', () => {
  const runs: string[] = []
  let id = ''
  beforeAll(async () => {
    id = await scenario()
    for (let each = 0; each < 6; each++) runs.push((await start(id, large, 0).expect(202)).body.id)
  })
  afterAll(async () => {
    for (const run of runs) await service.http.delete(`/v1/runs/${run}`)
  })

  it('a run that somebody waits for is done at once', async () => {
    const began = performance.now()
    const { body } = await service.http.post(`/v1/scenarios/${id}/runs`).set('prefer', 'wait=10').expect(201)
    expect(body).toMatchObject({ status: 'succeeded', priority: 'interactive' })
    // A thread may have to be started first; the batches take much longer, one after the other.
    expect(performance.now() - began).toBeLessThan(6_000)
    const { body: last } = await service.http.get(`/v1/runs/${runs.at(-1)}`).expect(200)
    expect(last.status).toBe('queued')
  })
})
