import { allReduceSeconds, expertExchangeSeconds } from './collective.ts'
import type { ServingConstants } from './plain-constants.ts'
import type { ServingUnit } from './serving-unit.ts'
import { stepFormulas } from './step-formulas.ts'

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

const f = stepFormulas

/** Share of its peak that matrix products reach in the unit's format; never more than all of it. */
export const matmulEfficiency = (u: ServingUnit, c: ServingConstants): number =>
  Math.min(1, c.matmul * (u.narrow ? c.narrowMatmul : 1))

/** Share of the bandwidth that reading the cache reaches for the unit's kind of attention; never more than all of it. */
export const cacheEfficiency = ({ model }: ServingUnit, c: ServingConstants): number =>
  Math.min(1, c.cacheBandwidth * (model.latent ? c.latentCache : model.grouped ? c.groupedCache : 1))

/** Latency of a layer's kernels, with those that round activations. */
export const layerLatency = (u: ServingUnit, c: ServingConstants): number =>
  c.layerLatency + (u.quantised ? c.quantisedLayerLatency : 0)

/** How much longer the fullest device takes than the mean. */
export const expertImbalance = (u: ServingUnit, c: ServingConstants): number =>
  u.layout.expertParallel ? c.expertImbalance : 1

/** The matrix products that every token passes, the output head for the `chosen` ones, and what stands between. */
function addDense(into: StepCost, u: ServingUnit, c: ServingConstants, tokens: number, chosen: number): void {
  const { bandwidth, matmulPeak, headPeak, model } = u
  const streaming = c.weightBandwidth
  const p = c.rooflineSharpness
  const efficiency = matmulEfficiency(u, c)
  into.busy +=
    f.matrices.fn(
      u.denseBytes,
      bandwidth,
      streaming,
      u.denseFlop,
      tokens,
      c.halfTokens,
      c.fewTokens,
      matmulPeak,
      efficiency,
      p,
    ) +
    f.head.fn(
      u.headBytes,
      bandwidth,
      streaming,
      u.headFlop,
      chosen,
      headPeak,
      c.matmul,
      p,
      model.vocab,
      c.samplingPasses,
    ) +
    f.activations.fn(tokens, model.layers, model.hidden, c.activationPasses, bandwidth, streaming)
  const logitBytes = chosen * model.vocab * 4 * c.samplingPasses
  const activationBytes = tokens * model.layers * model.hidden * 2 * c.activationPasses
  into.bytes += u.denseBytes + u.headBytes + logitBytes + activationBytes
  into.flop += u.denseFlop * tokens + u.headFlop * chosen
}

/** The grouped products over the experts that the tokens of all replicas reach. */
function addExperts(into: StepCost, u: ServingUnit, c: ServingConstants, tokens: number): void {
  const { experts, topK } = u.model
  const touched = f.touched.fn(topK, experts, tokens)
  into.busy += f.experts.fn(
    expertImbalance(u, c),
    c.expertMatmul,
    u.expertBytes,
    touched,
    u.bandwidth,
    c.weightBandwidth,
    u.expertFlop,
    tokens,
    topK,
    experts,
    c.expertTile,
    u.matmulPeak,
    matmulEfficiency(u, c),
    c.rooflineSharpness,
  )
  into.bytes += u.expertBytes * touched
  into.flop += u.expertFlop * (tokens * topK + touched * experts * c.expertTile)
}

/** Attention of `sequences`, of `each` new tokens, over their `context`, read from the cache. */
function addDecodeAttention(
  into: StepCost,
  u: ServingUnit,
  c: ServingConstants,
  sequences: number,
  context: number,
  each: number,
): void {
  const { window } = u.model
  const bytes = f.overContext.fn(u.cacheBytes, context, u.windowedCacheBytes, window)
  const flop = f.flopOverContext.fn(u.decodeFlop, context, u.windowedDecodeFlop, window)
  into.busy += f.decodeAttention.fn(
    sequences,
    bytes,
    u.bandwidth,
    cacheEfficiency(u, c),
    each,
    flop,
    u.attentionPeak,
    c.attentionMatmul,
    c.rooflineSharpness,
  )
  into.bytes += sequences * bytes
  into.flop += sequences * each * flop
}

/** Attention of `tokens` tokens of prompts that each see `context` tokens. */
function addPromptAttention(
  into: StepCost,
  u: ServingUnit,
  c: ServingConstants,
  tokens: number,
  context: number,
): void {
  const flop = f.flopOverContext.fn(u.promptFlop, context, u.windowedPromptFlop, u.model.window)
  into.busy += f.promptAttention.fn(tokens, flop, u.attentionPeak, c.attentionMatmul)
  into.flop += tokens * flop
}

/** Seconds of the collectives that nothing hides: all-reduces of attention and feed-forward parts. */
export function collectiveSeconds(u: ServingUnit, c: ServingConstants, tokens: number): number {
  const { layers, expertLayers } = u.model
  const exchanged = u.layout.attentionReplicas > 1 ? expertLayers : 0
  return (2 * layers - exchanged) * allReduceSeconds(u, c, tokens)
}

/** Seconds in which kernels run, once what experts exchange is hidden behind them as far as it can be. */
export function withExchanges(u: ServingUnit, c: ServingConstants, busy: number, tokens: number): number {
  const { tensor, attentionReplicas } = u.layout
  if (attentionReplicas === 1 || u.model.expertLayers === 0) return busy
  // Half of a batch computes while the other half is exchanged (DeepSeek-V3; two-batch overlap).
  const exchange = u.model.expertLayers * expertExchangeSeconds(u, c, tokens / tensor)
  return stepFormulas.hidden.fn(busy, exchange)
}

/** Seconds until the device is done, with the launches of the host where it launches kernel by kernel. */
export function withLaunches(u: ServingUnit, c: ServingConstants, busy: number): number {
  return u.eager ? stepFormulas.launched.fn(busy, u.model.layers, c.eagerLayer) : busy
}

/**
 * One step over `decoding` sequences of `context` tokens each, for each of which `each` tokens are made (more than one
 * where drafts are verified), and over `promptTokens` tokens of prompts that each see `promptContext` tokens (formulas
 * F9.1 to F9.3). All counts are for one replica of the attention. `ending` prompts give a first token.
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
  each = 1,
): StepCost {
  const { model } = u
  const tokens = decoding * each + promptTokens
  const chosen = decoding * each + ending
  into.busy = 0
  into.bytes = 0
  into.flop = 0
  addDense(into, u, c, tokens, chosen)
  if (model.expertLayers > 0) addExperts(into, u, c, tokens * u.layout.attentionReplicas)
  if (decoding > 0) addDecodeAttention(into, u, c, decoding, context, each)
  if (promptTokens > 0) addPromptAttention(into, u, c, promptTokens, promptContext)
  into.busy += f.latencies.fn(model.layers, layerLatency(u, c), model.expertLayers, c.expertLayerLatency)
  into.busy = withExchanges(u, c, into.busy + collectiveSeconds(u, c, tokens), tokens)
  into.seconds = withLaunches(u, c, into.busy) + f.host.fn(c.stepOverhead, c.sequenceOverhead, chosen)
  return into
}
