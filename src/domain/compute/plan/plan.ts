import { DomainError } from '../../errors.ts'
import { type Assumption, assumptionsOf, type Lookup, type Warning } from '../../estimate.ts'
import type { ExplainedQuantity } from '../../sheet/evaluate.ts'
import { byDefault, given, type Provenance } from '../../sheet/quantity.ts'
import { acceleratorOf, defaultPrecision, peakOf } from '../accelerator.ts'
import type { Transformer } from '../architecture/transformer.ts'
import type { Accelerator, Precision } from '../catalogue.ts'
import { deviceOf } from '../device.ts'
import type { Optimizer, ParallelLayout } from '../layout/layout.ts'
import { defaultSequence } from '../layout/layout-request.ts'
import { usableBytes } from '../memory/fit.ts'
import { fromCatalogue, type ModelChoice, modelOf, transformerOfChoice } from '../model.ts'
import { defaultPrice, originOf } from '../money/price.ts'
import type { TrainingStackName } from '../training-time/training-stack.ts'
import { type NetworkChoice, trainingSystem } from '../training-time/training-system.ts'
import {
  combinationsIn,
  mostCombinations,
  mostLayouts,
  type PlannedLayout,
  type PlanProblem,
  type PlanSearch,
  paretoFront,
} from './search.ts'
import { type SpaceRequest, searchSpace } from './search-space.ts'
import { shownPlan, writePlan } from './write-plan.ts'

/** What a search for layouts is asked. */
export interface PlanRequest {
  readonly model: ModelChoice
  readonly accelerator: { readonly id: string }
  readonly precision?: Precision
  /** Exactly one of the two: this many devices, or any number up to that. */
  readonly devices?: number
  readonly maximumDevices?: number
  readonly sequence?: number
  readonly globalBatch?: number
  readonly optimizer?: Optimizer
  readonly stack?: TrainingStackName
  readonly tokens?: number
  readonly memoryReserve?: number
  readonly network?: NetworkChoice
  readonly price?: { readonly perDeviceHour: number }
  readonly priceAsOf?: string
  readonly space?: SpaceRequest
}

/** Tokens of a step when nobody says: what large published runs take. */
const stepTokens = 4_194_304

interface Input {
  readonly value: number
  readonly provenance: Provenance
}

/** A search with what its answer is written from. */
export interface ResolvedPlan {
  readonly problem: PlanProblem
  readonly request: PlanRequest
  readonly accelerator: Accelerator
  readonly transformer: Transformer
  readonly peak: Input
  readonly usable: Input
  readonly globalBatch: Input
  readonly tokens: Input | undefined
  readonly price: Input | undefined
}

function deviceCounts(request: PlanRequest): number[] {
  const { devices, maximumDevices } = request
  if ((devices === undefined) === (maximumDevices === undefined)) {
    throw new DomainError(
      devices === undefined ? 'missing-value' : 'inconsistent-inputs',
      devices === undefined
        ? 'Nothing says how many devices there are; give devices, or maximumDevices for any number up to that.'
        : `devices = ${devices} and maximumDevices = ${maximumDevices} both say how many devices there are; keep one of them.`,
      { pointer: devices === undefined ? '/devices' : '/maximumDevices', facts: { devices, maximumDevices } },
    )
  }
  if (devices !== undefined) return [devices]
  const most = maximumDevices as number
  const counts: number[] = []
  for (let count = 1; count <= most; count *= 2) counts.push(count)
  if (counts.at(-1) !== most) counts.push(most)
  return counts
}

