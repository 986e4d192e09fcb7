import { describe, expect, it } from 'vitest'
import { tabulatedBetaQuantile } from '../../../../src/domain/sheet/distributions/beta-quantile.ts'
import { normalProbability, normalQuantile } from '../../../../src/domain/sheet/distributions/normal.ts'
import {
  type HardBounds,
  isDistribution,
  readDistribution,
} from '../../../../src/domain/sheet/distributions/read-distribution.ts'
import type { DistributionSpecification } from '../../../../src/domain/sheet/distributions/specification.ts'

/** How far two numbers are apart, relative to the second. */
const off = (found: number, expected: number): number =>
  Math.abs(found - expected) / Math.max(1e-300, Math.abs(expected))

describe('normalQuantile', () => {
  // From the inverse error function to 40 digits (mpmath).
  it.each([
    [1e-10, -6.361340902404056],
    [0.001, -3.0902323061678136],
    [0.05, -1.6448536269514726],
    [0.3, -0.5244005127080408],
    [0.975, 1.9599639845400543],
    [0.999999, 4.753424308822899],
  ])('at %d is %d', (p, expected) => {
    expect(off(normalQuantile(p), expected)).toBeLessThan(1e-11)
  })

  it('is undone by normalProbability', () => {
    for (let p = 1e-9; p < 1; p += 0.0007)
      expect(off(normalProbability(normalQuantile(p)), p)).toBeLessThan(1e-12)
  })
})

type Row = readonly [DistributionSpecification, Readonly<Record<number, number>>]

// Published in Keelin 2016 and Vose 2000 form, or worked out by SciPy 1.17 and mpmath.
const references: readonly Row[] = [
  [
    { normal: { mean: 3, sd: 2 } },
    { 0.05: 3 - 2 * 1.6448536269514722, 0.5: 3, 0.975: 3 + 2 * 1.959963984540054 },
  ],
  [{ lognormal: { p5: 100, p95: 1000 } }, { 0.05: 100, 0.5: 316.22776601683796, 0.95: 1000 }],
  [{ lognormal: { meanLog: 5.756462732485, sdLog: 0.699936169172 } }, { 0.5: 316.2277660168 }],
  [{ uniform: { low: -2, high: 6 } }, { 0.05: -1.6, 0.5: 2, 0.999: 5.992 }],
  [
    { triangular: { low: 0.5, mode: 0.7, high: 0.85 } },
    { 0.05: 0.5591607978309961, 0.5: 0.6870828693386971, 0.95: 0.7987652462303148 },
  ],
  [
    { pert: { low: 0.5, mode: 0.7, high: 0.85 } },
    { 0.05: 0.5800837111, 0.5: 0.6936333966, 0.95: 0.7964793299 },
  ],
  [
    { pert: { low: 0.1, mode: 0.25, high: 0.45 } },
    { 0.05: 0.1535206701, 0.5: 0.2563666034, 0.95: 0.3699162889 },
  ],
  [{ pert: { low: 0, mode: 1, high: 10 } }, { 0.05: 0.2999818232, 0.5: 2.0266485036, 0.95: 5.420740974 }],
  [
    { beta: { alpha: 2, beta: 5 } },
    {
      0.001: 0.008255492787746678,
      0.05: 0.06284989170835438,
      0.5: 0.26444998329566005,
      0.95: 0.5818034092520259,
      0.999: 0.818613866919134,
    },
  ],
  [
    { beta: { alpha: 2000, beta: 3 } },
    { 0.001: 0.9944040837118291, 0.5: 0.9986645303727861, 0.999: 0.9999047854456443 },
  ],
  [
    { beta: { alpha: 0.05, beta: 3 } },
    { 0.05: 2.1934957510612626e-27, 0.5: 2.1934966675234358e-7, 0.95: 0.09921222864313502 },
  ],
  [
    { beta: { alpha: 0.5, beta: 0.5, low: 10, high: 20 } },
    { 0.05: 10.061558297024312, 0.5: 15, 0.95: 19.93844170297569 },
  ],
  [
    {
      metalog: {
        quantiles: [
          { p: 0.1, value: 100 },
          { p: 0.5, value: 250 },
          { p: 0.9, value: 600 },
        ],
      },
    },
    {
      0.01: -16.64446909,
      0.05: 65.74010968,
      0.25: 156.25,
      0.75: 406.25,
      0.95: 735.77607449,
      0.99: 1029.02011557,
    },
  ],
  [
    {
      metalog: {
        lower: 0,
        quantiles: [
          { p: 0.1, value: 100 },
          { p: 0.5, value: 250 },
          { p: 0.9, value: 600 },
        ],
      },
    },
    { 0.05: 72.9771518, 0.95: 805.31457098 },
  ],
  [
    {
      metalog: {
        lower: 0,
        upper: 1,
        quantiles: [
          { p: 0.1, value: 0.15 },
          { p: 0.5, value: 0.25 },
          { p: 0.9, value: 0.4 },
        ],
      },
    },
    { 0.05: 0.1249797059, 0.95: 0.4588537769 },
  ],
  [
    {
      discrete: {
        outcomes: [
          { value: 7, weight: 1 },
          { value: 2, weight: 3 },
        ],
      },
    },
    { 0.1: 2, 0.75: 2, 0.76: 7 },
  ],
  [{ empirical: { sample: [4, 1, 2] } }, { 0.25: 1.5, 0.5: 2, 0.75: 3 }],
  [
    { normal: { mean: 0.4, sd: 0.1, truncate: { minimum: 0.05, maximum: 0.5 } } },
    {
      0.001: 0.09309605606973753,
      0.05: 0.22752718187396628,
      0.5: 0.38001237624811574,
      0.999: 0.49965299302616883,
    },
  ],
]

