import { describe, expect, it } from 'vitest'
import { normalQuantile } from '../../../../src/domain/sheet/distributions/normal.ts'
import { philox } from '../../../../src/domain/sheet/random/philox.ts'
import {
  countsUpTo,
  Finder,
  foundTogether,
  quantileFound,
  roughQuantile,
  searchFor,
} from '../../../../src/domain/sheet/simulation/quantile-search.ts'
import {
  binCount,
  binsFor,
  fillBins,
  leastOf,
  rank,
} from '../../../../src/domain/sheet/simulation/value-bins.ts'

const uniform = (index: number) => (philox(index, 7, 11)[0] + 0.5) * 2 ** -32
const samples = 400_000
const column = (value: (u: number) => number) =>
  Float64Array.from({ length: samples }, (_, index) => value(uniform(index)))
const normal = column(normalQuantile)
const shapes: readonly (readonly [string, Float64Array])[] = [
  ['on both sides of 0', normal],
  ['of twenty magnitudes', normal.map(z => Math.exp(10 * z))],
  ['close together, far from 0', normal.map(z => -1e6 - z * 1e-3)],
  ['many of which are one value', normal.map(z => Math.max(0, z))],
  ['all of which are one value', normal.map(() => 42)],
  ['of a few kinds', normal.map(z => Math.round(z))],
]
const shares = [0, 0.001, 0.05, 0.5, 0.75, 0.9999, 1]

/** Two passes over halves of a column, as two threads would make them. */
function search(values: Float64Array) {
  const bins = binsFor([values.slice(0, 4_096)])
  const counts = new Uint32Array(binCount)
  const room = new Uint32Array(values.length)
  fillBins(values, values.length, bins, room)
  for (const bin of room) counts[bin] = (counts[bin] as number) + 1
  const wanted = searchFor(bins, counts, shares)
  const half = values.length / 2
  const parts = [0, 1].map(replicate => {
    const finder = new Finder(wanted, 2)
    finder.add(values.slice(replicate * half, (replicate + 1) * half), half, replicate, room)
    return finder
  })
  return { bins, counts, found: foundTogether(parts) }
}

describe('quantiles of values that are not kept', () => {
  it.each(shapes)('are those of the sorted values, %s', (_, values) => {
    const { found } = search(values)
    const sorted = values.toSorted()
    for (const share of shares) {
      const position = share * (samples - 1)
      const [from, to] = [sorted[Math.floor(position)], sorted[Math.ceil(position)]] as [number, number]
      const expected = from + (position % 1) * (to - from)
      // Exact, but where so many lie in a bin that finer ones stand for them.
      expect(Math.abs(quantileFound(found, samples, share) - expected)).toBeLessThanOrEqual(
        1e-9 * Math.abs(expected),
      )
    }
  })

  it.each(shapes)('are told apart by replicate, %s', (_, values) => {
    const { found } = search(values)
    for (const share of [0.05, 0.5]) {
      const value = quantileFound(found, samples, share)
      const counted = [0, 1].map(
        half =>
          values.subarray((half * samples) / 2, ((half + 1) * samples) / 2).filter(each => each <= value)
            .length,
      )
      for (const [half, count] of countsUpTo(found, value, 2).entries())
        expect(Math.abs(count - (counted[half] as number))).toBeLessThanOrEqual(1)
    }
  })

  it('lie roughly where the bins say', () => {
    const { bins, counts } = search(normal)
    const sorted = normal.toSorted()
    for (const share of [0.05, 0.5, 0.95]) {
      const expected = sorted[Math.floor(share * samples)] as number
      expect(Math.abs(roughQuantile(bins, counts, share) - expected)).toBeLessThan(0.01)
    }
  })
})

describe('ranks of numbers', () => {
  it('are in the order of the numbers, and turn back to them', () => {
    const numbers = [-1e300, -2, -1.5, -1e-300, 0, 1e-300, 1, 1.5, 1.5 + 2 ** -30, 1e300]
    const ranks = numbers.map(rank)
    expect(ranks).toEqual(ranks.toSorted((a, b) => a - b))
    expect(new Set(ranks).size).toBe(numbers.length)
    for (const number of [0, 1, 1.5, -2, 1024]) expect(leastOf(rank(number)) + 0).toBeCloseTo(number, 9)
  })
})