/** A request as a search in plain numbers; throws `DomainError` for what contradicts itself or is missing. */
export function resolvePlan(request: PlanRequest, lookup: Lookup): ResolvedPlan {
  const { catalogue } = lookup
  const accelerator = acceleratorOf(catalogue, request.accelerator.id)
  const precision = request.precision ?? defaultPrecision(accelerator)
  const peakDatum = peakOf(accelerator, precision)
  const { t } = transformerOfChoice(lookup, request.model)
  const sequence = request.sequence ?? defaultSequence
  const system = trainingSystem(deviceOf(accelerator), precision, request.network ?? {})
  const devices = deviceCounts(request)
  const reserve = request.memoryReserve ?? 0
  const usable = usableBytes(accelerator) * (1 - reserve)
  const catalogued = 'id' in request.model ? modelOf(catalogue, request.model.id) : undefined
  const own = catalogued?.training?.tokens ?? null
  const globalBatch = request.globalBatch ?? 2 ** Math.max(0, Math.round(Math.log2(stepTokens / sequence)))
  return {
    problem: {
      transformer: t,
      system,
      usable,
      devices,
      space: searchSpace(t, sequence, system.devicesPerNode, request.space ?? {}),
      fixed: {
        ...{ expertTensor: 1, unevenStages: true, globalBatch, sequence, sequenceParallel: true },
        ...{ flashAttention: true, dropout: false, optimizer: request.optimizer ?? 'adam', precision },
        gradientBytes: 4,
      },
      stack: request.stack,
      memoryValues: catalogue.calibration.get('training-memory')?.values,
      timeValues: catalogue.calibration.get('training-time')?.values ?? {},
    },
    request,
    accelerator,
    transformer: t,
    peak: { value: peakDatum.value, provenance: fromCatalogue(peakDatum) },
    usable: {
      value: usable,
      provenance: {
        ...fromCatalogue(accelerator.memory),
        note:
          reserve === 0
            ? { en: 'what programs see of the memory', zh: '程序可见的显存' }
            : {
                en: `what programs see of the memory, ${100 * reserve} % of it kept free`,
                zh: `程序可见的显存，其中 ${100 * reserve}% 预留`,
              },
      },
    },
    globalBatch: {
      value: globalBatch * sequence,
      provenance:
        request.globalBatch === undefined
          ? byDefault('sequences of about four million tokens', '约四百万 token 的序列')
          : given,
    },
    tokens:
      request.tokens !== undefined
        ? { value: request.tokens, provenance: given }
        : own === null
          ? undefined
          : { value: own.value, provenance: fromCatalogue(own) },
    price: priceOf(request, lookup),
  }
}

function priceOf({ price, accelerator, priceAsOf }: PlanRequest, { catalogue }: Lookup): Input | undefined {
  if (price !== undefined) return { value: price.perDeviceHour, provenance: given }
  const found = defaultPrice(catalogue, accelerator.id, priceAsOf)
  if (found === undefined) return undefined
  return {
    value: found.value,
    provenance: {
      status: 'catalogue',
      ...originOf(found.observations),
      note: {
        en: `median of ${found.observations.length} vendors' on-demand prices in the twelve months to ${found.until}`,
        zh: `截至 ${found.until} 的十二个月内 ${found.observations.length} 家厂商按需价格的中位数`,
      },
    },
  }
}

/** A layout with its figures, and the request that shows their working. */
export interface Plan {
  readonly layout: ParallelLayout
  readonly results: Readonly<Record<string, ExplainedQuantity>>
}

/** The answer to a search. */
export interface PlanAnswer {
  readonly considered: number
  readonly fitting: number
  readonly refused: Readonly<Record<string, number>>
  readonly fastest: Plan
  readonly cheapest: Plan
  readonly smallest: Plan
  /** Plans that none beats in both time and device-hours, fewest devices first. */
  readonly front: readonly Plan[]
  readonly assumptions: readonly Assumption[]
  readonly warnings: readonly Warning[]
}

