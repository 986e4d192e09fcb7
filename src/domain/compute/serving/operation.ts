import { DomainError } from '../../errors.ts'
import type { Lookup, QuantityErrors } from '../../estimate.ts'
import type { Provenance } from '../../sheet/quantity.ts'
import type { Handle, Sheet } from '../../sheet/sheet.ts'
import { deviceFamily } from '../calibration/device-family.ts'
import type { CalibrationProfile } from '../calibration/parameter.ts'
import type { Accelerator, ExchangeRate, Precision, PriceObservation } from '../catalogue.ts'
import { deviceOf } from '../device.ts'
import { type ModelChoice, transformerOfChoice } from '../model.ts'
import { decodingContext } from './batching.ts'
import { writeFleet } from './fleet.ts'
import { cacheBytes, matmulPeak, numberFormat } from './number-format.ts'
import { checkClaim, checkParallel } from './operation-checks.ts'
import { operationFormulas } from './operation-formulas.ts'
import {
  defaultDraftShare,
  defaultInput,
  defaultOutput,
  type Performance,
  writePerformance,
} from './performance.ts'
import type { PerformanceRequest } from './performance-request.ts'
import type { ServingConstants } from './plain-constant.ts'
import { type ServedModel, servedModel } from './served-model.ts'
import { constantKeys, servingConstants } from './serving-constants.ts'
import { writeMoney } from './serving-money.ts'
import { type PlanQuestion, planServing, type ServingPlan } from './serving-plan.ts'
import { servingScopes, softwareStack, stackOnDevice } from './software-stack.ts'
import { type ServedQuantity, servingFamilyId, servingStrata } from './strata.ts'
import { fromPriors, UnitSheet } from './unit-sheet.ts'

/** What the estimator itself asks for beside speed. */
export interface OperationRequest extends PerformanceRequest {
  readonly model: ModelChoice
  readonly precision?: Precision
  readonly memoryReserve?: number
  readonly priceAsOf?: string
}

/** What a service does, costs and needs, on the sheet. */
export interface Operation {
  readonly performance: Performance
  /** The model as it is served, and the layout of a copy. */
  readonly plan: ServingPlan
  readonly perDeviceHour: Handle<'USD/(device·hour)'> | undefined
  readonly money: readonly Handle[]
  readonly results: readonly Handle[]
  readonly errors: readonly QuantityErrors[]
  readonly behind: readonly PriceObservation[]
  readonly borrowed: ReadonlyMap<number, ExchangeRate>
  /** What names the software, the devices and the day of prices in the answer. */
  readonly named: readonly unknown[]
}

const asks = [
  ...(['framework', 'kvPrecision', 'workload', 'parallel', 'slo', 'fleet', 'price', 'utilisation'] as const),
  ...(['apiPrice', 'disaggregated', 'claim'] as const),
]

/** The stack that speed is told for where none is named: the one that most measurements are of. */
const defaultFramework = 'vLLM'

/** Share of the memory that a request leaves free, or else the software: `gpu_memory_utilization` of vLLM is 0.9. */
export function memoryReserve({ memoryReserve, framework }: OperationRequest): number {
  return memoryReserve ?? softwareStack(framework ?? defaultFramework).memoryReserve
}

const models = new WeakMap<object, ServedModel>()

/** The numbers of a model, once a transformer; undefined where none is known and nothing asks for speed. */
function modelOfRequest(request: OperationRequest, lookup: Lookup): ServedModel | undefined {
  const asked = asks.some(member => request[member] !== undefined)
  if (!asked && 'parameters' in request.model) return undefined
  try {
    const { t } = transformerOfChoice(lookup, request.model)
    let model = models.get(t)
    if (model === undefined) {
      model = servedModel(t)
      models.set(t, model)
    }
    return model
  } catch (error) {
    if (!asked && error instanceof DomainError && error.code === 'missing-value') return undefined
    throw error
  }
}

const noProfile = {}
const resolved = new WeakMap<object, Map<string, ServingConstants>>()

/** The constants of a profile for some scopes, or those known before any measurement; resolved once. */
function constantsOf(profile: CalibrationProfile | undefined, scopes: readonly string[]): ServingConstants {
  const key = profile ?? noProfile
  let byScopes = resolved.get(key)
  if (byScopes === undefined) {
    byScopes = new Map()
    resolved.set(key, byScopes)
  }
  const name = scopes.join(' ')
  let constants = byScopes.get(name)
  if (constants === undefined) {
    constants = servingConstants(profile?.values ?? {}, constantKeys(scopes))
    byScopes.set(name, constants)
  }
  return constants
}

/** Why constants have their values: fitted ones name the profile. */
const profileNotes = new WeakMap<CalibrationProfile, Provenance>()
function fittedBy(profile: CalibrationProfile | undefined): Provenance {
  if (profile === undefined) return fromPriors
  let note = profileNotes.get(profile)
  if (note === undefined) {
    const { family, version, rows, groups } = profile
    note = {
      status: 'derived',
      source: null,
      provenance: 'derived',
      note: {
        en: `profile ${family} of ${version}, fitted on ${rows} published measurements of ${groups.length} publishers`,
        zh: `标定 ${family}（${version}），由 ${groups.length} 家发布的 ${rows} 项公开测量拟合`,
      },
    }
    profileNotes.set(profile, note)
  }
  return note
}

