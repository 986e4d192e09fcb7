import { describe, expect, it } from 'vitest'
import { useService } from '../../support/service.ts'

const service = useService()
const training = (body: object) => service.http.post('/v1/estimates/training').send(body)
const v100 = { accelerator: { id: 'v100-sxm2-32gb' }, precision: 'fp16' }

describe("the founding report's training figures", () => {
  it.each([
    ['GPT-3 175B', 3640, 29_120],
    ['GPT-3 13B', 268, 2_144],
  ])('%s: %d PF-days on V100 at 125 TFLOP/s take %d device-days', async (_, trainingPfDays, deviceDays) => {
    const { body } = await training({
      ...v100,
      trainingPfDays,
      throughput: { flopPerSecond: 125e12 },
    }).expect(200)
    expect(body.results.deviceDays.value).toBeCloseTo(deviceDays, 6)
    expect(body.results.deviceDays.unit).toBe('day')
  })

  it('GPT-3 175B at 28 TFLOP/s and $3.06 an hour: 355 to 356 device-years, about $9.5 M', async () => {
    const { body } = await training({
      ...v100,
      trainingFlop: 3.14e23,
      throughput: { flopPerSecond: 28e12 },
      price: { perDeviceHour: 3.06, currency: 'USD' },
    }).expect(200)
    expect(body.results.deviceYears.value).toBeGreaterThan(355)
    expect(body.results.deviceYears.value).toBeLessThan(356)
    expect(body.results.trainingCost.value / 1e6).toBeCloseTo(9.5, 1)
  })

  it('GPT-3 13B at 28 TFLOP/s and $3.06 an hour: 26 device-years, about $0.7 M', async () => {
    const { body } = await training({
      ...v100,
      trainingPfDays: 268,
      throughput: { flopPerSecond: 28e12 },
      price: { perDeviceHour: 3.06 },
    }).expect(200)
    expect(body.results.deviceYears.value).toBeCloseTo(26, 0)
    expect(body.results.trainingCost.value / 1e6).toBeCloseTo(0.7, 1)
  })

  it('says that 125 TFLOP/s is the peak, and what real runs reached', async () => {
    const { body } = await training({
      ...v100,
      model: { id: 'gpt-3-175b' },
      trainingPfDays: 3640,
      throughput: { flopPerSecond: 125e12 },
    }).expect(200)
    const warning = body.warnings.find(({ code }: { code: string }) => code === 'throughput-is-peak')
    expect(warning.message.en).toContain('100 % of the dense fp16 peak')
    // Patterson et al. 2021: 24.6 TFLOP/s a V100, which is 19.7 % of 125.
    expect(warning.message.en).toContain('19.7 %')
    expect(warning.message.zh).toContain('19.7 %')
  })
})

