import { compose, eigen, type Matrix } from './symmetric.ts'

/**
 * The correlation matrix nearest to a symmetric matrix in the Frobenius norm: alternating projections onto the
 * positive semidefinite matrices and those of unit diagonal, with the correction of Dykstra (Higham 2002).
 */
export function nearestCorrelation(matrix: Matrix): {
  readonly matrix: number[][]
  /** Frobenius norm of the change. */
  readonly distance: number
} {
  let y = matrix.map(row => [...row])
  let correction = matrix.map(row => row.map(() => 0))
  for (let step = 0; step < 2_000; step++) {
    const r = y.map((row, i) => row.map((value, j) => value - (correction[i]?.[j] as number)))
    const { values, vectors } = eigen(r)
    const x = compose(
      vectors,
      values.map(value => Math.max(0, value)),
    )
    correction = x.map((row, i) => row.map((value, j) => value - (r[i]?.[j] as number)))
    const next = x.map((row, i) => row.map((value, j) => (i === j ? 1 : value)))
    const moved = frobenius(next, y)
    y = next
    if (moved < 1e-13 * y.length) break
  }
  return { matrix: y, distance: frobenius(y, matrix) }
}

function frobenius(a: Matrix, b: Matrix): number {
  let sum = 0
  for (const [i, row] of a.entries())
    for (const [j, value] of row.entries()) sum += (value - (b[i]?.[j] as number)) ** 2
  return Math.sqrt(sum)
}
