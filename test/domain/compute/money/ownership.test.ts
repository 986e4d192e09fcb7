import { describe, expect, it } from 'vitest'
import { digest } from '../../../../src/digest.ts'
import { estimate } from '../../../../src/domain/estimate.ts'
import { estimatorOf } from '../../../../src/domain/estimators.ts'
import { lookupOfFiles } from '../../../support/lookup.ts'

const lookup = lookupOfFiles()
const deviceHours = 3.14e23 / 24.6e12 / 3600

/** GPT-3 as it was run: 10,000 V100 at 24.6 TFLOP/s (Patterson et al. 2021). */
function run(more: object) {
  const request = {
    trainingFlop: 3.14e23,
    accelerator: { id: 'v100-sxm2-32gb' },
    throughput: { flopPerSecond: 24.6e12 },
    devices: 10_000,
    ...more,
  }
  const answer = estimate(estimatorOf('training'), request, lookup, { digest, trace: true })
  const values = Object.fromEntries((answer.trace ?? []).map(({ id, value }) => [id, value]))
  return { ...answer, values, codes: answer.warnings.map(({ code }) => code) }
}

/** Within rounding of what was worked out beside it. */
const near = (value: number | undefined, expected: number) =>
  expect(Math.abs((value ?? Number.NaN) / expected - 1)).toBeLessThan(1e-9)

const owned = {
  acquired: '2018-06-01',
  trained: '2019-06-01',
  price: { perDevice: 10_000 },
  serverOverhead: 1.5,
  interconnectShare: 0.2,
  electricityPrice: 0.07,
}
const energy = { powerPerDevice: 330, pue: 1.1 }

