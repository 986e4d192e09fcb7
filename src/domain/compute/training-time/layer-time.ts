import type { ParameterCounts } from '../architecture/parameters.ts'
import type { Transformer } from '../architecture/transformer.ts'
import type { ParallelLayout } from '../layout.ts'
import { attentionCoreTimes } from './attention-time.ts'
import { allToAllTime, collectiveFormulas, nearDevices, ringTime } from './collective-time.ts'
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
const core: Pass = { forward: 0, backward: 0 }
const sum: Pass = { forward: 0, backward: 0 }

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
  const rows = (layout.microBatch * layout.sequence) / context
  const wideRate = system.widePeak * system.matmulCeiling * c.matmul
  const narrow = system.operandBytes < 2 ? (system.operandBytes < 1 ? c.fourBit * c.narrow : c.narrow) : 1
  const rate = system.peak * system.matmulCeiling * c.matmul * narrow
  const bytes = system.operandBytes
  const bandwidth = system.memoryBandwidth * c.bandwidth
  const { hidden } = t

  sum.forward = 0
  sum.backward = 0
  const product = (share: number, columns: number, depth: number): void => {
    sum.forward += share * matmulTime(rows, columns, depth, rate, bytes, bandwidth, c)
    sum.backward += share * backwardMatmulTime(rows, columns, depth, rate, bytes, bandwidth, c)
  }

  const attentionShare = (t.attentionLayers + t.crossAttentionLayers) / t.layers
  projections(t, tensor, attentionShare, product)
  if (t.attentionLayers < t.layers) {
    product(1 - t.attentionLayers / t.layers, (3 * t.stateSpaceInner) / tensor, hidden)
  }
  const denseShare = t.denseLayers / t.layers
  const expertShare = t.expertLayers / t.layers
  if (denseShare > 0) {
    product(denseShare, ((t.denseMatrices - 1) * t.denseFfn) / tensor, hidden)
    product(denseShare, hidden, t.denseFfn / tensor)
  }
  attentionCoreTimes(
    t,
    layout,
    rows,
    wideRate,
    bandwidth,
    system,
    stack.earlyAttention,
    stack.portableAttention,
    c,
    core,
  )
  sum.forward += attentionShare * core.forward
  sum.backward += attentionShare * core.backward

  // Norms and residuals (all ranks hold them whole without sequence parallelism), positions, activation.
  const traffic = c.elementwise * (stack.eager ? c.eagerTraffic : 1)
  const norms = (layout.flashAttention ? 16 : 20) * hidden * (layout.sequenceParallel ? 1 / tensor : 1)
  const positions = (attentionShare * 4 * (t.heads + t.kvHeads) * t.headDim) / tensor
  const activation = (denseShare * (t.denseMatrices === 3 ? 6 : 4) * t.denseFfn) / tensor
  const small = (rows * (norms + positions + activation) * traffic) / bandwidth
  sum.forward += small + smallKernels * c.launch
  sum.backward += backwardPasses * small + 2 * smallKernels * c.launch
  if (bytes < 2) {
    // Inputs of the products forward, gradients of their outputs backward: read in 16 bits, written twice.
    const each = (rows * (2 + 2 * bytes) * c.quantise) / bandwidth
    const chosen = (expertShare * t.topK) / tensor
    const queries = (t.heads + 2 * t.kvHeads) * t.headDim
    sum.forward +=
      each *
      ((1 + denseShare) * hidden +
        (t.heads * t.headDim + denseShare * t.denseFfn) / tensor +
        chosen * (hidden + t.expertFfn))
    sum.backward +=
      each *
      ((1 + denseShare) * hidden +
        (queries + denseShare * (t.denseMatrices - 1) * t.denseFfn) / tensor +
        chosen * (hidden + (t.expertMatrices - 1) * t.expertFfn))
  }

  out.expert = 0
  if (expertShare > 0) {
    expertTimes(t, layout, rows, rate, bandwidth, system, c, sum)
    out.expert = expertShare * exchange(t, layout, rows, system, c)
  }

  // Gradients are added to their sums once a micro-batch.
  const held = counts.attention * attentionShare + counts.denseFeedForward * denseShare
  const routed = expertShare * t.experts * t.expertMatrices * hidden * t.expertFfn
  const gradients = held / tensor + routed / (layout.expert * layout.expertTensor)
  sum.backward += (2 * layout.gradientBytes * gradients) / bandwidth

  const message = 2 * rows * hidden
  const near = nearDevices(tensor, 1, system.devicesPerNode)
  const sums = 1 + denseShare + (layout.expertTensor > 1 ? expertShare : 0)
  const once =
    sums *
    c.tensorExposed *
    ringTime(collectiveFormulas.allReduce.fn(tensor, message), tensor, near, system, c)
  out.tensor = 2 * once

  out.context = 0
  if (context > 1) {
    const keysAndValues =
      (4 * rows * (t.latent === null ? 2 * t.kvHeads * t.headDim : 2 * t.heads * t.headDim)) / 2
    const ring = ringTime(
      ((context - 1) * keysAndValues) / tensor,
      context,
      nearDevices(context, tensor, system.devicesPerNode),
      system,
      c,
    )
    out.context =
      Math.max(0, ring - c.gatherHidden * core.forward) +
      Math.max(0, 2 * ring - c.gatherHidden * core.backward) +
      3 * c.contention * ring
  }

  out.forward = sum.forward
  out.backward = sum.backward
  out.again =
    layout.recompute === 'full'
      ? sum.forward + once + out.expert / 2 + out.context / 3
      : layout.recompute === 'selective'
        ? layout.flashAttention
          ? small
          : attentionShare * core.forward
        : 0
  const vocabulary = t.vocab / tensor
  out.head =
    matmulTime(rows, vocabulary, hidden, wideRate, 2, bandwidth, c) +
    backwardMatmulTime(rows, vocabulary, hidden, wideRate, 2, bandwidth, c) +
    (rows * vocabulary * logitBytes) / bandwidth
}

