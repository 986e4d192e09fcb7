import { byDefault, given, type Provenance } from '../../sheet/quantity.ts'
import type { Handle, Sheet } from '../../sheet/sheet.ts'
import { writeBound, writePower } from './device-use.ts'
import { moneyFormulas as money } from './money-formulas.ts'
import { operationFormulas as f } from './operation-formulas.ts'
import { operationQuantities as q } from './operation-quantities.ts'
import type { PerformanceRequest } from './performance-request.ts'
import type { ServingPlan } from './serving-plan.ts'
import type { ServingUnit } from './serving-unit.ts'
import { stepFormulas } from './step-formulas.ts'
import type { UnitSheet } from './unit-sheet.ts'
import { type StepHandles, type StepLoad, writeStep } from './write-step.ts'

/** Tokens of a request where none are given. */
export const defaultInput = 1024
export const defaultOutput = 256
/** Time of a draft token over that of a step of the model: a head, or a model of a twentieth of the size. */
export const defaultDraftShare = 0.05

/** What an answer says of speed, as handles. */
export interface Performance {
  readonly firstToken: Handle<'s'>
  readonly token: Handle<'s'>
  readonly request: Handle<'s'>
  readonly rate: Handle<'token/s'>
  readonly ratePerDevice: Handle<'token/s'>
  readonly input: Handle<'token'>
  readonly output: Handle<'token'>
  readonly sequences: Handle<'count'>
  readonly inputShare: Handle<'1'>
  readonly bound: Handle<'token/s'>
  readonly devicesPerCopy: Handle<'device'>
  readonly results: readonly Handle[]
}

const chosen = (en: string, zh: string): Provenance => ({
  status: 'derived',
  source: null,
  provenance: 'derived',
  note: { en, zh },
})
const byPlan = chosen(
  'chosen: the fewest devices that hold the model and keep the bounds, and as many sequences as then fit',
  '按规划选取：满足约束的最少设备数及其可容纳的序列数',
)
const ofLayout = chosen('from the layout', '由并行布局得出')
const ofSoftware = chosen('what the software keeps for a sequence', '软件为每个序列保留的长度')
const one = chosen('one', '一')

function inputOr(value: number | undefined, why: Provenance): Provenance {
  return value === undefined ? why : given
}

interface Requests {
  readonly input: Handle<'token'>
  readonly output: Handle<'token'>
  readonly fresh: Handle<'token'>
  readonly promptContext: Handle<'token'>
  readonly context: Handle<'token'>
}

function writeRequests(sheet: Sheet, { workload = {} }: PerformanceRequest, unit: ServingUnit): Requests {
  const { inputTokens, outputTokens, prefixCacheHitRate } = workload
  const usual = byDefault('a chat with a page of context', '带一页上下文的对话')
  const input = sheet.input(q.inputTokens, inputTokens ?? defaultInput, inputOr(inputTokens, usual))
  const output = sheet.input(q.outputTokens, outputTokens ?? defaultOutput, inputOr(outputTokens, usual))
  const cached = sheet.input(
    q.prefixCacheHitRate,
    prefixCacheHitRate ?? 0,
    inputOr(prefixCacheHitRate, byDefault('no prompt shares a prefix', '提示不共享前缀')),
  )
  const fresh = sheet.derive(q.freshTokens, f.freshTokens, [input, cached])
  return {
    input,
    output,
    fresh,
    promptContext: sheet.derive(q.promptContext, f.promptContext, [input, fresh]),
    context: writeContext(sheet, unit, input, output),
  }
}

function writeContext(
  sheet: Sheet,
  { staticCache }: ServingUnit,
  input: Handle<'token'>,
  output: Handle<'token'>,
): Handle<'token'> {
  if (staticCache === undefined) return sheet.derive(q.meanContext, f.meanContext, [input, output])
  const least = sheet.input(q.staticCache, staticCache, ofSoftware)
  return sheet.derive(q.meanContext, f.staticContext, [least, input, output])
}

export interface Drafts {
  readonly verified: Handle<'token'>
  readonly accepted: Handle<'token'>
  /** Seconds per token from seconds of a step; undefined without drafts, where they are the same. */
  readonly perToken: ((step: Handle<'s'>) => Handle<'s'>) | undefined
}

