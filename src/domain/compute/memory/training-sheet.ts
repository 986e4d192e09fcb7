import type { BuiltEstimate, Lookup, QuantityErrors, Warning } from '../../estimate.ts'
import { sumFormula } from '../../sheet/formula.ts'
import { byDefault, given, type Provenance } from '../../sheet/quantity.ts'
import { type Handle, Sheet } from '../../sheet/sheet.ts'
import { defaultPrecision } from '../accelerator.ts'
import { constantProvenance } from '../calibration/constant-provenance.ts'
import type { Accelerator } from '../catalogue.ts'
import { layoutDevices, type ParallelLayout } from '../layout/layout.ts'
import { defaultSequence, resolveLayout } from '../layout/layout-request.ts'
import type { ChosenTransformer } from '../model.ts'
import { usableBytes, writeDeviceMemory, writeFit, writeUsable } from './fit.ts'
import { memoryModelOf } from './held-parameters.ts'
import { memoryConstants, memoryTraits, trainingMemoryParameters } from './memory-calibration.ts'
import { type SmallestLayout, smallestTrainingLayout } from './minimum-devices.ts'
import { optimizerStepTraits } from './optimizer-step.ts'
import { quantities as q } from './quantities.ts'
import type { Adapter } from './state-memory.ts'
import { storageFormats } from './storage-format.ts'
import { trainingMemory } from './training-memory.ts'
import { trainingMemoryFormulas as f } from './training-memory-formulas.ts'
import { emptyTrainingMemory } from './training-memory-parts.ts'
import type { TrainingMemoryRequest } from './training-memory-request.ts'
import { counted, writeStates, zeroNote } from './training-states-sheet.ts'
import { memoryWarnings } from './warnings.ts'

const family = 'training-memory'

