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
  const { model, layout } = u
  const tokens = decoding + promptTokens
  const narrow = u.narrow ? c.narrowMatmul : 1
  const peak = u.matmulPeak * c.matmul * narrow
  const stream = u.bandwidth * c.weightBandwidth
  const sharpness = c.rooflineSharpness

  // Half the tokens of `halfTokens` are lost to tiles that are not full, whatever the number of tokens.
  const denseFlop = u.denseFlop * tokens
  let device = overlapped(u.denseBytes / stream, (u.denseFlop * (tokens + c.halfTokens)) / peak, sharpness)
  let bytes = u.denseBytes
  let flop = denseFlop

  if (model.expertLayers > 0) {
    const all = tokens * layout.attentionReplicas
    const touched = 1 - (1 - model.topK / model.experts) ** all
    const imbalance = layout.expertParallel ? c.expertImbalance : 1
    const expertBytes = u.expertBytes * touched
    const expertFlop = u.expertFlop * all * model.topK
    const padded = expertFlop + u.expertFlop * touched * model.experts * c.expertTile
    device += (imbalance * overlapped(expertBytes / stream, padded / peak, sharpness)) / c.expertMatmul
    bytes += expertBytes
    flop += padded
  }

  const chosen = decoding + ending
  const logitBytes = chosen * model.vocab * 4 * c.samplingPasses
  device += overlapped(u.headBytes / stream, (u.headFlop * chosen) / (u.headPeak * c.matmul), sharpness)
  device += logitBytes / stream
  bytes += u.headBytes + logitBytes
  flop += u.headFlop * chosen

  const attentionPeak = u.attentionPeak * c.attentionMatmul
  if (decoding > 0) {
    const seen = Math.min(model.window, context)
    const cacheBytes = decoding * (u.cacheBytes * context + u.windowedCacheBytes * seen)
    const reads =
      cacheBytes /
      (u.bandwidth * c.cacheBandwidth * (model.latent ? c.latentCache : model.grouped ? c.groupedCache : 1))
    const core = (decoding * (model.decodeCore * context + model.windowedDecodeCore * seen)) / layout.tensor
    device += overlapped(reads, core / attentionPeak, sharpness)
    bytes += cacheBytes
    flop += core
  }
  if (promptTokens > 0) {
    const seen = Math.min(model.window, promptContext)
    const core =
      (promptTokens * (model.promptCore * promptContext + model.windowedPromptCore * seen)) / layout.tensor
    device += core / attentionPeak
    flop += core
  }

  const { layers, expertLayers } = model
  const activationBytes = tokens * layers * model.hidden * 2 * c.activationPasses
  device += activationBytes / stream
  bytes += activationBytes
  device += layers * (c.layerLatency + (u.quantised ? c.quantisedLayerLatency : 0))
  device += expertLayers * c.expertLayerLatency
  const exchanged = layout.attentionReplicas > 1 ? expertLayers : 0
  if (u.ranks > 1) {
    device += (2 * layers - exchanged) * allReduceSeconds(u, c, tokens * model.hidden * 2)
  }
  if (exchanged > 0) {
    const devices = layout.tensor * layout.attentionReplicas
    // Half of a batch computes while the other half is exchanged (DeepSeek-V3; two-batch overlap).
    const exchange = exchanged * expertExchangeSeconds(u, c, tokens / layout.tensor, devices)
    device = overlapped(device, exchange, exchangeSharpness)
  }
  const launched = u.eager ? overlapped(device, layers * c.eagerLayer, launchSharpness) : device
  into.seconds = launched + c.stepOverhead + c.sequenceOverhead * chosen
  into.busy = device
  into.bytes = bytes
  into.flop = flop
  return into
}