describe('owning the devices of a run', () => {
  it('costs what their value loses meanwhile, their share of the network, and electricity', () => {
    const { values } = run({ ownership: owned, energy })
    near(values.acquisitionCost, (10_000 * 10_000 * 1.5) / 0.8)
    const k = values.depreciationRate ?? Number.NaN
    const value = 15_000 * 10 ** ((-k * 365) / 365.25)
    const hardware = deviceHours * ((value * k * Math.LN10) / 8_766)
    near(values.amortisedHardwareCost, hardware)
    near(values.amortisedInterconnectCost, (hardware * 0.2) / 0.8)
    const watts = values.powerPerDevice ?? Number.NaN
    const electricity = ((deviceHours * watts * 1.1) / 1_000) * 0.07
    near(values.electricityCost, electricity)
    near(values.ownershipCost, hardware / 0.8 + electricity)
  })

  it('costs the same each hour of its life where it is written off evenly', () => {
    const { values } = run({ ownership: { ...owned, depreciation: 'straight-line' }, energy })
    near(values.hardwarePerDeviceHour, 15_000 / ((values.serverLifetime ?? Number.NaN) * 8_766))
    expect(values.depreciationRate).toBeUndefined()
  })

  it('takes no server on top of the price of a whole one', () => {
    const price = { perDevice: 15_000, wholeServer: true }
    const { serverOverhead: _, ...rest } = owned
    const whole = run({ ownership: { ...rest, price }, energy }).values
    near(whole.acquisitionCost, run({ ownership: owned, energy }).values.acquisitionCost ?? Number.NaN)
  })

  it('takes the day of the run for both days where one is left out, within 90 days of the release', () => {
    // The card was released on 2018-03-27 (catalogue: day known), and could be had 90 days later.
    const { trained: _, ...rest } = owned
    expect(run({ ownership: rest, energy }).values.daysHeld).toBe(0)
    const { acquired: __, ...late } = owned
    const held = run({ ownership: late, energy }).values.daysHeld ?? 0
    const release = String(lookup.catalogue.accelerators.get('v100-sxm2-32gb')?.releaseDate?.value)
    expect(held).toBe((Date.parse('2019-06-01') - Date.parse(release)) / 86_400_000 - 90)
    expect(run({ ownership: { ...late, trained: '2018-01-01' }, energy }).values.daysHeld).toBe(0)
  })

  it('is refused when the run starts before its devices are there, naming both days', () => {
    expect(() => run({ ownership: { ...owned, trained: '2018-05-31' } })).toThrow(
      expect.objectContaining({
        code: 'inconsistent-inputs',
        pointer: '/ownership/trained',
        message: expect.stringMatching(/2018-05-31.*2018-06-01/),
      }),
    )
  })

  it('is told in the money of another year by consumer prices, and in yuan', () => {
    const cpi = new Map(lookup.catalogue.priceIndex.map(({ year, value }) => [year, value]))
    const [then, now] = [cpi.get(2019) ?? Number.NaN, cpi.get(2023) ?? Number.NaN]
    const { values } = run({ ownership: owned, energy, reportIn: { currency: 'CNY', year: 2023 } })
    near(values.ownershipCostReported, ((values.ownershipCost ?? Number.NaN) * now) / then)
    const rate = lookup.catalogue.exchangeRates.find(({ year }) => year === 2023)
    near(values.ownershipCostReportedCny, (values.ownershipCostReported ?? Number.NaN) * (rate?.value ?? 0))
    const same = run({ ownership: owned, energy, reportIn: { currency: 'USD', year: 2019 } }).values
    near(same.ownershipCostReported, same.ownershipCost ?? Number.NaN)
    expect(same.ownershipCostReportedCny).toBeUndefined()
  })

  it('says when the prices of a year are not known, and takes the last year before', () => {
    const last = lookup.catalogue.priceIndex.at(-1)
    const { values, codes } = run({ ownership: owned, energy, reportIn: { year: 2_099 } })
    expect(codes).toContain('price-index-of-another-year')
    near(values['priceIndex.2099'], last?.value ?? Number.NaN)
    expect(run({ ownership: owned, energy, reportIn: { year: 2023 } }).codes).not.toContain(
      'price-index-of-another-year',
    )
  })

  it('shows the price, the hour, each part and their sum among its results', () => {
    const results = Object.keys(run({ ownership: owned, energy }).results)
    expect(results).toEqual(
      expect.arrayContaining([
        ...['acquisitionCost', 'hardwarePerDeviceHour', 'amortisedHardwareCost'],
        ...['amortisedInterconnectCost', 'electricityCost', 'ownershipCost'],
      ]),
    )
  })

  it('takes the electricity of the year in which it runs, or of the nearest that is known', () => {
    const known = lookup.catalogue.costConstants.get('usIndustrialElectricityPrice')?.values ?? {}
    const years = Object.keys(known).map(Number)
    const { electricityPrice: _, ...rest } = owned
    const tariff = (trained: string) =>
      run({ ownership: { ...rest, trained }, energy }).values.electricityPrice
    const numberOf = (year: number) => Number((known as Record<string, unknown>)[String(year)])
    expect(tariff(`${Math.max(...years)}-06-01`)).toBe(numberOf(Math.max(...years)))
    expect(tariff('2090-06-01')).toBe(numberOf(Math.max(...years)))
  })

  it('cannot be told in the money of a year while nothing says when it was spent', () => {
    const rented = { price: { perDeviceHour: 3, currency: 'USD' }, reportIn: { year: 2023 } }
    expect(() => run(rented)).toThrow(
      expect.objectContaining({ code: 'missing-value', pointer: '/priceAsOf' }),
    )
  })

  it('takes a day of acquisition where the release of a device is not known to the day', () => {
    const vague = [...lookup.catalogue.accelerators.values()].find(
      ({ releaseDate }) => !/^\d{4}-\d{2}-\d{2}$/.test(String(releaseDate?.value ?? '')),
    )
    expect(vague).toBeDefined()
    const accelerator = { id: vague?.id }
    const asked = { accelerator, throughput: { flopPerSecond: 1e9 }, energy }
    const { acquired: _, trained: __, ...dateless } = owned
    expect(() => run({ ...asked, ownership: dateless })).toThrow(
      expect.objectContaining({ code: 'missing-value', pointer: '/ownership/acquired' }),
    )
    expect(run({ ...asked, ownership: { ...dateless, trained: '2024-01-01' } }).values.daysHeld).toBe(0)
  })
})
