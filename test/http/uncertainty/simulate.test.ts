import { describe, expect, it } from 'vitest'
import { useService } from '../../support/service.ts'

const service = useService()
const simulate = (estimator: string, body: object) =>
  service.http.post(`/v1/estimates/${estimator}/simulate`).send(body)

const gpt3 = {
  model: { parameters: 175e9 },
  tokens: 300e9,
  throughput: { flopPerSecond: 28e12 },
  price: { perDeviceHour: 3.06 },
}
/** Dollars of that run at a dollar an hour. */
const hours = (6 * 175e9 * 300e9) / 28e12 / 3600
const uncertainPrice = { ...gpt3, price: { perDeviceHour: { lognormal: { p5: 2, p95: 4.5 } } } }
const two = { ...uncertainPrice, tokens: { triangular: { low: 2e11, mode: 3e11, high: 4e11 } } }

/** Six segments (亿元) with their 5th and 95th percentile, and the mode of their penetration. */
const segments = [
  ['text', 430, 520, 0.7],
  ['images', 150, 500, 0.6],
  ['music', 300, 900, 0.6],
  ['news', 600, 2200, 0.5],
  ['video', 1500, 4000, 0.3],
  ['games', 3000, 4000, 0.25],
] as const
const market = {
  baseYear: 2025,
  targetYear: 2025,
  segments: segments.map(([id, p5, p95, mode]) => ({
    id,
    size: { value: { lognormal: { p5, p95 } } },
    penetration: { constant: { pert: { low: mode - 0.15, mode, high: mode + 0.15 } } },
  })),
}

