import { describe, expect, it } from 'vitest'
import { digest } from '../../../src/digest.ts'
import { DomainError } from '../../../src/domain/errors.ts'
import type { Estimator } from '../../../src/domain/estimate.ts'
import { estimatorOf } from '../../../src/domain/estimators.ts'
import { sensitivity } from '../../../src/domain/uncertainty/sensitivity.ts'
import { simulate } from '../../../src/domain/uncertainty/simulate.ts'
import { type SolveRequest, solve } from '../../../src/domain/uncertainty/solve.ts'
import { type SweepRequest, sweep } from '../../../src/domain/uncertainty/sweep.ts'
import { estimatorComponents, estimatorRequests } from '../../../src/schemas/estimators.ts'
import { numericMembers } from '../../../src/schemas/numeric-members.ts'
import { lookupOfFiles } from '../../support/lookup.ts'

// The cost of a training is C / F / 3600 · p: what each question must answer can be written down.
const lookup = lookupOfFiles()
const training: Estimator = estimatorOf('training')
const [flop, rate] = [3.14e23, 28e12]
const hours = flop / rate / 3_600
const plain = {
  trainingFlop: flop,
  throughput: { flopPerSecond: rate },
  devices: 1_024,
  price: { perDeviceHour: 3, currency: 'USD' },
}
const uniform = (low: number, high: number) => ({ uniform: { low, high } })
const uncertain = { ...plain, price: { perDeviceHour: uniform(1, 5), currency: 'USD' } }
const members = (inputs: unknown) => numericMembers(estimatorComponents, estimatorRequests.training, inputs)

function finished<T>(steps: Generator<unknown, T>): T {
  let step = steps.next()
  while (!step.done) step = steps.next()
  return step.value
}
const near = (value: number | null | undefined, expected: number, within = 1e-9) =>
  expect(Math.abs((value ?? Number.NaN) / expected - 1)).toBeLessThan(within)

describe('a simulation of C / F / 3600 · p', () => {
  const run = (more: object = {}, inputs: unknown = uncertain) =>
    finished(simulate(training, { inputs, samples: 4_096, seed: '7', ...more }, lookup, digest))

  it('spreads as its one uncertain price does: mean, deviation, percentiles, bins', () => {
    const { results } = run({ outputs: ['trainingCost'], histogramBins: 8 })
    const [{ quantity, statistics } = { quantity: undefined, statistics: undefined }] = results
    expect(quantity?.id).toBe('trainingCost')
    near(quantity?.value, 3 * hours)
    near(statistics?.mean.value, 3 * hours, 1e-3)
    near(statistics?.sd.value, (4 / Math.sqrt(12)) * hours, 5e-3)
    for (const [index, percent] of [5, 25, 50, 75, 95].entries())
      near(statistics?.percentiles[index]?.value, (1 + (4 * percent) / 100) * hours, 5e-3)
    expect(statistics?.histogram?.shares).toHaveLength(8)
    for (const { value } of statistics?.histogram?.shares ?? []) expect(value).toBeCloseTo(1 / 8, 2)
    expect(statistics?.mean.standardError).toBeLessThan(0.001 * hours)
  })

  it('counts how likely a threshold is exceeded', () => {
    const { results } = run({
      outputs: ['trainingCost'],
      exceeding: [
        { quantity: 'trainingCost', value: 4 * hours },
        { quantity: 'trainingCost', value: 6 * hours },
      ],
    })
    const [quarter, never] = results[0]?.statistics.exceeding ?? []
    expect(quarter?.value).toBeCloseTo(0.25, 2)
    expect(never?.value).toBe(0)
    expect(results[0]?.thresholds).toEqual([4 * hours, 6 * hours])
  })

  it('answers with what depends on a distribution, says where it stands, and is the same for the same seed', () => {
    const first = run()
    expect(first.results.map(({ quantity }) => quantity.id)).toEqual(['trainingCost'])
    expect(first.inputs).toEqual([{ id: 'perDeviceHour', pointer: '/price/perDeviceHour', median: 3 }])
    expect(JSON.stringify(run())).toBe(JSON.stringify(first))
    expect(run({ seed: '8' }).results[0]?.statistics.mean.value).not.toBe(
      first.results[0]?.statistics.mean.value,
    )
  })

  it('multiplies independent factors: E[1/F] is ln(b/a)/(b−a)', () => {
    const throughput = { flopPerSecond: uniform(20e12, 40e12) }
    const { results } = run({ outputs: ['trainingCost'], samples: 16_384 }, { ...uncertain, throughput })
    near(results[0]?.statistics.mean.value, (3 * (flop / 3_600) * Math.LN2) / 20e12, 2e-3)
  })

  it('refuses a quantity that there is not, by its place', () => {
    expect(() => run({ outputs: ['trainingCost', 'nothing'] })).toThrow(
      expect.objectContaining({ code: 'unknown-quantity', pointer: '/outputs/1' }),
    )
  })
})

