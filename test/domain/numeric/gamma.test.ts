import { describe, expect, it } from 'vitest'
import { chiSquareAbove, standardNormal, upperGamma } from '../../../src/domain/numeric/gamma.ts'
import { logGamma } from '../../../src/domain/sheet/distributions/log-gamma.ts'

describe('ln Γ', () => {
  it('is the logarithm of a factorial, and of √π at a half', () => {
    expect(logGamma(1)).toBeCloseTo(0, 14)
    expect(logGamma(11)).toBeCloseTo(Math.log(3_628_800), 12)
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.PI) / 2, 13)
    expect(logGamma(0.25)).toBeCloseTo(1.2880225246980774, 12)
  })
})

describe('the upper gamma function', () => {
  it('of 1 is e⁻ˣ, and of 2 is (1 + x)·e⁻ˣ, on both sides of its change of method', () => {
    for (const x of [0, 0.3, 1.9, 2.1, 5, 40]) {
      expect(upperGamma(1, x)).toBeCloseTo(Math.exp(-x), 14)
      expect(upperGamma(2, x)).toBeCloseTo((1 + x) * Math.exp(-x), 14)
    }
  })
})

describe('the chi-square distribution', () => {
  // Quantiles as every table prints them.
  it.each([
    [3.841, 1, 0.05],
    [5.991, 2, 0.05],
    [11.345, 3, 0.01],
    [18.307, 10, 0.05],
    [124.342, 100, 0.05],
  ])('exceeds %d with %i degrees of freedom with probability %d', (x, freedom, probability) => {
    expect(chiSquareAbove(x, freedom)).toBeCloseTo(probability, 4)
  })
})

describe('the standard normal distribution', () => {
  it.each([
    [0, 0.5],
    [1, 0.8413447460685429],
    [-1.6448536269514722, 0.05],
    [1.959963984540054, 0.975],
    [-6, 9.865876450376981e-10],
  ])('is at most %d with probability %d', (z, probability) => {
    expect(Math.abs(standardNormal(z) / probability - 1)).toBeLessThan(1e-12)
  })
})
