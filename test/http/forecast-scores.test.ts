import { describe, expect, it } from 'vitest'
import { useService } from '../support/service.ts'

const service = useService({ worker: false })
const path = '/v1/forecast-scores'
const get = (address = '', query = {}) => service.http.get(`${path}${address}`).query(query)

describe('GET /v1/forecast-scores', () => {
  it('summarises published forecasts by kind, and by horizon when asked', async () => {
    const { body, headers } = await get().expect(200)
    expect(body.items.map(({ name, rows }: { name: string; rows: number }) => [name, rows])).toEqual([
      ['ai-market', 5],
      ['segment-revenue', 6],
    ])
    await service.http
      .get(path)
      .set('if-none-match', headers.etag as string)
      .expect(304)
    const { body: horizons } = await get('', { by: 'horizon', limit: 2 }).expect(200)
    expect(horizons.items.map(({ name }: { name: string }) => name)).toEqual(['0', '1'])
    expect(horizons.nextCursor).not.toBeNull()
  })

  it('leaves out on request what is not comparable', async () => {
    const { body } = await get('', { by: 'all', comparable: true }).expect(200)
    expect(body.items[0].rows).toBe(8)
    await get('', { by: 'weather' }).expect(422)
  })
})

describe('GET /v1/forecast-scores/forecasts', () => {
  it('shows the 1,600 of the report beside 495.39: 1.17 too high on the logarithmic scale', async () => {
    const { body } = await get('/forecasts', { kind: 'ai-market' }).expect(200)
    const report = body.items.find(({ id }: { id: string }) => id === 'BT09')
    expect(report).toMatchObject({
      value: 1600,
      horizon: 2,
      outcome: { value: 495.39, status: 'forecast', dataset: 'llm_askci' },
      flags: ['other-scope', 'forecast-outcome'],
      logError: expect.closeTo(1.1724, 4),
    })
  })
})

describe('GET /v1/forecast-scores/default-uncertainty', () => {
  it('gives the spread of past errors, named as such', async () => {
    const { body } = await get('/default-uncertainty', { kind: 'ai-market', horizon: 0 }).expect(200)
    expect(body.basis.en).toContain('The spread of the errors of 7 past forecasts')
    expect(body.basis.en).toContain('a default')
    expect(body.p5Factor * body.p95Factor).toBeCloseTo(1, 12)
    await get('/default-uncertainty', { horizon: -1 }).expect(422)
  })
})

describe('POST /v1/forecast-scores', () => {
  it('scores forecasts against a dataset', async () => {
    const forecasts = [{ forecaster: 'ours', period: '2024', vintage: '2023', value: 3300 }]
    const { body } = await service.http
      .post(path)
      .send({ forecasts, actuals: { dataset: 'games_gpc' } })
      .expect(200)
    expect(body.unit).toBe('亿元')
    expect(body.forecasts[0]).toMatchObject({ horizon: 1, error: expect.closeTo(3300 - 3257.83, 9) })
  })

  it('refuses at the cell', async () => {
    const forecasts = [{ forecaster: 'ours', period: '2024', vintage: '2025-06', value: 3300 }]
    const { body } = await service.http.post(path).send({ forecasts }).expect(422)
    expect(body.errors[0].pointer).toBe('/forecasts/0/vintage')
  })
})