describe('what drives C / F / 3600 · p', () => {
  const inputs = { ...uncertain, throughput: { flopPerSecond: uniform(27e12, 29e12) } }
  const { results } = finished(
    sensitivity(training, { inputs, samples: 4_096, outputs: ['trainingCost'], percent: 20 }, lookup, digest),
  )
  const [drivers] = results

  it('swings from the tenth to the ninetieth percentile of each, the widest first', () => {
    expect(drivers?.percentiles.map(({ input }) => input)).toEqual([
      'perDeviceHour',
      'effectiveFlopPerSecond',
    ])
    const [price, speed] = drivers?.percentiles ?? []
    near(price?.from, 1.4)
    near(price?.to, 4.6)
    near(price?.atFrom, 1.4 * hours)
    near(price?.atTo, 4.6 * hours)
    near(speed?.atFrom, (3 * flop) / 27.2e12 / 3_600)
    near(speed?.atTo, (3 * flop) / 28.8e12 / 3_600)
  })

  it('moves by a fifth of each input that it depends on, and by none of the others', () => {
    const steps = new Map(drivers?.percent.map(step => [step.input, step]))
    expect([...steps.keys()].toSorted()).toEqual(['effectiveFlopPerSecond', 'perDeviceHour', 'trainingFlop'])
    near(steps.get('perDeviceHour')?.atFrom, 2.4 * hours)
    near(steps.get('trainingFlop')?.atTo, 3.6 * hours)
    near(steps.get('effectiveFlopPerSecond')?.atFrom, (3 * hours) / 0.8)
    near(steps.get('effectiveFlopPerSecond')?.atTo, (3 * hours) / 1.2)
    // A fall of a fifth in speed costs more than a rise saves, so it is the widest.
    expect(drivers?.percent[0]?.input).toBe('effectiveFlopPerSecond')
  })

  it('ranks with the price, against the speed, and divides the variance between them', () => {
    const ranks = new Map(drivers?.ranks.map(({ input, spearman }) => [input, spearman.value]))
    expect(ranks.get('perDeviceHour')).toBeGreaterThan(0.99)
    expect(ranks.get('effectiveFlopPerSecond')).toBeLessThan(0)
    const [price, speed] = drivers?.indices ?? []
    // Var p / E[p]² = 4/27; that of 1/F beside it is about (2/28)²/12.
    const [vp, vf] = [4 / 27, (2 / 28) ** 2 / 12]
    const whole = (1 + vp) * (1 + vf) - 1
    expect(price?.first.value).toBeCloseTo(vp / whole, 2)
    expect(speed?.first.value).toBeCloseTo(vf / whole, 2)
    expect(price?.total.value).toBeCloseTo((whole - vf) / whole, 2)
  })
})

describe('which input gives a result', () => {
  const find = (asked: Omit<SolveRequest, 'inputs'>, inputs: unknown = plain) =>
    solve(training, { inputs, ...asked }, members(inputs), lookup, digest, async () => {})

  it('is found in closed form, up and down, and put in its place', async () => {
    for (const [id, pointer, value] of [
      ['perDeviceHour', '/price/perDeviceHour', 7.5],
      ['perDeviceHour', '/price/perDeviceHour', 0.02],
      ['trainingFlop', '/trainingFlop', 1e21],
      ['effectiveFlopPerSecond', '/throughput/flopPerSecond', 5e12],
    ] as const) {
      const cost = {
        perDeviceHour: value * hours,
        trainingFlop: (3 * value) / rate / 3_600,
        effectiveFlopPerSecond: (3 * flop) / value / 3_600,
      }[id]
      const solution = await find({ for: id, target: { quantity: 'trainingCost', value: cost } })
      near(solution.input.value, value, 1e-8)
      near(solution.reached, cost)
      expect(solution.around).toEqual([])
      expect(solution.input.pointer).toBe(pointer)
      const before = { perDeviceHour: 3, trainingFlop: flop, effectiveFlopPerSecond: rate }[id]
      expect(solution.input.before).toBe(before)
      near(solution.results.trainingCost?.value, cost)
    }
  })

  it('keeps to an interval, and says what is reached at its ends where the target is not', async () => {
    const target = { quantity: 'trainingCost', value: 10 * hours }
    await expect(find({ for: 'perDeviceHour', target, between: [1, 9] })).rejects.toMatchObject({
      code: 'unreachable-target',
    })
    const inside = await find({ for: 'perDeviceHour', target, between: [9, 11] })
    near(inside.input.value, 10, 1e-8)
  })

  it('is refused for what does not move the quantity, and for what there is not', async () => {
    const target = { quantity: 'deviceDays', value: 1 }
    await expect(find({ for: 'perDeviceHour', target })).rejects.toBeInstanceOf(DomainError)
    await expect(find({ for: 'nothing', target })).rejects.toMatchObject({ code: 'unknown-quantity' })
    await expect(
      find({ for: 'perDeviceHour', target: { quantity: 'nothing', value: 1 } }),
    ).rejects.toMatchObject({ code: 'unknown-quantity' })
  })

  it('stands at the medians of distributions', async () => {
    const target = { quantity: 'trainingCost', value: 6 * hours }
    const solution = await find({ for: 'trainingFlop', target }, uncertain)
    near(solution.input.value, 2 * flop, 1e-8)
  })
})

