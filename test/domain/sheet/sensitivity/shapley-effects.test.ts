import { describe, expect, it } from 'vitest'
import type { Dependence } from '../../../../src/domain/sheet/correlation/correlations.ts'
import { cholesky, type Matrix } from '../../../../src/domain/sheet/correlation/symmetric.ts'
import { normalQuantile } from '../../../../src/domain/sheet/distributions/normal.ts'
import { samplerOf } from '../../../../src/domain/sheet/random/sampler.ts'
import { shapleyByOrders } from '../../../../src/domain/sheet/sensitivity/shapley-by-orders.ts'
import { shapleyBySets } from '../../../../src/domain/sheet/sensitivity/shapley-by-sets.ts'
import type { Estimated } from '../../../../src/domain/sheet/simulation/statistics.ts'
import { finished } from '../../../support/finished.ts'

type Model = (probabilities: readonly number[]) => number

const methods = ['every set', 'random orders'] as const

/** Effects of the inputs of a model; `correlations` are of the normal scores of its first inputs. */
function effectsOf(
  method: (typeof methods)[number],
  model: Model,
  inputs: number,
  correlations: Matrix,
  samples = 8_192,
  seed = '1',
): readonly Estimated[] {
  const values = new Float64Array(samples)
  const dependence: Dependence | null =
    correlations.length === 0
      ? null
      : { members: correlations.map((_, row) => row), triangle: cholesky(correlations), repair: null }
  const problem = {
    model: (probabilities: readonly Float64Array[], count: number) => {
      for (let index = 0; index < count; index++)
        values[index] = model(probabilities.map(column => column[index] as number))
      return [values]
    },
    ...{ inputs, outputs: 1, dependence, sampler: samplerOf('sobol', seed, samples, 4) },
  }
  const [found = []] = finished(
    method === 'every set' ? shapleyBySets(problem) : shapleyByOrders(problem, seed),
  )
  return found
}

/** Σ βᵢ zᵢ over normal scores. */
const linear =
  (weights: readonly number[]): Model =>
  probabilities =>
    probabilities.reduce((sum, p, input) => sum + (weights[input] as number) * normalQuantile(p), 0)

/** The variance of a linear function given no more than some of its normal inputs, and what a solver leaves of it. */
function remainingVariance(weights: readonly number[], matrix: Matrix, unknown: readonly number[]): number {
  // Given those known, in any order: Schur complements, one input after the other (a block of the inverse's inverse).
  let rest = matrix.map(row => [...row])
  for (const known of matrix.keys()) {
    if (unknown.includes(known)) continue
    const pivot = rest[known]?.[known] as number
    const before = rest
    rest = rest.map((row, i) =>
      row.map(
        (value, j) => value - ((before[i]?.[known] as number) * (before[known]?.[j] as number)) / pivot,
      ),
    )
  }
  return unknown.reduce(
    (sum, i) =>
      sum +
      unknown.reduce(
        (part, j) => part + (weights[i] as number) * (weights[j] as number) * (rest[i]?.[j] as number),
        0,
      ),
    0,
  )
}

function ordersOf(items: readonly number[]): number[][] {
  if (items.length === 0) return [[]]
  return items.flatMap(first => ordersOf(items.filter(item => item !== first)).map(rest => [first, ...rest]))
}

/** Effects of a linear function of normal inputs (theorem 2 of Owen and Prieur 2017), by all orders. */
function linearEffects(weights: readonly number[], matrix: Matrix): number[] {
  const all = weights.map((_, input) => input)
  const orders = ordersOf(all)
  const whole = remainingVariance(weights, matrix, all)
  return all.map(input => {
    const added = orders.reduce((sum, order) => {
      const before = order.slice(0, order.indexOf(input))
      const [less, more] = [before, [...before, input]].map(set => remainingVariance(weights, matrix, set))
      return sum + (more as number) - (less as number)
    }, 0)
    return added / orders.length / whole
  })
}

