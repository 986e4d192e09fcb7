/** A square matrix by rows. */
export type Matrix = readonly (readonly number[])[]

/** Eigenvalues of a symmetric matrix, and its eigenvectors as columns, by the cyclic method of Jacobi 1846. */
export function eigen(matrix: Matrix): { readonly values: readonly number[]; readonly vectors: Matrix } {
  const size = matrix.length
  const a = Float64Array.from(matrix.flat())
  const v = new Float64Array(size * size)
  for (let i = 0; i < size; i++) v[i * size + i] = 1
  const at = (i: number, j: number) => a[i * size + j] as number
  for (let sweep = 0; sweep < 60; sweep++) {
    let off = 0
    for (let i = 0; i < size; i++) for (let j = i + 1; j < size; j++) off += at(i, j) ** 2
    if (off < 1e-30) break
    for (let p = 0; p < size; p++) {
      for (let q = p + 1; q < size; q++) {
        if (at(p, q) === 0) continue
        const theta = (at(q, q) - at(p, p)) / (2 * at(p, q))
        const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1))
        const c = 1 / Math.hypot(t, 1)
        rotate(a, size, p, q, c, t * c)
        rotateColumns(v, size, p, q, c, t * c)
      }
    }
  }
  const row = (of: Float64Array, i: number) => Array.from(of.subarray(i * size, (i + 1) * size))
  return {
    values: Array.from({ length: size }, (_, i) => at(i, i)),
    vectors: Array.from({ length: size }, (_, i) => row(v, i)),
  }
}

function rotate(a: Float64Array, size: number, p: number, q: number, c: number, s: number): void {
  rotateColumns(a, size, p, q, c, s)
  for (let k = 0; k < size; k++) {
    const x = a[p * size + k] as number
    const y = a[q * size + k] as number
    a[p * size + k] = c * x - s * y
    a[q * size + k] = s * x + c * y
  }
}

function rotateColumns(a: Float64Array, size: number, p: number, q: number, c: number, s: number): void {
  for (let k = 0; k < size; k++) {
    const x = a[k * size + p] as number
    const y = a[k * size + q] as number
    a[k * size + p] = c * x - s * y
    a[k * size + q] = s * x + c * y
  }
}

/** A matrix with the eigenvectors of another and given eigenvalues. */
export function compose(vectors: Matrix, values: readonly number[]): number[][] {
  return vectors.map(row =>
    vectors.map(other => {
      let sum = 0
      for (let k = 0; k < values.length; k++)
        sum += (row[k] as number) * (values[k] as number) * (other[k] as number)
      return sum
    }),
  )
}

/** The lower triangle L with L·Lᵀ = `matrix` (Cholesky); a pivot within rounding of zero leaves its column empty. */
export function cholesky(matrix: Matrix): readonly Float64Array[] {
  const rows: Float64Array[] = []
  for (const [i, given] of matrix.entries()) {
    const row = new Float64Array(matrix.length)
    for (let j = 0; j <= i; j++) {
      const other = j === i ? row : (rows[j] as Float64Array)
      let sum = given[j] as number
      for (let k = 0; k < j; k++) sum -= (row[k] as number) * (other[k] as number)
      const pivot = other[j] as number
      row[j] = j === i ? Math.sqrt(Math.max(0, sum)) : pivot > 1e-7 ? sum / pivot : 0
    }
    rows.push(row)
  }
  return rows
}
