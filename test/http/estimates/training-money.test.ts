import { describe, expect, it } from 'vitest'
import { useService } from '../../support/service.ts'

const service = useService({ worker: false })
const training = (body: object) => service.http.post('/v1/estimates/training').send(body)
type Named = { name: string; value: number; status: string; note: { en: string }; evidence?: unknown[] }
const assumption = (body: { assumptions: Named[] }, name: string) =>
  body.assumptions.find(each => each.name === name) as Named
const codes = (body: { warnings: { code: string }[] }) => body.warnings.map(({ code }) => code)

/** GPT-3 as it was run: 10,000 V100 for 14.8 days at 24.6 TFLOP/s (Patterson et al. 2021). */
const gpt3 = {
  trainingFlop: 3.14e23,
  accelerator: { id: 'v100-sxm2-32gb' },
  throughput: { flopPerSecond: 24.6e12 },
  devices: 10_000,
}
const deviceHours = 3.14e23 / 24.6e12 / 3600

describe('renting the devices of a training run', () => {
  it('at the three-year price that vendors asked: near the $4.34 M of Epoch AI', async () => {
    const body = { ...gpt3, commitment: '3-year', priceAsOf: '2019-08-31' }
    const { body: answer } = await training(body).expect(200)
    // Amazon asked 1.21 from January to August 2019, the only vendor of the 32 GB card in the catalogue.
    expect(assumption(answer, 'perDeviceHour')).toMatchObject({ value: 1.21, status: 'catalogue' })
    expect(assumption(answer, 'perDeviceHour').note.en).toContain('three-year')
    expect(assumption(answer, 'perDeviceHour').evidence).toHaveLength(1)
    expect(answer.results.trainingCost.value).toBeCloseTo(deviceHours * 1.21, 3)
    // Epoch AI, cloud cost of GPT-3 in dollars of 2023: 4.34 M. Ours is in those of 2019: 1.1 % below.
    expect(Math.abs(answer.results.trainingCost.value / 4.34e6 - 1)).toBeLessThan(0.02)
  })

  it('takes the mean discount of three clouds off a price that is given', async () => {
    const price = { perDeviceHour: 3.06 }
    const { body } = await training({ ...gpt3, price, commitment: '1-year' }).expect(200)
    expect(assumption(body, 'rentalDiscount')).toMatchObject({ value: 0.34, status: 'default' })
    expect(body.results.trainingCost.value).toBeCloseTo(deviceHours * 3.06 * 0.66, 3)
    const given = await training({ ...gpt3, price, discount: 0.1 }).expect(200)
    expect(given.body.results.trainingCost.value).toBeCloseTo(deviceHours * 3.06 * 0.9, 3)
  })

  it('refuses a commitment beside a discount, with both', async () => {
    const { body } = await training({ ...gpt3, commitment: '1-year', discount: 0.2 }).expect(422)
    expect(body).toMatchObject({ code: 'inconsistent-inputs' })
    expect(body.detail).toContain('commitment = 1-year and discount = 0.2')
  })
})

