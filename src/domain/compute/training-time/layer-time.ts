import type { ParameterCounts } from '../architecture/parameters.ts'
import type { Transformer } from '../architecture/transformer.ts'
import { exchangedGradientBytes, type ParallelLayout } from '../layout/layout.ts'
import { attentionCoreTimes } from './attention-time.ts'
import { collectiveFormulas, nearDevices, ringTime } from './collective-time.ts'
import { contextExchange, expertExchange } from './layer-exchange.ts'
import { backwardMatmulTime, matmulTime } from './matmul-time.ts'
import type { TrainingConstants } from './training-constants.ts'
import type { TrainingStack } from './training-stack.ts'
import type { TrainingSystem } from './training-system.ts'

/** Seconds of one micro-batch on one device of a stage, in the mean layer and in the output head. */
export interface LayerTimes {
  forward: number
  backward: number
  /** What a forward pass takes again when it is recomputed, exchange included. */
  again: number
  /** Exchange between tensor-parallel ranks that nothing hides, forward and backward. */
  tensor: number
  /** The same between expert-parallel and context-parallel ranks. */
  expert: number
  context: number
  /** Output head and loss, forward and backward. */
  head: number
}

/** Passes of a backward over a forward elementwise kernel: it reads the gradient too and writes two. */
const backwardPasses = 1.75
/** Kernels of a layer beside its matrix products: norms, residuals, activation, positions, transposes. */
const smallKernels = 8
/** Bytes a logit is read and written in, from the product to its gradient: 16 bits, and 32 bits for the loss. */
const logitBytes = 24
/** Rows that a tile of a grouped product is short of on average. */
const halfTile = 64

interface Pass {
  forward: number
  backward: number
}
/** Rates of one device, and the tokens that it computes at once. */
interface Rank {
  rows: number
  rate: number
  wideRate: number
  bandwidth: number
}
// Written anew by every call, so that a search allocates nothing.
const core: Pass = { forward: 0, backward: 0 }
const sum: Pass & { products: number } = { forward: 0, backward: 0, products: 0 }
const rank: Rank = { rows: 0, rate: 0, wideRate: 0, bandwidth: 0 }

/** Writes the times of a mean layer and of the head into `out`; allocates nothing. */
export function layerTimes(
  t: Transformer,
  counts: ParameterCounts,
  layout: ParallelLayout,
  stack: TrainingStack,
  system: TrainingSystem,
  c: TrainingConstants,
  out: LayerTimes,
): void {
  const { tensor, context } = layout
  const { operandBytes } = system
  rank.rows = (layout.microBatch * layout.sequence) / context
  rank.wideRate = system.widePeak * system.matmulCeiling * c.matmul
  rank.rate = system.peak * system.matmulCeiling * c.matmul * narrowShare(system, c)
  rank.bandwidth = system.memoryBandwidth * c.bandwidth
  const { rows, bandwidth } = rank
  const attentionShare = (t.attentionLayers + t.crossAttentionLayers) / t.layers
  const denseShare = t.denseLayers / t.layers
  const expertShare = t.expertLayers / t.layers

  sum.forward = 0
  sum.backward = 0
  sum.products = 0
  addProjections(t, tensor, attentionShare, operandBytes, c)
  if (denseShare > 0)
    addFeedForward(denseShare, t.denseMatrices, t.denseFfn / tensor, t.hidden, operandBytes, c)
  attentionCoreTimes(t, layout, stack, rows, rank.wideRate, bandwidth, system, c, core)
  sum.forward += attentionShare * core.forward
  sum.backward += attentionShare * core.backward
  const small = addElementwise(t, layout, stack, attentionShare, denseShare, c)
  if (operandBytes < 2) addRounding(t, tensor, denseShare, expertShare, system, c)
  out.expert = 0
  if (expertShare > 0) {
    addExperts(t, layout, expertShare, operandBytes, c)
    out.expert = expertShare * expertExchange(t, layout, rows, system, c)
  }
  // Gradients are added to their sums once a micro-batch.
  const held = counts.attention * attentionShare + counts.denseFeedForward * denseShare
  const routed = expertShare * t.experts * t.expertMatrices * t.hidden * t.expertFfn
  const gradients = held / tensor + routed / (layout.expert * layout.expertTensor)
  sum.backward += (2 * exchangedGradientBytes(layout) * gradients * c.accumulation) / bandwidth

  const near = nearDevices(tensor, 1, system.devicesPerNode)
  const sums = 1 + denseShare + (layout.expertTensor > 1 ? expertShare : 0)
  const message = collectiveFormulas.allReduce.fn(tensor, 2 * rows * t.hidden)
  const once = sums * c.tensorExposed * ringTime(message, tensor, near, system, c)
  out.tensor = 2 * once
  out.context = context > 1 ? contextExchange(t, layout, rows, core, system, c) : 0
  out.forward = sum.forward
  out.backward = sum.backward
  out.again = 0
  if (layout.recompute === 'full') out.again = sum.forward + once + out.expert / 2 + out.context / 3
  // All but the attention core and every second product: what those read is gathered and sent to experts again.
  else if (layout.recompute === 'products') {
    out.again = sum.forward - attentionShare * core.forward - sum.products / 2 + once / 2 + out.expert / 4
  }
  // Where attention keeps no scores anyway, what is computed again are norms and activations.
  else if (layout.recompute === 'selective') {
    out.again = layout.flashAttention ? small : attentionShare * core.forward
  }
  const vocabulary = t.vocab / tensor
  out.head =
    matmulTime(rows, vocabulary, t.hidden, rank.wideRate, 2, bandwidth, c) +
    backwardMatmulTime(rows, vocabulary, t.hidden, rank.wideRate, 2, bandwidth, c) +
    (rows * vocabulary * logitBytes) / bandwidth
}

