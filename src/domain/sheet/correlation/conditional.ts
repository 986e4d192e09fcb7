import type { Dependence } from './correlations.ts'
import { cholesky, type Matrix } from './symmetric.ts'

/** The correlations of the normal scores of the members of a dependence, in their order. */
export function scoreMatrix({ triangle }: Dependence): number[][] {
  return triangle.map(row =>
    triangle.map(other => row.reduce((sum, weight, k) => sum + weight * (other[k] as number), 0)),
  )
}

/** How a score is drawn anew: weights of the scores that are kept, and of independent ones for all drawn anew so far. */
export interface ConditionalScore {
  readonly row: number
  readonly ofKept: readonly { readonly row: number; readonly weight: number }[]
  readonly ofNew: readonly { readonly row: number; readonly weight: number }[]
}

/** The normal distribution of some scores given the others, as sums over these and over as many independent scores. */
export function conditionalScores(
  matrix: Matrix,
  isRedrawn: (row: number) => boolean,
): readonly ConditionalScore[] {
  const rows = matrix.map((_, row) => row)
  const kept = rows.filter(row => !isRedrawn(row))
  const redrawn = rows.filter(isRedrawn)
  const order = [...kept, ...redrawn]
  const triangle = triangleInOrder(matrix, order)
  return redrawn.map((row, place) => {
    const mixed = triangle[kept.length + place] as Float64Array
    const weights = regression(triangle, mixed, kept.length)
    return {
      row,
      ofKept: kept.map((other, index) => ({ row: other, weight: weights[index] as number })),
      ofNew: redrawn
        .slice(0, place + 1)
        .map((other, index) => ({ row: other, weight: mixed[kept.length + index] as number })),
    }
  })
}

/** The triangle (Cholesky) of a matrix whose rows and columns are put in another order. */
export const triangleInOrder = (matrix: Matrix, order: readonly number[]): readonly Float64Array[] =>
  cholesky(order.map(row => order.map(column => matrix[row]?.[column] as number)))

/** The weights of the first `count` scores themselves in a row of a triangle, which weighs their independent parts. */
function regression(triangle: readonly Float64Array[], row: Float64Array, count: number): Float64Array {
  const weights = new Float64Array(count)
  for (let at = count - 1; at >= 0; at--) {
    let rest = row[at] as number
    for (let below = at + 1; below < count; below++)
      rest -= (weights[below] as number) * ((triangle[below] as Float64Array)[at] as number)
    const pivot = (triangle[at] as Float64Array)[at] as number
    // A score that the ones before it determine has no part of its own.
    weights[at] = pivot > 1e-7 ? rest / pivot : 0
  }
  return weights
}
