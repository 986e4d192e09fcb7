import { byDefault, given, type Provenance, type QuantityDefinition } from '../../sheet/quantity.ts'
import type { Handle, Sheet } from '../../sheet/sheet.ts'
import type { ParallelLayout } from '../layout/layout.ts'
import type { LayoutRequest } from '../layout/layout-request.ts'
import { adapterFormulas } from './adapter-formulas.ts'
import type { MemoryConstants } from './memory-calibration.ts'
import { optimizerBytes, weightBytes } from './optimizer.ts'
import { quantities as q } from './quantities.ts'
import { type Adapter, dataShards, dividesGradients, expertShards, stateFormulas } from './state-memory.ts'
import type { TrainingMemory } from './training-memory-parts.ts'

/** Where a number that is counted from the request is from. */
export const counted = (en: string, zh: string): Provenance => ({
  status: 'derived',
  source: null,
  provenance: 'derived',
  note: { en, zh },
})

/** Where the number of ranks that divide states is from. */
export function zeroNote(stage: number): Provenance {
  return counted(`ZeRO stage ${stage}`, `ZeRO 第 ${stage} 阶段`)
}

/** What states are written from. */
export interface StatesWritten {
  readonly layout: ParallelLayout
  readonly asked: LayoutRequest
  readonly memory: TrainingMemory
  readonly constants: MemoryConstants
  readonly adapter: Adapter | null
  readonly onRank: Provenance
  readonly parameterSource: string | null
  readonly frozenIsGiven: boolean
  /** Where the bytes of the optimizer's step are from. */
  readonly stepNote: Provenance
}

/** The states on a sheet, and what the optimizer's step takes beside them. */
export interface WrittenStates {
  readonly weights: Handle<'byte'>
  readonly gradients: Handle<'byte'>
  readonly optimizer: Handle<'byte'>
  readonly adapters: Handle<'parameter'> | undefined
  readonly updating: Handle<'byte'>
}

/** Writes weights, gradients and optimizer states of a rank. */
export function writeStates(
  sheet: Sheet,
  {
    layout,
    asked,
    memory,
    constants,
    adapter,
    onRank,
    parameterSource,
    frozenIsGiven,
    stepNote,
  }: StatesWritten,
): WrittenStates {
  const told = (member: keyof ParallelLayout, en: string, zh: string): Provenance =>
    asked[member] === undefined ? byDefault(en, zh) : given
  const matrices = sheet.input(q.matrixParameters, memory.matrices, {
    ...onRank,
    source: parameterSource,
  })
  const experts = sheet.input(q.expertParameters, memory.experts, onRank)
  const { zeroStage } = layout
  const shardsNote = zeroNote(zeroStage)
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
  const u = sheet.input(q.updateFormat, constants.updateBytes, stepNote)
  const { states } = stateFormulas
  let weights: Handle<'byte'>
  let gradients: Handle<'byte'>
  let optimizer: Handle<'byte'>
  let adapters: Handle<'parameter'> | undefined
  let updating: Handle<'byte'>
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
    updating = sheet.derive(q.updateBytes, states, [u, matrices, optimizerShards, experts, expertOptimizer])
  } else {
    adapters = sheet.input(q.adapterParameters, memory.adapters, onRank)
    const tables = sheet.input(q.tableParameters, memory.tables, onRank)
    const frozen = sheet.input(
      q.frozenFormat,
      adapter.frozenBytes,
      frozenIsGiven ? given : byDefault('bf16', 'bf16'),
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
    updating = sheet.derive(q.updateBytes, adapterFormulas.states, [u, adapters, optimizerShards])
  }
  return { weights, gradients, optimizer, adapters, updating }
}
