import type { ParameterCounts } from '../architecture/parameters.ts'
import type { Transformer } from '../architecture/transformer.ts'
import type { Precision } from '../catalogue.ts'
import { layoutDevices, microBatches, type ParallelLayout, recomputations } from '../layout/layout.ts'
import { productActivationBytes } from '../memory/activation-memory.ts'
import { emptyStepTime, stepTime } from './step-time.ts'
import { trainingConstants } from './training-constants.ts'
import type { TrainingStack } from './training-stack.ts'
import type { TrainingSystem } from './training-system.ts'

/** What is told of a layout; what is absent follows from `typicalLayout`. */
export type PartialLayout = {
  readonly [K in keyof ParallelLayout]?: ParallelLayout[K] | undefined
}

/** Share of memory that a layout may take by the rough count here. */
const usableMemory = 0.9
/**
 * How far over memory a layout that somebody ran may be by that count before all activations are taken to be computed
 * again: parts kept in narrower formats, computed again or moved out go that far.
 */
const toldMemory = 1.5
/** Tokens of a step of published runs, and most that they have. */
const stepTokens = 4e6
const mostStepTokens = 16e6
/** Power of a batch over the usual one at which layouts that need it fall behind. */
const batchPenalty = 0.05
/** Micro-batches that a pipeline has at least for each rank, where the batch is free. */
const batchesPerRank = 2

const beforeMeasurements = {}
const out = emptyStepTime()

/**
 * A layout from what is told of one, for a number of devices: of those that agree with it and fit in memory by a rough
 * count, the one with the least time a token under the constants known before any measurement. Publishers tune what
 * they do not tell.
 */
export function typicalLayout(
  told: PartialLayout,
  devices: number,
  t: Transformer,
  counts: ParameterCounts,
  system: TrainingSystem,
  stack: TrainingStack,
  precision: Precision,
): ParallelLayout {
  const constants = trainingConstants(beforeMeasurements, system.family, stack.id)
  let best: ParallelLayout | undefined
  let least = Number.POSITIVE_INFINITY
  for (const layout of candidates(told, devices, t, counts, system, stack, precision)) {
    const over = roughMemory(t, counts, layout) / system.memory
    const room = told.tensor === undefined && told.data === undefined ? usableMemory : toldMemory
    stepTime(t, counts, layout, stack, system, constants, out)
    // What does not fit comes after all that does, the fullest last.
    const time = (out.total * devices) / (layout.globalBatch * layoutDevices(layout))
    // A larger batch takes more tokens to the same loss: it is not free.
    const large = Math.max(1, (layout.globalBatch * layout.sequence) / stepTokens) ** batchPenalty
    const cost = over > room ? time * 1e6 * over : told.globalBatch === undefined ? time * large : time
    if (cost < least) {
      least = cost
      best = layout
    }
  }
  return (
    best ??
    firstOf(candidates({ ...told, pipeline: 1, tensor: 1 }, devices, t, counts, system, stack, precision))
  )
}

function firstOf(layouts: Iterable<ParallelLayout>): ParallelLayout {
  for (const layout of layouts) return layout
  throw new RangeError('no layout')
}

/** Every layout in question: each degree that is not told takes its usual values. */
function* candidates(
  told: PartialLayout,
  devices: number,
  t: Transformer,
  counts: ParameterCounts,
  system: TrainingSystem,
  stack: TrainingStack,
  precision: Precision,
): Generator<ParallelLayout> {
  const context = told.context ?? 1
  for (const zeroStage of toldOr(told.zeroStage, usualStages(told, t, counts, system, stack))) {
    for (const [tensor, pipeline] of modelDivisions(told, devices / context, zeroStage === 3, t, system)) {
      const data = told.data ?? Math.max(1, Math.floor(devices / (context * tensor * pipeline)))
      yield* schedules(told, t, stack, {
        ...{ tensor, pipeline, data, context, zeroStage, precision },
        ...{ microBatch: 1, globalBatch: 1, virtualStages: 1, recompute: 'none' },
        sequence: told.sequence ?? 2048,
        flashAttention: told.flashAttention ?? true,
        expert: told.expert ?? typicalExpert(t, data * context * tensor, system.devicesPerNode),
        expertTensor: told.expertTensor ?? 1,
        unevenStages: told.unevenStages ?? true,
        sequenceParallel: told.sequenceParallel ?? (tensor > 1 && stack.sequenceParallel),
        optimizer: told.optimizer ?? 'adam',
        gradientBytes: told.gradientBytes ?? (zeroStage === 3 && pipeline === 1 ? 2 : 4),
        dropout: told.dropout ?? false,
      })
    }
  }
}

