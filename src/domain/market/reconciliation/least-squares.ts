import { DomainError } from '../../errors.ts'
import { cholesky } from '../../numeric/cholesky.ts'

/** How parts and their whole are made to agree, in words of matrices, and where that is from. */
export const leastSquaresMethod = {
  formula: 'x + V·1 · (T − 1ᵀ·x) / (1ᵀ·V·1 + v)',
  source: 'stone-1942',
} as const

/** An estimate of a part or of a whole, and how sure it is. */
export interface Figure {
  readonly value: number
  /** Standard deviation, in the unit of the value; 0 for what is taken as it is. */
  readonly sd: number
}

/** How the errors of two parts go together. */
export interface Correlation {
  readonly first: number
  readonly second: number
  readonly value: number
}

/** Parts and a whole that have been made to agree, as far as what is known of each allows. */
export interface Reconciled {
  readonly parts: readonly Figure[]
  readonly total: number
  /** The whole less the sum of the parts, before and after. */
  readonly residual: number
  readonly residualAfter: number
  /** The residual before as a multiple of its standard deviation. */
  readonly standardisedResidual: number
}

/**
 * Generalised least squares: x* = x + V·1 · (1ᵀ·V·1 + v)⁻¹ · (T − 1ᵀ·x), for parts x with covariance V and a whole
 * T with variance v; v = 0 forces the sum. Throws `inconsistent-inputs` for correlations that cannot be, and when
 * nothing may move although the parts do not add up.
 */
export function reconcileParts(
  parts: readonly Figure[],
  whole: Figure,
  correlations: readonly Correlation[],
  pointer: string,
): Reconciled {
  const covariance = covarianceOf(parts, correlations, pointer)
  const towards = covariance.map(row => row.reduce((sum, value) => sum + value, 0))
  const variance = towards.reduce((sum, value) => sum + value, 0) + whole.sd ** 2
  const before = parts.reduce((sum, { value }) => sum + value, 0)
  const residual = whole.value - before
  if (!(variance > 0)) {
    throw new DomainError(
      'inconsistent-inputs',
      `The parts add up to ${before}, the whole is ${whole.value}, and neither has a standard deviation: nothing may move. Give an sd or a cv for one of them.`,
      { pointer, facts: { sum: before, whole: whole.value } },
    )
  }
  const moved = parts.map(({ value }, index): Figure => {
    const pull = towards[index] as number
    return {
      value: value + (pull * residual) / variance,
      sd: Math.sqrt(Math.max(0, (covariance[index]?.[index] ?? 0) - pull ** 2 / variance)),
    }
  })
  const total = moved.reduce((sum, { value }) => sum + value, 0)
  return {
    parts: moved,
    total,
    residual,
    residualAfter: whole.value - total,
    standardisedResidual: residual / Math.sqrt(variance),
  }
}

function covarianceOf(
  parts: readonly Figure[],
  correlations: readonly Correlation[],
  pointer: string,
): Float64Array[] {
  const matrix = parts.map((_, row) => Float64Array.from(parts, (__, column) => (row === column ? 1 : 0)))
  const set = (row: number, column: number, value: number): void => {
    ;(matrix[row] as Float64Array)[column] = value
  }
  for (const { first, second, value } of correlations) {
    set(first, second, value)
    set(second, first, value)
  }
  if (cholesky(matrix) === null) {
    throw new DomainError(
      'inconsistent-inputs',
      'The correlations contradict one another: no errors can go together in this way. Lower some of them towards 0.',
      { pointer: `${pointer}/correlations`, facts: { correlations: correlations.length } },
    )
  }
  return matrix.map((row, r) => row.map((value, c) => value * (parts[r]?.sd ?? 0) * (parts[c]?.sd ?? 0)))
}

/** The parts shared out in proportion, so that they come to the whole: what least squares is held against. */
export function proRata(parts: readonly Figure[], whole: number): number[] | null {
  const sum = parts.reduce((total, { value }) => total + value, 0)
  return sum > 0 ? parts.map(({ value }) => (value * whole) / sum) : null
}