/** The answer that a search comes to; throws where no layout can be, or none fits. */
export function planAnswer(resolved: ResolvedPlan, search: PlanSearch): PlanAnswer {
  const { fastest, considered, fitting, refused } = search
  const [smallest] = fastest
  if (smallest === undefined) throw noPlan(resolved, search)
  const least = (measure: (plan: PlannedLayout) => number): PlannedLayout =>
    fastest.reduce((best, plan) => (measure(plan) < measure(best) ? plan : best), smallest)
  const sheetOf = (plan: PlannedLayout) => writePlan(resolved, plan)
  const first = sheetOf(smallest)
  return {
    ...{ considered, fitting, refused },
    fastest: shownPlan(sheetOf(least(({ stepSeconds }) => stepSeconds))),
    cheapest: shownPlan(sheetOf(least(({ devices, stepSeconds }) => devices * stepSeconds))),
    smallest: shownPlan(first),
    front: paretoFront(fastest).map(plan => shownPlan(sheetOf(plan))),
    assumptions: assumptionsOf(first.sheet, {}).filter(({ name }) => !ofOnePlan.has(name)),
    warnings: warningsOf(resolved),
  }
}

/** Quantities that differ from plan to plan: they are results of a search, not assumptions. */
const ofOnePlan: ReadonlySet<string> = new Set(['devices', 'stepTime', 'totalBytesPerDevice'])

const GB = (bytes: number): string => (bytes / 1e9).toPrecision(4)

function noPlan(
  { problem, usable }: ResolvedPlan,
  { nearest, refusal, considered }: PlanSearch,
): DomainError {
  if (nearest === null) {
    return new DomainError(
      'inconsistent-inputs',
      `No layout can be on ${problem.devices.join(', ')} devices. The first that was tried: ${refusal ?? 'none is in the space.'}`,
      { pointer: '/space', facts: { devices: problem.devices } },
    )
  }
  const { tensor, pipeline, data, context } = nearest.layout
  return new DomainError(
    'out-of-range',
    `None of ${considered} layouts fits. The nearest (tensor ${tensor}, pipeline ${pipeline}, data ${data}, context ${context}, on ${nearest.devices} devices) takes ${GB(nearest.memoryBytes)} GB of ${GB(usable.value)} GB a device; give more devices, a device with more memory, a shorter sequence or another optimizer.`,
    {
      pointer: problem.devices.length > 1 ? '/maximumDevices' : '/devices',
      facts: { needed: nearest.memoryBytes, usable: usable.value },
    },
  )
}

/** Refuses a search that is too long even for a run. */
export function refuseEndless({ problem }: ResolvedPlan): void {
  const combinations = combinationsIn(problem)
  if (combinations <= mostCombinations) return
  throw new DomainError(
    'out-of-range',
    `The space has ${combinations} combinations over ${problem.devices.length} numbers of devices; a run goes through ${mostCombinations} at most. Narrow space, or give devices in place of maximumDevices.`,
    { pointer: '/space', facts: { combinations, mostCombinations } },
  )
}

/** Refuses a search that would go through more layouts than `mostLayouts`. */
export function tooManyLayouts(layouts: number): DomainError {
  return new DomainError(
    'out-of-range',
    `The search would go through more than ${layouts - 1} layouts; the most is ${mostLayouts} while a caller waits. Narrow space, give devices in place of maximumDevices, or start a run: POST /v1/runs with "kind": "plan" and this request as "plan".`,
    { pointer: '/space', facts: { layouts, mostLayouts } },
  )
}

function warningsOf({ tokens, price }: ResolvedPlan): Warning[] {
  const warnings: Warning[] = [
    {
      code: 'benchmark-speed',
      message: {
        en: 'Times are those of undisturbed steps: failures, checkpoints, evaluation and restarts come on top.',
        zh: '时间为无中断训练步的时间，未计故障、检查点、评测与重启。',
      },
    },
  ]
  if (tokens === undefined) {
    warnings.push({
      code: 'no-tokens',
      message: {
        en: 'Nothing says how many tokens the training takes, so its time, device-hours and cost are left out.',
        zh: '未给出训练 token 数，因此不给出总时长、卡时与成本。',
      },
    })
  } else if (price === undefined) {
    warnings.push({
      code: 'no-price',
      message: {
        en: 'No price per device-hour was given and the catalogue has none for this device and date, so the cost is left out.',
        zh: '未给出每卡时价格，且目录中没有该设备在该日期的价格，因此不给出成本。',
      },
    })
  }
  return warnings
}