/** Bytes of a weight and of its gradient, which stay whole where optimizer states alone are divided. */
const wholeBytes = 4

/** Stages of ZeRO in question: that of the stack, unless a told division of the model leaves more than memory holds. */
function usualStages(
  told: PartialLayout,
  t: Transformer,
  counts: ParameterCounts,
  system: TrainingSystem,
  stack: TrainingStack,
): readonly (0 | 1 | 3)[] {
  if (stack.zeroStage === null) return [1, 3]
  const { tensor, pipeline = 1, expert = 1 } = told
  if (tensor === undefined || pipeline > 1) return [stack.zeroStage]
  const routed = t.expertLayers * t.experts * t.expertMatrices * t.hidden * t.expertFfn
  const held = (counts.total - routed) / tensor + routed / expert
  return [held * wholeBytes > system.memory ? 3 : stack.zeroStage]
}

/** The batches, chunks and recomputations in question on one division of the model. */
function* schedules(
  told: PartialLayout,
  t: Transformer,
  stack: TrainingStack,
  divided: ParallelLayout,
): Generator<ParallelLayout> {
  const { data, pipeline, sequence, flashAttention } = divided
  // Computing only parts again, and chunks in a pipeline, came with kernels that fuse attention, or after them.
  const again = flashAttention ? recomputations : (['none', 'full'] as const)
  const free = flashAttention && pipeline > 1 && (told.pipeline === undefined || stack.id === undefined)
  const chunks = toldOr(told.virtualStages, free ? [1, 2, 4] : [1])
  for (const [microBatch, globalBatch] of batches(told, data, pipeline, sequence)) {
    for (const virtualStages of chunks) {
      // Embeddings and head may take a chunk each.
      if (virtualStages > 1 && pipeline * virtualStages > t.layers + 2) continue
      for (const recompute of toldOr(told.recompute, again)) {
        yield { ...divided, microBatch, globalBatch, virtualStages, recompute }
      }
    }
  }
}

function toldOr<T>(told: T | undefined, usual: readonly T[]): readonly T[] {
  return told === undefined ? usual : [told]
}

/** Tensor-parallel ranks within a node, and pipeline ranks; sharded states need none of these. */
function modelDivisions(
  told: PartialLayout,
  ranks: number,
  sharded: boolean,
  t: Transformer,
  system: TrainingSystem,
): [tensor: number, pipeline: number][] {
  const widths = toldOr(told.tensor, powersUpTo(Math.min(system.devicesPerNode, t.heads, ranks)))
  return widths.flatMap(tensor =>
    toldOr(told.pipeline, sharded ? [1] : stagesOf(t.layers, ranks / tensor)).map(
      (pipeline): [number, number] => [tensor, pipeline],
    ),
  )
}