function writeDrafts(sheet: Sheet, { workload = {} }: PerformanceRequest): Drafts {
  const { speculative } = workload
  if (speculative === undefined) {
    const verified = sheet.input(q.verifiedTokens, 1, one)
    return { verified, accepted: sheet.input(q.acceptedTokens, 1, one), perToken: undefined }
  }
  const draft = sheet.input(q.draftTokens, speculative.draftTokens, given)
  const acceptance = sheet.input(q.acceptance, speculative.acceptance, given)
  const share = sheet.input(
    q.draftShare,
    speculative.draftShare ?? defaultDraftShare,
    inputOr(speculative.draftShare, byDefault('a draft head or a small model', '草稿头或小模型')),
  )
  const accepted = sheet.derive(q.acceptedTokens, f.acceptedTokens, [acceptance, draft])
  return {
    verified: sheet.derive(q.verifiedTokens, f.verifiedTokens, [draft]),
    accepted,
    perToken: step => sheet.derive(q.timePerOutputToken, f.speculativeToken, [step, draft, share, accepted]),
  }
}

/** Writes speed, throughput, bound and power of a plan. `why` says where the constants are from. */
export function writePerformance(
  sheet: Sheet,
  request: PerformanceRequest,
  plan: ServingPlan,
  us: UnitSheet,
): Performance {
  const { unit, batch, cacheRoom, copies } = plan
  const { workload = {}, parallel = {}, disaggregated = false } = request
  const requests = writeRequests(sheet, request, unit)
  const drafts = writeDrafts(sheet, request)
  const single = workload.concurrency !== undefined && copies === 1
  const sequences = sheet.input(q.concurrentSequences, batch, single ? given : byPlan)
  const room = sheet.input(
    q.cacheRoom,
    cacheRoom,
    chosen('memory left by weights, activations and runtime', '扣除权重、激活与运行时后的显存'),
  )
  const copiesHandle = sheet.input(q.copies, copies, inputOr(parallel.data, byPlan))
  const parts = Math.max(1, Math.min(unit.layout.pipeline, batch))
  const ranks = sheet.input(q.attentionRanks, unit.layout.attentionReplicas * parts, ofLayout)
  const perRank = sheet.derive(q.sequencesPerRank, f.perRank, [sequences, ranks])
  const cache = us.windowed
    ? sheet.derive(q.sequenceCacheBytes, stepFormulas.overContext, [
        us.of('deviceCacheBytes'),
        requests.context,
        us.of('windowedCacheBytes'),
        us.of('attentionWindow'),
      ])
    : sheet.derive(q.sequenceCacheBytes, stepFormulas.overWholeContext, [
        us.of('deviceCacheBytes'),
        requests.context,
      ])
  const holds = us.windowed
    ? sheet.derive(q.sequenceCapacity, f.windowedCapacity, [
        ...([room, us.of('deviceCacheBytes'), requests.input, requests.output] as const),
        ...([us.of('windowedCacheBytes'), us.of('attentionWindow')] as const),
      ])
    : sheet.derive(q.sequenceCapacity, f.sequenceCapacity, [
        ...([room, us.of('deviceCacheBytes'), requests.input, requests.output] as const),
      ])
  const prompts = sheet.input(q.onePrompt, 1, one)
  const prefill = writePrefill(us, requests, prompts)
  const decodeTokens = sheet.derive(q.decodeTokens, f.promptTokens, [perRank, drafts.verified])
  const decoding = { sequences: perRank, cache, context: requests.context, each: drafts.verified }
  const decode = writeStep(us, 'decode', { tokens: decodeTokens, chosen: decodeTokens, decoding })
  const mixed = disaggregated ? undefined : writeMixed(us, requests, drafts, decoding)
  const step = mixed?.handles ?? decode
  const token = drafts.perToken?.(step.seconds) ?? sheet.derive(q.timePerOutputToken, f.same, [step.seconds])
  const elements = sheet.input(
    q.cacheElements,
    unit.model.cacheElements + unit.model.windowedCacheElements,
    ofLayout,
  )
  const kv = sheet.derive(q.kvCacheBytesPerToken, f.cachePerToken, [
    elements,
    sheet.input(q.kvBytesPerElement, unit.elementBytes, inputOr(request.kvPrecision && 1, ofFormat)),
  ])
  const firstToken = disaggregated
    ? sheet.derive(q.timeToFirstToken, f.firstTokenSplit, [
        prefill.seconds,
        kv,
        requests.input,
        us.of('deviceNetwork'),
      ])
    : sheet.derive(q.timeToFirstToken, f.firstTokenShared, [prefill.seconds, step.seconds])
  const time = sheet.derive(q.requestSeconds, f.request, [firstToken, requests.output, token])
  const rate = sheet.derive(q.outputTokensPerSecond, f.outputRate, [sequences, token])
  const devicesPerCopy = us.of('devicesPerCopy')
  const ratio = disaggregated
    ? sheet.derive(q.prefillRatio, f.prefillRatio, [
        prefill.seconds,
        sequences,
        us.of('promptsAtOnce'),
        requests.output,
        token,
      ])
    : undefined
  const ratePerDevice =
    ratio === undefined
      ? sheet.derive(q.tokensPerSecondPerDevice, f.ratePerDevice, [rate, devicesPerCopy])
      : sheet.derive(q.tokensPerSecondPerDevice, f.ratePerDeviceSplit, [rate, devicesPerCopy, ratio])
  const inputShare =
    ratio === undefined
      ? sheet.derive(q.inputShare, money.inputShare, [decode.seconds, step.seconds])
      : sheet.derive(q.inputShare, money.inputShareSplit, [ratio])
  const bound = writeBound(us, sequences, drafts, perRank, cache)
  const total = sheet.derive(q.totalTokensPerSecond, f.allCopies, [rate, copiesHandle])
  const devices = sheet.derive(q.devicesServing, f.devicesServing, [devicesPerCopy, copiesHandle])
  const rates = [total, sheet.derive(q.requestsPerSecond, f.requestRate, [total, requests.output])]
  const power =
    mixed === undefined
      ? []
      : writePower(us, parts, drafts, { ...decoding, ...mixed, perRank, ratePerDevice })
  const results = [
    ...[kv, devicesPerCopy, copiesHandle, devices, sequences, holds, firstToken, token, time, rate],
    ...[ratePerDevice, ...rates, bound, ...(ratio === undefined ? [] : [ratio]), ...power],
  ]
  return {
    ...{
      firstToken,
      token,
      request: time,
      rate,
      ratePerDevice,
      sequences,
      inputShare,
      bound,
      devicesPerCopy,
    },
    ...{ input: requests.input, output: requests.output, results },
  }
}

