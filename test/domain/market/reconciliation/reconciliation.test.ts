import { describe, expect, it } from 'vitest'
import { reconcileParts } from '../../../../src/domain/market/reconciliation/least-squares.ts'
import { pool } from '../../../../src/domain/market/reconciliation/pooling.ts'

const values = [305.3, 358.8, 516, 146.8, 701.3, 877]
const cvs = [0.1, 0.4, 0.4, 0.2, 0.3, 0.1]
const parts = values.map((value, index) => ({ value, sd: value * (cvs[index] as number) }))

describe('parts and their whole by least squares', () => {
  // Worked with NumPy from x* = x + V·1·(1ᵀ·V·1 + v)⁻¹·(T − 1ᵀ·x).
  it('meet half-way when both are unsure: 2,905.2 from below and 1,600 ± 160', () => {
    const found = reconcileParts(parts, { value: 1600, sd: 160 }, [], '')
    const expected = [296.765685, 170.200765, 125.937266, 138.907271, 296.010585, 806.577042]
    for (const [index, value] of expected.entries()) expect(found.parts[index]?.value).toBeCloseTo(value, 6)
    expect(found.total).toBeCloseTo(1834.398614, 6)
    expect(found.residual).toBeCloseTo(-1305.2, 9)
    expect(found.residualAfter).toBeCloseTo(1600 - 1834.398614, 6)
  })

  it('come to a whole that is certain', () => {
    const found = reconcileParts(parts, { value: 1600, sd: 0 }, [], '')
    const expected = [294.897522, 128.916359, 40.552464, 137.179552, 207.292659, 791.161444]
    for (const [index, value] of expected.entries()) expect(found.parts[index]?.value).toBeCloseTo(value, 6)
    expect(found.total).toBeCloseTo(1600, 9)
    expect(found.residualAfter).toBeCloseTo(0, 9)
  })

  it('are surer afterwards: two equal parts of a certain whole have 1/√2 of their error', () => {
    const found = reconcileParts(
      [
        { value: 3, sd: 2 },
        { value: 5, sd: 2 },
      ],
      { value: 10, sd: 0 },
      [],
      '',
    )
    expect(found.parts.map(({ value }) => value)).toEqual([4, 6])
    for (const { sd } of found.parts) expect(sd).toBeCloseTo(Math.SQRT2, 12)
  })

  it('move together when their errors do', () => {
    // V = [[1, .5], [.5, 1]]: V·1 = (1.5, 1.5) of 3, against (1, 4) of 5 for sds of 1 and 2 alone.
    const alike = reconcileParts(
      [
        { value: 0, sd: 1 },
        { value: 0, sd: 2 },
      ],
      { value: 7, sd: 0 },
      [{ first: 0, second: 1, value: 0.5 }],
      '',
    )
    // V = [[1, 1], [1, 4]]: V·1 = (2, 5) of 7.
    expect(alike.parts[0]?.value).toBeCloseTo(2, 12)
    expect(alike.parts[1]?.value).toBeCloseTo(5, 12)
    expect(alike.standardisedResidual).toBeCloseTo(Math.sqrt(7), 12)
  })

  it('refuse correlations that cannot be, and to move what must not', () => {
    const three = [1, 2, 3].map(value => ({ value, sd: 1 }))
    const impossible = [
      { first: 0, second: 1, value: 0.9 },
      { first: 1, second: 2, value: 0.9 },
      { first: 0, second: 2, value: -0.9 },
    ]
    expect(() => reconcileParts(three, { value: 1, sd: 1 }, impossible, '')).toThrow('contradict')
    expect(() => reconcileParts([{ value: 1, sd: 0 }], { value: 2, sd: 0 }, [], '')).toThrow(
      'nothing may move',
    )
  })
})

describe('published estimates pooled by DerSimonian and Laird', () => {
  // Worked with SciPy 1.17.
  const four = pool(
    [
      [328.39, 0.35],
      [685.78, 0.35],
      [495.39, 0.2],
      [1600, 0.4],
    ].map(([value, sd]) => ({ log: Math.log(value as number), sd: sd as number })),
  )

  it('have the heterogeneity of the reference', () => {
    expect(four.q).toBeCloseTo(9.911404, 6)
    expect(four.probability).toBeCloseTo(0.019334, 6)
    expect(four.iSquared).toBeCloseTo(0.697318, 6)
    expect(four.tauSquared).toBeCloseTo(0.22426938, 8)
  })

  it('have the pooled values of the reference', () => {
    expect(four.fixed.value).toBeCloseTo(569.419709, 6)
    expect(four.random.value).toBeCloseTo(623.899184, 6)
    expect(four.random.low).toBeCloseTo(355.5938, 4)
    expect(four.random.high).toBeCloseTo(1094.6484, 4)
    expect(four.random.weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12)
  })

  it('that agree are the same either way, and equal ones weigh by their precision', () => {
    const two = pool([
      { log: 1, sd: 0.1 },
      { log: 1, sd: 0.2 },
    ])
    expect(two).toMatchObject({ q: 0, iSquared: 0, tauSquared: 0, probability: 1 })
    expect(two.random).toEqual(two.fixed)
    expect(two.fixed.weights[0]).toBeCloseTo(0.8, 12)
  })
})
