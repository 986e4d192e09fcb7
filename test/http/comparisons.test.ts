import { describe, expect, it } from 'vitest'
import { useService } from '../support/service.ts'

const service = useService()
const base = {
  trainingFlop: 3.14e23,
  throughput: { flopPerSecond: 28e12 },
  devices: 1000,
  price: { perDeviceHour: 3.06, currency: 'USD' },
}
let count = 0
async function run(inputs: object, estimator = 'training'): Promise<string> {
  const { body: scenario } = await service.http
    .post('/v1/scenarios')
    .send({ name: `compared ${++count}`, estimator, inputs })
    .expect(201)
  const { body } = await service.http
    .post(`/v1/scenarios/${scenario.id}/runs`)
    .set('prefer', 'wait=10')
    .expect(201)
  expect(body.status).toBe('succeeded')
  return body.id
}
const compare = (...runs: string[]) => service.http.get(`/v1/comparisons?runs=${runs.join(',')}`)
interface Part {
  of: string
  alone: number
  part: number
  standardError: number | null
}
const cost = (flop: number, rate: number, price: number) => (flop / rate / 3600) * price

describe('GET /v1/comparisons', () => {
  it('divides a change of cost among what changed, as worked out by hand', async () => {
    const other = {
      ...base,
      throughput: { flopPerSecond: 35e12 },
      price: { perDeviceHour: 2, currency: 'USD' },
    }
    const ids = [await run(base), await run(other)]
    const { body } = await compare(...ids).expect(200)
    expect(body.runs.map(({ id }: { id: string }) => id)).toEqual(ids)
    const [difference] = body.differences
    expect(difference).toMatchObject({ by: 'inputs', method: 'exact', orders: null, unexplained: null })
    expect(difference.inputs.map(({ id }: { id: string }) => id).toSorted()).toEqual([
      'effectiveFlopPerSecond',
      'perDeviceHour',
    ])
    expect(difference.members.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
      '/throughput/flopPerSecond',
      '/price/perDeviceHour',
    ])
    const result = difference.results.find(({ id }: { id: string }) => id === 'trainingCost')
    const [a, b] = [cost(3.14e23, 28e12, 3.06), cost(3.14e23, 35e12, 2)]
    expect(result.from).toBeCloseTo(a, 2)
    expect(result.to).toBeCloseTo(b, 2)
    const part = (of: string) => result.parts.find((each: Part) => each.of === of) as Part
    // Two changes of a product: each alone, and the mean of doing it first and second.
    const rateFirst = cost(3.14e23, 35e12, 3.06) - a
    const rateSecond = b - cost(3.14e23, 28e12, 2)
    expect(part('effectiveFlopPerSecond').alone).toBeCloseTo(rateFirst, 2)
    expect(part('effectiveFlopPerSecond').part).toBeCloseTo((rateFirst + rateSecond) / 2, 2)
    const priceFirst = cost(3.14e23, 28e12, 2) - a
    expect(part('perDeviceHour').alone).toBeCloseTo(priceFirst, 2)
    expect(result.interaction).toBeCloseTo(b - a - rateFirst - priceFirst, 2)
    for (const { difference: whole, parts } of difference.results) {
      const sum = parts.reduce((total: number, each: Part) => total + each.part, 0)
      expect(Math.abs(sum - whole)).toBeLessThanOrEqual(1e-9 * Math.abs(whole))
    }
    // The price has nothing to do with how long it takes.
    const days = difference.results.find(({ id }: { id: string }) => id === 'deviceDays')
    expect(days.parts.map(({ of }: Part) => of)).toEqual(['effectiveFlopPerSecond'])
  })

  it('goes by members of the request where the sheets are built differently', async () => {
    const v100 = { ...base, accelerator: { id: 'v100-sxm2-32gb' }, precision: 'fp16' }
    const other = { ...v100, throughput: { mfu: 0.3 }, price: { perDeviceHour: 2, currency: 'USD' } }
    const { body } = await compare(await run(v100), await run(other)).expect(200)
    const [difference] = body.differences
    expect(difference).toMatchObject({ by: 'members', method: 'exact', unexplained: null })
    const { parts } = difference.results.find(({ id }: { id: string }) => id === 'trainingCost')
    // 30 % of 125 TFLOP/s; the two parts of a product are each the mean of going first and second.
    const corners = [28e12, 0.3 * 125e12].map(rate => [3.06, 2].map(price => cost(3.14e23, rate, price)))
    const [[a = 0, b = 0] = [], [c = 0, d = 0] = []] = corners
    const expected = { '/throughput': (c - a + d - b) / 2, '/price/perDeviceHour': (b - a + d - c) / 2 }
    expect(Object.keys(expected)).toEqual(parts.map(({ of }: Part) => of))
    for (const { of, part } of parts as Part[])
      expect(part).toBeCloseTo(expected[of as keyof typeof expected], 2)
  })

  it('says so where changes cannot be made one without the other', async () => {
    const counted = { ...base, trainingFlop: undefined, model: { parameters: 13e9 }, tokens: 1e12 }
    const { body } = await compare(await run(base), await run(counted)).expect(200)
    const [difference] = body.differences
    expect(difference).toMatchObject({ by: 'members', method: null })
    expect(difference.unexplained).toMatch(/cannot be made without the others/)
    const result = difference.results.find(({ id }: { id: string }) => id === 'trainingFlop')
    expect(result).toMatchObject({ from: 3.14e23, to: 6 * 13e9 * 1e12, parts: [] })
  })

  it('finds nothing between equal runs, and takes several', async () => {
    const ids = [await run(base), await run(base), await run({ ...base, devices: 10 })]
    const { body } = await compare(...ids).expect(200)
    const [same, other] = body.differences
    expect(same).toMatchObject({ inputs: [], members: [] })
    for (const { difference, parts } of same.results) expect([difference, parts]).toEqual([0, []])
    expect(other.inputs.map(({ id }: { id: string }) => id)).toEqual(['devices'])
  })

  it('samples beyond ten changes, says how many orders, and still sums to the whole', async () => {
    const market = (factor: number) => ({
      region: 'CN',
      unit: '亿元',
      baseYear: 2021,
      targetYear: 2025,
      segments: Array.from({ length: 6 }, (_, index) => ({
        id: `s${index}`,
        size: { value: (100 + index) * factor },
        growth: { cagr: 0.05 * factor },
        valueCapture: 1,
        penetration: { constant: 0.1 + 0.01 * index * factor },
      })),
    })
    const ids = [await run(market(1), 'market'), await run(market(1.3), 'market')]
    const { body } = await compare(...ids).expect(200)
    const [difference] = body.differences
    expect(difference).toMatchObject({ method: 'sampled', orders: 256 })
    const total = difference.results.find(({ id }: { id: string }) => id === 'total')
    const sum = total.parts.reduce((whole: number, each: Part) => whole + each.part, 0)
    expect(sum).toBeCloseTo(total.difference, 9)
    expect(total.parts.length).toBeGreaterThan(10)
    expect(total.parts.some(({ standardError }: Part) => (standardError ?? 0) > 0)).toBe(true)
  })

  it('refuses runs of two estimators, runs that are not there, and anything but a list of two to ten', async () => {
    const training = await run(base)
    const serving = await run(
      {
        model: { id: 'gpt-3-175b' },
        precision: 'fp16',
        accelerator: { id: 'v100-sxm2-32gb' },
        memoryReserve: 0,
      },
      'serving',
    )
    const { body } = await compare(training, serving).expect(422)
    expect(body.errors).toMatchObject([{ parameter: 'runs' }])
    expect(body.detail).toMatch(/serving.*training/)
    await compare(training, 'run_nothing').expect(404)
    await compare(training).expect(422)
    await service.http.get('/v1/comparisons').expect(422)
    await compare(...Array.from({ length: 11 }, () => training)).expect(422)
  })
})
