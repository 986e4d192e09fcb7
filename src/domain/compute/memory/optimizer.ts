import type { Precision } from '../catalogue.ts'
import type { Optimizer } from '../layout/layout.ts'

/**
 * Bytes that an optimizer keeps of a parameter beside its moving averages: a 32-bit copy of 16-bit weights, as small
 * updates are lost in 16 bits (Micikevicius et al. 2017). `adam-bf16` does without it.
 */
const masterBytes = 4

/**
 * Bytes of moving averages a parameter. Two of 32 bits for Adam; of 16 bits for `adam-bf16-moments` (DeepSeek-V3) and
 * `adam-bf16`; of 8 bits with a 32-bit scale to 256 numbers for `adam-8bit` (Dettmers et al. 2021); rows and columns
 * alone, which come to nothing, for Adafactor (Shazeer and Stern 2018); one momentum for Muon and SGD with momentum.
 */
const momentBytes: Readonly<Record<Optimizer, number>> = {
  adam: 8,
  'adam-bf16-moments': 4,
  'adam-bf16': 4,
  'adam-8bit': 2 * (1 + 4 / 256),
  adafactor: 0,
  muon: 4,
  'sgd-momentum': 4,
  sgd: 0,
}

/** Bytes that a weight is computed with: matrices of 8 or 4 bits are cast from 16-bit weights. */
export function weightBytes(precision: Precision): number {
  return precision === 'fp32' || precision === 'tf32' ? 4 : precision === 'fp64' ? 8 : 2
}

/** Bytes of optimizer states a parameter, the 32-bit copy of the weights included. */
export function optimizerBytes(optimizer: Optimizer, precision: Precision): number {
  const master = weightBytes(precision) < masterBytes && optimizer !== 'adam-bf16' ? masterBytes : 0
  return master + momentBytes[optimizer]
}
