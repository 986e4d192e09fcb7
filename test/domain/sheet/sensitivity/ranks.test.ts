import { describe, expect, it } from 'vitest'
import {
  correlationOf,
  partialRankCorrelations,
  ranksOf,
} from '../../../../src/domain/sheet/sensitivity/ranks.ts'

describe('ranksOf', () => {
  it('gives equal values the average of their ranks', () => {
    expect([...ranksOf(Float64Array.of(30, 10, 20, 10, 30, 30))]).toEqual([5, 1.5, 3, 1.5, 5, 5])
  })
})

describe('partialRankCorrelations', () => {
  // Ranks of three inputs and an output; expected from the recursion formula for partial correlations.
  const x = Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8)
  const y = Float64Array.of(2, 1, 4, 3, 6, 5, 8, 7)
  const z = Float64Array.of(3, 1, 2, 6, 4, 8, 5, 7)

  it('holds the other input fixed', () => {
    const [xz, yz, xy] = [correlationOf(x, z), correlationOf(y, z), correlationOf(x, y)]
    const expected = (xz - xy * yz) / Math.sqrt((1 - xy ** 2) * (1 - yz ** 2))
    expect(partialRankCorrelations([x, y], z)[0]).toBeCloseTo(expected, 12)
  })

  it('is null where the inputs determine each other', () => {
    expect(partialRankCorrelations([x, x], z)).toEqual([null, null])
  })
})
