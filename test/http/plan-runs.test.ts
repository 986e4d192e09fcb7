import pg from 'pg'
import { describe, expect, it } from 'vitest'
import { expectRest } from '../support/rest.ts'
import { useService } from '../support/service.ts'

const service = useService()
const plan = {
  ...{ model: { id: 'llama-3-70b' }, accelerator: { id: 'h100-sxm-80gb' } },
  ...{ devices: 64, sequence: 8192, globalBatch: 512, price: { perDeviceHour: 2 } },
}
const start = (body: object, wait = 10) =>
  service.http
    .post('/v1/runs')
    .set('prefer', `wait=${wait}`)
    .send({ kind: 'plan', ...body })

/** More layouts than a caller may wait for, and some ten seconds of work. */
const long = {
  ...{ model: { id: 'llama-3-70b' }, accelerator: { id: 'h100-sxm-80gb' }, sequence: 8192 },
  ...{ maximumDevices: 1_000_000, globalBatch: 55_440 * 64 },
  space: {
    microBatch: Array.from({ length: 64 }, (_, index) => index + 1),
    tensor: [1, 2, 4, 8, 16, 32, 64],
    context: [1, 2, 4, 8, 16, 32, 64],
  },
}

describe('a run that searches for a plan', () => {
  it('answers what the call that answers at once does', async () => {
    const { body: run } = await start({ plan }).expect(201)
    expect(run).toMatchObject({ kind: 'plan', estimator: 'training', status: 'succeeded', scenario: null })
    const { body: direct } = await service.http.post('/v1/plans').send(plan).expect(200)
    expect(run.result).toEqual(direct)
  })

  it('of a scenario takes model, devices, tokens and price from the training, unless it says otherwise', async () => {
    const inputs = {
      ...{ model: { id: 'llama-3-70b' }, tokens: 2e12, accelerator: { id: 'h100-sxm-80gb' } },
      throughput: { mfu: { triangular: { low: 0.3, mode: 0.4, high: 0.5 } } },
      ...{ devices: 64, price: { perDeviceHour: { uniform: { low: 1, high: 3 } } } },
    }
    const { body: scenario } = await service.http
      .post('/v1/scenarios')
      .send({ name: 'planned', estimator: 'training', inputs })
      .expect(201)
    const ofScenario = (asked: object, wait = 10) =>
      service.http
        .post(`/v1/scenarios/${scenario.id}/runs`)
        .set('prefer', `wait=${wait}`)
        .send({ kind: 'plan', plan: asked })
    const { body: run } = await ofScenario({ sequence: 8192, globalBatch: 512 }).expect(201)
    expect(run).toMatchObject({ kind: 'plan', scenario: scenario.id, status: 'succeeded' })
    const { body: direct } = await service.http
      .post('/v1/plans')
      .send({ ...plan, tokens: 2e12 })
      .expect(200)
    expect(run.result).toEqual(direct)
    const { body: wider } = await ofScenario({ maximumDevices: 128, sequence: 8192 }).expect(201)
    expect(wider.result.fastest.results.devices.value).toBe(128)
  })

  it.each([
    ['nothing to search for', {}, '/plan/model'],
    ['an unknown device', { plan: { ...plan, accelerator: { id: 'h1000' } } }, '/plan/accelerator/id'],
    ['two numbers of devices', { plan: { ...plan, maximumDevices: 128 } }, '/plan/maximumDevices'],
    ['another estimator', { estimator: 'architecture', plan }, '/kind'],
    [
      'a price in yuan',
      {
        inputs: {
          ...{ trainingFlop: 1e23, throughput: { flopPerSecond: 1e14 } },
          price: { perDeviceHour: 20, currency: 'CNY' },
        },
        plan: { ...plan, price: undefined },
      },
      '/plan/price',
    ],
    [
      'a space without end',
      {
        plan: {
          ...long,
          space: Object.fromEntries(
            ['tensor', 'pipeline', 'context', 'microBatch', 'virtualStages'].map(member => [
              member,
              long.space.microBatch,
            ]),
          ),
        },
      },
      '/plan/space',
    ],
  ])('is refused at the start with %s', async (_, body, pointer) => {
    const { body: problem } = await start(body, 0).expect(422)
    expect(problem.errors[0]?.pointer).toBe(pointer)
  })

  it('fails for good when nothing fits, and says what would', async () => {
    const { body: run } = await start({ plan: { ...plan, devices: 8 } }).expect(201)
    expect(run).toMatchObject({ status: 'failed', attempt: 1, result: null })
    expect(run.problem.errors[0].pointer).toBe('/parameters/devices')
    expect(run.problem.detail).toMatch(/takes 1\d\d\.\d GB of 85\.0\d GB/)
  })

  it('goes on where a call that answers at once ends, tells how far it is, and comes to an end', async () => {
    const { body: refused } = await service.http.post('/v1/plans').send(long).expect(422)
    expect(refused.detail).toMatch(/most is 1000000 .* POST \/v1\/runs with "kind": "plan"/)
    const { body: run } = await start({ plan: long }, 0).expect(202)
    expect(run.priority).toBe('batch')
    const told: number[] = []
    let last = run
    await expect
      .poll(
        async () => {
          last = (await service.http.get(`/v1/runs/${run.id}`).expect(200)).body
          told.push(last.progress)
          return last.status
        },
        { timeout: 100_000, interval: 100 },
      )
      .toBe('succeeded')
    expect(told).toEqual(told.toSorted((a, b) => a - b))
    expect(told.filter(progress => progress > 0 && progress < 1).length).toBeGreaterThan(2)
    expect(last.result.considered).toBeGreaterThan(1_000_000)
  }, 120_000)

  it('is cancelled in the middle within a second', async () => {
    const { body: run } = await start({ plan: long }, 0).expect(202)
    const read = async () => (await service.http.get(`/v1/runs/${run.id}`)).body
    await expect
      .poll(async () => (await read()).progress, { timeout: 20_000, interval: 20 })
      .toBeGreaterThan(0)
    const client = new pg.Client({ connectionString: service.databaseUrl })
    await client.connect()
    const began = performance.now()
    await service.http.delete(`/v1/runs/${run.id}`).expect(200)
    const busy = 'SELECT 1 FROM pgboss.job WHERE data @> $1 AND completed_on IS NULL'
    const job = [JSON.stringify({ runId: run.id })]
    await expect.poll(async () => (await client.query(busy, job)).rowCount, { interval: 10 }).toBe(0)
    expect(performance.now() - began).toBeLessThan(1_000)
    await client.end()
    await expectRest()
    expect(await read()).toMatchObject({ status: 'cancelled', result: null })
  }, 60_000)
})
