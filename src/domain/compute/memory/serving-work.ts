import { formula } from '../../sheet/formula.ts'
import type { Transformer } from '../architecture/transformer.ts'
import type { ServingHabits } from './serving-habits.ts'
import { cachedLayers, type ServingPlacement } from './serving-memory.ts'
import { unquantisedBytes } from './storage-format.ts'

/** What scripts hold that servers with a paged cache do not, each formula written once. */
export const servingWorkFormulas = {
  /** Last vectors of whole prompts, and logits of each of their tokens. */
  promptLogits: formula({
    text: 'n · (b · h + V · l)',
    symbols: ['n', 'b', 'h', 'V', 'l'],
    inputUnits: ['token', 'byte/parameter', '1', 'count', 'byte/token'],
    unit: 'byte',
    fn: (tokens, bytes, hidden, vocab, logit) => tokens * (bytes * hidden + vocab * logit),
  }),
  /** Sines and cosines of every position in each layer. */
  positionTables: formula({
    text: '2 · L · P · d · b',
    symbols: ['L', 'P', 'd', 'b'],
    inputUnits: ['count', 'token', '1', 'byte/parameter'],
    unit: 'byte',
    fn: (layers, positions, width, bytes) => 2 * layers * positions * width * bytes,
  }),
  /** The largest matrix in 16 bits, as often as it is copied. */
  widened: formula({
    text: 'c · M · w',
    symbols: ['c', 'M', 'w'],
    inputUnits: ['count', 'parameter', 'byte/parameter'],
    unit: 'byte',
    fn: (copies, matrix, bytes) => copies * matrix * bytes,
  }),
  /**
   * Caches beside the one that is kept, as far as they do not fit where the prompt's activations were: a prompt is
   * computed before tokens are appended.
   */
  cacheCopies: formula({
    text: 'max(0, (c − 1) · K − A)',
    symbols: ['c', 'K', 'A'],
    inputUnits: ['count', 'byte', 'byte'],
    unit: 'byte',
    fn: (copies, cache, activations) => Math.max(0, (copies - 1) * cache - activations),
  }),
} as const

/** Bytes of the tables of positions on one device, for `positions` of them; 0 where layers have none. */
export function positionTableBytes(
  t: Transformer,
  { pipeline }: ServingPlacement,
  { positionTables }: ServingHabits,
  positions: number,
): number {
  if (!positionTables || t.learnedPositions > 0) return 0
  const layers = cachedLayers(t) / pipeline
  return servingWorkFormulas.positionTables.fn(layers, positions, positionWidth(t), unquantisedBytes)
}

/** Numbers of a position in each of the two tables. */
export function positionWidth({ latent, headDim }: Transformer): number {
  return latent === null ? headDim : latent.ropeHeadDim
}

/** Parameters of the largest matrix on one device that is widened before its product. */
export function largestMatrix(
  t: Transformer,
  { tensor }: ServingPlacement,
  { quantisesHead }: ServingHabits,
): number {
  const widest = Math.max(
    t.denseLayers > 0 ? t.denseFfn : 0,
    t.experts > 0 ? t.expertFfn : 0,
    t.heads * t.headDim,
    quantisesHead ? t.vocab : 0,
  )
  return (t.hidden * widest) / tensor
}

/** Bytes of matrices widened to 16 bits on one device, of weights of `weight` bytes; 0 for weights of 16 bits. */
export function widenedBytes(
  t: Transformer,
  placement: ServingPlacement,
  habits: ServingHabits,
  weight: number,
): number {
  if (weight >= unquantisedBytes) return 0
  const matrix = largestMatrix(t, placement, habits)
  return servingWorkFormulas.widened.fn(habits.widenedCopies, matrix, unquantisedBytes)
}

/**
 * Bytes at work at the peak on one device beside weights and one cache: `activations` of the prompt or, if they are
 * more, the caches beside that one; and a widened matrix.
 */
export function servingWorkBytes(
  t: Transformer,
  placement: ServingPlacement,
  habits: ServingHabits,
  weight: number,
  activations: number,
  cache: number,
): number {
  const copies = servingWorkFormulas.cacheCopies.fn(habits.cacheCopies, cache, activations)
  return activations + copies + widenedBytes(t, placement, habits, weight)
}
