import { formula } from '../../sheet/formula.ts'
import type { Transformer } from '../architecture/transformer.ts'
import { layersPerStage } from '../layout/layout.ts'
import { kvHeadsPerDevice, layerParameters, type MemoryModel } from './held-parameters.ts'
import { servingHabits } from './serving-habits.ts'
import { unquantisedBytes } from './storage-format.ts'

/** How a served model is placed on devices. All are whole numbers of at least 1. */
export interface ServingPlacement {
  readonly tensor: number
  readonly pipeline: number
  /** Ranks that routed experts are divided among; with 1 they are divided among the tensor-parallel ranks. */
  readonly expert: number
}

export const oneDevice: ServingPlacement = { tensor: 1, pipeline: 1, expert: 1 }

/** Memory of weights and cached keys and values, each formula written once. */
export const servingMemoryFormulas = {
  /** Keys and values of one token in one layer on one device. */
  keyValue: formula({
    text: '2 · k · d · b',
    symbols: ['k', 'd', 'b'],
    inputUnits: ['count', '1', 'byte/parameter'],
    unit: 'byte/token',
    fn: (kvHeads, headDim, bytes) => 2 * kvHeads * headDim * bytes,
    source: 'kwon-2023',
  }),
  /** The latent vector of one token in one layer: the same on every tensor-parallel rank. */
  latent: formula({
    text: '(r + o) · b',
    symbols: ['r', 'o', 'b'],
    inputUnits: ['1', '1', 'byte/parameter'],
    unit: 'byte/token',
    fn: (rank, rope, bytes) => (rank + rope) * bytes,
    source: 'deepseek-v2-paper',
  }),
  weights: formula({
    text: 'Q · q + W · w',
    symbols: ['Q', 'q', 'W', 'w'],
    inputUnits: ['parameter', 'byte/parameter', 'parameter', 'byte/parameter'],
    unit: 'byte',
    fn: (matrices, bytes, embeddings, wide) => matrices * bytes + embeddings * wide,
  }),
  /** What is left for the cache. */
  cacheBudget: formula({
    text: 'max(0, u · M − W − A − O)',
    symbols: ['u', 'M', 'W', 'A', 'O'],
    inputUnits: ['1', 'byte', 'byte', 'byte', 'byte'],
    unit: 'byte',
    fn: (utilisation, memory, weights, activations, overhead) =>
      Math.max(0, utilisation * memory - weights - activations - overhead),
    source: 'kwon-2023',
  }),
} as const

/** Layers that keep keys and values of the tokens so far: of an encoder-decoder those of the decoder. */
export function cachedLayers(t: Transformer): number {
  return t.crossAttentionLayers > 0 ? t.crossAttentionLayers : t.attentionLayers
}

/** Bytes that one layer with attention caches of a token on one device. */
function kvCacheBytesPerTokenAndLayer(t: Transformer, bytes: number, tensor: number): number {
  const { latent } = t
  return latent === null
    ? servingMemoryFormulas.keyValue.fn(kvHeadsPerDevice(t, tensor), t.headDim, bytes)
    : servingMemoryFormulas.latent.fn(latent.keyValueRank, latent.ropeHeadDim, bytes)
}

/**
 * Bytes that a sequence of `tokens` takes in the cache of one device: windowed layers keep no more than their window,
 * state-space layers one state however long the sequence is.
 */
export function kvCacheBytesOfSequence(
  t: Transformer,
  tokens: number,
  bytes: number,
  placement = oneDevice,
): number {
  const perLayer = kvCacheBytesPerTokenAndLayer(t, bytes, placement.tensor)
  const layers = cachedLayers(t)
  const windowed = Math.min(t.windowedLayers, layers)
  const kept = (layers - windowed) * tokens + windowed * Math.min(tokens, t.window)
  const stateSpaceLayers = t.layers - t.attentionLayers
  // Beside the state, a convolution over four tokens keeps three of them (Dao and Gu, 2024).
  const states = stateSpaceLayers * t.stateSpaceInner * (t.stateSize + 3) * bytes
  return (kept * perLayer + states / placement.tensor) / placement.pipeline
}

/** Sequences of `tokens` that a cache of `budget` bytes a device holds at once; not rounded. */
export function maximumConcurrency(
  t: Transformer,
  budget: number,
  tokens: number,
  bytes: number,
  placement = oneDevice,
): number {
  return budget / kvCacheBytesOfSequence(t, tokens, bytes, placement)
}

/** Tokens that a cache of `budget` bytes a device holds, in sequences of `tokens`; whole blocks of 16 tokens (vLLM). */
export function kvCapacityTokens(
  t: Transformer,
  budget: number,
  tokens: number,
  bytes: number,
  placement = oneDevice,
): number {
  const held = maximumConcurrency(t, budget, tokens, bytes, placement) * tokens
  return Math.floor(held / 16) * 16
}

/** Parameters of the fullest pipeline rank on one device: matrices that may be quantised, and embeddings. */
export interface ServedParameters {
  readonly matrices: number
  readonly embeddings: number
}

/**
 * Parameters that one device of a placement holds. A quantised head counts among the matrices, unless it is the
 * embedding; a copied one beside the embedding that it is.
 */
export function servedParameters(
  model: MemoryModel,
  placement = oneDevice,
  { quantisesHead, copiesHead } = servingHabits(),
): ServedParameters {
  const { t, routed, table } = model
  const { tensor, pipeline } = placement
  const mixing = layerParameters(model, t.layers, t.expertLayers, tensor)
  const experts = (t.expertLayers * routed) / (placement.expert > 1 ? placement.expert : tensor)
  const stage = layersPerStage(t.layers, pipeline) / t.layers
  // Both ends of a pipeline hold a table; alone, a rank holds both unless they are one.
  const tables = pipeline === 1 && (copiesHead || !t.tiedEmbeddings) ? 2 : 1
  const heads = tables === 2 && quantisesHead ? 1 : 0
  return {
    matrices: (mixing + experts) * stage + (heads * table) / tensor,
    embeddings: ((tables - heads) * table) / tensor + t.learnedPositions * t.hidden,
  }
}

/**
 * Bytes of weights on the fullest device of a placement. `bytes` is the size of one weight with its share of block
 * scales; formats below 16 bits leave embeddings in 16 bits, and the head where the program does not quantise it.
 */
export function weightBytesPerDevice(
  model: MemoryModel,
  bytes: number,
  placement = oneDevice,
  habits = servingHabits(),
): number {
  const { matrices, embeddings } = servedParameters(model, placement, habits)
  const wide = Math.max(bytes, unquantisedBytes)
  return servingMemoryFormulas.weights.fn(matrices, bytes, embeddings, wide)
}
