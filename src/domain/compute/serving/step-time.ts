import { allReduceSeconds, expertExchangeSeconds } from './collective.ts'
import type { ServingConstants } from './plain-constant.ts'
import type { ServingUnit } from './serving-unit.ts'
import {
  cacheEfficiency,
  decodeAttentionEfficiency,
  expertDepthEfficiency,
  matmulEfficiency,
  promptAttentionEfficiency,
  weightStreaming,
} from './shares.ts'
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

/** Latency of a layer's kernels, with those that round activations. */
export const layerLatency = (u: ServingUnit, c: ServingConstants): number =>
  c.layerLatency + (u.quantised ? c.quantisedLayerLatency : 0)

/** Time of the host for a step, with what starting several ranks together adds. */
export const stepOverheadOf = (u: ServingUnit, c: ServingConstants): number =>
  c.stepOverhead + (u.ranks > 1 ? c.rankOverhead : 0)

/** Time of the host to launch a layer kernel by kernel, with what unpacking blocks of weights adds. */
export const layerLaunch = (u: ServingUnit, c: ServingConstants): number =>
  c.eagerLayer + (u.blockwise ? c.eagerBlockwise : 0)

/** How much longer the fullest device takes than the mean. */
export const expertImbalance = (u: ServingUnit, c: ServingConstants): number =>
  u.layout.expertParallel ? c.expertImbalance : 1

/** The matrix products of `layers` layers that `tokens` tokens pass, and what stands between. */
function addLayers(
  into: StepCost,
  u: ServingUnit,
  c: ServingConstants,
  bytes: number,
  flop: number,
  layers: number,
  tokens: number,
): void {
  const { bandwidth, model } = u
  const streaming = c.weightBandwidth
  into.busy +=
    f.matrices.fn(
      bytes,
      bandwidth,
      weightStreaming(u, c),
      flop,
      tokens,
      c.halfTokens,
      c.fewTokens,
      u.matmulPeak,
      matmulEfficiency(u, c),
      c.rooflineSharpness,
    ) + f.activations.fn(tokens, layers, model.hidden, c.activationPasses, bandwidth, streaming)
  into.bytes += bytes + tokens * layers * model.hidden * 2 * c.activationPasses
  into.flop += flop * tokens
}

/** The output head for the `chosen` tokens. */
function addHead(into: StepCost, u: ServingUnit, c: ServingConstants, chosen: number): void {
  const { vocab } = u.model
  into.busy += f.head.fn(
    u.headBytes,
    u.bandwidth,
    c.weightBandwidth,
    u.headFlop,
    chosen,
    u.headPeak,
    c.matmul,
    c.rooflineSharpness,
    vocab,
    c.samplingPasses,
  )
  into.bytes += u.headBytes + chosen * vocab * 4 * c.samplingPasses
  into.flop += u.headFlop * chosen
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
    weightStreaming(u, c),
    u.expertFlop,
    tokens,
    topK,
    experts,
    c.expertTile,
    u.matmulPeak,
    expertDepthEfficiency(u, c),
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
    decodeAttentionEfficiency(u, c),
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
  into.busy += f.promptAttention.fn(tokens, flop, u.attentionPeak, promptAttentionEfficiency(u, c))
  into.flop += tokens * flop
}

/** All-reduces of a step, one for each attention and each feed-forward part that is not exchanged. */
export function allReduces({ model, layout }: ServingUnit): number {
  const exchanged = layout.attentionReplicas > 1 ? model.expertLayers : 0
  return 2 * model.layers + model.transformer.crossAttentionLayers - exchanged
}

/** Seconds in which kernels run, once what experts exchange is hidden behind them as far as it can be. */
function withExchanges(u: ServingUnit, c: ServingConstants, busy: number, tokens: number): number {
  const { tensor, attentionReplicas } = u.layout
  if (attentionReplicas === 1 || u.model.expertLayers === 0) return busy
  // Half of a batch computes while the other half is exchanged (DeepSeek-V3; two-batch overlap).
  const exchange = u.model.expertLayers * expertExchangeSeconds(u, c, tokens / tensor)
  return stepFormulas.hidden.fn(busy, exchange)
}

/** Whether a step over so many sequences of so long a context is launched as one captured graph. */
export const isCaptured = (u: ServingUnit, decoding: number, context: number): boolean =>
  !u.eager && context <= u.capturedContext && (decoding > 0 || !u.eagerPrefill)

/** Collectives that the host calls in a step that it launches kernel by kernel. */
export const calledCollectives = (u: ServingUnit): number => (u.ranks > 1 ? allReduces(u) : 0)

/** Seconds until the device is done where the host launches kernel by kernel. */
const launchedSeconds = (u: ServingUnit, c: ServingConstants, busy: number, layers: number): number =>
  f.launched.fn(busy, layers, layerLaunch(u, c), calledCollectives(u), c.eagerCollective)

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
  const encoding = model.encoderLayers > 0 && promptTokens > 0
  // Of a prompt that an encoder reads, a decoder takes but the token that starts the answer.
  const passing = model.encoderLayers > 0 ? chosen : tokens
  addLayers(into, u, c, u.denseBytes, u.denseFlop, model.layers, passing)
  if (encoding) addLayers(into, u, c, u.encoderBytes, u.encoderFlop, model.encoderLayers, promptTokens)
  addHead(into, u, c, chosen)
  if (model.expertLayers > 0) addExperts(into, u, c, tokens * u.layout.attentionReplicas)
  if (decoding > 0) addDecodeAttention(into, u, c, decoding, context, each)
  if (promptTokens > 0) addPromptAttention(into, u, c, promptTokens, promptContext)
  const layers = model.layers + (encoding ? model.encoderLayers : 0)
  into.busy += f.latencies.fn(layers, layerLatency(u, c), model.expertLayers, c.expertLayerLatency)
  into.busy += f.handing.fn(u.layout.pipeline, c.stageLatency)
  into.busy += allReduces(u) * allReduceSeconds(u, c, passing)
  if (encoding) into.busy += 2 * model.encoderLayers * allReduceSeconds(u, c, promptTokens)
  into.busy = withExchanges(u, c, into.busy, tokens)
  const done = isCaptured(u, decoding, context) ? into.busy : launchedSeconds(u, c, into.busy, layers)
  into.seconds = done + f.host.fn(stepOverheadOf(u, c), c.sequenceOverhead, chosen)
  return into
}
