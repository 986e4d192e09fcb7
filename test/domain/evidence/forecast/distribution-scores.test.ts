import { describe, expect, it } from 'vitest'
import {
  crpsEnsemble,
  crpsEnsembleFair,
  crpsLognormal,
  crpsNormal,
  pinball,
  wilson,
  winkler,
} from '../../../../src/domain/evidence/forecast/distribution-scores.ts'

describe('the continuous ranked probability score', () => {
  it('of a normal forecast is that of its closed form', () => {
    // At its own mean (√2 − 1)/√π.
    expect(crpsNormal(0, 1, 0)).toBeCloseTo((Math.SQRT2 - 1) / Math.sqrt(Math.PI), 14)
    expect(crpsNormal(0, 1, 1)).toBeCloseTo(0.602441357627616, 12)
    expect(crpsNormal(3000, 300, 2658.84)).toBeCloseTo(210.1359749332, 9)
  })

  it('of a lognormal forecast is that of its closed form', () => {
    expect(crpsLognormal(Math.log(1600), 0.4, 495.39)).toBeCloseTo(852.0418914752, 8)
  })

  it('of an ensemble is 0.7 with the bias of its number and 0.3 without', () => {
    expect(crpsEnsemble([1, 2, 3, 4, 10], 3.5)).toBeCloseTo(0.7, 12)
    expect(crpsEnsembleFair([10, 4, 3, 2, 1], 3.5)).toBeCloseTo(0.3, 12)
  })

  it('of one value is the absolute error', () => {
    expect(crpsEnsemble([7], 4)).toBe(3)
  })
})

describe('quantiles and intervals', () => {
  it('lose τ above and 1 − τ below', () => {
    expect(pinball(0.9, 3000, 3257.83)).toBeCloseTo(232.047, 9)
    expect(pinball(0.9, 3000, 2658.84)).toBeCloseTo(34.116, 9)
  })

  it('cost their width, and twenty times what a 90 % interval misses by', () => {
    expect(winkler(2500, 3300, 0.9, 3507.89)).toBeCloseTo(4957.8, 9)
    expect(winkler(2500, 3300, 0.9, 3000)).toBe(800)
  })

  it('are covered with the interval of Wilson: 8 of 10 lie between 0.490 and 0.943', () => {
    // Wilson (1927); the figures stand in Brown, Cai and DasGupta (2001) and every calculator.
    const { low, high } = wilson(8, 10)
    expect(low).toBeCloseTo(0.49, 2)
    expect(high).toBeCloseTo(0.943, 3)
    expect(wilson(0, 5).low).toBe(0)
    expect(wilson(5, 5).high).toBe(1)
  })
})
