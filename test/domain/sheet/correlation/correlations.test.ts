import { describe, expect, it } from 'vitest'
import {
  type CorrelationRequest,
  readCorrelations,
} from '../../../../src/domain/sheet/correlation/correlations.ts'
import { nearestCorrelation } from '../../../../src/domain/sheet/correlation/nearest-correlation.ts'
import { scoreOfPearson, scoreOfSpearman } from '../../../../src/domain/sheet/correlation/normal-score.ts'
import { cholesky, eigen } from '../../../../src/domain/sheet/correlation/symmetric.ts'
import { lognormal, normal, uniform } from '../../../../src/domain/sheet/distributions/continuous.ts'
import { samplerOf } from '../../../../src/domain/sheet/random/sampler.ts'
import { correlationOf, ranksOf } from '../../../../src/domain/sheet/sensitivity/ranks.ts'
import { Draw } from '../../../../src/domain/sheet/simulation/draw.ts'

const four = [
  [1, -0.55, -0.15, -0.1],
  [-0.55, 1, 0.9, 0.9],
  [-0.15, 0.9, 1, 0.9],
  [-0.1, 0.9, 0.9, 1],
]
const inputs = ['a', 'b', 'c', 'd'].map(id => ({ id, distribution: normal(0, 1) }))
const refusal = (request: CorrelationRequest) => {
  try {
    readCorrelations(request, inputs)
  } catch (error) {
    return error
  }
  return undefined
}

describe('normal scores', () => {
  it('follow from a rank correlation', () => {
    expect(scoreOfSpearman(0.3)).toBeCloseTo(0.3128689301, 10)
    expect(scoreOfSpearman(0.5)).toBeCloseTo(0.5176380902, 10)
    expect(scoreOfSpearman(0.8)).toBeCloseTo(0.8134732862, 10)
  })

  it('follow from a Pearson correlation of two lognormals as theory says', () => {
    // (e^{rst} − 1) / √((e^{s²} − 1)(e^{t²} − 1)) for standard deviations s and t of the logarithms.
    const [s, t, r] = [0.8, 0.5, 0.6]
    const pearson = (Math.exp(r * s * t) - 1) / Math.sqrt((Math.exp(s * s) - 1) * (Math.exp(t * t) - 1))
    expect(scoreOfPearson(pearson, lognormal(0, s), lognormal(1, t)).score).toBeCloseTo(r, 4)
    expect(scoreOfPearson(0.37, normal(3, 2), normal(0, 1)).score).toBeCloseTo(0.37, 7)
  })
})

describe('nearestCorrelation', () => {
  it("gives Higham's example", () => {
    const { matrix, distance } = nearestCorrelation([
      [1, 1, 0],
      [1, 1, 1],
      [0, 1, 1],
    ])
    expect(matrix[0]?.[1]).toBeCloseTo(0.76068985, 7)
    expect(matrix[0]?.[2]).toBeCloseTo(0.15729811, 7)
    expect(matrix[1]?.[2]).toBeCloseTo(0.76068985, 7)
    expect(distance).toBeCloseTo(0.52779046, 7)
  })

  it('gives a positive semidefinite matrix of unit diagonal', () => {
    expect(Math.min(...eigen(four).values)).toBeCloseTo(-0.027759, 6)
    const { matrix, distance } = nearestCorrelation(four)
    expect(distance).toBeCloseTo(0.037417, 6)
    const upper = [
      matrix[0]?.[1],
      matrix[0]?.[2],
      matrix[0]?.[3],
      matrix[1]?.[2],
      matrix[1]?.[3],
      matrix[2]?.[3],
    ]
    for (const [index, expected] of [-0.536318, -0.154856, -0.107063, 0.888603, 0.883422, 0.905884].entries())
      expect(upper[index]).toBeCloseTo(expected, 6)
    expect(Math.min(...eigen(matrix).values)).toBeGreaterThan(-1e-10)
    const triangle = cholesky(matrix)
    const product = triangle[3]?.reduce((sum, value, k) => sum + value * (triangle[1]?.[k] as number), 0)
    expect(product).toBeCloseTo(0.883422, 5)
  })
})

