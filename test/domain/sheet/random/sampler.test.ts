import { describe, expect, it } from 'vitest'
import {
  type SamplingMethod,
  samplerOf,
  samplingMethods,
} from '../../../../src/domain/sheet/random/sampler.ts'

const draw = (method: SamplingMethod, seed: string, samples: number, dimension: number): Float64Array => {
  const sampler = samplerOf(method, seed, samples, 4)
  const column = new Float64Array(samples)
  const length = samples / 4
  for (let start = 0; start < samples; start += length)
    sampler.fill(column.subarray(start, start + length), length, start, dimension)
  return column
}

/** The root mean square, over seeds, of the error of the mean of ∏ (½ + u), whose value is 1. */
function error(method: SamplingMethod, samples: number, dimensions: number): number {
  const errors = Array.from({ length: 20 }, (_, seed) => {
    const columns = Array.from({ length: dimensions }, (__, dimension) =>
      draw(method, `seed ${seed}`, samples, dimension),
    )
    let sum = 0
    for (let index = 0; index < samples; index++)
      sum += columns.reduce((product, column) => product * (0.5 + (column[index] as number)), 1)
    return (sum / samples - 1) ** 2
  })
  return Math.sqrt(errors.reduce((a, b) => a + b, 0) / errors.length)
}

describe('samplerOf', () => {
  it.each(samplingMethods)('%s: the same seed draws the same samples, another one others', method => {
    expect([...draw(method, 'a', 256, 3)]).toEqual([...draw(method, 'a', 256, 3)])
    expect([...draw(method, 'b', 256, 3)]).not.toEqual([...draw(method, 'a', 256, 3)])
    expect([...draw(method, 'a', 256, 4)]).not.toEqual([...draw(method, 'a', 256, 3)])
  })

  it.each(samplingMethods)('%s: probabilities lie strictly between 0 and 1 and spread evenly', method => {
    const column = draw(method, 'even', 4096, 0)
    expect(Math.min(...column)).toBeGreaterThan(0)
    expect(Math.max(...column)).toBeLessThan(1)
    // The variance of a uniform number is 1/12; that of 4096 of them is within a few percent of it.
    const variance = column.reduce((sum, u) => sum + (u - 0.5) ** 2, 0) / column.length
    expect(variance).toBeGreaterThan(0.079)
    expect(variance).toBeLessThan(0.0877)
  })

  it('a Latin hypercube has one sample in each stratum of a replicate', () => {
    const column = draw('latin-hypercube', 'strata', 400, 2)
    expect(new Set(column.subarray(0, 100).map(u => Math.floor(u * 100))).size).toBe(100)
  })

  it("Sobol' points and Latin hypercubes are far nearer to an integral than independent numbers", () => {
    const independent = error('monte-carlo', 4096, 5)
    // The standard deviation of the product is √((13/12)⁵ − 1) = 0.70, so that of the mean is 0.0110.
    expect(independent).toBeGreaterThan(0.006)
    expect(independent).toBeLessThan(0.018)
    expect(error('latin-hypercube', 4096, 5)).toBeLessThan(independent / 2)
    expect(error('sobol', 4096, 5)).toBeLessThan(independent / 20)
  })
})
