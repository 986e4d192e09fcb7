import type { TrainingConstants } from './training-constants.ts'

/**
 * Seconds of one matrix product of `rows` × `depth` by `depth` × `columns` on one device: its FLOP at the sustained
 * share of the peak, longer where the output is too small to fill the device in whole waves of tiles and where the
 * inner dimension is too short to fill the pipelines; or its bytes, when those take longer; and the launch.
 */
export function matmulTime(
  rows: number,
  columns: number,
  depth: number,
  flopPerSecond: number,
  operandBytes: number,
  bytesPerSecond: number,
  c: TrainingConstants,
): number {
  const output = rows * columns
  const compute =
    ((2 * output * depth) / flopPerSecond) * (1 + c.halfOutput / output) * (1 + c.halfDepth / depth)
  const traffic = (operandBytes * depth * (rows + columns) + 2 * output) / bytesPerSecond
  return Math.max(compute, traffic) + c.launch
}

/** Seconds of the two products of a backward pass: gradients of the input and of the weight. */
export function backwardMatmulTime(
  rows: number,
  columns: number,
  depth: number,
  flopPerSecond: number,
  operandBytes: number,
  bytesPerSecond: number,
  c: TrainingConstants,
): number {
  return (
    matmulTime(rows, depth, columns, flopPerSecond, operandBytes, bytesPerSecond, c) +
    matmulTime(depth, columns, rows, flopPerSecond, operandBytes, bytesPerSecond, c)
  )
}
