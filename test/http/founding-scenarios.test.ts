import { describe, expect, it } from 'vitest'
import { readReferenceData } from '../../src/store/reference-data.ts'
import { useService } from '../support/service.ts'

const service = useService({ worker: false })
const scenarios = readReferenceData().scenarios

describe('the scenarios that every installation starts with', () => {
  it.each([
    // The founding report: 355 to 356 device-years, 9.5 million dollars.
    ['galaxy-2023-gpt3-175b-training', { deviceYears: [355, 356], trainingCost: [9.45e6, 9.55e6] }],
    // 26 device-years, 0.7 million dollars.
    ['galaxy-2023-gpt3-13b-training', { deviceYears: [25.5, 26.5], trainingCost: [0.65e6, 0.75e6] }],
    // 700 GB, 22 devices, 198,000 dollars.
    [
      'galaxy-2023-gpt3-serving',
      { weightBytes: [7e11, 7e11], devicesForWeights: [22, 22], hardwareCost: [198e3, 198e3] },
    ],
    // 1,600 亿元, to the 0.05 % that the sizes close to.
    ['galaxy-2023-china-aigc-2025', { total: [1599.2, 1600.8] }],
    // Over 1,200 亿美元 at 38.01 % a year.
    ['galaxy-2023-ai-software-2025', { total: [1200, 1260], cagr: [0.38005, 0.38015] }],
  ])('%s has run and gives the figures of the report', async (id, figures) => {
    const { body } = await service.http.get(`/v1/scenarios/${id}/result`).expect(200)
    const { results } = body
    for (const [quantity, [least, most]] of Object.entries(figures)) {
      expect(results[quantity].value, quantity).toBeGreaterThanOrEqual(least as number)
      expect(results[quantity].value, quantity).toBeLessThanOrEqual(most as number)
    }
  })

  it.each(scenarios)('$id: the inputs can be sent as a request and as a scenario', async scenario => {
    const { estimator, inputs } = scenario
    await service.http.post(`/v1/estimates/${estimator}`).send(inputs).expect(200)
    await service.http
      .post('/v1/scenarios')
      .send({ name: `a copy of ${scenario.id}`, estimator, inputs })
      .expect(201)
  })

  it.each(scenarios)(
    '$id: the companies and datasets that it names exist',
    async ({ companies, datasets }) => {
      for (const id of companies) await service.http.get(`/v1/companies/${id}`).expect(200)
      for (const id of datasets) await service.http.get(`/v1/datasets/${id}`).expect(200)
    },
  )

  it('say that the market closes suggestively, not provably', async () => {
    const { body } = await service.http.get('/v1/scenarios/galaxy-2023-china-aigc-2025').expect(200)
    expect(body.description).toContain('suggestive, not proof')
    expect(body.description).toContain('68 of 23,520')
  })
})
