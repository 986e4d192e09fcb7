/**
 * A function of uncertain inputs, worked out for columns of their probabilities: one column of values an output, of
 * which the first `count` are told. The next call may overwrite them.
 */
export type ColumnModel = (probabilities: readonly Float64Array[], count: number) => readonly Float64Array[]

/** A column of zeros for each output. */
export const roomFor = (outputs: number, length: number): Float64Array[] =>
  Array.from({ length: outputs }, () => new Float64Array(length))

/** Copies what a model tells into columns that stay. */
export function keep(
  values: readonly Float64Array[],
  into: readonly Float64Array[],
): readonly Float64Array[] {
  for (const [output, column] of into.entries())
    column.set((values[output] as Float64Array).subarray(0, column.length))
  return into
}
