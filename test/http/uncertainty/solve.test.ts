import { describe, expect, it } from 'vitest'
import { useService } from '../../support/service.ts'

const service = useService()
const solve = (estimator: string, body: object) =>
  service.http.post(`/v1/estimates/${estimator}/solve`).send(body)

const gpt3 = {
  model: { parameters: 175e9 },
  tokens: 300e9,
  accelerator: { id: 'v100-sxm2-32gb' },
  precision: 'fp16',
  throughput: { mfu: 0.2 },
  price: { perDeviceHour: 3 },
  devices: 1000,
}

/** The report's bases as they are compared in the reference: 2,905.04 亿元 in all, once penetrated. */
const market = {
  baseYear: 2021,
  targetYear: 2021,
  segments: [{ id: 'all', size: { value: 2905.0425 } }],
}

describe('POST /v1/estimates/{estimator}/solve', () => {
  it('finds the multiplier of penetrations that gives 1,600 亿', async () => {
    const { body } = await solve('market', {
      inputs: market,
      target: { quantity: 'total', value: 1600 },
      for: 'penetrationMultiplier',
    }).expect(200)
    expect(body.input.value).toBeCloseTo(0.550766468993, 12)
    expect(body.input).toMatchObject({ pointer: '/penetrationMultiplier', before: 1, unit: '1' })
    const { body: checked } = await service.http.post('/v1/estimates/market').send(body.inputs).expect(200)
    expect(checked.results.total.value).toBeCloseTo(1600, 9)
  })

  it('finds the largest model for a budget, linear in its parameters', async () => {
    const { body: now } = await service.http.post('/v1/estimates/training').send(gpt3).expect(200)
    const { body } = await solve('training', {
      inputs: gpt3,
      target: { quantity: 'trainingCost', value: 1e6 },
      for: 'parameters',
    }).expect(200)
    expect(body.input.value / (175e9 * (1e6 / now.results.trainingCost.value))).toBeCloseTo(1, 9)
    expect(body.inputs.model.parameters).toBe(body.input.value)
    expect(body.results.trainingCost.value).toBeCloseTo(1e6, 3)
  })

  it('finds the MFU that makes a claim true, where the request gives none', async () => {
    const { throughput: _, ...asked } = gpt3
    const { body } = await solve('training', {
      inputs: asked,
      target: { quantity: 'deviceYears', value: 355.6 },
      for: 'mfu',
    }).expect(200)
    // 6ND / (MFU · 125e12 · 31,536,000 s) = 355.6.
    expect(body.input.value).toBeCloseTo((6 * 175e9 * 300e9) / (355.6 * 31_536_000 * 125e12), 12)
    expect(body.input.pointer).toBe('/throughput/mfu')
  })

  it('changes a value of the catalogue on the sheet, and says so', async () => {
    const { body } = await solve('training', {
      inputs: gpt3,
      target: { quantity: 'effectiveFlopPerSecond', value: 50e12 },
      for: 'peakFlopPerSecond',
    }).expect(200)
    expect(body.input).toMatchObject({ pointer: null, before: 125e12 })
    expect(body.input.value / 250e12).toBeCloseTo(1, 12)
    expect(body.inputs).toBeNull()
    expect(body.warnings.map(({ code }: { code: string }) => code)).toContain('solved-on-sheet')
  })

  it.each([
    ['at-most', 1459],
    ['at-least', 1458],
    ['nearest', 1458],
  ])('finds a number of devices that takes %s 100 days', async (side, devices) => {
    // 6ND / (0.2 · 125e12 · 86,400) = 145,833.33 device-days: 100.0228 days on 1,458 devices, 99.9543 on 1,459.
    const { body } = await solve('training', {
      inputs: gpt3,
      target: { quantity: 'wallClockDays', value: 100, side },
      for: 'devices',
    }).expect(200)
    expect(body.input.value).toBe(devices)
    expect(body.around.map(({ value }: { value: number }) => value)).toEqual([devices - 1, devices + 1])
    expect(body.reached).toBeCloseTo(145_833.333333 / devices, 5)
  })

  it('ends on an integer where every number beside it rounds to the target', async () => {
    const asked = { inputs: gpt3, target: { quantity: 'devices', value: 17 }, for: 'devices' }
    const { body } = await solve('training', asked).expect(200)
    expect(body).toMatchObject({ input: { value: 17 }, reached: 17, inputs: { devices: 17 } })
  })

  it('looks for integers between ends that are none', async () => {
    const asked = { inputs: gpt3, target: { quantity: 'wallClockDays', value: 100 }, for: 'devices' }
    const { body } = await solve('training', { ...asked, between: [1_457.5, 1_458.9] }).expect(422)
    // On 1,458 devices alone it takes 100.0228 days.
    expect(body.detail).toMatch(/is 100\.023 at devices = 1458 and .* is 100\.023 at devices = 1458\. Choose/)
    const { body: none } = await solve('training', { ...asked, between: [1_457.2, 1_457.9] }).expect(422)
    expect(none.errors[0].pointer).toBe('/between')
  })

  it('tells what is reached at both ends however far the target is', async () => {
    const target = { quantity: 'wallClockDays', value: 1e300 }
    const { body } = await solve('training', { inputs: gpt3, target, for: 'devices' }).expect(422)
    expect(body.detail).toContain('wallClockDays is 145833 at devices = 1 and')
  })

  it('refuses a target out of reach with the results at both ends', async () => {
    const { body } = await solve('training', {
      inputs: gpt3,
      target: { quantity: 'wallClockDays', value: 1 },
      for: 'mfu',
    }).expect(422)
    expect(body).toMatchObject({ code: 'unreachable-target', errors: [{ pointer: '/target/value' }] })
    expect(body.detail).toContain(
      'wallClockDays is 29166700 at mfu = 0.000001 and wallClockDays is 29.1667 at mfu = 1',
    )
  })

  it('says why the search ended where the estimator refuses a value', async () => {
    const inputs = { ...gpt3, throughput: { flopPerSecond: 20e12 } }
    const { body } = await solve('training', {
      inputs,
      target: { quantity: 'wallClockDays', value: 1 },
      for: 'effectiveFlopPerSecond',
    }).expect(422)
    expect(body.detail).toMatch(
      /at effectiveFlopPerSecond = 125000000000000\. Beyond, the estimator refuses .*125 TFLOP\/s/,
    )
  })

  it.each([
    ['an unknown input', { for: 'colour' }, 'unknown-quantity', '/for'],
    ['a quantity that is worked out', { for: 'trainingFlop' }, 'unknown-quantity', '/for'],
    [
      'an unknown quantity',
      { target: { quantity: 'joy', value: 1 } },
      'unknown-quantity',
      '/target/quantity',
    ],
    [
      'an input that the quantity does not depend on',
      { for: 'perDeviceHour', target: { quantity: 'deviceDays', value: 1 } },
      'unreachable-target',
      '/target/value',
    ],
    ['a range in the wrong order', { between: [0.5, 0.1] }, 'inconsistent-inputs', '/between/1'],
    ['a range past what is allowed', { between: [0.1, 1.5] }, 'out-of-range', '/between/1'],
    ['a range without the target', { between: [0.9, 1] }, 'unreachable-target', '/target/value'],
  ])('refuses %s', async (_, change, code, pointer) => {
    const request = { inputs: gpt3, target: { quantity: 'wallClockDays', value: 100 }, for: 'mfu', ...change }
    const { body } = await solve('training', request).expect(422)
    expect([body.code, body.errors[0].pointer]).toEqual([code, pointer])
  })
})