/** Sequences that a rank computes at once, and of a step. */
function batches(
  told: PartialLayout,
  data: number,
  pipeline: number,
  sequence: number,
): [microBatch: number, globalBatch: number][] {
  return toldOr(told.microBatch, [1, 2, 4, 8, 16]).flatMap(microBatch => {
    const least = microBatch * data * (pipeline > 1 ? batchesPerRank * pipeline : 1)
    const aims = [stepTokens, mostStepTokens].map(aim =>
      Math.max(least, least * Math.round(aim / (sequence * least))),
    )
    return toldOr(told.globalBatch, aims)
      .filter(
        globalBatch =>
          microBatch === 1 ||
          told.microBatch !== undefined ||
          (told.globalBatch === undefined
            ? globalBatch * sequence <= mostStepTokens
            : microBatch * data <= globalBatch),
      )
      .map((globalBatch): [number, number] => [microBatch, globalBatch])
  })
}

function powersUpTo(most: number): number[] {
  const powers = [1]
  for (let power = 2; power <= most; power *= 2) powers.push(power)
  return powers
}

/** Numbers of stages that the devices can be divided into, up to one layer a stage. */
function stagesOf(layers: number, ranks: number): number[] {
  const stages: number[] = []
  for (let stage = 1; stage <= Math.min(layers, ranks); stage++) {
    if (ranks % stage === 0 && (stage <= 8 || stage % 4 === 0)) stages.push(stage)
  }
  return stages.length === 0 ? [1] : stages
}

function typicalExpert(t: Transformer, ranks: number, devicesPerNode: number): number {
  let expert = 1
  while (expert * 2 <= Math.min(t.experts, ranks, devicesPerNode) && t.experts % (expert * 2) === 0)
    expert *= 2
  return expert
}

/** Bytes of the fullest device by a rough count: states of Adam in mixed precision, activations, logits. */
function roughMemory(t: Transformer, counts: ParameterCounts, layout: ParallelLayout): number {
  const { tensor, pipeline, context, microBatch, sequence, data, zeroStage } = layout
  const routed = t.expertLayers * t.experts * t.expertMatrices * t.hidden * t.expertFfn
  const replicas = data * context
  const expertReplicas = Math.max(1, (replicas * tensor) / (layout.expert * layout.expertTensor))
  const bytes = (shards: number): number =>
    2 / (zeroStage === 3 ? shards : 1) +
    layout.gradientBytes / (zeroStage >= 2 ? shards : 1) +
    12 / (zeroStage >= 1 ? shards : 1)
  const states =
    (((counts.total - routed) / tensor) * bytes(replicas) +
      (routed / (layout.expert * layout.expertTensor)) * bytes(expertReplicas)) /
    pipeline
  const { hidden } = t
  // Activations and norms are cheap to compute again; attention's scores are, too.
  const some = layout.recompute === 'selective'
  const gated = some ? 4 : 8
  const single = some ? 2 : 4
  const feed =
    (t.denseLayers * (t.denseMatrices === 3 ? gated : single) * t.denseFfn +
      t.expertLayers * (t.topK + t.sharedExperts) * (t.expertMatrices === 3 ? gated : single) * t.expertFfn) /
    t.layers
  const { latent } = t
  const attention =
    latent !== null && some
      ? 2 * (latent.queryRank + latent.keyValueRank + latent.ropeHeadDim + t.heads * latent.valueHeadDim)
      : 2 * (2 * t.heads + 2 * t.kvHeads) * t.headDim
  const scores = layout.flashAttention || layout.recompute === 'selective' ? 0 : 5 * t.heads * sequence
  const whole = (some ? 4 : 8) * hidden * (layout.sequenceParallel ? 1 / tensor : 1)
  const perLayer =
    layout.recompute === 'full'
      ? 2 * hidden
      : layout.recompute === 'products'
        ? (t.denseLayers * productActivationBytes(t, layout, false) +
            t.expertLayers * productActivationBytes(t, layout, true)) /
          t.layers
        : whole + (attention + feed + scores) / tensor
  const inFlight = (Math.min(pipeline, Math.max(1, microBatches(layout))) * t.layers) / pipeline
  const rows = (microBatch * sequence) / context
  return states + rows * (inFlight * perLayer + (8 * t.vocab) / tensor)
}
