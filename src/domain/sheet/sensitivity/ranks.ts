import type { Matrix } from '../correlation/symmetric.ts'

/** Ranks of a column from 1; equal values share the average of theirs. */
export function ranksOf(column: Float64Array): Float64Array {
  const count = column.length
  const order = Uint32Array.from({ length: count }, (_, index) => index)
  order.sort((a, b) => (column[a] as number) - (column[b] as number) || a - b)
  const ranks = new Float64Array(count)
  for (let start = 0; start < count; ) {
    let end = start + 1
    const value = column[order[start] as number]
    while (end < count && column[order[end] as number] === value) end++
    for (let index = start; index < end; index++) ranks[order[index] as number] = (start + 1 + end) / 2
    start = end
  }
  return ranks
}

/** Pearson's correlation of two columns, from `start` up to `end`; 0 when one of them does not vary. */
export function correlationOf(x: Float64Array, y: Float64Array, start = 0, end = x.length): number {
  let [meanX, meanY] = [0, 0]
  for (let index = start; index < end; index++) {
    meanX += x[index] as number
    meanY += y[index] as number
  }
  meanX /= end - start
  meanY /= end - start
  let [xx, yy, xy] = [0, 0, 0]
  for (let index = start; index < end; index++) {
    const a = (x[index] as number) - meanX
    const b = (y[index] as number) - meanY
    xx += a * a
    yy += b * b
    xy += a * b
  }
  return xx === 0 || yy === 0 ? 0 : Math.max(-1, Math.min(1, xy / Math.sqrt(xx * yy)))
}

/** The inverse of a symmetric positive definite matrix (Gauss and Jordan), or null when it has none. */
function inverse(matrix: Matrix): number[][] | null {
  const size = matrix.length
  const rows = matrix.map((row, i) => [...row, ...Array.from({ length: size }, (_, j) => (i === j ? 1 : 0))])
  for (let column = 0; column < size; column++) {
    const top = rows[column] as number[]
    const pivot = top[column] as number
    if (!(pivot > 1e-12)) return null
    for (let each = 0; each < 2 * size; each++) top[each] = (top[each] as number) / pivot
    for (const [index, row] of rows.entries()) {
      const factor = row[column] as number
      if (index === column || factor === 0) continue
      for (let each = 0; each < 2 * size; each++)
        row[each] = (row[each] as number) - factor * (top[each] as number)
    }
  }
  return rows.map(row => row.slice(size))
}

/**
 * Partial rank correlation of each input with the output, the ranks of the other inputs held fixed (Iman and
 * Conover 1979). Null for all where the inputs' ranks determine each other or the output.
 */
export function partialRankCorrelations(
  inputs: readonly Float64Array[],
  output: Float64Array,
): readonly (number | null)[] {
  const columns = [...inputs, output]
  const matrix = columns.map(a => columns.map(b => correlationOf(a, b)))
  const inverted = inverse(matrix)
  const last = inputs.length
  return inputs.map((_, index) => {
    if (inverted === null) return null
    const own = inverted[index]?.[index] as number
    const outputs = inverted[last]?.[last] as number
    return -(inverted[index]?.[last] as number) / Math.sqrt(own * outputs)
  })
}
