import type { Response } from 'supertest'
import { describe, expect, it } from 'vitest'
import { makeKey, useKeyedService, withKey } from '../support/keys.ts'
import { useService } from '../support/service.ts'

const free = useService({ worker: false })
const service = useKeyedService({
  worker: false,
  limits: { unitsPerMinute: 10 },
})
const roomy = useKeyedService({
  worker: false,
  mostQueued: 3,
})
const estimate = { trainingPfDays: 268, throughput: { flopPerSecond: 125e12 } }

/** The headers RateLimit and RateLimit-Policy, read. */
function limitsIn({ headers }: Response) {
  const [, name, left, reset] = /^"(\w+)";r=(\d+);t=(\d+)$/.exec(String(headers.ratelimit)) ?? []
  const [, policy, quota, window] =
    /^"(\w+)";q=(\d+);w=(\d+)$/.exec(String(headers['ratelimit-policy'])) ?? []
  expect(name).toBe(policy)
  return { name, left: Number(left), reset: Number(reset), quota: Number(quota), window: Number(window) }
}

describe('RateLimit and RateLimit-Policy', () => {
  it('stand on every answer: of lists, estimates, problems, and what is open to all', async () => {
    for (const answer of [
      await free.http.get('/v1/scenarios?limit=1').expect(200),
      await free.http.post('/v1/estimates/training').send(estimate).expect(200),
      await free.http.post('/v1/estimates/training').send({}).expect(422),
      await free.http.get('/v1/scenarios/none').expect(404),
      await free.http.get('/nowhere').expect(404),
      await free.http.put('/v1/scenarios').expect(405),
      await free.http.get('/livez').expect(200),
      await free.http.get('/docs/').expect(200),
      await service.http.get('/v1/scenarios').expect(401),
      await service.http.get('/livez').expect(200),
    ]) {
      const { left, quota, window } = limitsIn(answer)
      expect(left).toBeLessThanOrEqual(quota)
      expect(window).toBe(60)
    }
  })

  it('count down by one for an estimate', async () => {
    const send = withKey(service, (await makeKey(service)).key)
    const first = limitsIn(await send('post', '/v1/estimates/training').send(estimate).expect(200))
    const second = limitsIn(await send('post', '/v1/estimates/training').send(estimate).expect(200))
    expect(first).toMatchObject({ name: 'principal', left: 9, quota: 10 })
    expect(second.left).toBe(8)
  })

  it('count down by the samples of a simulation, which is refused when they cost more than is left', async () => {
    const send = withKey(service, (await makeKey(service)).key)
    const throughput = { mfu: { uniform: { low: 0.3, high: 0.5 } } }
    const inputs = { ...estimate, accelerator: { id: 'v100-sxm2-32gb' }, throughput }
    const simulate = (samples: number) =>
      send('post', '/v1/estimates/training/simulate').send({ inputs, samples, seed: '1' })
    // 256 samples are a unit: these are four of ten.
    expect(limitsIn(await simulate(1_024).expect(200)).left).toBe(6)
    const refused = await simulate(2_048).expect(429)
    expect(refused.body.detail).toContain('costs 7')
    expect(limitsIn(refused).left).toBe(5)
  })
})

describe('the quota', () => {
  it('is 429 when it is used up, with the seconds to wait, for this principal alone', async () => {
    const send = withKey(service, (await makeKey(service)).key)
    const other = withKey(service, (await makeKey(service)).key)
    for (let count = 0; count < 10; count++) await send('get', '/v1/scenarios?limit=1').expect(200)
    const refused = await send('post', '/v1/estimates/training').send(estimate).expect(429)
    expect(refused.body).toMatchObject({ code: 'quota-exceeded', status: 429 })
    expect(refused.headers['content-type']).toContain('application/problem+json')
    expect(Number(refused.headers['retry-after'])).toBeGreaterThanOrEqual(1)
    expect(limitsIn(refused).left).toBe(0)
    await other('get', '/v1/scenarios?limit=1').expect(200)
    await service.http.get('/livez').expect(200)
    // Six seconds bring one unit back.
    expect(Number(refused.headers['retry-after'])).toBeLessThanOrEqual(6)
  })
})

describe('the queue', () => {
  it('is bounded for each workspace with 429; what is cancelled makes room', async () => {
    const start = async (workspace: string, status: number) => {
      const send = withKey(roomy, (await makeKey(roomy, { workspace })).key)
      await send('put', `/v1/scenarios/of-${workspace}`)
        .set('if-none-match', '*')
        .send({ name: `of-${workspace}`, estimator: 'training', inputs: estimate })
      return send('post', `/v1/scenarios/of-${workspace}/runs`).send({}).expect(status)
    }
    const { body: first } = await start('one', 202)
    await start('one', 202)
    await start('one', 202)
    const full = await start('one', 429)
    expect(full.body.code).toBe('queue-full')
    expect(full.headers['retry-after']).toBe('5')
    await start('two', 202)
    const send = withKey(roomy, (await makeKey(roomy, { workspace: 'one' })).key)
    await send('delete', `/v1/runs/${first.id}`).expect(200)
    await start('one', 202)
  })
})

it('an address longer than 8,192 characters is 414', async () => {
  const { body } = await free.http.get(`/v1/scenarios?q=${'x'.repeat(8_200)}`).expect(414)
  expect(body.code).toBe('address-too-long')
  await free.http.get(`/v1/scenarios?q=${'x'.repeat(8_000)}`).expect(422)
})