describe.each(methods)('Shapley effects by %s', method => {
  const tolerance = method === 'every set' ? 0.004 : 0.02
  const expectNear = (found: readonly Estimated[], expected: readonly number[]) => {
    for (const [input, { value }] of found.entries())
      expect(Math.abs(value - (expected[input] as number)), `effect ${input + 1}: ${value}`).toBeLessThan(
        tolerance,
      )
    expect(found.reduce((sum, { value }) => sum + value, 0)).toBeCloseTo(1, 9)
  }

  it.each([0, 0.5, 0.9, -0.7])('of two linear inputs that correlate by %d (Iooss and Prieur 2019)', rho => {
    const [first, second] = [1, 2] as const
    const whole = first ** 2 + second ** 2 + 2 * rho * first * second
    const shared = rho * first * second
    const half = (rho ** 2 / 2) * (second ** 2 - first ** 2)
    expectNear(
      effectsOf(method, linear([first, second]), 2, [
        [1, rho],
        [rho, 1],
      ]),
      [(first ** 2 + shared + half) / whole, (second ** 2 + shared - half) / whole],
    )
  })

  it('give an input that the function does not use its part of what it tells of another', () => {
    // Of x₁ alone, correlated by ρ with x₂: 1 − ρ²/2 and ρ²/2.
    expectNear(
      effectsOf(method, linear([1, 0]), 2, [
        [1, 0.8],
        [0.8, 1],
      ]),
      [0.68, 0.32],
    )
  })

  it('of three linear inputs of which two correlate (Iooss and Prieur 2019)', () => {
    const rho = 0.6
    const [b1, b2, b3] = [1.5, 1, -2]
    const whole = b1 ** 2 + b2 ** 2 + b3 ** 2 + 2 * rho * b1 * b2
    const half = (rho ** 2 / 2) * (b2 ** 2 - b1 ** 2)
    const expected = [b1 ** 2 + rho * b1 * b2 + half, b2 ** 2 + rho * b1 * b2 - half, b3 ** 2]
    const found = effectsOf(method, linear([b1, b2, b3]), 3, [
      [1, rho],
      [rho, 1],
    ])
    expectNear(
      found,
      expected.map(part => part / whole),
    )
  })

  it('of five linear inputs, all of which correlate', () => {
    const matrix = [
      [1, 0.6, -0.3, 0.1, 0],
      [0.6, 1, 0.2, 0.4, 0.3],
      [-0.3, 0.2, 1, -0.5, 0.1],
      [0.1, 0.4, -0.5, 1, 0.2],
      [0, 0.3, 0.1, 0.2, 1],
    ]
    const weights = [1, -0.5, 2, 0.7, 1.2]
    expectNear(effectsOf(method, linear(weights), 5, matrix), linearEffects(weights, matrix))
  })

  it('of a product of two lognormals that correlate', () => {
    const [a, b, rho] = [0.5, 0.3, 0.6]
    const model: Model = ([p = 0, q = 0]) => Math.exp(a * normalQuantile(p) + b * normalQuantile(q))
    // With s² the variance of a sum of normals, its exponential has mean e^{s²/2} and variance e^{s²}(e^{s²} − 1).
    const spread = (square: number) => Math.exp(square) * (Math.exp(square) - 1)
    const explained = (own: number, other: number) =>
      Math.exp(other ** 2 * (1 - rho ** 2)) * spread((own + other * rho) ** 2)
    const whole = spread(a ** 2 + b ** 2 + 2 * rho * a * b)
    const first = (explained(a, b) + whole - explained(b, a)) / 2 / whole
    const found = effectsOf(
      method,
      model,
      2,
      [
        [1, rho],
        [rho, 1],
      ],
      16_384,
    )
    expectNear(found, [first, 1 - first])
  })

  it('of independent inputs are the first indices and half of what two do together: Ishigami', () => {
    const angle = (u: number) => Math.PI * (2 * u - 1)
    const model: Model = ([p = 0, q = 0, r = 0]) =>
      Math.sin(angle(p)) + 7 * Math.sin(angle(q)) ** 2 + 0.1 * angle(r) ** 4 * Math.sin(angle(p))
    const together = 0.243683664062 / 2
    expectNear(effectsOf(method, model, 3, [], 32_768), [0.313905191148 + together, 0.44241114479, together])
  })

  it('have standard errors that hold the truth in about 95 of 100 cases', () => {
    const correlated = [
      [1, 0.5],
      [0.5, 1],
    ]
    const truth = linearEffects([1, 2], correlated)
    let held = 0
    for (let seed = 0; seed < 40; seed++) {
      const [first] = effectsOf(method, linear([1, 2]), 2, correlated, 1_024, `cover ${seed}`)
      // Student's t with three degrees of freedom.
      const { value, standardError } = first as Estimated
      if (Math.abs(value - (truth[0] as number)) <= 3.182 * standardError) held++
    }
    expect(held).toBeGreaterThan(33)
  })

  it('are 0 where nothing varies', () => {
    for (const { value, standardError } of effectsOf(method, () => 4, 2, [], 256))
      expect([value, standardError]).toEqual([0, 0])
  })
})