/** Projections into queries, keys and values, and out of attention. */
function projections(
  t: Transformer,
  tensor: number,
  share: number,
  product: (share: number, columns: number, depth: number) => void,
): void {
  const { hidden, latent } = t
  if (share === 0) return
  if (latent === null) {
    product(share, ((t.heads + 2 * t.kvHeads) * t.headDim) / tensor, hidden)
    product(share, hidden, (t.heads * t.headDim) / tensor)
    return
  }
  const { queryRank, nopeHeadDim, ropeHeadDim, keyValueRank, valueHeadDim } = latent
  const queries = (t.heads * (nopeHeadDim + ropeHeadDim)) / tensor
  if (queryRank > 0) {
    product(share, queryRank, hidden)
    product(share, queries, queryRank)
  } else product(share, queries, hidden)
  product(share, keyValueRank + ropeHeadDim, hidden)
  product(share, (t.heads * (nopeHeadDim + valueHeadDim)) / tensor, keyValueRank)
  product(share, hidden, (t.heads * valueHeadDim) / tensor)
}

/** Adds the expert layers' share: router, permutation, grouped products, shared experts. */
function expertTimes(
  t: Transformer,
  layout: ParallelLayout,
  rows: number,
  rate: number,
  bandwidth: number,
  system: TrainingSystem,
  c: TrainingConstants,
  pass: Pass,
): void {
  const share = t.expertLayers / t.layers
  const { hidden } = t
  const width = t.expertFfn / layout.expertTensor
  // Where an expert is kept whole, each tensor-parallel rank sends its own part of the tokens.
  const chosen = (rows * t.topK * layout.expertTensor) / layout.tensor
  const rowsOfExpert = (chosen * layout.expert) / t.experts
  const weights =
    ((t.experts / layout.expert) * t.expertMatrices * hidden * width * system.operandBytes) / bandwidth
  const flop = 2 * chosen * t.expertMatrices * hidden * width
  const short = (1 + halfTile / rowsOfExpert) * (1 + c.halfDepth / Math.min(hidden, width))
  const products = Math.max(
    (flop / (rate * c.expertMatmul)) * short * c.expertImbalance,
    weights + (2 * chosen * (hidden + t.expertMatrices * width)) / bandwidth,
  )
  // Sorting for ranks and for experts, both ways: read and write each, and the activation between the products.
  const moved =
    (chosen * (16 * hidden + (t.expertMatrices === 3 ? 6 : 4) * width) * c.elementwise) / bandwidth
  const launches = ((2 * t.experts) / layout.expert) * c.expertLaunch
  pass.forward += share * (products + moved + c.expertOverhead + launches)
  pass.backward += share * (2 * products + backwardPasses * moved + c.expertOverhead + 2 * launches)
  if (t.sharedExperts > 0) {
    const shared = (t.sharedExperts * t.expertFfn) / layout.tensor
    const columns = (t.expertMatrices - 1) * shared
    const bytes = system.operandBytes
    pass.forward +=
      share *
      (matmulTime(rows, columns, hidden, rate, bytes, bandwidth, c) +
        matmulTime(rows, hidden, shared, rate, bytes, bandwidth, c))
    pass.backward +=
      share *
      (backwardMatmulTime(rows, columns, hidden, rate, bytes, bandwidth, c) +
        backwardMatmulTime(rows, hidden, shared, rate, bytes, bandwidth, c))
  }
}

/** Dispatch and combine of a layer's tokens, forward and backward, as far as nothing hides them. */
function exchange(
  t: Transformer,
  layout: ParallelLayout,
  rows: number,
  system: TrainingSystem,
  c: TrainingConstants,
): number {
  if (layout.expert === 1) return 0
  const near = nearDevices(layout.expert, layout.expertTensor, system.devicesPerNode)
  const nodes = layout.expert / near
  const rowsOfRank = (rows * layout.expertTensor) / layout.tensor
  // A token goes once to each node that holds any of its experts, and from there to them.
  const copies = nodes <= 1 ? t.topK : nodes * (1 - (1 - 1 / nodes) ** t.topK)
  return (
    4 *
    c.exchangeExposed *
    allToAllTime(2 * rowsOfRank * t.hidden, t.topK, copies, layout.expert, near, system, c)
  )
}
