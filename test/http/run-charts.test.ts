import { describe, expect, it } from 'vitest'
import { useService } from '../support/service.ts'

const service = useService()
const training = {
  trainingFlop: 3.14e23,
  throughput: { flopPerSecond: { uniform: { low: 28e12, high: 56e12 } } },
  devices: 1000,
  price: { perDeviceHour: 3, currency: 'USD' },
}
const market = {
  baseYear: 2021,
  targetYear: 2025,
  segments: [
    {
      id: 'games',
      label: { en: '<b>Games</b>', zh: '游戏' },
      size: { value: 2965.13 },
      penetration: { constant: 0.25 },
    },
  ],
}

let count = 0
async function run(estimator: string, inputs: object, body: object = {}): Promise<string> {
  const name = `charted ${++count}`
  const scenario = await service.http.post('/v1/scenarios').send({ name, estimator, inputs }).expect(201)
  const { body: run } = await service.http
    .post(`/v1/scenarios/${scenario.body.id}/runs`)
    .set('prefer', 'wait=10')
    .send(body)
    .expect(201)
  return run.id
}
const chart = (id: string, query: object = {}, headers: Record<string, string> = {}) =>
  service.http
    .get(`/v1/runs/${id}/chart.svg`)
    .query(query)
    .set(headers)
    .buffer()
    .parse((response, done) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', chunk => {
        text += chunk
      })
      response.on('end', () => done(null, text))
    })

describe('the chart of a run', () => {
  it('is a picture that may load nothing, and 304 to who has it', async () => {
    const id = await run('training', training)
    const { headers, body } = await chart(id, { quantity: 'trainingCost' }).expect(200)
    expect(headers['content-type']).toMatch(/^image\/svg\+xml/)
    expect(headers['content-security-policy']).toContain("default-src 'none'")
    expect(headers['x-content-type-options']).toBe('nosniff')
    expect(body).toMatch(/^<svg width="960" height="540"/)
    // 3.14e23 FLOP at 42e12 a second, for $3 an hour.
    expect(body).toContain(`${(((3.14e23 / 42e12 / 3600) * 3) / 1e6).toPrecision(4).replace(/0+$/, '')}M`)
    const { body: nothing } = await chart(id, {}, { 'if-none-match': headers.etag as string }).expect(304)
    expect(nothing).toBe('')
  })

  it('shows a market by year, in either language, and what callers named as text', async () => {
    const id = await run('market', market)
    const { body: english } = await chart(id, { width: 500, height: 300 }).expect(200)
    expect(english).toMatch(/^<svg width="500" height="300"/)
    expect(english).toContain('&lt;b&gt;Games&lt;/b&gt;')
    for (const year of ['2021', '2023', '2025']) expect(english).toContain(`>${year}</text>`)
    const { body: chinese } = await chart(id, { language: 'zh' }).expect(200)
    expect(chinese).toContain('游戏')
  })

  it('shows the spread of a simulated quantity', async () => {
    const simulation = { samples: 256, outputs: ['deviceDays', 'trainingCost'], percentiles: [10, 90] }
    const id = await run('training', training, { kind: 'simulation', simulation })
    const { body } = await chart(id, { quantity: 'trainingCost' }).expect(200)
    for (const mark of ['p10', 'p90', 'mean']) expect(body).toContain(`>${mark}</text>`)
    const { body: refusal } = await service.http
      .get(`/v1/runs/${id}/chart.svg?quantity=wallClockDays`)
      .expect(422)
    expect(refusal.errors[0]).toMatchObject({ parameter: 'quantity', code: 'unknown-quantity' })
    expect(refusal.detail).toContain('deviceDays, trainingCost')
  })

  it('is refused before there is a result, and for a run that is not there', async () => {
    await service.http.get('/v1/runs/run_nothing/chart.svg').expect(404)
    const large = { kind: 'simulation', simulation: { samples: 4_194_304, outputs: ['trainingCost'] } }
    const scenario = await service.http
      .post('/v1/scenarios')
      .send({ name: 'charted too early', estimator: 'training', inputs: training })
    const { body: started } = await service.http
      .post(`/v1/scenarios/${scenario.body.id}/runs`)
      .send(large)
      .expect(202)
    const early = await service.http.get(`/v1/runs/${started.id}/chart.svg`).expect(409)
    expect(early.headers['retry-after']).toBe('1')
    await service.http.delete(`/v1/runs/${started.id}`).expect(200)
    const ended = await service.http.get(`/v1/runs/${started.id}/chart.svg`).expect(409)
    expect(ended.body.detail).toContain('cancelled')
    expect(ended.headers['retry-after']).toBeUndefined()
  })

  it('has bounds on its size', async () => {
    const id = await run('training', training)
    const { body } = await service.http.get(`/v1/runs/${id}/chart.svg?width=100000`).expect(422)
    expect(body.errors[0].parameter).toBe('width')
  })
})