describe('readCorrelations', () => {
  it('refuses a matrix that is not positive definite, with its smallest eigenvalue', () => {
    const correlationMatrix = { inputs: ['a', 'b', 'c', 'd'], pearson: four }
    expect(refusal({ correlationMatrix })).toMatchObject({
      code: 'invalid-correlation',
      pointer: '/correlationMatrix',
      message: expect.stringContaining('-0.02775'),
    })
  })

  it('repairs it only when asked, and says what changed', () => {
    const correlationMatrix = { inputs: ['a', 'b', 'c', 'd'], pearson: four }
    const repaired = readCorrelations({ correlationMatrix, repair: 'nearest' }, inputs)?.repair
    expect(repaired?.distance).toBeCloseTo(0.037417, 4)
    expect(repaired?.changed).toHaveLength(6)
    expect(repaired?.changed[0]).toMatchObject({ between: ['a', 'b'] })
    expect(repaired?.changed[0]?.from).toBeCloseTo(-0.55, 6)
    expect(repaired?.changed[0]?.to).toBeCloseTo(-0.536318, 4)
    const fine = readCorrelations(
      { correlations: [{ between: ['a', 'b'], spearman: 0.5 }], repair: 'nearest' },
      inputs,
    )
    expect(fine?.repair).toBeNull()
  })

  it.each([
    [
      { correlations: [{ between: ['a', 'x'], spearman: 0.5 }] },
      'unknown-quantity',
      '/correlations/0/between/1',
      'a, b, c, d',
    ],
    [
      { correlations: [{ between: ['a', 'a'], spearman: 0.5 }] },
      'inconsistent-inputs',
      '/correlations/0/between/1',
      'itself',
    ],
    [
      {
        correlations: [
          { between: ['a', 'b'], spearman: 0.5 },
          { between: ['b', 'a'], pearson: 0.1 },
        ],
      },
      'inconsistent-inputs',
      '/correlations',
      'twice',
    ],
    [
      {
        correlationMatrix: {
          inputs: ['a', 'b'],
          spearman: [
            [1, 0.5],
            [0.4, 1],
          ],
        },
      },
      'inconsistent-inputs',
      '/correlationMatrix/spearman/1/0',
      'symmetric',
    ],
    [
      {
        correlationMatrix: {
          inputs: ['a', 'b'],
          spearman: [
            [1, 0.5, 0],
            [0.5, 1, 0],
          ],
        },
      },
      'inconsistent-inputs',
      '/correlationMatrix/spearman/0',
      '3 numbers for 2',
    ],
    [
      {
        correlationMatrix: {
          inputs: ['a', 'b'],
          spearman: [
            [0.9, 0.5],
            [0.5, 1],
          ],
        },
      },
      'inconsistent-inputs',
      '/correlationMatrix/spearman/0/0',
      '0.9',
    ],
  ] as const)('refuses %j', (request, code, pointer, words) => {
    expect(refusal(request as unknown as CorrelationRequest)).toMatchObject({
      code,
      pointer,
      message: expect.stringContaining(words),
    })
  })

  it('refuses a Pearson correlation that two shapes cannot have, with the range that they can', () => {
    const shapes = [
      { id: 'a', distribution: lognormal(0, 1.5) },
      { id: 'b', distribution: uniform(0, 1) },
    ]
    expect(() =>
      readCorrelations({ correlations: [{ between: ['a', 'b'], pearson: 0.95 }] }, shapes),
    ).toThrow(/can only have -0\.\d+ to 0\.\d+/)
  })

  it('is what the samples have', () => {
    const dependence = readCorrelations(
      {
        correlations: [
          { between: ['d', 'a'], spearman: -0.6 },
          { between: ['a', 'b'], spearman: 0.4 },
        ],
      },
      inputs,
    )
    const draw = new Draw(samplerOf('sobol', 'x', 2048, 1), 4, dependence)
    draw.next({ start: 0, count: 2048 })
    const ranks = draw.columns.map(ranksOf)
    const between = (i: number, j: number) =>
      correlationOf(ranks[i] as Float64Array, ranks[j] as Float64Array)
    expect(between(3, 0)).toBeCloseTo(-0.6, 2)
    expect(between(0, 1)).toBeCloseTo(0.4, 2)
    expect(between(0, 2)).toBeCloseTo(0, 2)
    expect(between(2, 3)).toBeCloseTo(0, 2)
  })
})