describe('owning the devices of a training run', () => {
  it("gives GPT-3 the amortised cost of Epoch AI's method", async () => {
    const { body } = await training({ ...gpt3, ownership: { trained: '2019-10-01' } }).expect(200)
    const { results } = body
    // Microway, 27 March to 8 May 2018: $11,458 for the card alone; 90 days after its release it could be had.
    expect(assumption(body, 'devicePrice')).toMatchObject({ value: 11_458, status: 'catalogue' })
    expect(assumption(body, 'daysHeld').value).toBe(
      (Date.UTC(2019, 9, 1) - Date.UTC(2018, 5, 25)) / 86_400_000,
    )
    const server = 11_458 * 1.69
    const value = server / 10 ** (0.14 * (463 / 365.25))
    const perHour = (value * 0.14 * Math.log(10)) / (24 * 365.25)
    const electricity = ((deviceHours * 300 * 0.75 * 1.667 * 1.25) / 1000) * 0.0681
    expect(results.acquisitionCost.value).toBeCloseTo((10_000 * server) / 0.81, 2)
    expect(results.amortisedHardwareCost.value).toBeCloseTo(deviceHours * perHour, 2)
    expect(results.amortisedInterconnectCost.value).toBeCloseTo((deviceHours * perHour * 0.19) / 0.81, 2)
    expect(results.electricityCost.value).toBeCloseTo(electricity, 2)
    expect(results.ownershipCost.value).toBeCloseTo((deviceHours * perHour) / 0.81 + electricity, 2)
    // Published: acquisition $242 M, amortised $2.20 M in the paper and $3.26 M in the updated file.
    expect(Math.abs(results.acquisitionCost.value / 242e6 - 1)).toBeLessThan(0.02)
    expect(Math.abs(results.ownershipCost.value / 2.2e6 - 1)).toBeLessThan(0.02)
  })

  it('writes the price off evenly where asked, over the lifetime of the year', async () => {
    const ownership = { acquired: '2021-01-01', depreciation: 'straight-line', price: { perDevice: 10_000 } }
    const { body } = await training({ ...gpt3, ownership }).expect(200)
    expect(assumption(body, 'serverLifetime').value).toBe(4)
    expect(body.results.hardwarePerDeviceHour.value).toBeCloseTo((10_000 * 1.69) / (4 * 8766), 9)
  })

  it('adds no server to the price of one, and converts yuan at the rate of the year', async () => {
    const price = { perDevice: 64_515, currency: 'CNY', wholeServer: true }
    const ownership = { acquired: '2021-03-01', price }
    const { body } = await training({ ...gpt3, ownership }).expect(200)
    expect(assumption(body, 'serverOverhead').value).toBe(1)
    expect(body.results.acquisitionCost.value).toBeCloseTo((10_000 * 10_000) / 0.81, 3)
  })

  it('takes estimates for devices that are not sold', async () => {
    const tpu = { trainingFlop: 4e22, accelerator: { id: 'tpu-v3' }, throughput: { mfu: 0.4 }, devices: 512 }
    const { body } = await training({ ...tpu, ownership: { trained: '2019-07-01' } }).expect(200)
    expect(assumption(body, 'devicePrice').value).toBe(5276)
    expect(assumption(body, 'serverOverhead').value).toBe(1.64)
  })

  it('tells costs in yuan and at the prices of another year', async () => {
    const price = { perDeviceHour: 3.06 }
    const reportIn = { currency: 'CNY', year: 2023 }
    const { body } = await training({ ...gpt3, price, priceAsOf: '2020-05-01', reportIn }).expect(200)
    // BLS: 258.811 in 2020 and 304.702 in 2023; NBS: 7.0467 yuan a dollar in 2023.
    const dollars = (deviceHours * 3.06 * 304.702) / 258.811
    expect(body.results.trainingCostReported).toMatchObject({ unit: 'USD' })
    expect(body.results.trainingCostReported.value).toBeCloseTo(dollars, 3)
    expect(body.results.trainingCostReportedCny.value).toBeCloseTo(dollars * 7.0467, 2)
  })

  it('takes each cost from its own year', async () => {
    const body = { ...gpt3, price: { perDeviceHour: 1 }, priceAsOf: '2022-05-01', reportIn: { year: 2023 } }
    const { body: answer } = await training({ ...body, ownership: { trained: '2019-10-01' } }).expect(200)
    const { trainingCost, trainingCostReported, ownershipCost, ownershipCostReported } = answer.results
    // BLS: 255.657 in 2019, 292.655 in 2022, 304.702 in 2023.
    expect(trainingCostReported.value / trainingCost.value).toBeCloseTo(304.702 / 292.655, 9)
    expect(ownershipCostReported.value / ownershipCost.value).toBeCloseTo(304.702 / 255.657, 9)
  })

  it('names both rates when price and report are of different years', async () => {
    const price = { perDeviceHour: 20, currency: 'CNY' }
    const reportIn = { currency: 'CNY', year: 2023 }
    const { body } = await training({ ...gpt3, price, priceAsOf: '2020-05-01', reportIn }).expect(200)
    expect(assumption(body, 'cnyPerUsd').value).toBe(6.8976)
    expect(assumption(body, 'cnyPerUsd.2023').value).toBe(7.0467)
  })

  it('knows years before 1000', async () => {
    const reportIn = { currency: 'CNY' }
    const price = { perDeviceHour: 1 }
    const { body } = await training({ ...gpt3, price, priceAsOf: '0001-01-01', reportIn }).expect(200)
    const warning = body.warnings.find(
      ({ code }: { code: string }) => code === 'exchange-rate-of-another-year',
    )
    expect(warning.message.en).toMatch(/: 1 takes [\d.]+ of \d{4}\.$/)
  })

  it('says that a price index is of another year', async () => {
    const reportIn = { year: 2030 }
    const { body } = await training({ ...gpt3, priceAsOf: '2022-08-31', reportIn }).expect(200)
    expect(codes(body)).toContain('price-index-of-another-year')
  })

  it.each([
    [{ ownership: { acquired: '2020-01-01', trained: '2019-01-01' } }, 'inconsistent-inputs', '2020-01-01'],
    [{ ownership: {}, accelerator: undefined }, 'missing-value', 'accelerator'],
    [{ ownership: {}, accelerator: { id: 'gb300-288gb' } }, 'missing-value', 'ownership.acquired'],
    [{ price: { perDeviceHour: 1 }, reportIn: {} }, 'missing-value', 'priceAsOf'],
    [{ ownership: { acquired: '2020-02-31' } }, 'invalid-request', '/ownership/acquired'],
  ])('refuses %j as %s', async (more, code, says) => {
    const { body } = await training({ ...gpt3, ...more }).expect(422)
    expect(body.code).toBe(code)
    expect(JSON.stringify(body)).toContain(says)
  })

  it('leaves the cost out, and says so, where nobody knows a price or a power', async () => {
    const run = { trainingFlop: 1e21, throughput: { flopPerSecond: 1e14 }, price: { perDeviceHour: 1 } }
    const priceless = { ...run, accelerator: { id: 't4-16gb' }, throughput: { mfu: 0.3 }, ownership: {} }
    expect(codes((await training(priceless).expect(200)).body)).toContain('no-purchase-price')
    const powerless = {
      ...run,
      accelerator: { id: 'tpu-v5p' },
      ownership: { acquired: '2024-06-01' },
      energy: {},
    }
    const { body } = await training(powerless).expect(200)
    expect(codes(body).filter(code => code === 'no-power')).toHaveLength(1)
    expect(body.results.ownershipCost).toBeUndefined()
    expect(body.results.trainingEnergy).toBeUndefined()
    expect(body.results.acquisitionCost.value).toBeGreaterThan(0)
  })
})
