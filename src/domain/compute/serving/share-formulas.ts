import { formula } from '../../sheet/formula.ts'

/** Which share of what a data sheet promises kernels reach, each written once. */
export const shareFormulas = {
  /**
   * Of the matrix throughput: a tile of the result is filled and written back once, however many products are summed
   * up for it, so that sums of K terms are paid for as K + d.
   */
  deep: formula({
    text: 'g · K / (K + d)',
    symbols: ['g', 'K', 'd'],
    inputUnits: ['1', '1', '1'],
    unit: '1',
    fn: (efficiency, depth, filling) => (efficiency * depth) / (depth + filling),
  }),
  /**
   * Of the matrix throughput, in attention: for each score the vector units do x operations, an exponential and what
   * scales and sums it, and not beside the products. At r the matrix units would do a score while the vector units do
   * one operation.
   */
  attention: formula({
    text: '1 / (1 / g + x · r)',
    symbols: ['g', 'x', 'r'],
    inputUnits: ['1', 'FLOP', '1'],
    unit: '1',
    fn: (efficiency, softmax, ratio) => 1 / (1 / efficiency + softmax * ratio),
    source: 'shah-2024',
  }),
  /** Of the memory bandwidth, for weights of b bytes that vector units widen by y operations each. */
  widened: formula({
    text: '1 / (1 / e + y · W / (b · V))',
    symbols: ['e', 'y', 'W', 'b', 'V'],
    inputUnits: ['1', 'FLOP', 'byte/s', 'byte/parameter', 'FLOP/s'],
    unit: '1',
    fn: (streaming, operations, bandwidth, bytes, vector) =>
      1 / (1 / streaming + (operations * bandwidth) / (bytes * vector)),
  }),
  /** Of the memory bandwidth, for a cache that passes memory m times. */
  copied: formula({
    text: 'a / m',
    symbols: ['a', 'm'],
    inputUnits: ['1', '1'],
    unit: '1',
    fn: (reading, passes) => reading / passes,
  }),
  /** A share that constants of a stack and of a device multiply up to, below 1 however large they are. */
  bounded: formula({
    text: 'x / (1 + x^12)^(1 / 12)',
    symbols: ['x'],
    inputUnits: ['1'],
    unit: '1',
    fn: share => {
      const cube = share * share * share
      const square = cube * cube
      return share / Math.cbrt(Math.sqrt(Math.sqrt(1 + square * square)))
    },
  }),
} as const
