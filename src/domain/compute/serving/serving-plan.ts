import { DomainError } from '../../errors.ts'
import type { Device } from '../device.ts'
import { type ServedWorkload, serveContinuously, servedWorkload } from './batching.ts'
import { cacheCapacity, cacheRoom } from './cache-capacity.ts'
import type { NumberFormat } from './number-format.ts'
import type { ServingConstants } from './plain-constant.ts'
import type { ServedModel } from './served-model.ts'
import { type ServingLayout, type ServingUnit, type StackHabits, servingUnit } from './serving-unit.ts'

/** Bounds on what a user waits for, in seconds. */
export interface ServiceLevel {
  readonly timePerOutputToken?: number
  readonly timeToFirstToken?: number
}

/** The requests that a plan is made for. */
export interface PlannedWorkload {
  readonly input: number
  readonly output: number
  readonly cachedShare: number
  /** Tokens of a verification, and how many of them come out, where drafts are made; 1 and 1 otherwise. */
  readonly verified: number
  readonly accepted: number
  readonly draftShare: number
  /** Requests at once, or a second; undefined for as many as fit. */
  readonly concurrency: number | undefined
  readonly requestsPerSecond: number | undefined
}

/** What decides a plan: a model, devices, what the caller fixes, and bounds. */
export interface PlanQuestion {
  readonly model: ServedModel
  readonly device: Device
  readonly format: NumberFormat
  readonly cacheBytes: number
  readonly stack: StackHabits
  readonly utilisation: number
  readonly mostSequences: number
  readonly workload: PlannedWorkload
  readonly level: ServiceLevel
  readonly tensor: number | undefined
  readonly pipeline: number | undefined
  readonly copies: number | undefined
  readonly expert: number | undefined
}

/** A layout, how many copies of it, and how many sequences each runs at once. */
export interface ServingPlan {
  readonly unit: ServingUnit
  readonly copies: number
  /** Sequences of a copy at once. */
  readonly batch: number
  /** Bytes that its cache may take. */
  readonly cacheRoom: number
}

const scratch = servedWorkload()
/** Devices of one copy beyond which no plan is looked for. */
const mostDevices = 1024

/** Seconds of a token and to the first one at a batch. */
function serve(
  question: PlanQuestion,
  unit: ServingUnit,
  c: ServingConstants,
  batch: number,
): ServedWorkload {
  const { workload } = question
  const { input, output, cachedShare, verified, accepted, draftShare } = workload
  const served = serveContinuously(scratch, unit, c, batch, input, output, cachedShare, verified, accepted)
  served.tokenSeconds = (served.tokenSeconds * (1 + (verified - 1) * draftShare)) / accepted
  return served
}

function keeps({ level }: PlanQuestion, served: ServedWorkload): boolean {
  return (
    served.tokenSeconds <= (level.timePerOutputToken ?? Number.POSITIVE_INFINITY) &&
    served.firstTokenSeconds <= (level.timeToFirstToken ?? Number.POSITIVE_INFINITY)
  )
}

/** The largest whole batch of at most `most` that keeps the service level; 0 when not even one does. */
function largestBatch(question: PlanQuestion, unit: ServingUnit, c: ServingConstants, most: number): number {
  const { timePerOutputToken, timeToFirstToken } = question.level
  if (timePerOutputToken === undefined && timeToFirstToken === undefined) return Math.floor(most)
  if (most < 1 || !keeps(question, serve(question, unit, c, 1))) return 0
  let low = 1
  let high = Math.floor(most)
  if (keeps(question, serve(question, unit, c, high))) return high
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (keeps(question, serve(question, unit, c, middle))) low = middle
    else high = middle
  }
  return low
}

/** The batch at which as many requests end as come to a copy (Little's law), at most `most`. */
function batchAtRate(
  question: PlanQuestion,
  unit: ServingUnit,
  c: ServingConstants,
  rate: number,
  most: number,
): number {
  const { output } = question.workload
  const needed = (batch: number): number => serve(question, unit, c, batch).tokenSeconds * output * rate
  let low = 0.01
  let high = most
  for (let halving = 0; halving < 30 && high / low > 1.0005; halving++) {
    const middle = Math.sqrt(low * high)
    if (needed(middle) > middle) low = middle
    else high = middle
  }
  return high
}

/** Layouts of a copy from the fewest devices on: tensor parallel within a node first, then pipelines of nodes. */
function* layouts({ model, device, tensor, pipeline, expert }: PlanQuestion): Generator<ServingLayout> {
  const perNode = device.devicesPerNode ?? 8
  const { heads } = model.transformer
  const experts = expert !== undefined && expert > 1
  for (let stages = pipeline ?? 1; stages <= (pipeline ?? 64); stages *= 2) {
    for (let ways = tensor ?? 1; ways <= (tensor ?? perNode); ways *= 2) {
      if (tensor === undefined && heads % ways !== 0) continue
      if (tensor === undefined && stages > 1 && ways < perNode && heads % (ways * 2) === 0) continue
      const attentionReplicas = experts ? Math.max(1, expert / ways) : 1
      if (ways * stages * attentionReplicas > mostDevices) return
      yield { tensor: ways, pipeline: stages, attentionReplicas, expertParallel: experts }
    }
  }
}

