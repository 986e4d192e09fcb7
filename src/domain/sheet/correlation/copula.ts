import { drawnProbability, normalQuantile } from '../distributions/normal.ts'

/**
 * Correlates columns of independent probabilities by a Gaussian copula: normal scores, mixed by the triangle L of
 * their correlation matrix, become probabilities again. The columns are changed in place.
 */
export function correlate(
  columns: readonly Float64Array[],
  count: number,
  triangle: readonly Float64Array[],
): void {
  for (const column of columns)
    for (let index = 0; index < count; index++) column[index] = normalQuantile(column[index] as number)
  // From the last row up, as each row mixes only those before it.
  for (let row = columns.length - 1; row >= 0; row--) {
    const weights = triangle[row] as Float64Array
    const own = columns[row] as Float64Array
    for (let index = 0; index < count; index++) {
      let sum = 0
      for (let k = 0; k <= row; k++)
        sum += (weights[k] as number) * ((columns[k] as Float64Array)[index] as number)
      own[index] = drawnProbability(sum)
    }
  }
}
