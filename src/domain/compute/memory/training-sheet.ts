import type { BuiltEstimate, Lookup, QuantityErrors, Warning } from '../../estimate.ts'
import { sumFormula } from '../../sheet/formula.ts'
import { byDefault, given, type Provenance, type QuantityDefinition } from '../../sheet/quantity.ts'
import { type Handle, Sheet } from '../../sheet/sheet.ts'
import { defaultPrecision } from '../accelerator.ts'
import { constantProvenance } from '../calibration/constant-provenance.ts'
import type { Accelerator } from '../catalogue.ts'
import { layoutDevices, type ParallelLayout } from '../layout/layout.ts'
import { defaultSequence, type LayoutRequest, resolveLayout } from '../layout/layout-request.ts'
import type { ChosenTransformer } from '../model.ts'
import type { TrainingStackName } from '../training-time/training-stack.ts'
import { adapterFormulas } from './adapter-formulas.ts'
import { usableBytes, writeDeviceMemory, writeFit, writeUsable } from './fit.ts'
import { memoryModelOf } from './held-parameters.ts'
import { memoryConstants, memoryTraits, trainingMemoryParameters } from './memory-calibration.ts'
import { type SmallestLayout, smallestTrainingLayout } from './minimum-devices.ts'
import { optimizerBytes, weightBytes } from './optimizer.ts'
import { quantities as q } from './quantities.ts'
import {
  type Adapter,
  type adaptedMatrices,
  dataShards,
  dividesGradients,
  expertShards,
  stateFormulas,
} from './state-memory.ts'
import { type StorageFormat, storageFormats } from './storage-format.ts'
import { emptyTrainingMemory, trainingMemory } from './training-memory.ts'
import { trainingMemoryFormulas as f } from './training-memory-formulas.ts'
import { memoryWarnings } from './warnings.ts'

/** Low-rank adaptation as a request states it. */
export interface AdapterRequest {
  readonly rank: number
  readonly matrices?: (typeof adaptedMatrices)[number]
  readonly frozenFormat?: StorageFormat
}

/** A training job. */
export interface TrainingMemoryRequest {
  readonly devices?: number
  readonly layout?: LayoutRequest
  readonly stack?: TrainingStackName
  readonly adapter?: AdapterRequest
}

const family = 'training-memory'

const counted = (en: string, zh: string): Provenance => ({
  status: 'derived',
  source: null,
  provenance: 'derived',
  note: { en, zh },
})

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
  const constants = memoryConstants(values, memoryTraits(request.stack))
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

  // States.
  const matrices = sheet.input(q.matrixParameters, memory.matrices, {
    ...onRank,
    source: provenance.source,
  })
  const experts = sheet.input(q.expertParameters, memory.experts, onRank)
  const { zeroStage } = layout
  const shardsNote = counted(`ZeRO stage ${zeroStage}`, `ZeRO 第 ${zeroStage} 阶段`)
  const shards = (definition: QuantityDefinition<'count'>, from: number, all: number): Handle<'count'> =>
    sheet.input(definition, zeroStage >= from ? all : 1, shardsNote)
  // Past the last stage where gradients are not divided.
  const gradientsFrom = dividesGradients(layout) ? 2 : 4
  const weightShards = shards(q.weightShards, 3, dataShards(layout))
  const gradientShards = shards(q.gradientShards, gradientsFrom, dataShards(layout))
  const optimizerShards = shards(q.optimizerShards, 1, dataShards(layout))
  const expertWeights = shards(q.expertWeightShards, 3, expertShards(layout))
  const expertGradients = shards(q.expertGradientShards, gradientsFrom, expertShards(layout))
  const expertOptimizer = shards(q.expertOptimizerShards, 1, expertShards(layout))
  const w = sheet.input(
    q.weightFormat,
    weightBytes(layout.precision),
    told('precision', 'weights of 16 bits', '16 位权重'),
  )
  const g = sheet.input(
    q.gradientFormat,
    layout.gradientBytes,
    told(
      'gradientBytes',
      'summed in 32 bits, in 16 where weights are fully sharded',
      '32 位累加，完全切分时 16 位',
    ),
  )
  const o = sheet.input(
    q.optimizerFormat,
    optimizerBytes(layout.optimizer, layout.precision),
    told(
      'optimizer',
      'Adam: two averages and a copy of the weights, of 32 bits',
      'Adam：两个动量与一份 32 位权重',
    ),
  )
  const { states } = stateFormulas
  let weights: Handle<'byte'>
  let gradients: Handle<'byte'>
  let optimizer: Handle<'byte'>
  let adapters: Handle<'parameter'> | undefined
  if (adapter === null) {
    weights = sheet.derive(q.weightBytes, states, [w, matrices, weightShards, experts, expertWeights])
    gradients = sheet.derive(q.gradientBytes, states, [g, matrices, gradientShards, experts, expertGradients])
    optimizer = sheet.derive(q.optimizerBytes, states, [
      o,
      matrices,
      optimizerShards,
      experts,
      expertOptimizer,
    ])
  } else {
    adapters = sheet.input(q.adapterParameters, memory.adapters, onRank)
    const tables = sheet.input(q.tableParameters, memory.tables, onRank)
    const frozen = sheet.input(
      q.frozenFormat,
      adapter.frozenBytes,
      request.adapter?.frozenFormat === undefined ? byDefault('bf16', 'bf16') : given,
    )
    weights = sheet.derive(q.weightBytes, adapterFormulas.weights, [
      frozen,
      matrices,
      weightShards,
      experts,
      expertWeights,
      w,
      tables,
      adapters,
    ])
    gradients = sheet.derive(q.gradientBytes, adapterFormulas.states, [g, adapters, gradientShards])
    optimizer = sheet.derive(q.optimizerBytes, adapterFormulas.states, [o, adapters, optimizerShards])
  }

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
  const gathered = sheet.input(q.gatheredBytes, memory.gathered, shardsNote)
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
  const fragmentation = sheet.derive(q.fragmentationBytes, f.fragmentation, [lost, allocated, widened])
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
    ...[weights, gradients, optimizer, activations, logits, buffers, software, fragmentation],
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
