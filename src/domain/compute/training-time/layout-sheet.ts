import { DomainError } from '../../errors.ts'
import type { Lookup, QuantityErrors, Warning } from '../../estimate.ts'
import { sumFormula } from '../../sheet/formula.ts'
import { byDefault, given, type Provenance } from '../../sheet/quantity.ts'
import type { Handle, Sheet } from '../../sheet/sheet.ts'
import { acceleratorOf, defaultPrecision, peakOf } from '../accelerator.ts'
import { forwardFlopPerToken, mfuConvention } from '../architecture/flop.ts'
import type { ParameterCounts } from '../architecture/parameters.ts'
import type { Transformer } from '../architecture/transformer.ts'
import type { Accelerator, Precision } from '../catalogue.ts'
import { deviceOf } from '../device.ts'
import { layoutDevices, type ParallelLayout } from '../layout/layout.ts'
import { type LayoutRequest, resolveLayout } from '../layout/layout-request.ts'
import { usableBytes } from '../memory/fit.ts'
import { type MemoryModel, memoryModelOf } from '../memory/held-parameters.ts'
import { memoryConstants, memoryTraits } from '../memory/memory-calibration.ts'
import { trainingMemory } from '../memory/training-memory.ts'
import { emptyTrainingMemory } from '../memory/training-memory-parts.ts'
import { fromCatalogue, type ModelChoice, transformerOfChoice } from '../model.ts'
import { quantities } from '../training/training-formulas.ts'
import { type GoodputRequest, writeGoodput } from './goodput-sheet.ts'
import { layoutFormulas as f, layoutQuantities as q } from './layout-quantities.ts'
import { emptyStepTime, type StepTime, stepTime } from './step-time.ts'
import { trainingTimeFamilyId, trainingTimeStrata } from './strata.ts'
import { trainingConstants } from './training-constants.ts'
import { type TrainingStackName, trainingStackOf } from './training-stack.ts'
import { type NetworkChoice, trainingSystem } from './training-system.ts'
import { assertUtilisation } from './utilisation.ts'

/** What a request says of the cluster beside the device and the layout. */
export interface ClusterRequest extends NetworkChoice {
  readonly stack?: TrainingStackName
}

/** The parts of a training request that a throughput from a layout depends on. */
export interface LayoutThroughputRequest {
  readonly model?: ModelChoice
  readonly accelerator?: { readonly id: string }
  readonly precision?: Precision
  readonly devices?: number
  readonly cluster?: ClusterRequest
  readonly goodput?: GoodputRequest
}

/** Handles of what the rest of the estimate is computed from. */
export interface LayoutThroughput {
  readonly effective: Handle<'FLOP/s'>
  readonly mfu: Handle<'1'>
  readonly accelerator: Accelerator
  readonly precision: Precision
  readonly devices: Handle<'device'>
  readonly goodput: Handle<'1'>
  readonly results: readonly Handle[]
  /** Errors of these, and of quantities that are in proportion to the device time of the whole run. */
  readonly errors: (ofRun: readonly Handle[]) => readonly QuantityErrors[]
  readonly warnings: readonly Warning[]
  /** What of the choice is not on the sheet as a number. */
  readonly context: unknown
}

const modelled = (en: string, zh: string): Provenance => ({
  status: 'derived',
  source: null,
  provenance: 'derived',
  note: { en, zh },
})
const ofStep = modelled(
  'roofline of every operation, collectives and the schedule of the layout, with fitted efficiencies',
  '按布局对每个算子做 roofline、集合通信与调度建模，效率由实测拟合',
)
const counted = modelled('counted from the architecture', '由模型结构计算')

const models = new WeakMap<Transformer, MemoryModel>()

/** The counts of a transformer; one object a transformer. */
function modelCounts(t: Transformer): MemoryModel {
  let known = models.get(t)
  if (known === undefined) {
    known = memoryModelOf(t)
    models.set(t, known)
  }
  return known
}

/**
 * Throughput computed from a parallel layout, on a sheet. Throws `missing-value` without a model that has an
 * architecture, and `inconsistent-inputs` for a layout that cannot be.
 */
