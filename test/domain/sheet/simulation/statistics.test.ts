import { describe, expect, it } from 'vitest'
import { philox } from '../../../../src/domain/sheet/random/philox.ts'
import { quantilesOf } from '../../../../src/domain/sheet/simulation/selection.ts'
import { conclude, summarise } from '../../../../src/domain/sheet/simulation/statistics.ts'

const random = (length: number, key: number, values = 2 ** 32) =>
  Float64Array.from({ length }, (_, index) => philox(index, 0, key)[0] % values)

describe('quantilesOf', () => {
  const shares = [0.95, 0, 0.001, 0.05, 0.5, 0.5005, 0.25, 1]
  it.each([
    ['one value', random(1, 1)],
    ['two values', random(2, 2)],
    ['many values', random(20_011, 3)],
    ['many equal values', random(5_000, 4, 3)],
    ['ordered values', random(3_000, 5).sort()],
    ['values in falling order', random(3_000, 6).sort().reverse()],
  ])('are those of the sorted column, for %s', (_, column) => {
    const sorted = column.toSorted()
    const last = sorted.length - 1
    const expected = shares.map(p => {
      const index = Math.floor(p * last)
      const value = sorted[index] as number
      return p * last === index ? value : value + (p * last - index) * ((sorted[index + 1] as number) - value)
    })
    const padded = Float64Array.from([Number.NaN, ...column, Number.NaN])
    const found = quantilesOf(padded, 1, column.length + 1, shares)
    expect(found.map(({ value }) => value)).toEqual(expected)
    expect(found.map(({ low }) => low)).toEqual(shares.map(p => sorted[Math.floor(p * last)]))
    expect(found.map(({ high }) => high)).toEqual(
      shares.map(p => sorted[Math.min(last, Math.floor(p * last) + 2)]),
    )
  })
})

describe('the statistics of a column', () => {
  const column = Float64Array.from([1, 2, 3, 4, 5, 6, 7, 8, 10, 20])
  const request = { percentiles: [50], histogramBins: 2, exceeding: [7, 0, 20] }
  /** Of two replicates of five samples. */
  const statisticsOf = (samples: Float64Array) => {
    const halves = [0, 5].map(start =>
      summarise(samples, start, 5, new Float64Array(5), request, samples[0] as number),
    )
    return conclude(samples, halves, request)
  }
  const { mean, sd, percentiles, histogram, exceeding } = statisticsOf(column)

  it('gives mean, standard deviation and percentiles of all samples', () => {
    expect(mean.value).toBeCloseTo(6.6, 14)
    // Σ (x − 6.6)² = 268.4.
    expect(sd.value).toBeCloseTo(Math.sqrt(268.4 / 9), 12)
    expect(percentiles[0]?.value).toBe(5.5)
  })

  it('takes standard errors from how the replicates differ', () => {
    // The means of the halves are 3 and 10.2, so that of their average is 7.2 / 2.
    expect(mean.standardError).toBeCloseTo(3.6, 12)
    // The medians are 3 and 8.
    expect(percentiles[0]?.standardError).toBeCloseTo(2.5, 12)
  })

  it('counts what exceeds a value', () => {
    expect(exceeding.map(({ value }) => value)).toEqual([0.3, 1, 0])
    expect(exceeding[0]?.standardError).toBeCloseTo(0.3, 12)
  })

  it('counts every sample once in the histogram', () => {
    const shares = histogram?.shares.reduce((sum, { value }) => sum + value, 0) ?? 0
    expect(shares + (histogram?.below ?? 0) + (histogram?.above ?? 0)).toBeCloseTo(1, 12)
    expect(histogram?.edges).toHaveLength(3)
  })

  it('keeps the digits of a small spread about a large mean', () => {
    const shifted = statisticsOf(column.map(x => 1e12 + x))
    expect(shifted.sd.value).toBeCloseTo(sd.value, 6)
  })
})
