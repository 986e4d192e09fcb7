import { describe, expect, it } from 'vitest'
import { uniform } from '../../../src/domain/sheet/distributions/continuous.ts'
import { formula } from '../../../src/domain/sheet/formula.ts'
import { given, quantity } from '../../../src/domain/sheet/quantity.ts'
import { Sheet } from '../../../src/domain/sheet/sheet.ts'
import { tornado } from '../../../src/domain/uncertainty/tornado.ts'
import type { UncertainEstimate } from '../../../src/domain/uncertainty/uncertain-inputs.ts'

const named = (id: string) => quantity(id, '1', id, id)

const sheet = new Sheet()
const [a, b, aside] = [
  sheet.input(named('a'), 10, given),
  sheet.input(named('b'), 4, given),
  sheet.input(named('aside'), 7, given),
]
const units = { inputUnits: ['1', '1'], unit: '1' } as const
const ratio = sheet.derive(
  named('ratio'),
  formula({ text: 'a / b', symbols: ['a', 'b'], ...units, fn: (one, other) => one / other }),
  [a, b],
)
sheet.derive(
  named('after'),
  formula({ text: 'a · b', symbols: ['a', 'b'], ...units, fn: (one, other) => one * other }),
  [ratio, aside],
)

const uncertain = {
  built: { sheet },
  inputs: [
    {
      ...{ id: 'b', pointer: '/b', distribution: uniform(0, 10), median: 5 },
      feeds: [{ handle: b, offset: 0, factor: 1 }],
    },
    // It reaches a as 3 + 2 · value.
    {
      ...{ id: 'a', pointer: '/a', distribution: uniform(0, 1), median: 0.5 },
      feeds: [{ handle: a, offset: 3, factor: 2 }],
    },
  ],
} as unknown as UncertainEstimate

describe('a tornado', () => {
  const { value, percentiles, percent } = tornado(uncertain, ratio, 20)

  it('starts from the value with all inputs at their medians', () => {
    expect(value).toBe(2.5)
  })

  it('moves each uncertain input to its tenth and ninetieth percentile, the others at rest', () => {
    expect(percentiles.map(({ input }) => input)).toEqual(['b', 'a'])
    const [ofB, ofA] = percentiles
    expect([ofB?.from, ofB?.to]).toEqual([expect.closeTo(1, 12), expect.closeTo(9, 12)])
    expect([ofB?.atFrom, ofB?.atTo]).toEqual([expect.closeTo(10, 12), expect.closeTo(10 / 9, 12)])
    expect([ofA?.from, ofA?.to]).toEqual([expect.closeTo(0.1, 12), expect.closeTo(0.9, 12)])
    expect([ofA?.atFrom, ofA?.atTo]).toEqual([expect.closeTo(3.2 / 4, 12), expect.closeTo(4.8 / 4, 12)])
  })

  it('moves every input behind the quantity, and none beside it, by the percentage', () => {
    // 10 / 3.2 − 10 / 4.8 is wider than 12 / 4 − 8 / 4.
    expect(percent.map(({ input }) => input)).toEqual(['b', 'a'])
    const [ofB, ofA] = percent
    expect(ofB).toMatchObject({ from: expect.closeTo(3.2, 12), to: expect.closeTo(4.8, 12) })
    expect(ofB).toMatchObject({ atFrom: expect.closeTo(3.125, 12), atTo: expect.closeTo(10 / 4.8, 12) })
    expect(ofA).toMatchObject({ from: 8, to: 12, atFrom: 2, atTo: 3 })
  })

  it('has no number where an input takes the quantity out of bounds, and shows that first', () => {
    const { percent: whole } = tornado(uncertain, ratio, 100)
    expect(whole[0]).toMatchObject({ input: 'b', from: 0, atFrom: null, atTo: 1.25 })
    expect(whole[1]).toMatchObject({ input: 'a', atFrom: 0, atTo: 5 })
  })
})
