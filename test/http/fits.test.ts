import { describe, expect, it } from 'vitest'
import { nist } from '../support/nist.ts'
import { useService } from '../support/service.ts'

const service = useService({ worker: false })
const post = (body: object) => service.http.post('/v1/fits').send(body)

describe('POST /v1/fits', () => {
  it('fits the certified Rat43 from its far start over HTTP', async () => {
    const { x, y, parameters } = nist.Rat43
    const points = x.map((place, index) => ({ x: place, value: y[index] }))
    const [[ceiling, offset, rate, asymmetry]] = nist.Rat43.starts
    const { body } = await post({
      model: 'richards',
      data: { points },
      starts: [{ ceiling, offset, rate, asymmetry }],
    }).expect(200)
    expect(body).toMatchObject({ identified: true, reasons: [], convergence: { converged: true, starts: 1 } })
    expect(body.parameters.ceiling.value / parameters[0]).toBeCloseTo(1, 6)
    expect(body.parameters.asymmetry.value / parameters[3]).toBeCloseTo(1, 6)
  })

  it('says which version of a dataset it used', async () => {
    const { body } = await post({ model: 'log-linear', data: { dataset: 'games_gpc' } }).expect(200)
    expect(body.dataset).toEqual({ id: 'games_gpc', version: 1 })
    expect(body.points).toHaveLength(10)
    expect(body.unit).toBe('亿元')
  })

  it('gives a curve of shares as a penetration that a market takes', async () => {
    const points = [0.02, 0.05, 0.11, 0.22, 0.34, 0.43, 0.47].map((value, index) => ({
      period: String(2015 + index),
      value,
    }))
    for (const model of ['logistic', 'gompertz', 'bass-cumulative']) {
      const { body } = await post({ model, data: { points }, project: [{ period: '2024' }] }).expect(200)
      const segments = [{ id: 's', size: { value: 1 }, penetration: body.penetration }]
      const { body: sized } = await service.http
        .post('/v1/estimates/market')
        .send({ baseYear: 2024, targetYear: 2024, segments })
        .expect(200)
      expect(sized.results.total.value, model).toBeCloseTo(body.projections[0].value, 12)
    }
    const { body } = await post({ model: 'logistic', data: { dataset: 'games_gpc' } }).expect(200)
    expect(body.penetration).toBeNull()
  })

  it('names the cell that is wrong', async () => {
    const points = [
      { period: '2021', value: 0 },
      { period: '2025', value: 3 },
    ]
    const { body } = await post({ model: 'cagr', data: { points } })
      .expect(422)
      .expect('content-type', /^application\/problem\+json/)
    expect(body.code).toBe('out-of-range')
    expect(body.errors[0].pointer).toBe('/data/points/0/value')
  })

  it.each([
    ['an unknown model', { model: 'astrology', data: { dataset: 'games_gpc' } }, '/model'],
    ['a value without a place', { model: 'linear', data: { points: [{ value: 1 }] } }, '/data/points/0'],
    [
      'a period that is none',
      { model: 'linear', data: { points: [{ period: '21', value: 1 }] } },
      '/data/points/0/period',
    ],
    ['a dataset of another workspace or none', { model: 'linear', data: { dataset: 'x' } }, '/data/dataset'],
  ])('%s is 422', async (_, request, pointer) => {
    const { body } = await post(request).expect(422)
    expect(body.errors[0].pointer).toBe(pointer)
  })

  it('fits 500 values, and answers at once to 500 that no curve settles on', async () => {
    const at = (value: (x: number) => number) =>
      Array.from({ length: 500 }, (_, x) => ({ x, value: value(x) }))
    const grown = (x: number) => 50 / (1 + Math.exp(5 - x / 40)) + 2 + Math.sin(x)
    const { body: told } = await post({ model: 'richards', data: { points: at(grown) } }).expect(200)
    expect(told.identified).toBe(true)
    const start = performance.now()
    const endless = at(x => Math.exp(x / 40) * (1 + Math.sin(x) / 9))
    const { body } = await post({ model: 'richards', data: { points: endless } }).expect(200)
    expect(body.identified).toBe(false)
    expect(performance.now() - start).toBeLessThan(1_000)
  })
})