/** Copies that a load takes, when one copy serves `batch` at once. */
function copiesFor(question: PlanQuestion, unit: ServingUnit, c: ServingConstants, batch: number): number {
  const { concurrency, requestsPerSecond, output } = question.workload
  if (question.copies !== undefined) return question.copies
  if (concurrency !== undefined) return Math.ceil(concurrency / batch)
  if (requestsPerSecond === undefined) return 1
  const each = batch / (serve(question, unit, c, batch).tokenSeconds * output)
  return Math.ceil(requestsPerSecond / each)
}

/**
 * The plan with the fewest devices that holds the model and keeps the service level. Throws `out-of-range` with both
 * numbers when none does, or when a load is more than the layout and copies that were asked for can take.
 */
export function planServing(question: PlanQuestion, c: ServingConstants): ServingPlan {
  const { workload, mostSequences } = question
  let best: ServingPlan | undefined
  let fastest = Number.POSITIVE_INFINITY
  let firstToken = Number.POSITIVE_INFINITY
  let leanest: ServingUnit | undefined
  for (const layout of layouts(question)) {
    const unit = servingUnit(
      question.model,
      question.device,
      question.format,
      question.cacheBytes,
      layout,
      question.stack,
    )
    if ('reason' in unit) {
      throw new DomainError(
        'missing-value',
        `The time of a step cannot be told: ${unit.reason}; choose another device.`,
        {
          pointer: '/accelerator/id',
          facts: { accelerator: question.device.id },
        },
      )
    }
    const fewest = best === undefined ? Number.POSITIVE_INFINITY : best.unit.devices * best.copies
    if (unit.devices >= fewest) continue
    const capacity = cacheCapacity(unit, workload.input + workload.output, question.utilisation)
    if (leanest === undefined || unit.weightBytesPerDevice < leanest.weightBytesPerDevice) leanest = unit
    if (capacity < 1) continue
    const one = serve(question, unit, c, 1)
    fastest = Math.min(fastest, one.tokenSeconds)
    firstToken = Math.min(firstToken, one.firstTokenSeconds)
    const most = largestBatch(question, unit, c, Math.min(capacity, mostSequences * layout.attentionReplicas))
    if (most < 1) continue
    const copies = copiesFor(question, unit, c, most)
    if (unit.devices * copies >= fewest) continue
    const room = cacheRoom(unit, question.utilisation)
    best = { unit, copies, batch: batchOf(question, unit, c, copies, most), cacheRoom: room }
    const { concurrency, requestsPerSecond } = workload
    // Without a load the smallest copy is the fewest devices.
    if (concurrency === undefined && requestsPerSecond === undefined) break
  }
  return best ?? refuse(question, leanest, fastest, firstToken)
}

function batchOf(
  question: PlanQuestion,
  unit: ServingUnit,
  c: ServingConstants,
  copies: number,
  most: number,
): number {
  const { concurrency, requestsPerSecond } = question.workload
  if (concurrency !== undefined) {
    const each = concurrency / copies
    if (each <= most) return each
    throw new DomainError(
      'out-of-range',
      `${concurrency} requests at once on ${copies} copies are ${each} a copy, but a copy takes at most ${most} with this memory and service level; raise parallel.data or lower workload.concurrency.`,
      { pointer: '/workload/concurrency', facts: { concurrency, copies, each, most } },
    )
  }
  if (requestsPerSecond !== undefined) {
    const each = requestsPerSecond / copies
    const able = most / (serve(question, unit, c, most).tokenSeconds * question.workload.output)
    if (each > able * (1 + 1e-9)) {
      throw new DomainError(
        'out-of-range',
        `${requestsPerSecond} requests a second on ${copies} copies are ${each} a copy, but a copy ends at most ${able} a second; raise parallel.data or lower workload.requestsPerSecond.`,
        { pointer: '/workload/requestsPerSecond', facts: { requestsPerSecond, copies, each, able } },
      )
    }
    return batchAtRate(question, unit, c, each, most)
  }
  return most
}

function refuse(
  { workload, level, device, utilisation }: PlanQuestion,
  leanest: ServingUnit | undefined,
  fastest: number,
  firstToken: number,
): never {
  if (fastest === Number.POSITIVE_INFINITY) {
    const tokens = workload.input + workload.output
    const needed = leanest === undefined ? 0 : leanest.weightBytesPerDevice + leanest.reservedBytes
    const usable = (leanest?.deviceMemory ?? 0) * utilisation
    const gigabytes = (bytes: number): string => `${(bytes / 1e9).toPrecision(4)} GB`
    throw new DomainError(
      'out-of-range',
      `On ${leanest?.devices ?? 0} ${device.id}, the most that was looked at, weights and runtime take ${gigabytes(needed)} of each, and ${gigabytes(usable)} may be used, which leaves no room for a sequence of ${tokens} tokens; take more or larger devices, a narrower precision or shorter sequences.`,
      { pointer: '/parallel', facts: { needed, usable, tokens } },
    )
  }
  const late = level.timePerOutputToken !== undefined && fastest > level.timePerOutputToken
  const [member, bound, reached] = late
    ? (['timePerOutputToken', level.timePerOutputToken, fastest] as const)
    : (['timeToFirstToken', level.timeToFirstToken, firstToken] as const)
  throw new DomainError(
    'out-of-range',
    `slo.${member} is ${bound} s, but the fastest layout looked at takes ${reached.toPrecision(4)} s with a single sequence; raise slo.${member}, or take faster devices or a narrower precision.`,
    { pointer: `/slo/${member}`, facts: { bound, reached } },
  )
}
