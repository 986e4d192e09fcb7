import { cholesky, invertCholesky, type Matrix, solveCholesky } from './cholesky.ts'

/** A sum of squares to be made smallest. */
export interface LeastSquares {
  /** How many residuals there are. */
  readonly residuals: number
  /**
   * Writes every residual at `point`, and its derivatives row by row into `jacobian` (residual, then parameter).
   * A point that the model does not exist at is answered by a residual that is not finite.
   */
  readonly evaluate: (point: Float64Array, residuals: Float64Array, jacobian: Float64Array) => void
}

/** Where a search ended. */
export interface Minimum {
  readonly point: Float64Array
  readonly sumOfSquares: number
  /** Inverse of JᵀJ, to be multiplied by the variance of the residuals; null when it is singular. */
  readonly unscaledCovariance: Matrix | null
  /**
   * Condition of the Jacobian with its columns scaled to unit length: the square root of ‖A‖₁ · ‖A⁻¹‖₁ of the
   * scaled JᵀJ; infinite when that is singular.
   */
  readonly conditionNumber: number
  readonly iterations: number
  readonly converged: boolean
}

/** The hardest of NIST's problems here takes 39; a search of so many more goes nowhere. */
const mostIterations = 200
/** And at least so many, however many residuals there are. */
const leastIterations = 60
/** Residuals worked out in a search: some milliseconds, so that many values do not hold up whoever waits. */
const mostResiduals = 20_000
/** A step this small, relative to each parameter, changes no digit that is shown. */
const stillness = 1e-10
/** A damping beyond which steps are shorter than numbers can tell apart. */
const mostDamping = 1e20

/**
 * Least squares by Levenberg (1944) and Marquardt (1963), with the damping scaled by the columns of the Jacobian,
 * so that parameters of any size may stand side by side. Deterministic.
 */
export function minimise(problem: LeastSquares, start: readonly number[]): Minimum {
  const n = start.length
  const m = problem.residuals
  let point = Float64Array.from(start)
  let residuals = new Float64Array(m)
  let jacobian = new Float64Array(m * n)
  problem.evaluate(point, residuals, jacobian)
  let sum = sumOfSquares(residuals)
  let triedResiduals = new Float64Array(m)
  let triedJacobian = new Float64Array(m * n)
  let damping = 1e-3
  const allowed = Math.min(mostIterations, Math.max(leastIterations, mostResiduals / m))
  let iterations = 0
  let converged = false
  search: while (Number.isFinite(sum) && iterations < allowed && !converged) {
    iterations++
    const { normal, gradient, lengths } = normalEquations(jacobian, residuals, n)
    for (;;) {
      const lower = cholesky(normal, damping)
      const scaled = lower === null ? null : solveCholesky(lower, gradient)
      if (scaled !== null) {
        const tried = point.map((value, p) => value - (scaled[p] as number) / (lengths[p] as number))
        problem.evaluate(tried, triedResiduals, triedJacobian)
        const triedSum = sumOfSquares(triedResiduals)
        const small = isSmall(point, tried)
        // Close to the minimum, sums differ by rounding alone, and the step is what tells.
        if (triedSum < sum || (small && triedSum <= sum * (1 + 1e-10))) {
          converged = small
          point = tried
          sum = triedSum
          ;[residuals, triedResiduals] = [triedResiduals, residuals]
          ;[jacobian, triedJacobian] = [triedJacobian, jacobian]
          damping = Math.max(damping / 10, 1e-15)
          break
        }
      }
      damping *= 10
      if (damping > mostDamping) break search
    }
  }
  return { point, sumOfSquares: sum, ...curvature(jacobian, residuals, n), iterations, converged }
}

function isSmall(from: Float64Array, to: Float64Array): boolean {
  return from.every(
    (value, p) => Math.abs((to[p] as number) - value) <= stillness * (Math.abs(value) + 1e-30),
  )
}

function sumOfSquares(residuals: Float64Array): number {
  let sum = 0
  for (const residual of residuals) sum += residual * residual
  return Number.isFinite(sum) ? sum : Number.POSITIVE_INFINITY
}

/** JᵀJ and Jᵀr with the columns of J scaled to unit length, and what those lengths were. */
function normalEquations(
  jacobian: Float64Array,
  residuals: Float64Array,
  n: number,
): { normal: Float64Array[]; gradient: Float64Array; lengths: Float64Array } {
  const normal = Array.from({ length: n }, () => new Float64Array(n))
  const gradient = new Float64Array(n)
  for (let r = 0; r < residuals.length; r++) {
    for (let p = 0; p < n; p++) {
      const slope = jacobian[r * n + p] as number
      const row = normal[p] as Float64Array
      for (let q = 0; q <= p; q++) row[q] = (row[q] as number) + slope * (jacobian[r * n + q] as number)
      gradient[p] = (gradient[p] as number) + slope * (residuals[r] as number)
    }
  }
  const lengths = gradient.map((_, p) => Math.sqrt((normal[p] as Float64Array)[p] as number) || 1)
  for (let p = 0; p < n; p++) {
    const row = normal[p] as Float64Array
    for (let q = 0; q <= p; q++) {
      row[q] = (row[q] as number) / ((lengths[p] as number) * (lengths[q] as number))
      ;(normal[q] as Float64Array)[p] = row[q] as number
    }
    gradient[p] = (gradient[p] as number) / (lengths[p] as number)
  }
  return { normal, gradient, lengths }
}

function curvature(
  jacobian: Float64Array,
  residuals: Float64Array,
  n: number,
): Pick<Minimum, 'unscaledCovariance' | 'conditionNumber'> {
  const { normal, lengths } = normalEquations(jacobian, residuals, n)
  const lower = cholesky(normal)
  if (lower === null) return { unscaledCovariance: null, conditionNumber: Number.POSITIVE_INFINITY }
  const inverse = invertCholesky(lower)
  return {
    unscaledCovariance: inverse.map((row, p) =>
      row.map((value, q) => value / ((lengths[p] as number) * (lengths[q] as number))),
    ),
    conditionNumber: Math.sqrt(norm(normal) * norm(inverse)),
  }
}

const norm = (matrix: Matrix): number =>
  Math.max(...matrix.map(row => row.reduce((sum, value) => sum + Math.abs(value), 0)))