export function writeLayoutThroughput(
  sheet: Sheet,
  request: LayoutThroughputRequest,
  asked: LayoutRequest,
  compute: { readonly flop: Handle<'FLOP'>; readonly tokens: Handle<'token'> | undefined },
  lookup: Lookup,
): LayoutThroughput {
  if (request.model === undefined || compute.tokens === undefined) {
    throw new DomainError(
      'missing-value',
      'A throughput is computed from a layout for a model; give model, by its id or its architecture.',
      { pointer: '/model' },
    )
  }
  if (request.accelerator === undefined) {
    throw new DomainError(
      'missing-value',
      'A throughput is computed from a layout on devices; give accelerator, by its id.',
      { pointer: '/accelerator' },
    )
  }
  const accelerator = acceleratorOf(lookup.catalogue, request.accelerator.id)
  const precision = request.precision ?? asked.precision ?? defaultPrecision(accelerator)
  const peakDatum = peakOf(accelerator, precision)
  const peak = sheet.input(quantities.peakFlopPerSecond, peakDatum.value, fromCatalogue(peakDatum))
  const { t } = transformerOfChoice(lookup, request.model)
  const at = '/throughput/layout'
  if (asked.precision !== undefined && asked.precision !== precision) {
    throw new DomainError(
      'inconsistent-inputs',
      `precision is ${precision}, but the layout says ${asked.precision}; leave one out.`,
      { pointer: `${at}/precision`, facts: { precision, layout: asked.precision } },
    )
  }
  const layout = resolveLayout(asked, t, request.devices, precision, at)
  const device = deviceOf(accelerator)
  const system = trainingSystem(device, precision, request.cluster)
  const stack = trainingStackOf(request.cluster?.stack)
  const values = lookup.catalogue.calibration.get(trainingTimeFamilyId)?.values ?? {}
  const constants = trainingConstants(values, system.family, stack.id)
  const { counts: parameterCounts } = modelCounts(t)
  const time = stepTime(t, parameterCounts, layout, stack, system, constants, emptyStepTime())

  const devices = sheet.input(
    quantities.devices,
    layoutDevices(layout),
    request.devices === undefined ? byDefault('as many as the layout takes', '布局所需的设备数') : given,
  )
  const told = (member: keyof ParallelLayout): Provenance =>
    asked[member] === undefined ? byDefault('default of the layout', '布局默认值') : given
  const sequence = sheet.input(q.sequence, layout.sequence, told('sequence'))
  const batch = sheet.input(q.globalBatch, layout.globalBatch, told('globalBatch'))
  const tokensPerStep = sheet.derive(q.tokensPerStep, f.tokensPerStep, [sequence, batch])
  const part = (name: Exclude<keyof StepTime, 'total'>): Handle<'s'> =>
    sheet.input(q[name], Math.max(0, time[name]), ofStep)
  const exchange = [part('tensor'), part('context'), part('expert'), part('pipeline'), part('data')] as const
  const bubble = part('bubble')
  const parts = [
    part('computing'),
    part('recomputing'),
    bubble,
    ...exchange,
    part('optimizer'),
    part('other'),
  ]
  const step = sheet.derive(q.stepTime, sumFormula('s', parts.length), parts)
  const rate = sheet.derive(q.tokensPerSecond, f.tokensPerSecond, [tokensPerStep, step])
  const perDevice = sheet.derive(q.tokensPerSecondPerDevice, f.perDevice, [rate, devices])
  const forward = forwardFlopPerToken(t, layout.sequence, mfuConvention, parameterCounts)
  const needed = 3 * forward
  const done = needed + recomputedFlop(t, layout, forward, parameterCounts)
  const share = (layout.sequence * layout.globalBatch) / (time.total * layoutDevices(layout) * system.peak)
  assertUtilisation(needed * share, done * share)
  const modelFlop = sheet.input(q.modelFlopPerToken, needed, counted)
  const hardwareFlop = sheet.input(q.hardwareFlopPerToken, done, counted)
  const mfu = sheet.derive(quantities.mfu, f.utilisation, [perDevice, modelFlop, peak])
  const hfu = sheet.derive(q.hfu, f.utilisation, [perDevice, hardwareFlop, peak])
  const bubbleShare = sheet.derive(q.bubbleShare, f.share, [bubble, step])
  const communicationShare = sheet.derive(q.communicationShare, f.exchangeShare, [...exchange, step])
  const effective = sheet.derive(quantities.effectiveFlopPerSecond, f.effective, [
    perDevice,
    compute.flop,
    compute.tokens,
  ])
  const goodput = writeGoodput(sheet, request.goodput, devices, parameterCounts.active, constants)

  return {
    effective,
    mfu,
    accelerator,
    precision,
    devices,
    goodput,
    results: [step, rate, perDevice, hfu, bubbleShare, communicationShare, ...exchange, goodput],
    errors: ofRun => {
      const errorsOf = (handles: readonly Handle[], wholeRun: boolean): QuantityErrors[] => {
        const strata = trainingTimeStrata(stack.id, system.family, system.operandBytes, wholeRun)
        return handles.map(handle => ({ handle, family: trainingTimeFamilyId, strata }))
      }
      return [
        ...errorsOf([step, rate, perDevice, mfu, hfu], false),
        ...(request.goodput === undefined ? errorsOf(ofRun, true) : []),
      ]
    },
    warnings: [...memoryWarning(t, layout, request.cluster?.stack, accelerator, lookup)],
    context: [layout, stack.id, request.cluster, request.goodput],
  }
}

/** FLOP a token of what is computed again: a forward pass, half of its products, or its attention core. */
function recomputedFlop(
  t: Transformer,
  layout: ParallelLayout,
  forward: number,
  parameterCounts: ParameterCounts,
): number {
  const products = 2 * parameterCounts.matmulActive
  const head = 2 * t.vocab * t.hidden
  if (layout.recompute === 'full') return forward - head
  if (layout.recompute === 'products') return (products - head) / 2
  return layout.recompute === 'selective' && !layout.flashAttention ? forward - products : 0
}

function memoryWarning(
  t: Transformer,
  layout: ParallelLayout,
  stack: TrainingStackName | undefined,
  accelerator: Accelerator,
  { catalogue }: Lookup,
): Warning[] {
  const constants = memoryConstants(catalogue.calibration.get('training-memory')?.values, memoryTraits(stack))
  const { total } = trainingMemory(modelCounts(t), layout, constants, emptyTrainingMemory())
  const usable = usableBytes(accelerator)
  if (total <= usable) return []
  const held = Number((total / 1e9).toPrecision(4))
  const seen = Number((usable / 1e9).toPrecision(4))
  return [
    {
      code: 'layout-does-not-fit',
      message: {
        en: `On this layout a device would hold ${held} GB, but programs see ${seen} GB of it: the time is that of devices with more memory. Divide the model among more ranks, lower the micro-batch, or compute activations again.`,
        zh: `该布局下单卡需占用 ${held} GB，但程序可见显存为 ${seen} GB：所得时间仅适用于显存更大的设备。请增加并行度、减小微批次或启用重计算。`,
      },
    },
  ]
}