describe('readDistribution', () => {
  it.each(references)('%j has the reference quantiles', (specification, quantiles) => {
    const distribution = readDistribution(specification)
    for (const [p, expected] of Object.entries(quantiles)) {
      // Ten printed digits where the reference has no more.
      const digits = String(expected).replace(/^0\.0*|\D/g, '').length
      expect(off(distribution.quantile(Number(p)), expected), `p = ${p}`).toBeLessThan(
        digits > 12 ? 1e-9 : 5e-9,
      )
    }
  })

  it.each(references)('%j fills columns with the same quantiles, rising', specification => {
    const distribution = readDistribution(specification)
    const probabilities = Float64Array.from({ length: 999 }, (_, index) => (index + 1) / 1000)
    const column = new Float64Array(999)
    distribution.fill(probabilities, column, 999)
    for (const [index, p] of probabilities.entries()) {
      expect(off(column[index] as number, distribution.quantile(p)), `p = ${p}`).toBeLessThan(1e-9)
      if (index > 0) expect(column[index] as number).toBeGreaterThanOrEqual(column[index - 1] as number)
    }
  })

  it('tabulates a beta distribution to 1e-9 far into both tails', () => {
    for (const [alpha, beta] of [
      [3.3, 2.7],
      [0.5, 0.5],
      [1e5, 1e5],
      [40, 0.2],
    ] as const) {
      const exact = readDistribution({ beta: { alpha, beta } })
      const table = tabulatedBetaQuantile({ alpha, beta })
      for (let logit = -22.5; logit < 22.5; logit += 0.31) {
        const p = 1 / (1 + Math.exp(-logit))
        expect(off(table(p), exact.quantile(p)), `${alpha}, ${beta} at ${p}`).toBeLessThan(1e-9)
      }
    }
  })

  type Refusal = [DistributionSpecification, string, string, RegExp, HardBounds | undefined]
  const refusals = [
    [{ lognormal: { p5: 5, sdLog: 2 } }, 'inconsistent-inputs', '/lognormal', /here are p5 and sdLog/],
    [{ lognormal: { p5: 5, p95: 2 } }, 'inconsistent-inputs', '/lognormal/p95', /p95 is 2 but p5 is 5/],
    [{ uniform: { low: 3, high: 3 } }, 'inconsistent-inputs', '/uniform/high', /high is 3 but low is 3/],
    [
      { triangular: { low: 1, mode: 5, high: 4 } },
      'inconsistent-inputs',
      '/triangular/high',
      /high is 4 but mode is 5/,
    ],
    [
      { pert: { low: 1, mode: 0.5, high: 4 } },
      'inconsistent-inputs',
      '/pert/mode',
      /mode is 0.5 but low is 1/,
    ],
    [
      { discrete: { outcomes: [{ value: 1, weight: 0 }] } },
      'inconsistent-inputs',
      '/discrete/outcomes',
      /weight 0/,
    ],
    [
      {
        metalog: {
          quantiles: [
            { p: 0.1, value: 1 },
            { p: 0.1, value: 2 },
          ],
        },
      },
      'inconsistent-inputs',
      '/metalog/quantiles/1',
      /2, after 1 at 0.1/,
    ],
    [
      {
        metalog: {
          lower: 2,
          quantiles: [
            { p: 0.1, value: 1 },
            { p: 0.9, value: 3 },
          ],
        },
      },
      'inconsistent-inputs',
      '/metalog/quantiles/0/value',
      /lower bound is 2/,
    ],
    [{ normal: { mean: 0, sd: 1, truncate: { minimum: 9 } } }, 'out-of-range', '/normal/truncate', /9/],
    [
      { normal: { mean: 0.4, sd: 0.2 } },
      'out-of-range',
      '/normal',
      /2\.3 % of its mass below 0, .*"truncate": \{"minimum":0\}/,
      { minimum: 0, maximum: 1e9 },
    ],
    [
      { uniform: { low: 0.5, high: 1.5 } },
      'out-of-range',
      '/uniform',
      /50 % of its mass above 1/,
      { minimum: 0, maximum: 1 },
    ],
  ]
  it.each(refusals as unknown as Refusal[])(
    'refuses %j: %s',
    (specification, code, pointer, words, bounds) => {
      const refused = (() => {
        try {
          return readDistribution(specification, bounds)
        } catch (error) {
          return error
        }
      })()
      expect(refused).toMatchObject({ code, pointer, message: expect.stringMatching(words) })
    },
  )

  it('accepts a metalog exactly where Keelin says that it is feasible', () => {
    // With three terms at 10, 50 and 90 %, (q50 − q10) / (q90 − q10) must lie between 0.166578 and 0.833422.
    const through = (share: number) =>
      readDistribution({
        metalog: {
          quantiles: [
            { p: 0.1, value: 0 },
            { p: 0.5, value: share },
            { p: 0.9, value: 1 },
          ],
        },
      })
    expect(through(0.1667).quantile(0.5)).toBeCloseTo(0.1667, 12)
    expect(through(0.8333).quantile(0.5)).toBeCloseTo(0.8333, 12)
    expect(() => through(0.1664)).toThrow(/No metalog of 3 terms/)
    expect(() => through(0.8336)).toThrow(/No metalog of 3 terms/)
  })
})

describe('isDistribution', () => {
  it('is an object with one member, named after a kind', () => {
    expect(isDistribution({ normal: {} })).toBe(true)
    for (const other of [3, null, [], ['normal'], {}, { constant: 1 }, { normal: {}, beta: {} }])
      expect(isDistribution(other), JSON.stringify(other)).toBe(false)
  })
})
