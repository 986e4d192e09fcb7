/** A square matrix by rows. */
export type Matrix = readonly Float64Array[]

/**
 * The lower triangle L with A = L · Lᵀ of a symmetric matrix, of which the lower triangle alone is read; null when
 * A is not positive definite. `added` is added to each element of the diagonal as a share of it, so that
 * `cholesky(A, λ)` factors A + λ · diag A.
 */
export function cholesky(matrix: Matrix, added = 0): Float64Array[] | null {
  const n = matrix.length
  const lower = Array.from({ length: n }, () => new Float64Array(n))
  for (let r = 0; r < n; r++) {
    const row = lower[r] as Float64Array
    const given = matrix[r] as Float64Array
    for (let c = 0; c <= r; c++) {
      let sum = r === c ? (given[r] as number) * (1 + added) : (given[c] as number)
      const other = lower[c] as Float64Array
      for (let k = 0; k < c; k++) sum -= (row[k] as number) * (other[k] as number)
      if (r !== c) row[c] = sum / (other[c] as number)
      else if (sum > 0) row[c] = Math.sqrt(sum)
      else return null
    }
  }
  return lower
}

/** The solution x of L · Lᵀ · x = b. */
export function solveCholesky(lower: Matrix, vector: Float64Array): Float64Array {
  const n = vector.length
  const solution = Float64Array.from(vector)
  for (let r = 0; r < n; r++) {
    const row = lower[r] as Float64Array
    for (let k = 0; k < r; k++)
      solution[r] = (solution[r] as number) - (row[k] as number) * (solution[k] as number)
    solution[r] = (solution[r] as number) / (row[r] as number)
  }
  for (let r = n - 1; r >= 0; r--) {
    for (let k = r + 1; k < n; k++) {
      solution[r] =
        (solution[r] as number) - ((lower[k] as Float64Array)[r] as number) * (solution[k] as number)
    }
    solution[r] = (solution[r] as number) / ((lower[r] as Float64Array)[r] as number)
  }
  return solution
}

/** The inverse of L · Lᵀ. */
export function invertCholesky(lower: Matrix): Float64Array[] {
  return lower.map((_, column) => {
    const unit = new Float64Array(lower.length)
    unit[column] = 1
    return solveCholesky(lower, unit)
  })
}
