import { describe, expect, it } from 'vitest'
import { type LeastSquares, minimise } from '../../../src/domain/numeric/levenberg-marquardt.ts'

/** The valley of Rosenbrock (1960) as a sum of two squares. */
const rosenbrock: LeastSquares = {
  residuals: 2,
  evaluate: ([x = 0, y = 0], residuals, jacobian) => {
    residuals[0] = 10 * (y - x * x)
    residuals[1] = 1 - x
    jacobian.set([-20 * x, 10, -1, 0])
  },
}

describe('Levenberg and Marquardt', () => {
  it('goes round the bend of a valley to its floor', () => {
    const { point, sumOfSquares, converged } = minimise(rosenbrock, [-1.2, 1])
    expect(converged).toBe(true)
    expect(point[0]).toBeCloseTo(1, 9)
    expect(point[1]).toBeCloseTo(1, 9)
    expect(sumOfSquares).toBeLessThan(1e-18)
  })

  it('gives the inverse of JᵀJ there', () => {
    // J = [[−20, 10], [−1, 0]] at (1, 1): JᵀJ = [[401, −200], [−200, 100]], whose determinant is 100.
    const { unscaledCovariance } = minimise(rosenbrock, [-1.2, 1])
    for (const [index, value] of [1, 2, 2, 4.01].entries())
      expect(unscaledCovariance?.[index >> 1]?.[index % 2]).toBeCloseTo(value, 6)
  })

  it('says that two parameters which do the same are not to be told apart', () => {
    const sum: LeastSquares = {
      residuals: 3,
      evaluate: ([a = 0, b = 0], residuals, jacobian) => {
        for (let i = 0; i < 3; i++) {
          residuals[i] = (a + b) * i - 2 * i
          jacobian.set([i, i], 2 * i)
        }
      },
    }
    const found = minimise(sum, [0, 0])
    expect((found.point[0] as number) + (found.point[1] as number)).toBeCloseTo(2, 8)
    expect(found.conditionNumber).toBeGreaterThan(1e7)
  })

  it('does not claim to have arrived where the sum falls for ever', () => {
    const falling: LeastSquares = {
      residuals: 1,
      evaluate: ([a = 0], residuals, jacobian) => {
        residuals[0] = Math.exp(-a)
        jacobian[0] = -Math.exp(-a)
      },
    }
    expect(minimise(falling, [0]).converged).toBe(false)
  })

  it('ends at once where there is no model', () => {
    const none: LeastSquares = { residuals: 1, evaluate: (_, residuals) => void residuals.fill(Number.NaN) }
    expect(minimise(none, [1])).toMatchObject({ converged: false, iterations: 0, sumOfSquares: Infinity })
  })
})
