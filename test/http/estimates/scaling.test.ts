import { describe, expect, it } from 'vitest'
import { useService } from '../../support/service.ts'

const service = useService({ worker: false })
const scaling = (body: object) => service.http.post('/v1/estimates/scaling').send(body)
const codes = (body: { warnings: { code: string }[] }) => body.warnings.map(({ code }) => code)
const h100 = { accelerator: { id: 'h100-sxm-80gb' }, precision: 'bf16' }

describe('POST /v1/estimates/scaling', () => {
  it("spends Gopher's budget as the replication does: 72 B parameters on 1.33 T tokens", async () => {
    const { body } = await scaling({ trainingFlop: 5.76e23 }).expect(200)
    const { optimalParameters, optimalTokens, expectedLoss, tokensPerParameter } = body.results
    expect(optimalParameters.value / 1e9).toBeCloseTo(72, -0.5)
    expect(optimalTokens.value / 1e12).toBeCloseTo(1.33, 1)
    expect(6 * optimalParameters.value * optimalTokens.value).toBeCloseTo(5.76e23, -16)
    expect(tokensPerParameter).toMatchObject({ unit: 'token/parameter' })
    const { value: n } = optimalParameters
    const { value: d } = optimalTokens
    expect(expectedLoss.value).toBeCloseTo(1.8172 + 482.006 / n ** 0.34781 + 2085.43 / d ** 0.36585, 9)
    expect(expectedLoss.unit).toBe('nat/token')
    expect(body.assumptions.find((a: { name: string }) => a.name === 'parameterCoefficient')).toMatchObject({
      source: 'besiroglu-2024',
      note: { en: expect.stringContaining('standard error 124.5') },
    })
  })

  it.each([
    ['hoffmann-2022-approach-1', 67e9, 1.5e12],
    ['hoffmann-2022-approach-2', 61.4e9, 1.56e12],
  ])('%s gives an optimum and no loss, and says why', async (law, parameters, tokens) => {
    const { body } = await scaling({ trainingFlop: 5.76e23, law, inferenceTokens: 1e12 }).expect(200)
    expect(Math.abs(body.results.optimalParameters.value / parameters - 1)).toBeLessThan(0.06)
    expect(Math.abs(body.results.optimalTokens.value / tokens - 1)).toBeLessThan(0.06)
    expect(body.results.expectedLoss).toBeUndefined()
    expect(body.results.inferenceAwareParameters).toBeUndefined()
    expect(body.results.inferenceFlop.value).toBeCloseTo(2e12 * body.results.optimalParameters.value, -12)
    expect(codes(body)).toContain('law-without-loss')
  })

  it("gives Kaplan's loss along the frontier and of a model", async () => {
    const along = await scaling({ trainingPfDays: 3640, law: 'kaplan-2020' }).expect(200)
    expect(along.body.results.expectedLoss.value).toBeCloseTo((3640 / 2.3e8) ** -0.05, 9)
    expect(codes(along.body)).toContain('parameters-without-embeddings')
    const of = await scaling({ parameters: 175e9, tokens: 300e9, law: 'kaplan-2020' }).expect(200)
    const expected = ((6.4e13 / 175e9) ** (0.076 / 0.103) + 1.8e13 / 300e9) ** 0.103
    expect(of.body.results.expectedLoss.value).toBeCloseTo(expected, 9)
  })

  it('gives the loss of a model beside the best that its compute allows', async () => {
    const { body } = await scaling({ parameters: 280e9, tokens: 300e9 }).expect(200)
    const { expectedLoss, optimalLoss, trainingFlop, optimalParameters } = body.results
    expect(trainingFlop.value).toBeCloseTo(6 * 280e9 * 300e9, -12)
    // Chinchilla, of a quarter of the parameters, is the better model for Gopher's compute.
    expect(optimalParameters.value).toBeLessThan(80e9)
    expect(optimalLoss.value).toBeLessThan(expectedLoss.value)
  })

  it('turns money into compute, and prices serving on the same devices', async () => {
    const { body } = await scaling({
      budget: { amount: 5e6 },
      ...h100,
      throughput: { mfu: 0.4 },
      price: { perDeviceHour: 2 },
      inferenceTokens: 1e13,
      inferenceUtilisation: 0.1,
      devices: 1000,
    }).expect(200)
    const { results } = body
    // 2.5 M device-hours at 0.4 of 989.4 TFLOP/s.
    const flop = 2.5e6 * 3600 * 0.4 * 989.4e12
    expect(results.trainingFlop.value / flop).toBeCloseTo(1, 3)
    expect(results.trainingCost.value).toBeCloseTo(5e6, 3)
    expect(results.wallClockDays.value).toBeCloseTo(2.5e6 / 24 / 1000, 6)
    const n = results.optimalParameters.value
    const served = ((2 * n * 1e13) / (0.1 * 989.4e12) / 3600) * 2
    expect(results.servingCost.value / served).toBeCloseTo(1, 3)
    expect(results.lifetimeCost.value).toBeCloseTo(5e6 + results.servingCost.value, 3)
    expect(results.inferenceAwareLifetimeCost.value).toBeLessThan(results.lifetimeCost.value)
    expect(results.inferenceAwareParameters.value).toBeLessThan(n)
    // The smaller model reaches the same loss.
    const again = await scaling({
      parameters: results.inferenceAwareParameters.value,
      tokens: results.inferenceAwareTokens.value,
    }).expect(200)
    expect(again.body.results.expectedLoss.value).toBeCloseTo(results.expectedLoss.value, 9)
  })

  it('links a procedure to its parts and gives it no text', async () => {
    const { body } = await scaling({ trainingFlop: 1e24, inferenceTokens: 1e13 }).expect(200)
    expect(body.results.inferenceAwareParameters).toMatchObject({
      formula: null,
      source: 'sardana-2023',
      inputs: [
        'expectedLoss',
        'lossFloor',
        'parameterCoefficient',
        'parameterExponent',
        'tokenCoefficient',
        'tokenExponent',
        'inferenceTokens',
        'inferenceCostRatio',
      ],
    })
  })

  it('converts budget and price in yuan at one rate', async () => {
    const { body } = await scaling({
      budget: { amount: 7.1217e6, currency: 'CNY' },
      throughput: { flopPerSecond: 4e14 },
      price: { perDeviceHour: 7.1217, currency: 'CNY' },
    }).expect(200)
    expect(body.results.trainingFlop.value / (1e6 * 3600 * 4e14)).toBeCloseTo(1, 9)
    expect(body.assumptions.filter((a: { name: string }) => a.name === 'cnyPerUsd')).toHaveLength(1)
  })

  it('refuses to spend money on devices that cost nothing, with both numbers', async () => {
    const body = {
      budget: { amount: 5e6 },
      accelerator: { id: 'h100-sxm-80gb' },
      price: { perDeviceHour: 0 },
    }
    const { body: problem } = await scaling(body).expect(422)
    expect(problem).toMatchObject({
      code: 'inconsistent-inputs',
      errors: [{ pointer: '/price/perDeviceHour' }],
    })
    expect(problem.detail).toMatch(/budget = 5000000 .*perDeviceHour = 0/)
  })

  it('repeats data when it runs out, and loses by it', async () => {
    const { body } = await scaling({ trainingFlop: 1e25, uniqueTokens: 500e9 }).expect(200)
    const { epochs, effectiveTokens, dataLimitedTokens, dataLimitedLoss, expectedLoss } = body.results
    expect(epochs.value).toBeGreaterThan(2)
    expect(effectiveTokens.value).toBeLessThan(dataLimitedTokens.value)
    expect(dataLimitedLoss.value).toBeGreaterThan(expectedLoss.value)
    const plenty = await scaling({ trainingFlop: 1e22, uniqueTokens: 1e15 }).expect(200)
    const { dataLimitedParameters, optimalParameters } = plenty.body.results
    expect(dataLimitedParameters.value / optimalParameters.value).toBeCloseTo(1, 5)
    expect(plenty.body.results.dataLimitedLoss.value).toBeCloseTo(plenty.body.results.expectedLoss.value, 9)
  })

  it('says that a budget lies outside what the law was fitted on', async () => {
    const { body } = await scaling({ trainingFlop: 1e27 }).expect(200)
    const warning = body.warnings.find((w: { code: string }) => w.code === 'outside-fitted-range')
    expect(warning.message.en).toContain('7e7 to 1.6e10 parameters')
    expect(warning.message.zh).toContain('外推')
    expect(codes((await scaling({ trainingFlop: 1e21 }).expect(200)).body)).toEqual([])
  })

  it.each([
    [{}, 'missing-value', 'trainingFlop, trainingPfDays, budget'],
    [
      { trainingFlop: 1e21, budget: { amount: 10 } },
      'inconsistent-inputs',
      'trainingFlop = 1e+21 and budget = 10',
    ],
    [{ parameters: 1e9 }, 'missing-value', 'tokens'],
    [{ tokens: 1e9 }, 'missing-value', 'parameters'],
    [{ budget: { amount: 1e6 } }, 'missing-value', 'accelerator'],
    [{ budget: { amount: 1e6 }, throughput: { flopPerSecond: 1e14 } }, 'missing-value', 'price'],
    [{ trainingFlop: 1e21, law: 'moore' }, 'invalid-request', 'kaplan-2020'],
  ])('refuses %j as %s', async (body, code, says) => {
    const { body: problem } = await scaling(body).expect(422)
    expect(problem.code).toBe(code)
    expect(JSON.stringify(problem)).toContain(says)
  })

  it.each([
    { trainingFlop: 1e6, inferenceTokens: 1e18, uniqueTokens: 1 },
    { trainingFlop: 1e35, inferenceTokens: 1e18, uniqueTokens: 1 },
    { trainingPfDays: 1e-12, uniqueTokens: 1e18 },
    { parameters: 1, tokens: 1, inferenceTokens: 1e18, uniqueTokens: 1e18 },
    { parameters: 1e16, tokens: 1e18, inferenceTokens: 1e18, uniqueTokens: 1 },
  ])('answers the extremes of its bounds: %j', async body => {
    for (const law of ['besiroglu-2024', 'hoffmann-2022-approach-3', 'muennighoff-2023', 'kaplan-2020'])
      await scaling({ ...body, law }).expect(200)
  })
})