const ofFormat = byDefault('16 bits', '16 位')

function writePrefill(us: UnitSheet, { fresh, promptContext }: Requests, one: Handle<'count'>): StepHandles {
  const ending = us.sheet.derive(q.prefillChosen, f.asTokens, [one])
  return writeStep(us, 'prefill', {
    tokens: fresh,
    chosen: ending,
    prompts: { tokens: fresh, context: promptContext },
  })
}

export interface MixedStep {
  readonly handles: StepHandles
  readonly tokens: Handle<'token'>
  readonly chosen: Handle<'token'>
  readonly promptTokens: Handle<'token'>
}

function writeMixed(
  us: UnitSheet,
  { fresh, promptContext, output }: Requests,
  { verified, accepted }: Drafts,
  decoding: NonNullable<StepLoad['decoding']>,
): MixedStep {
  const { sheet } = us
  const { sequences } = decoding
  const begun = sheet.derive(q.begunPrompts, f.begun, [sequences, accepted, output])
  const promptTokens = sheet.derive(q.mixedPromptTokens, f.promptTokens, [begun, fresh])
  const tokens = sheet.derive(q.stepTokens, f.stepTokens, [sequences, verified, promptTokens])
  const all = sheet.derive(q.chosenTokens, f.chosenTokens, [sequences, verified, begun])
  const prompts = { tokens: promptTokens, context: promptContext }
  const handles = writeStep(us, 'step', { tokens, chosen: all, decoding, prompts })
  return { handles, tokens, chosen: all, promptTokens }
}