/** Writes what serving the model takes beyond holding its weights; undefined where its architecture is not known. */
export function writeOperation(
  sheet: Sheet,
  request: OperationRequest,
  accelerator: Accelerator,
  bytesPerParameter: Handle<'byte/parameter'>,
  perDevice: Handle<'USD/device'> | undefined,
  lookup: Lookup,
): Operation | undefined {
  const model = modelOfRequest(request, lookup)
  if (model === undefined) return undefined
  checkParallel(request, model)
  const device = deviceOf(accelerator)
  const asked = asks.some(member => request[member] !== undefined)
  if (!asked && matmulPeak(device, 'bf16') === null) return undefined
  const framework = request.framework ?? defaultFramework
  const stack = stackOnDevice(softwareStack(framework), device.id, framework)
  const family = deviceFamily(device.id)
  const profile = lookup.catalogue.calibration.get(servingFamilyId)
  const constants = constantsOf(profile, servingScopes(stack, family))
  const weightBytes = sheet.inputs[bytesPerParameter] as number
  const format = { ...numberFormat(formatName(request, weightBytes), device, stack.halfSums), weightBytes }
  const question: PlanQuestion = {
    ...{ model, device, format, level: request.slo ?? {}, stack },
    cacheBytes: cacheBytes(request.kvPrecision, format, stack.eightBitCache),
    utilisation: 1 - memoryReserve(request),
    mostSequences: stack.mostSequences,
    workload: plannedWorkload(request),
    ...{ tensor: request.parallel?.tensor, pipeline: request.parallel?.pipeline },
    ...{ copies: request.parallel?.data, expert: request.parallel?.expert },
  }
  const plan = planOrNone(question, constants, asked)
  if (plan === undefined) return undefined
  const { input, output } = question.workload
  const context = decodingContext(plan.unit, input, output)
  const us = new UnitSheet(sheet, plan.unit, constants, fittedBy(profile), context)
  const performance = writePerformance(sheet, request, plan, us)
  checkClaim(request, plan, question)
  const money = writeMoney(sheet, request, performance, accelerator.id, request.priceAsOf, lookup)
  const fleet =
    request.fleet === undefined
      ? []
      : writeFleet(sheet, request.fleet, performance, money.perDeviceHour, perDevice)
  return {
    ...{ performance, plan, perDeviceHour: money.perDeviceHour, money: money.results },
    results: [...performance.results, ...money.results, ...fleet],
    errors: errorsOf(performance, stack.id, family, sheet),
    behind: money.behind,
    borrowed: money.borrowed,
    named: [stack.id, family, money.asOf],
  }
}

/** A plan; where nobody asked for speed, what cannot be planned is left out of the answer in place of refusing it. */
function planOrNone(
  question: PlanQuestion,
  constants: ServingConstants,
  asked: boolean,
): ServingPlan | undefined {
  try {
    return planServing(question, constants)
  } catch (error) {
    if (!asked && error instanceof DomainError) return undefined
    throw error
  }
}

/** The precision, or the format whose weights take as many bytes. */
function formatName({ precision }: OperationRequest, bytes: number): string {
  if (precision !== undefined) return precision
  if (bytes <= 0.75) return 'int4'
  return bytes <= 1 ? 'w8a16' : bytes <= 2 ? 'bf16' : 'fp32'
}

function plannedWorkload({ workload = {}, fleet }: OperationRequest): PlanQuestion['workload'] {
  const { speculative, concurrency, requestsPerSecond } = workload
  if (fleet !== undefined && requestsPerSecond !== undefined) {
    throw new DomainError(
      'inconsistent-inputs',
      `workload.requestsPerSecond = ${requestsPerSecond} and fleet.dailyUsers = ${fleet.dailyUsers} both decide the load; keep one of them.`,
      {
        pointer: '/workload/requestsPerSecond',
        facts: { requestsPerSecond, dailyUsers: fleet.dailyUsers },
      },
    )
  }
  if (concurrency !== undefined && requestsPerSecond !== undefined) {
    throw new DomainError(
      'inconsistent-inputs',
      `workload.concurrency = ${concurrency} and workload.requestsPerSecond = ${requestsPerSecond} both decide the load; keep one of them.`,
      { pointer: '/workload/requestsPerSecond', facts: { concurrency, requestsPerSecond } },
    )
  }
  const { draftTokens = 0, acceptance = 0, draftShare = defaultDraftShare } = speculative ?? {}
  return {
    input: workload.inputTokens ?? defaultInput,
    output: workload.outputTokens ?? defaultOutput,
    cachedShare: workload.prefixCacheHitRate ?? 0,
    verified: draftTokens + 1,
    accepted: operationFormulas.acceptedTokens.fn(acceptance, draftTokens),
    draftShare,
    concurrency,
    requestsPerSecond,
  }
}

function errorsOf(
  { firstToken, token, request, ratePerDevice, rate }: Performance,
  stack: string,
  family: string | undefined,
  sheet: Sheet,
): QuantityErrors[] {
  const strataOf = (what: ServedQuantity): string[] => servingStrata(what, stack, family)
  const throughput = strataOf('throughput')
  const of = (handle: Handle, strata: readonly string[]): QuantityErrors => ({
    handle,
    family: servingFamilyId,
    strata,
  })
  const energy = sheet.find('energyPerOutputToken')
  return [
    of(firstToken, strataOf('time to first token')),
    // Under continuous batching the time of a token is the batch over the throughput, and of a request many of them.
    of(token, throughput),
    of(request, throughput),
    of(rate, throughput),
    of(ratePerDevice, throughput),
    ...(energy === undefined ? [] : [of(energy, strataOf('energy per token'))]),
  ]
}
