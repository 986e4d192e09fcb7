import { describe, expect, it } from 'vitest'
import { useService } from '../../support/service.ts'

const service = useService()
const serving = (body: object) => service.http.post('/v1/estimates/serving').send(body)
const onV100 = {
  accelerator: { id: 'v100-sxm2-32gb' },
  memoryReserve: 0,
  purchase: { perDevice: 9000, currency: 'USD' },
}
const codesOf = (body: { warnings: { code: string }[] }) => body.warnings.map(({ code }) => code)
const assumed = (body: { assumptions: { name: string }[] }, name: string) =>
  body.assumptions.find(assumption => assumption.name === name)

describe("the founding report's serving figures", () => {
  it('175 B parameters at 4 bytes on 32 GB V100 at $9,000: 700 GB, 22 devices, $198,000', async () => {
    const { body } = await serving({
      ...onV100,
      model: { parameters: 175e9 },
      bytesPerParameter: 4,
    }).expect(200)
    expect(body.results.weightBytes).toMatchObject({ value: 7e11, unit: 'byte', formula: 'N · b' })
    expect(body.results.devicesForWeights).toMatchObject({ value: 22, unit: 'device' })
    expect(body.results.hardwareCost).toMatchObject({ value: 198_000, unit: 'USD' })
  })

  it('the same in 16 bits: 350 GB, 11 devices, $99,000', async () => {
    const { body } = await serving({ ...onV100, model: { parameters: 175e9 }, precision: 'fp16' }).expect(200)
    expect(body.results.weightBytes.value).toBe(3.5e11)
    expect(body.results.devicesForWeights.value).toBe(11)
    expect(body.results.hardwareCost.value).toBe(99_000)
    expect(codesOf(body)).toEqual(['memory-floor'])
  })

  it('the catalogue model, of 174.6 B parameters: 349.2 GB, 11 devices', async () => {
    const { body } = await serving({ ...onV100, model: { id: 'gpt-3-175b' }, precision: 'fp16' }).expect(200)
    expect(body.results.weightBytes.value).toBe(3.492e11)
    expect(body.results.devicesForWeights.value).toBe(11)
    expect(assumed(body, 'parameters')).toMatchObject({ status: 'catalogue', provenance: 'read' })
    expect(assumed(body, 'deviceMemory')).toMatchObject({ value: 32e9, unit: 'byte', status: 'catalogue' })
  })

  it('says that 4 bytes are twice what 16-bit weights take, with both figures, and that it is a floor', async () => {
    const { body } = await serving({ ...onV100, model: { parameters: 175e9 }, precision: 'fp32' }).expect(200)
    expect(codesOf(body)).toEqual(['memory-floor', 'weights-wider-than-16-bit'])
    for (const language of ['en', 'zh'])
      for (const figure of ['700 GB', '22', '350 GB', '11'])
        expect(body.warnings[1].message[language]).toContain(figure)
  })
})

