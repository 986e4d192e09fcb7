import type { ServingConstants } from './plain-constant.ts'
import type { ServingUnit } from './serving-unit.ts'
import { type StepCost, stepCost, stepSeconds } from './step-time.ts'

/** What a copy of a model does with a workload. Times in seconds, rates a second, for one copy. */
export interface ServedWorkload {
  /** Sequences that run at once. */
  batch: number
  /** From a batch's start to its first tokens, and of one prompt alone. */
  prefillSeconds: number
  /** Prompts that are prefilled together in that time. */
  prefillSequences: number
  /** From a request's arrival to its first token, when a place is free. */
  firstTokenSeconds: number
  /** Between two tokens of a sequence, with other prompts' prefill where batching is continuous. */
  tokenSeconds: number
  /** A step that decodes alone. */
  decodeSeconds: number
  /** From the start to the last token; of a request under continuous batching. */
  requestSeconds: number
  outputTokensPerSecond: number
  inputTokensPerSecond: number
  /** Mean over time, of one device: shares of its bandwidth and of its 16-bit peak, or of the format's. */
  bandwidthUse: number
  computeUse: number
  /** Share of time in which kernels run. */
  busy: number
}

export const servedWorkload = (): ServedWorkload => ({
  batch: 0,
  prefillSeconds: 0,
  prefillSequences: 0,
  firstTokenSeconds: 0,
  tokenSeconds: 0,
  decodeSeconds: 0,
  requestSeconds: 0,
  outputTokensPerSecond: 0,
  inputTokensPerSecond: 0,
  bandwidthUse: 0,
  computeUse: 0,
  busy: 0,
})

const prefill: StepCost = stepCost()
const decode: StepCost = stepCost()

/** Tokens of prompts that a step takes at most: what the stacks' schedulers take by default. */
const mostPromptTokens = 8192

/** Tokens of a sequence's cache that a step reads, in the mean over its answer. */
export const decodingContext = ({ staticCache }: ServingUnit, input: number, output: number): number =>
  staticCache === undefined ? input + output / 2 : Math.max(staticCache, input + output)

/** Prefill of `sequences` prompts, in as many steps as the scheduler needs. */
function prefillOf(
  into: StepCost,
  u: ServingUnit,
  c: ServingConstants,
  sequences: number,
  input: number,
): StepCost {
  const tokens = sequences * input
  const steps = Math.max(1, tokens / mostPromptTokens)
  stepSeconds(into, u, c, 0, 0, tokens / steps, (input + 1) / 2, sequences / steps)
  into.seconds *= steps
  into.bytes *= steps
  into.flop *= steps
  into.busy *= steps
  return into
}

function account(
  into: ServedWorkload,
  u: ServingUnit,
  seconds: number,
  prefills: number,
  decodes: number,
): void {
  // A stage of a pipeline does its share of the layers.
  const perStage = 1 / u.layout.pipeline
  into.bandwidthUse =
    ((prefills * prefill.bytes + decodes * decode.bytes) * perStage) / (seconds * u.bandwidth)
  into.busy = Math.min(1, ((prefills * prefill.busy + decodes * decode.busy) * perStage) / seconds)
  into.computeUse = ((prefills * prefill.flop + decodes * decode.flop) * perStage) / (seconds * u.matmulPeak)
}

/**
 * `sequences` requests of one length that start together and run to their end, `atOnce` at a time (waves), each wave
 * a prefill and then steps that each give every sequence a token.
 */
export function serveTogether(
  into: ServedWorkload,
  u: ServingUnit,
  c: ServingConstants,
  sequences: number,
  input: number,
  output: number,
  atOnce: number,
): ServedWorkload {
  const batch = Math.max(1, Math.min(sequences, atOnce))
  const waves = Math.max(1, sequences / batch)
  const { pipeline, attentionReplicas } = u.layout
  // Stages work on different sequences at the same time, so that a step of all takes as long as one of a part.
  const parts = Math.min(pipeline, batch)
  const perRank = batch / attentionReplicas / parts
  prefillOf(prefill, u, c, perRank, input)
  const prefillSeconds = prefill.seconds * (1 + (parts - 1) / pipeline)
  stepSeconds(decode, u, c, perRank, decodingContext(u, input, output), 0, 0, 0)
  // As many parts as stages keep every stage busy: a step of all parts takes what one takes to pass the pipeline.
  const decodeSeconds = decode.seconds
  const steps = Math.max(0, output - 1)
  const seconds = waves * (prefillSeconds + steps * decodeSeconds)
  into.batch = batch
  into.prefillSeconds = prefillSeconds
  into.prefillSequences = batch
  into.firstTokenSeconds = prefillSeconds
  into.decodeSeconds = decodeSeconds
  into.tokenSeconds = decodeSeconds
  into.requestSeconds = seconds
  into.outputTokensPerSecond = (sequences * output) / seconds
  into.inputTokensPerSecond = (sequences * input) / seconds
  account(into, u, seconds, waves * parts, waves * parts * steps)
  return into
}

/**
 * Continuous batching at `batch` sequences at once (F9.6): a place is taken by the next request as soon as it is
 * free, so that while a request makes its tokens every other place is prefilled once. Schedulers mix prompts into
 * the steps that decode, so a mean step holds all sequences and that share of their prompts. Of each prompt
 * `cachedShare` is found in the prefix cache. Where drafts are verified, a step takes `verified` tokens of a sequence, of
 * which `accepted` come out; its seconds are then those of a verification.
 */
export function serveContinuously(
  into: ServedWorkload,
  u: ServingUnit,
  c: ServingConstants,
  batch: number,
  input: number,
  output: number,
  cachedShare = 0,
  verified = 1,
  accepted = 1,
): ServedWorkload {
  const { pipeline, attentionReplicas } = u.layout
  const parts = Math.max(1, Math.min(pipeline, batch))
  const perRank = batch / attentionReplicas / parts
  const fresh = input * (1 - cachedShare)
  const promptContext = input * cachedShare + (fresh + 1) / 2
  const context = decodingContext(u, input, output)
  const begun = (perRank * accepted) / Math.max(1, output)
  stepSeconds(prefill, u, c, 0, 0, Math.max(1, fresh), promptContext, 1)
  into.prefillSeconds = prefill.seconds
  into.prefillSequences = 1
  stepSeconds(decode, u, c, perRank, context, 0, 0, 0)
  into.decodeSeconds = decode.seconds
  stepSeconds(decode, u, c, perRank, context, begun * fresh, promptContext, begun, verified)
  into.batch = batch
  into.tokenSeconds = decode.seconds
  // A request that arrives waits for the step at work, half of one on average.
  into.firstTokenSeconds = into.prefillSeconds + (batch > 1 ? decode.seconds / 2 : 0)
  into.requestSeconds = into.tokenSeconds * Math.max(1, output)
  into.outputTokensPerSecond = (batch * output) / into.requestSeconds
  into.inputTokensPerSecond = (batch * input) / into.requestSeconds
  account(into, u, decode.seconds, 0, parts)
  return into
}