describe('POST /v1/estimates/training', () => {
  it('counts 6ND from a catalogue model', async () => {
    const { body } = await training({
      model: { id: 'gpt-3-13b' },
      throughput: { flopPerSecond: 28e12 },
    }).expect(200)
    // Brown et al. 2020, table D.1: 12.85 B parameters, 300 B tokens, 2.31e22 FLOP.
    expect(body.results.trainingFlop.value).toBeCloseTo(2.313e22, -20)
    expect(body.results.trainingFlop.inputs).toEqual(['parameters', 'trainingTokens'])
    expect(body.assumptions.find((a: { name: string }) => a.name === 'parameters')).toMatchObject({
      status: 'catalogue',
      provenance: 'read',
      source: 'gpt-3-paper',
    })
  })

  it('counts 6ND from numbers, with a utilisation of the catalogue peak, on many devices', async () => {
    const { body } = await training({
      model: { parameters: 405e9 },
      tokens: 15.6e12,
      accelerator: { id: 'h100-sxm-80gb' },
      precision: 'bf16',
      throughput: { mfu: 0.41 },
      devices: 16_384,
    }).expect(200)
    // The Llama 3 paper gives 3.8e25 FLOP.
    expect(body.results.trainingFlop.value / 1e25).toBeCloseTo(3.8, 1)
    const { deviceDays, wallClockDays } = body.results
    expect(wallClockDays.value).toBeCloseTo(deviceDays.value / 16_384, 9)
    expect(body.trace).toBeUndefined()
  })

  it('takes the price from the catalogue as of a day and lists what it is the median of', async () => {
    const { body } = await training({
      ...v100,
      trainingFlop: 1e21,
      throughput: { mfu: 0.3 },
      priceAsOf: '2022-12-31',
    }).expect(200)
    const price = body.assumptions.find((a: { name: string }) => a.name === 'perDeviceHour')
    // Latest on-demand prices of 2022 in Epoch's data: AWS 3.9, OVHcloud 2.19, Paperspace 2.3.
    expect(price).toMatchObject({ value: 2.3, status: 'catalogue', source: 'epoch-hardware-prices' })
    expect(price.evidence).toHaveLength(3)
  })

  it('leaves the cost out, and says so, where nobody knows a price', async () => {
    const { body } = await training({ trainingFlop: 1e21, throughput: { flopPerSecond: 1e14 } }).expect(200)
    expect(body.results.trainingCost).toBeUndefined()
    expect(body.warnings).toMatchObject([{ code: 'no-price' }])
  })

  it('converts a price in yuan and says at which rate', async () => {
    const { body } = await training({
      trainingFlop: 1e21,
      throughput: { flopPerSecond: 1e14 },
      price: { perDeviceHour: 7.1217, currency: 'CNY' },
    }).expect(200)
    expect(body.assumptions.find((a: { name: string }) => a.name === 'cnyPerUsd')).toMatchObject({
      value: 7.1217,
      status: 'default',
      provenance: 'recalled',
    })
    // 1e21 FLOP at 1e14 FLOP/s are 1e7 s, or 2777.8 device-hours, at one dollar each.
    expect(body.results.trainingCost.value).toBeCloseTo(1e7 / 3600, 6)
  })

  it.each([
    // NBS: 6.4515 yuan a dollar on average in 2021; the last year known is 2024.
    ['2021-06-30', 6.4515, []],
    ['2031-06-30', 7.1217, [{ code: 'exchange-rate-of-another-year' }]],
  ])('converts a price in yuan of %s at the rate of its year', async (priceAsOf, value, said) => {
    const price = { perDeviceHour: 10, currency: 'CNY' }
    const throughput = { flopPerSecond: 1e14 }
    const { body } = await training({ trainingFlop: 1e21, throughput, price, priceAsOf }).expect(200)
    expect(body.assumptions.find((a: { name: string }) => a.name === 'cnyPerUsd').value).toBe(value)
    expect(body.warnings).toMatchObject(said)
  })

  it('takes the median of the published utilisations when none is named, and says of how many', async () => {
    const { body } = await training({ ...v100, trainingFlop: 1e21 }).expect(200)
    expect(body.assumptions.find((a: { name: string }) => a.name === 'mfu')).toMatchObject({
      status: 'default',
      note: { en: expect.stringMatching(/median utilisation of \d+ published training runs/) },
    })
  })

  it('traces every quantity in order, so that the sum can be redone', async () => {
    const { body } = await service.http
      .post('/v1/estimates/training?trace=true')
      .send({ model: { id: 'gpt-3-175b' }, throughput: { flopPerSecond: 28e12 } })
      .expect(200)
    const seen = new Set<string>()
    for (const quantity of body.trace) {
      for (const input of quantity.inputs) expect(seen).toContain(input)
      seen.add(quantity.id)
    }
    expect(seen).toContain('deviceYears')
  })

  it('answers the same bytes to the same request', async () => {
    const ask = () => training({ model: { id: 'llama-3.1-405b' }, accelerator: { id: 'h100-sxm-80gb' } })
    expect((await ask()).text).toBe((await ask()).text)
  })

  it.each([
    [{ throughput: { mfu: 0.3 }, accelerator: { id: 'v100-sxm2-32gb' } }, 'missing-value', 'trainingFlop'],
    [{ trainingFlop: 1e21 }, 'missing-value', 'throughput.flopPerSecond'],
    [
      { trainingFlop: 1e21, trainingPfDays: 3, throughput: { flopPerSecond: 1e12 } },
      'inconsistent-inputs',
      'trainingFlop = 1e+21 and trainingPfDays = 3',
    ],
    [{ trainingFlop: 1e21, accelerator: { id: 'v100' } }, 'unknown-accelerator', 'v100-sxm2-32gb'],
    [{ model: { id: 'gpt-3-9000' }, throughput: { flopPerSecond: 1e12 } }, 'unknown-model', 'gpt-3-175b'],
    [{ ...v100, precision: 'bf16', trainingFlop: 1e21 }, 'missing-value', 'fp16'],
    [
      { ...v100, trainingFlop: 1e21, throughput: { flopPerSecond: 126e12 } },
      'out-of-range',
      '126 TFLOP/s is more than the dense fp16 peak of NVIDIA V100 SXM2 32GB, 125 TFLOP/s',
    ],
    [{ model: { parameters: 1e9 }, throughput: { flopPerSecond: 1e12 } }, 'missing-value', 'tokens'],
  ])('refuses %j as %s', async (body, code, says) => {
    const { body: problem } = await training(body)
      .expect(422)
      .expect('content-type', /^application\/problem\+json/)
    expect(problem.code).toBe(code)
    expect(problem.detail).toContain(says)
  })
})

describe('a model by its architecture', () => {
  // Two layers of 4 · 256² and 2 · 256 · 1,024, and one table of 1,000 words, counted by hand.
  const architecture = {
    layers: 2,
    hidden: 256,
    heads: 4,
    ffn: 1024,
    gatedMlp: false,
    vocab: 1000,
    tiedEmbeddings: true,
  }
  const parameters = 2 * (4 * 256 ** 2 + 2 * 256 * 1024) + 1000 * 256

  it('is counted', async () => {
    const { body } = await service.http
      .post('/v1/estimates/training')
      .send({ model: { architecture }, tokens: 1e9, throughput: { flopPerSecond: 1e14 } })
      .expect(200)
    expect(body.results.parameters.value).toBe(parameters)
    expect(body.results.trainingFlop.value).toBe(6 * parameters * 1e9)
    expect(body.assumptions.find(({ name }: { name: string }) => name === 'parameters').status).toBe(
      'derived',
    )
  })

  it('must be one that can be built', async () => {
    const { body } = await service.http
      .post('/v1/estimates/training')
      .send({
        model: { architecture: { ...architecture, heads: 3 } },
        tokens: 1e9,
        throughput: { flopPerSecond: 1e14 },
      })
      .expect(422)
    expect(body.errors).toEqual([expect.objectContaining({ pointer: '/model/architecture/heads' })])
  })
})
