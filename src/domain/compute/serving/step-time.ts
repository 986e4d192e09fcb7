import { allReduceSeconds, expertExchangeSeconds } from './collective.ts'
import type { ServingConstants } from './serving-constants.ts'
import type { ServingUnit } from './serving-unit.ts'

/** What one step of a copy of a model takes. Filled in place: a caller keeps one and hands it to every step. */
export interface StepCost {
  seconds: number
  /** Bytes that a device reads from its memory, and FLOP that it does, with what experts' tiles are padded by. */
  bytes: number
  flop: number
  /** Seconds in which kernels run. */
  busy: number
}

export const stepCost = (): StepCost => ({ seconds: 0, bytes: 0, flop: 0, busy: 0 })

/** The longer of two times that overlap imperfectly: (aᵖ + bᵖ)^(1/p). */
function overlapped(a: number, b: number, sharpness: number): number {
  if (a <= 0) return b
  if (b <= 0) return a
  const most = a > b ? a : b
  const ratio = a > b ? b / a : a / b
  return most * (1 + ratio ** sharpness) ** (1 / sharpness)
}

/** How well the host's launching overlaps with what the device does: nearly a plain maximum. */
const launchSharpness = 4
/** How well exchanges of experts are hidden behind computing. */
const exchangeSharpness = 2

/** The matrix products that every token passes, and the output head for the `chosen` ones. */
function addDense(into: StepCost, u: ServingUnit, c: ServingConstants, tokens: number, chosen: number): void {
  const stream = u.bandwidth * c.weightBandwidth
  const peak = u.matmulPeak * c.matmul * (u.narrow ? c.narrowMatmul : 1)
  // Half the throughput at `halfTokens` tokens: tiles that are not full cost as much as full ones.
  const products = (u.denseFlop * (tokens + c.halfTokens)) / peak
  into.busy += overlapped(u.denseBytes / stream, products, c.rooflineSharpness)
  const head = (u.headFlop * chosen) / (u.headPeak * c.matmul)
  const logitBytes = chosen * u.model.vocab * 4 * c.samplingPasses
  into.busy += overlapped(u.headBytes / stream, head, c.rooflineSharpness) + logitBytes / stream
  const activationBytes = tokens * u.model.layers * u.model.hidden * 2 * c.activationPasses
  into.busy += activationBytes / stream
  into.bytes += u.denseBytes + u.headBytes + logitBytes + activationBytes
  into.flop += u.denseFlop * tokens + u.headFlop * chosen
}

/** The grouped products over the experts that the tokens of all replicas reach (F9.3). */
function addExperts(into: StepCost, u: ServingUnit, c: ServingConstants, tokens: number): void {
  const { experts, topK } = u.model
  const touched = 1 - (1 - topK / experts) ** tokens
  const bytes = u.expertBytes * touched
  const flop = u.expertFlop * (tokens * topK + touched * experts * c.expertTile)
  const peak = u.matmulPeak * c.matmul * (u.narrow ? c.narrowMatmul : 1)
  const seconds = overlapped(bytes / (u.bandwidth * c.weightBandwidth), flop / peak, c.rooflineSharpness)
  into.busy += ((u.layout.expertParallel ? c.expertImbalance : 1) * seconds) / c.expertMatmul
  into.bytes += bytes
  into.flop += flop
}

/** Attention of `sequences` new tokens over their `context`, read from the cache. */
function addDecodeAttention(
  into: StepCost,
  u: ServingUnit,
  c: ServingConstants,
  sequences: number,
  context: number,
): void {
  const { model } = u
  const seen = Math.min(model.window, context)
  const bytes = sequences * (u.cacheBytes * context + u.windowedCacheBytes * seen)
  const flop = (sequences * (model.decodeCore * context + model.windowedDecodeCore * seen)) / u.layout.tensor
  const sharing = model.latent ? c.latentCache : model.grouped ? c.groupedCache : 1
  const reading = bytes / (u.bandwidth * c.cacheBandwidth * sharing)
  into.busy += overlapped(reading, flop / (u.attentionPeak * c.attentionMatmul), c.rooflineSharpness)
  into.bytes += bytes
  into.flop += flop
}

/** Attention of `tokens` tokens of prompts that each see `context` tokens. */
function addPromptAttention(
  into: StepCost,
  u: ServingUnit,
  c: ServingConstants,
  tokens: number,
  context: number,
): void {
  const { model, layout } = u
  const seen = Math.min(model.window, context)
  const flop = (tokens * (model.promptCore * context + model.windowedPromptCore * seen)) / layout.tensor
  into.busy += flop / (u.attentionPeak * c.attentionMatmul)
  into.flop += flop
}

/** Latencies of the layers' kernels, and collectives. */
function addLayers(into: StepCost, u: ServingUnit, c: ServingConstants, tokens: number): void {
  const { layers, expertLayers, hidden } = u.model
  const { tensor, attentionReplicas } = u.layout
  into.busy += layers * (c.layerLatency + (u.quantised ? c.quantisedLayerLatency : 0))
  into.busy += expertLayers * c.expertLayerLatency
  const exchanged = attentionReplicas > 1 ? expertLayers : 0
  into.busy += (2 * layers - exchanged) * allReduceSeconds(u, c, tokens * hidden * 2)
  if (exchanged === 0) return
  // Half of a batch computes while the other half is exchanged (DeepSeek-V3; two-batch overlap).
  const exchange = exchanged * expertExchangeSeconds(u, c, tokens / tensor, tensor * attentionReplicas)
  into.busy = overlapped(into.busy, exchange, exchangeSharpness)
}

/**
 * One step over `decoding` sequences of `context` tokens each, for each of which a token is made, and over
 * `promptTokens` tokens of prompts that each see `promptContext` tokens (formulas F9.1 to F9.3). Both counts are for
 * one replica of the attention. `ending` prompts give a first token.
 */
export function stepSeconds(
  into: StepCost,
  u: ServingUnit,
  c: ServingConstants,
  decoding: number,
  context: number,
  promptTokens: number,
  promptContext: number,
  ending: number,
): StepCost {
  const tokens = decoding + promptTokens
  const chosen = decoding + ending
  into.busy = 0
  into.bytes = 0
  into.flop = 0
  addDense(into, u, c, tokens, chosen)
  if (u.model.expertLayers > 0) addExperts(into, u, c, tokens * u.layout.attentionReplicas)
  if (decoding > 0) addDecodeAttention(into, u, c, decoding, context)
  if (promptTokens > 0) addPromptAttention(into, u, c, promptTokens, promptContext)
  addLayers(into, u, c, tokens)
  const launched = u.eager ? overlapped(into.busy, u.model.layers * c.eagerLayer, launchSharpness) : into.busy
  into.seconds = launched + c.stepOverhead + c.sequenceOverhead * chosen
  return into
}