/** What a device holds in training, on a sheet. */
export function writeTrainingMemory(
  request: TrainingMemoryRequest,
  { t, provenance }: ChosenTransformer,
  accelerator: Accelerator,
  lookup: Lookup,
): BuiltEstimate {
  const asked = request.layout ?? {}
  const layout = resolveLayout(asked, t, request.devices, defaultPrecision(accelerator), '/training/layout')
  const values = lookup.catalogue.calibration.get(family)?.values
  const traits = memoryTraits(request.stack)
  const optimizerStep = request.optimizerStep ?? traits.optimizerStep
  const { reason } = optimizerStepTraits(optimizerStep)
  const constants = memoryConstants(values, { ...traits, optimizerStep })
  const model = memoryModelOf(t)
  const adapter: Adapter | null =
    request.adapter === undefined
      ? null
      : {
          rank: request.adapter.rank,
          matrices: request.adapter.matrices ?? 'all',
          frozenBytes: storageFormats[request.adapter.frozenFormat ?? 'bf16'],
        }
  const memory = trainingMemory(model, layout, constants, emptyTrainingMemory(), adapter)
  const sheet = new Sheet()
  const told = (member: keyof ParallelLayout, en: string, zh: string): Provenance =>
    asked[member] === undefined ? byDefault(en, zh) : given
  const rank = `pipeline rank ${memory.stage + 1} of ${layout.pipeline}`
  const rankZh = `流水线第 ${memory.stage + 1}/${layout.pipeline} 级`
  const onRank = counted(`counted from the architecture, ${rank}`, `由模型结构计算，${rankZh}`)
  const constant = (id: string): Provenance => constantProvenance(trainingMemoryParameters, id)

  const { weights, gradients, optimizer, adapters, updating } = writeStates(sheet, {
    ...{ layout, asked, memory, constants, adapter, onRank },
    parameterSource: provenance.source,
    frozenIsGiven: request.adapter?.frozenFormat !== undefined,
    stepNote: request.optimizerStep === undefined ? byDefault(reason.en, reason.zh) : given,
  })

  // Activations.
  const sequence = sheet.input(
    q.sequence,
    layout.sequence,
    told('sequence', `${defaultSequence} tokens`, `${defaultSequence} 个 token`),
  )
  const microBatch = sheet.input(
    q.microBatch,
    layout.microBatch,
    told('microBatch', 'one sequence', '一条序列'),
  )
  const context = sheet.input(q.context, layout.context, told('context', 'none', '无'))
  const layers = sheet.input(q.layersPerDevice, memory.layers, onRank)
  const inFlight = sheet.input(
    q.microBatchesInFlight,
    memory.inFlight,
    counted(`1F1B schedule, ${rank}`, `1F1B 调度，${rankZh}`),
  )
  const kept = sheet.input(
    q.keptBytesPerToken,
    memory.keptPerToken,
    counted(`recomputation: ${layout.recompute}`, `重计算：${layout.recompute}`),
  )
  const working = sheet.input(q.workingBytesPerToken, memory.workingPerToken, constant('workingWidths'))
  const activations = sheet.derive(q.activationBytes, f.activations, [
    sequence,
    microBatch,
    context,
    layers,
    inFlight,
    kept,
    working,
  ])

  // Logits, where the fullest rank has them.
  let logits: Handle<'byte'> | undefined
  if (memory.stage === layout.pipeline - 1) {
    const vocabulary = sheet.input(q.vocabulary, t.vocab, provenance)
    const tensor = sheet.input(q.tensor, layout.tensor, told('tensor', 'none', '无'))
    const perLogit = sheet.input(q.logitBytes, constants.logitBytes, constant('logitBytes'))
    const head = sheet.input(q.headGradientBytes, memory.headGradient, onRank)
    logits = sheet.derive(q.logitsBytes, f.logits, [
      sequence,
      microBatch,
      context,
      vocabulary,
      tensor,
      perLogit,
      head,
    ])
  }

  // Buffers, and what the device's software takes.
  const share = sheet.input(q.gradientsAtHand, constants.gradientsAtHand, constant('gradientsAtHand'))
  const layerGradients = sheet.input(q.layerGradientBytes, memory.gradientsAtHand, onRank)
  const gathered = sheet.input(q.gatheredBytes, memory.gathered, zeroNote(layout.zeroStage))
  const exchanged = sheet.input(q.exchangedBytes, memory.exchanged, onRank)
  const buckets = sheet.input(q.bucketBytes, constants.bucketBytes, constant('bucketBytes'))
  const buffers = sheet.derive(q.bufferBytes, f.buffers, [
    share,
    layerGradients,
    gathered,
    exchanged,
    buckets,
  ])
  const parts = [
    weights,
    gradients,
    optimizer,
    activations,
    ...(logits === undefined ? [] : [logits]),
    buffers,
  ]
  const allocated = sheet.derive(q.allocatedBytes, sumFormula('byte', parts.length), parts)
  const runtime = sheet.input(q.runtimeBytes, constants.contextBytes, constant('contextBytes'))
  const communicators = sheet.input(
    q.communicators,
    memory.groups,
    counted('one for each kind of parallelism', '每种并行一个'),
  )
  const communicator = sheet.input(
    q.communicatorBytes,
    constants.communicatorBytes,
    constant('communicatorBytes'),
  )
  const software = sheet.derive(q.contextBytes, f.context, [runtime, communicators, communicator])
  const lost = sheet.input(q.fragmentation, constants.fragmentation, constant('fragmentation'))
  const widened = sheet.input(q.widenedBytes, memory.widened, onRank)
  const fragmentation = sheet.derive(q.fragmentationBytes, f.fragmentation, [
    lost,
    allocated,
    widened,
    updating,
  ])
  const total = sheet.derive(q.totalBytesPerDevice, f.total, [allocated, software, fragmentation])

  // Whether it fits, and on how few devices it would.
  const usable = writeUsable(sheet, writeDeviceMemory(sheet, accelerator))
  const fit = writeFit(sheet, total, usable)
  const devices = sheet.input(
    q.devices,
    layoutDevices(layout),
    request.devices === undefined ? byDefault('as many as the layout takes', '按布局所需') : given,
  )
  const node = accelerator.devicesPerNode?.value ?? null
  const smallest = smallestTrainingLayout(model, layout, constants, adapter, usableBytes(accelerator), node)
  const fewest =
    smallest === undefined
      ? undefined
      : sheet.input(q.minimumDevices, smallest.devices, smallestNote(smallest))
  const errors: QuantityErrors = {
    handle: total,
    family,
    strata: [`${family}, total, ${layout.recompute} recomputation`, family],
  }
  const results = [
    ...[weights, gradients, optimizer, activations, logits, buffers, software, updating, fragmentation],
    ...[adapters, total, usable, ...fit, devices, fewest],
  ]
  return {
    sheet,
    results: results.filter(handle => handle !== undefined),
    warnings: (numbers: Float64Array): readonly Warning[] =>
      memoryWarnings(numbers[total] as number, numbers[usable] as number, smallest?.devices),
    errors: [errors],
    context: () => JSON.stringify([layout, request.adapter ?? null, accelerator.id]),
  }
}

function smallestNote({ layout }: SmallestLayout): Provenance {
  const { tensor, pipeline, data, context, expert } = layout
  const degrees = `tensor ${tensor} × pipeline ${pipeline} × data ${data} × context ${context}`
  return counted(
    `the smallest of the layouts tried: ${degrees}${expert > 1 ? `, expert ${expert}` : ''}`,
    `所试布局中最小者：张量 ${tensor} × 流水线 ${pipeline} × 数据 ${data} × 上下文 ${context}${expert > 1 ? `，专家 ${expert}` : ''}`,
  )
}