describe('POST /v1/estimates/{estimator}/simulate', () => {
  it('gives the percentiles, mean and probabilities that theory gives for a lognormal price', async () => {
    const { body } = await simulate('training', {
      inputs: uncertainPrice,
      outputs: ['trainingCost'],
      samples: 65_536,
      exceeding: [{ quantity: 'trainingCost', value: hours * 4.5 }],
    }).expect(200)
    const { p5, p50, p95, mean, sd, standardError, exceeding, value, shown } = body.results.trainingCost
    const sigma = Math.log(4.5 / 2) / (2 * 1.6448536269514722)
    const expected = { p5: 2, p50: 3, p95: 4.5, mean: 3 * Math.exp(sigma ** 2 / 2) }
    for (const [name, found] of Object.entries({ p5, p50, p95, mean }))
      expect(found / hours / expected[name as 'p5'], name).toBeCloseTo(1, 3)
    expect(sd / mean).toBeCloseTo(Math.sqrt(Math.exp(sigma ** 2) - 1), 2)
    expect(exceeding[0].probability).toBeCloseTo(0.05, 3)
    expect(value).toBeCloseTo(3 * hours, 0)
    expect(Math.abs(mean - expected.mean * hours)).toBeLessThan(5 * standardError.mean)
    // So many digits are shown that the standard error has two of them.
    expect(Math.abs(Number(shown.p95) - p95)).toBeLessThan(standardError.p95)
    expect(body.inputs).toEqual([{ id: 'perDeviceHour', pointer: '/price/perDeviceHour', median: 3 }])
  })

  it('gives the mean of the six-segment market to its standard error, with the percentiles of an independent run', async () => {
    const { body } = await simulate('market', { inputs: market, outputs: ['total'], samples: 65_536 }).expect(
      200,
    )
    const { mean, standardError, p5, p50, p95 } = body.results.total
    const exact = segments.reduce((sum, [, low, high, mode]) => {
      const sigma = Math.log(high / low) / (2 * 1.6448536269514722)
      return sum + Math.sqrt(low * high) * Math.exp(sigma ** 2 / 2) * mode
    }, 0)
    expect(Math.abs(mean - exact)).toBeLessThan(6 * standardError.mean)
    expect(standardError.mean / mean).toBeLessThan(2e-5)
    for (const [found, expected] of [
      [p5, 2404.9],
      [p50, 3059],
      [p95, 3910.5],
    ] as const)
      expect(found / expected).toBeCloseTo(1, 2)
  })

  it('widens the total when sizes rise together', async () => {
    const ids = segments.map(([id]) => `segments.${id}.size`)
    const spearman = ids.map((_, i) => ids.map((__, j) => (i === j ? 1 : 0.6)))
    const width = async (more: object) => {
      const { body } = await simulate('market', { inputs: market, outputs: ['total'], ...more }).expect(200)
      return body.results.total.p95 - body.results.total.p5
    }
    const independent = await width({})
    expect(await width({ correlationMatrix: { inputs: ids, spearman } })).toBeGreaterThan(1.1 * independent)
  })

  it('answers the same request byte for byte, and another seed with other samples', async () => {
    const ask = async (more: object) =>
      (await simulate('training', { inputs: two, samples: 1024, ...more }).expect(200)).text
    expect(await ask({ seed: 'a' })).toBe(await ask({ seed: 'a' }))
    expect(await ask({ seed: 'b' })).not.toBe(await ask({ seed: 'a' }))
  })

  it.each(['sobol', 'monte-carlo', 'latin-hypercube'])(
    '%s sampling agrees within its standard error',
    async sampling => {
      const { body } = await simulate('training', {
        inputs: two,
        outputs: ['trainingCost'],
        samples: 16_384,
        sampling,
      }).expect(200)
      const { mean, standardError, p50 } = body.results.trainingCost
      const sigma = Math.log(4.5 / 2) / (2 * 1.6448536269514722)
      // The tokens are symmetric about 300 bn, so that the means multiply.
      expect(Math.abs(mean - 3 * Math.exp(sigma ** 2 / 2) * hours)).toBeLessThan(6 * standardError.mean)
      expect(p50).toBeLessThan(mean)
    },
  )

  it('reports the share of the structure apart from that of the parameters', async () => {
    const normal = (mean: number) => ({
      ...gpt3,
      price: { perDeviceHour: { normal: { mean, sd: 0.5, truncate: { minimum: 0.1 } } } },
    })
    const { body } = await simulate('training', {
      alternatives: [
        { id: 'cheap', weight: 1, inputs: normal(3) },
        { id: 'dear', weight: 1, inputs: normal(4) },
      ],
      outputs: ['trainingCost'],
    }).expect(200)
    const { structure, mean } = body.results.trainingCost
    // Means 3 and 4 have a variance of 0.25, as each of the normals has.
    expect(structure.share).toBeCloseTo(0.5, 3)
    expect(structure.parameters).toBeCloseTo(0.5, 3)
    expect(mean / hours).toBeCloseTo(3.5, 2)
    expect(
      structure.alternatives.map(({ id, weight }: { id: string; weight: number }) => [id, weight]),
    ).toEqual([
      ['cheap', 0.5],
      ['dear', 0.5],
    ])
    expect(structure.alternatives[1].mean / hours).toBeCloseTo(4, 3)
  })

  it('draws a correlation that is repaired on request, and says what was changed', async () => {
    const ids = ['text', 'images', 'music'].map(id => `segments.${id}.size`)
    const impossible = {
      inputs: ids,
      spearman: [
        [1, 0.9, -0.9],
        [0.9, 1, 0.9],
        [-0.9, 0.9, 1],
      ],
    }
    const refused = await simulate('market', { inputs: market, correlationMatrix: impossible }).expect(422)
    expect(refused.body).toMatchObject({
      code: 'invalid-correlation',
      errors: [{ pointer: '/correlationMatrix' }],
    })
    expect(refused.body.detail).toMatch(/smallest eigenvalue of their matrix is -0\.8/)
    const { body } = await simulate('market', {
      inputs: market,
      correlationMatrix: impossible,
      repair: 'nearest',
      outputs: ['total'],
    }).expect(200)
    expect(body.repair.smallestEigenvalue).toBeLessThan(-0.8)
    expect(body.repair.changed).toHaveLength(3)
  })

  it.each([
    ['nothing uncertain', { inputs: gpt3 }, 'missing-value', '/inputs'],
    ['neither inputs nor alternatives', {}, 'missing-value', '/inputs'],
    ['an unknown quantity', { inputs: two, outputs: ['cost'] }, 'unknown-quantity', '/outputs/0'],
    [
      'an unknown input of a correlation',
      { inputs: two, correlations: [{ between: ['mfu', 'perDeviceHour'], spearman: 0.5 }] },
      'unknown-quantity',
      '/correlations/0/between/0',
    ],
    [
      'a correlation above 1',
      { inputs: two, correlations: [{ between: ['trainingTokens', 'perDeviceHour'], spearman: 1.5 }] },
      'invalid-request',
      '/correlations/0/spearman',
    ],
    ['1,000 points of a Sobol’ sequence', { inputs: two, samples: 1000 }, 'out-of-range', '/samples'],
    [
      'a number that the schema refuses',
      { inputs: { ...two, devices: 0 } },
      'invalid-request',
      '/inputs/devices',
    ],
    [
      'p5 above p95',
      { inputs: { ...gpt3, price: { perDeviceHour: { lognormal: { p5: 5, p95: 2 } } } } },
      'invalid-request',
      '/inputs/price/perDeviceHour/lognormal/p95',
    ],
    [
      'mass outside the bounds',
      { inputs: { ...gpt3, price: { perDeviceHour: { normal: { mean: 1, sd: 1 } } } } },
      'invalid-request',
      '/inputs/price/perDeviceHour/normal',
    ],
    [
      'a distribution for an integer',
      { inputs: { ...two, devices: { uniform: { low: 1, high: 3 } } } },
      'invalid-request',
      '/inputs/devices',
    ],
    [
      'a range that the estimator refuses',
      {
        inputs: {
          ...gpt3,
          accelerator: { id: 'v100-sxm2-32gb' },
          precision: 'fp16',
          throughput: { flopPerSecond: { uniform: { low: 1e13, high: 2e14 } } },
        },
      },
      'out-of-range',
      '/inputs/throughput/flopPerSecond',
    ],
    [
      'two alternatives of one id',
      { alternatives: [1, 2].map(weight => ({ id: 'x', weight, inputs: two })) },
      'duplicate-quantity',
      '/alternatives/1/id',
    ],
    [
      'an alternative that the schema refuses',
      {
        alternatives: [
          { id: 'a', weight: 1, inputs: two },
          { id: 'b', weight: 1, inputs: { tokens: 'many' } },
        ],
      },
      'invalid-request',
      '/alternatives/1/inputs/tokens',
    ],
  ])('refuses %s', async (_, request, code, pointer) => {
    const { body } = await simulate('training', request).expect(422)
    expect(body.code).toBe(code)
    expect(body.errors[0].pointer).toBe(pointer)
  })

  it('knows the estimators', async () => {
    const { body } = await simulate('astrology', { inputs: two }).expect(404)
    expect(body.detail).toContain('training')
  })
})