/** Share of the rate in 16 bits, by peaks, that a narrower format reaches. */
function narrowShare({ operandBytes, blockScaled }: TrainingSystem, c: TrainingConstants): number {
  if (operandBytes >= 2) return 1
  return c.narrow * (blockScaled ? c.blockScaled : 1) * (operandBytes < 1 ? c.fourBit : 1)
}

/** Adds a product of all tokens with a matrix of `depth` × `columns` on this device. */
function addProduct(
  share: number,
  columns: number,
  depth: number,
  operandBytes: number,
  c: TrainingConstants,
): void {
  const { rows, rate, bandwidth } = rank
  const forward = share * matmulTime(rows, columns, depth, rate, operandBytes, bandwidth, c)
  sum.forward += forward
  sum.products += forward
  sum.backward += share * backwardMatmulTime(rows, columns, depth, rate, operandBytes, bandwidth, c)
}

/** Projections into queries, keys and values and out of attention, and those of state-space layers. */
function addProjections(
  t: Transformer,
  tensor: number,
  share: number,
  operandBytes: number,
  c: TrainingConstants,
): void {
  const { hidden, latent } = t
  if (t.attentionLayers < t.layers) {
    addProduct(1 - t.attentionLayers / t.layers, (3 * t.stateSpaceInner) / tensor, hidden, operandBytes, c)
  }
  if (share === 0) return
  if (latent === null) {
    addProduct(share, ((t.heads + 2 * t.kvHeads) * t.headDim) / tensor, hidden, operandBytes, c)
    addProduct(share, hidden, (t.heads * t.headDim) / tensor, operandBytes, c)
    return
  }
  const { queryRank, nopeHeadDim, ropeHeadDim, keyValueRank, valueHeadDim } = latent
  const queries = (t.heads * (nopeHeadDim + ropeHeadDim)) / tensor
  if (queryRank > 0) {
    addProduct(share, queryRank, hidden, operandBytes, c)
    addProduct(share, queries, queryRank, operandBytes, c)
  } else addProduct(share, queries, hidden, operandBytes, c)
  addProduct(share, keyValueRank + ropeHeadDim, hidden, operandBytes, c)
  addProduct(share, (t.heads * (nopeHeadDim + valueHeadDim)) / tensor, keyValueRank, operandBytes, c)
  addProduct(share, hidden, (t.heads * valueHeadDim) / tensor, operandBytes, c)
}

/** Products of a feed-forward part that is `width` wide on this device. */
function addFeedForward(
  share: number,
  matrices: number,
  width: number,
  hidden: number,
  operandBytes: number,
  c: TrainingConstants,
): void {
  addProduct(share, (matrices - 1) * width, hidden, operandBytes, c)
  addProduct(share, hidden, width, operandBytes, c)
}