describe('POST /v1/estimates/serving', () => {
  it('keeps a tenth of the memory free unless told otherwise, and says why', async () => {
    const { body } = await serving({
      model: { parameters: 175e9 },
      precision: 'fp16',
      accelerator: { id: 'v100-sxm2-32gb' },
      purchase: { perDevice: 1 },
    }).expect(200)
    // 350 GB over 28.8 GB a device are 12.15.
    expect(body.results.devicesForWeights.value).toBe(13)
    expect(assumed(body, 'memoryReserve')).toMatchObject({
      value: 0.1,
      status: 'default',
      note: { en: expect.stringContaining('KV cache') },
    })
  })

  it('does not buy a device for a rounding error', async () => {
    // 16 GB with 55 % kept free are 7.2 GB, and 72 GB are exactly ten of these.
    const { body } = await serving({
      ...onV100,
      accelerator: { id: 'v100-sxm2-16gb' },
      model: { parameters: 36e9 },
      precision: 'fp16',
      memoryReserve: 0.55,
    }).expect(200)
    expect(body.results.devicesForWeights.value).toBe(10)
  })

  it('counts all experts of a mixture', async () => {
    const { body } = await serving({
      model: { id: 'mixtral-8x7b' },
      precision: 'bf16',
      accelerator: { id: 'a100-sxm-80gb' },
    }).expect(200)
    // Jiang et al. 2024: 47 B parameters in all, 13 B active.
    expect(body.results.weightBytes.value / 2e9).toBeCloseTo(47, 0)
  })

  it('takes the 16-bit format of the device when none is named', async () => {
    const { body } = await serving({ ...onV100, model: { parameters: 1e9 } }).expect(200)
    expect(assumed(body, 'bytesPerParameter')).toMatchObject({
      value: 2,
      status: 'default',
      note: { en: expect.stringContaining('fp16') },
    })
  })

  it('takes the median of the latest purchase prices, lists them, and names shares of servers', async () => {
    const { body } = await serving({
      model: { parameters: 70e9 },
      accelerator: { id: 'a100-sxm-80gb' },
    }).expect(200)
    // Epoch AI, March 2025: Anafra 17,348.56 (a share of a server), SignalPulse 17,499.
    expect(assumed(body, 'perDevice')).toMatchObject({
      value: (17_348.56 + 17_499) / 2,
      status: 'catalogue',
      source: 'epoch-hardware-prices',
      evidence: [{ vendor: 'Anafra' }, { vendor: 'SignalPulse' }],
    })
    expect(codesOf(body)).toEqual(['memory-floor', 'price-of-whole-servers'])
    expect(body.warnings[1].message.en).toContain('1 of the 2')
  })

  it('takes them as of a day', async () => {
    const { body } = await serving({
      model: { parameters: 70e9 },
      accelerator: { id: 'v100-sxm2-32gb' },
      priceAsOf: '2020-12-31',
    }).expect(200)
    // Epoch AI, July 2020: The Next Platform 13,700.
    expect(assumed(body, 'perDevice')).toMatchObject({ value: 13_700 })
  })

  it("leaves Epoch AI's own estimates out and falls back to the price at release", async () => {
    const { body } = await serving({
      model: { parameters: 7e9 },
      accelerator: { id: 'a100-sxm-40gb' },
      priceAsOf: '2025-06-30',
    }).expect(200)
    expect(assumed(body, 'perDevice')).toMatchObject({
      value: 15_000,
      status: 'catalogue',
      note: { en: expect.stringContaining('price at release') },
    })
  })

  it('leaves the cost out, and says so, where the catalogue knows estimates alone', async () => {
    const { body } = await serving({ model: { parameters: 7e9 }, accelerator: { id: 'tpu-v4' } }).expect(200)
    expect(body.results.hardwareCost).toBeUndefined()
    expect(body.results.devicesForWeights.value).toBe(1)
    expect(codesOf(body)).toEqual(['memory-floor', 'no-price'])
  })

  it('converts a price in yuan and says at which rate', async () => {
    const { body } = await serving({
      ...onV100,
      model: { parameters: 16e9 },
      precision: 'fp16',
      purchase: { perDevice: 71_217, currency: 'CNY' },
    }).expect(200)
    // The average of 2024 is 7.1217 yuan a dollar; one device holds 32 GB.
    expect(body.results.hardwareCost.value).toBeCloseTo(10_000, 6)
    expect(assumed(body, 'cnyPerUsd')).toMatchObject({ value: 7.1217, status: 'default' })
  })

  it.each([
    // NBS: 6.4515 yuan a dollar on average in 2021; the last year known is 2024.
    ['2021-06-30', 6.4515, 'catalogue', []],
    ['2031-06-30', 7.1217, 'default', ['exchange-rate-of-another-year']],
  ])('converts a price in yuan of %s at the rate of its year', async (priceAsOf, value, status, said) => {
    const purchase = { perDevice: 71_217, currency: 'CNY' }
    const { body } = await serving({ ...onV100, model: { parameters: 1e9 }, purchase, priceAsOf }).expect(200)
    expect(assumed(body, 'cnyPerUsd')).toMatchObject({ value, status })
    expect(codesOf(body)).toEqual(['memory-floor', ...said])
  })

  it('has no price at release before the release', async () => {
    // NVIDIA announced the A100 on 14 May 2020.
    const body = { model: { parameters: 7e9 }, accelerator: { id: 'a100-sxm-40gb' }, priceAsOf: '2019-06-30' }
    const { body: answer } = await serving(body).expect(200)
    expect(answer.results.hardwareCost).toBeUndefined()
    expect(codesOf(answer)).toEqual(['memory-floor', 'no-price'])
  })

  it.each(['2023-02-30', '2023-02-29', '2023-04-31'])(
    'refuses the day %s, which no calendar has',
    async day => {
      const { body } = await serving({ ...onV100, model: { parameters: 1e9 }, priceAsOf: day }).expect(422)
      expect(body.errors).toMatchObject([{ pointer: '/priceAsOf' }])
      await serving({ ...onV100, model: { parameters: 1e9 }, priceAsOf: '2024-02-29' }).expect(200)
    },
  )

  it('buys a device for a byte more than fits', async () => {
    // 1000 devices of 32 GB hold 32e12 bytes.
    const body = { ...onV100, model: { parameters: 32e12 + 1 }, bytesPerParameter: 1 }
    expect((await serving(body).expect(200)).body.results.devicesForWeights.value).toBe(1001)
  })

  it('answers the same bytes to the same request', async () => {
    const ask = () => serving({ model: { id: 'llama-3.1-405b' }, accelerator: { id: 'h100-sxm-80gb' } })
    expect((await ask()).text).toBe((await ask()).text)
  })

  it.each([
    [
      { ...onV100, model: { parameters: 1e9 }, precision: 'fp16', bytesPerParameter: 4 },
      'inconsistent-inputs',
      'fp16 holds a parameter in 2 bytes, but bytesPerParameter is 4',
    ],
    [{ ...onV100, model: { id: 'gpt-3' } }, 'unknown-model', 'gpt-3-175b'],
    [{ ...onV100, model: { parameters: 1e9 }, accelerator: { id: 'v100' } }, 'unknown-accelerator', 'v100'],
    [{ ...onV100, model: { parameters: 1e9 }, memoryReserve: 1 }, 'invalid-request', '/memoryReserve'],
    [{ ...onV100, model: {} }, 'invalid-request', '/model'],
    [{ accelerator: { id: 'v100-sxm2-32gb' } }, 'invalid-request', '/model is missing'],
  ])('refuses %j as %s', async (body, code, says) => {
    const { body: problem } = await serving(body)
      .expect(422)
      .expect('content-type', /^application\/problem\+json/)
    expect(problem.code).toBe(code)
    expect(problem.detail).toContain(says)
  })
})