describe('a sweep of C / F / 3600 · p', () => {
  const swept = (asked: Omit<SweepRequest, 'inputs'>) =>
    sweep(training, { inputs: plain, outputs: ['trainingCost'], ...asked }, members(plain), lookup)
  const rows = (asked: Omit<SweepRequest, 'inputs'>) => {
    const { rows: count, row } = swept(asked)
    return Array.from({ length: count }, (_, index) => row(index))
  }

  it('is every combination of a grid, the last axis fastest', () => {
    const found = rows({
      over: [
        { input: 'perDeviceHour', values: [1, 2] },
        { input: 'trainingFlop', values: [1e21, 2e21, 3e21] },
      ],
    })
    expect(found.map(({ over }) => over)).toEqual([
      [1, 1e21],
      [1, 2e21],
      [1, 3e21],
      [2, 1e21],
      [2, 2e21],
      [2, 3e21],
    ])
    for (const { over, results } of found)
      near(results[0], ((over[0] as number) * (over[1] as number)) / rate / 3_600)
  })

  it('is the first of each, then the second, in a list, which must be of equal lengths', () => {
    const over = [
      { input: 'perDeviceHour', values: [1, 2] },
      { member: '/trainingFlop', values: [1e21, 5e21] },
    ]
    expect(rows({ over, combine: 'list' }).map(row => row.over)).toEqual([
      [1, 1e21],
      [2, 5e21],
    ])
    const uneven = [...over.slice(0, 1), { member: '/trainingFlop', values: [1e21] }]
    expect(() => swept({ over: uneven, combine: 'list' })).toThrow(
      expect.objectContaining({ code: 'inconsistent-inputs' }),
    )
  })

  it('goes from end to end of a range, by equal steps or equal factors', () => {
    const values = (scale: 'linear' | 'log') =>
      rows({ over: [{ input: 'perDeviceHour', from: 1, to: 16, steps: 5, scale }] }).map(
        ({ over }) => over[0],
      )
    expect(values('linear')).toEqual([1, 4.75, 8.5, 12.25, 16])
    for (const [index, value] of values('log').entries()) near(value as number, 2 ** index)
    expect(values('log').at(-1)).toBe(16)
  })

  it('tells in its row what the estimator refuses, and goes on', () => {
    const [refused, kept] = rows({
      over: [{ member: '/accelerator', values: [{ id: 'no-such-device' }, { id: 'v100-sxm2-32gb' }] }],
    })
    expect(refused?.results).toEqual([null])
    expect(refused?.refused).toBeInstanceOf(DomainError)
    near(kept?.results[0], 3 * hours)
    expect(kept?.refused).toBeNull()
  })

  it('has no more rows than one answer may have', () => {
    const axis = (input: string) => ({ input, from: 1, to: 2, steps: 1_001 })
    expect(() => swept({ over: [axis('perDeviceHour'), axis('trainingFlop')] })).toThrow(
      expect.objectContaining({ code: 'too-many' }),
    )
  })

  it('is refused for one input on two axes', () => {
    const axis = { input: 'perDeviceHour', values: [1, 2] }
    expect(() => swept({ over: [axis, axis] })).toThrow(
      expect.objectContaining({ code: 'inconsistent-inputs' }),
    )
  })

  it('asks for each value of a member to be held against the schema, and for both ends of a range', () => {
    const { variants } = swept({
      over: [
        { member: '/devices', values: [1, 2] },
        { input: 'perDeviceHour', from: 1, to: 9, steps: 3 },
      ],
    })
    expect([...variants()].map(({ pointer }) => pointer)).toEqual([
      '/over/0/values/0',
      '/over/0/values/1',
      '/over/1/from',
      '/over/1/to',
    ])
  })
})