/** Norms and residuals (all ranks hold them whole without sequence parallelism), positions, activation. */
function addElementwise(
  t: Transformer,
  layout: ParallelLayout,
  stack: TrainingStack,
  attentionShare: number,
  denseShare: number,
  c: TrainingConstants,
): number {
  const { tensor } = layout
  const norms = (layout.dropout ? 20 : 16) * t.hidden * (layout.sequenceParallel ? 1 / tensor : 1)
  const positions = (attentionShare * 4 * (t.heads + t.kvHeads) * t.headDim) / tensor
  const activation = (denseShare * activationBytes(t.denseMatrices) * t.denseFfn) / tensor
  const traffic = c.elementwise * (stack.eager ? c.eagerTraffic : 1)
  const time = (rank.rows * (norms + positions + activation) * traffic) / rank.bandwidth
  sum.forward += time + smallKernels * c.launch
  sum.backward += backwardPasses * time + 2 * smallKernels * c.launch
  return time
}

/** Bytes that an activation moves for a token and unit of width: a gated one reads two products. */
function activationBytes(matrices: number): number {
  return matrices === 3 ? 6 : 4
}

/**
 * Rounding to narrow formats: inputs of products forward, gradients of their outputs backward. They are written along
 * both dimensions, once where a device multiplies either way and one scale serves a tensor.
 */
function addRounding(
  t: Transformer,
  tensor: number,
  denseShare: number,
  expertShare: number,
  { operandBytes, blockScaled, family }: TrainingSystem,
  c: TrainingConstants,
): void {
  const writes = blockScaled || family !== 'nvidia-blackwell' ? 2 : 1
  const each = (rank.rows * (2 + writes * operandBytes) * c.quantise) / rank.bandwidth
  const chosen = (expertShare * t.topK) / tensor
  const whole = (1 + denseShare) * t.hidden
  const values = t.heads * t.headDim
  const queries = values + 2 * t.kvHeads * t.headDim
  const inner = (t.denseMatrices - 1) * t.denseFfn
  sum.forward +=
    each * (whole + (values + denseShare * t.denseFfn) / tensor + chosen * (t.hidden + t.expertFfn))
  sum.backward +=
    each *
    (whole +
      (queries + denseShare * inner) / tensor +
      chosen * (t.hidden + (t.expertMatrices - 1) * t.expertFfn))
}

/** The expert layers' share: routing, sorting, grouped products, shared experts. */
function addExperts(
  t: Transformer,
  layout: ParallelLayout,
  share: number,
  operandBytes: number,
  c: TrainingConstants,
): void {
  const { rows, rate, bandwidth } = rank
  const { hidden } = t
  const width = t.expertFfn / layout.expertTensor
  // Where an expert is kept whole, each tensor-parallel rank sends its own part of the tokens.
  const chosen = (rows * t.topK * layout.expertTensor) / layout.tensor
  const rowsOfExpert = (chosen * layout.expert) / t.experts
  const local = t.experts / layout.expert
  const weights = local * t.expertMatrices * hidden * width * operandBytes
  const flop = 2 * chosen * t.expertMatrices * hidden * width
  const short = (1 + halfTile / rowsOfExpert) * (1 + c.halfDepth / Math.min(hidden, width))
  const products = Math.max(
    (flop / (rate * c.expertMatmul)) * short * c.expertImbalance,
    (weights + 2 * chosen * (hidden + t.expertMatrices * width)) / bandwidth,
  )
  // Sorting for ranks and for experts, both ways: read and write each, and the activation between the products.
  const bytes = chosen * (16 * hidden + activationBytes(t.expertMatrices) * width)
  const moved = (bytes * c.elementwise) / bandwidth
  const launches = 2 * local * c.expertLaunch
  sum.products += share * products
  sum.forward += share * (products + moved + c.expertOverhead + launches)
  sum.backward += share * (2 * products + backwardPasses * moved + c.expertOverhead + 2 * launches)
  if (t.sharedExperts > 0) {
    const shared = (t.sharedExperts * t.expertFfn) / layout.tensor
    addFeedForward(share, t.expertMatrices, shared, hidden, operandBytes, c)
  }
}
