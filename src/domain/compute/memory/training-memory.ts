import { formula } from '../../sheet/formula.ts'
import { layersPerStage, microBatches, type ParallelLayout } from '../layout.ts'
import { activationFormulas, layerActivationBytes } from './activation-memory.ts'
import { expertLayersAmong, layerParameters, type MemoryModel } from './held-parameters.ts'
import type { MemoryConstants } from './memory-calibration.ts'
import { optimizerBytes, weightBytes } from './optimizer.ts'
import {
  type Adapter,
  adapterParameters,
  dataShards,
  expertDivision,
  expertShards,
  stateFormulas,
} from './state-memory.ts'

/** What joins the parts, each formula written once. */
export const trainingMemoryFormulas = {
  /** Micro-batches whose activations the first rank of a 1F1B schedule holds, interleaved over v chunks. */
  inFlight: formula({
    text: 'min(m, p · (1 + 1 / v) − 1 / v)',
    symbols: ['m', 'p', 'v'],
    inputUnits: ['count', 'count', 'count'],
    unit: 'count',
    fn: (batches, pipeline, chunks) => Math.min(batches, pipeline * (1 + 1 / chunks) - 1 / chunks),
    source: 'narayanan-2021',
  }),
  activations: formula({
    text: 's · b / c · (L · i · A + w)',
    symbols: ['s', 'b', 'c', 'L', 'i', 'A', 'w'],
    inputUnits: ['token', 'count', 'count', 'count', 'count', 'byte/token', 'byte/token'],
    unit: 'byte',
    fn: (sequence, batch, context, layers, inFlight, perLayer, working) =>
      ((sequence * batch) / context) * (layers * inFlight * perLayer + working),
    source: 'korthikanti-2022',
  }),
  logits: formula({
    text: 's · b / c · V / t · l',
    symbols: ['s', 'b', 'c', 'V', 't', 'l'],
    inputUnits: ['token', 'count', 'count', 'count', 'count', 'byte/token'],
    unit: 'byte',
    fn: (sequence, batch, context, vocab, tensor, bytes) =>
      (((sequence * batch) / context) * vocab * bytes) / tensor,
  }),
  fragmentation: formula({
    text: 'F · S',
    symbols: ['F', 'S'],
    inputUnits: ['1', 'byte'],
    unit: 'byte',
    fn: (share, allocated) => share * allocated,
  }),
} as const

/** What one device holds in training, part by part, in bytes; written into by `trainingMemory`. */
export interface TrainingMemory {
  weights: number
  gradients: number
  optimizer: number
  activations: number
  logits: number
  /** Gathered weights, gradients on their way into their sums, exchange buffers. */
  buffers: number
  /** What a program allocates: the sum of the above. */
  allocated: number
  /** The device's runtime and its communication library. */
  context: number
  fragmentation: number
  /** What the device shows as taken. */
  total: number
  /** Pipeline rank that holds most, from 0. */
  stage: number
}

/** An empty result, to be written into. */
export function emptyTrainingMemory(): TrainingMemory {
  const zero = { weights: 0, gradients: 0, optimizer: 0, activations: 0, logits: 0, buffers: 0 }
  return { ...zero, allocated: 0, context: 0, fragmentation: 0, total: 0, stage: 0 }
}

const scratch = emptyTrainingMemory()

/**
 * What the fullest device holds, in bytes, part by part. The first pipeline rank holds most micro-batches, the second
 * has no dense layers where the first has, the last has the logits: the greatest of the three. Writes into `out` and
 * allocates nothing.
 */
export function trainingMemory(
  model: MemoryModel,
  layout: ParallelLayout,
  constants: MemoryConstants,
  out: TrainingMemory,
  adapter: Adapter | null = null,
): TrainingMemory {
  stageMemory(model, layout, constants, 0, out, adapter)
  const { pipeline } = layout
  if (pipeline > 1) {
    stageMemory(model, layout, constants, pipeline - 1, scratch, adapter)
    if (scratch.total > out.total) Object.assign(out, scratch)
  }
  if (pipeline > 2 && model.t.expertLayers > 0 && model.t.denseLayers > 0) {
    stageMemory(model, layout, constants, 1, scratch, adapter)
    if (scratch.total > out.total) Object.assign(out, scratch)
  }
  return out
}

/** What a device of one pipeline rank holds. */
export function stageMemory(
  model: MemoryModel,
  layout: ParallelLayout,
  constants: MemoryConstants,
  stage: number,
  out: TrainingMemory,
  adapter: Adapter | null,
): void {
  const { t } = model
  const { tensor, pipeline, context, microBatch, sequence, zeroStage } = layout
  const first = stage === 0
  const last = stage === pipeline - 1
  const layers = layersPerStage(t.layers, pipeline)
  const end = last ? t.layers : (stage + 1) * layers
  const expertLayers = expertLayersAmong(t, end) - expertLayersAmong(t, end - layers)

  // Parameters of this rank on one device.
  const tables = first && last && t.tiedEmbeddings ? 1 : (first ? 1 : 0) + (last ? 1 : 0)
  const matrices =
    layerParameters(model, layers, expertLayers, tensor) +
    (tables * model.table) / tensor +
    (first ? t.learnedPositions * t.hidden : 0)
  const experts = (expertLayers * model.routed) / expertDivision(layout)
  const shards = dataShards(layout)
  const shardsOfExperts = expertShards(layout)
  const w = weightBytes(layout.precision)
  const g = layout.gradientBytes
  const o = optimizerBytes(layout.optimizer, layout.precision)
  const { states } = stateFormulas
  const z = (from: number): number => (zeroStage >= from ? shards : 1)
  const y = (from: number): number => (zeroStage >= from ? shardsOfExperts : 1)
  if (adapter === null) {
    out.weights = states.fn(w, matrices, z(3), experts, y(3))
    out.gradients = states.fn(g, matrices, z(2), experts, y(2))
    out.optimizer = states.fn(o, matrices, z(1), experts, y(1))
  } else {
    const trained = adapterParameters(t, adapter, layers) / tensor
    const wide = (adapter.frozenBytes < w ? w - adapter.frozenBytes : 0) * ((tables * model.table) / tensor)
    out.weights =
      states.fn(adapter.frozenBytes, matrices, z(3), experts, y(3)) +
      wide / z(3) +
      states.fn(w, trained, z(3), 0, 1)
    out.gradients = states.fn(g, trained, z(2), 0, 1)
    out.optimizer = states.fn(o, trained, z(1), 0, 1)
  }

  // Activations of the micro-batches in flight.
  const batches = microBatches(layout)
  const inFlight =
    layout.virtualStages > 1
      ? trainingMemoryFormulas.inFlight.fn(batches, pipeline - stage, layout.virtualStages)
      : Math.min(batches, pipeline - stage)
  const keepScores = !layout.flashAttention
  const kept = layout.recompute === 'none' && keepScores
  const sequenceRanks = layout.sequenceParallel ? tensor : 1
  const denseLayer = layerActivationBytes(t, layout, false, kept)
  const expertLayer = expertLayers > 0 ? layerActivationBytes(t, layout, true, kept) : 0
  const full = layout.recompute === 'full'
  const perLayer = full
    ? activationFormulas.checkpoint.fn(t.hidden) / sequenceRanks
    : ((layers - expertLayers) * denseLayer + expertLayers * expertLayer) / layers
  // One layer is computed again as a whole; with selective recomputation one attention core is.
  const again = full
    ? Math.max(
        layers > expertLayers ? layerActivationBytes(t, layout, false, keepScores) : 0,
        expertLayers > 0 ? layerActivationBytes(t, layout, true, keepScores) : 0,
      )
    : layout.recompute === 'selective' && keepScores
      ? activationFormulas.scores.fn(layout.dropout ? 1 : 0, t.heads, sequence) / tensor
      : 0
  // Gathered inputs and gradients of whole width that a layer's backward pass has beside what is kept.
  const working = again + constants.workingWidths * 2 * t.hidden
  out.activations = trainingMemoryFormulas.activations.fn(
    sequence,
    microBatch,
    context,
    layers,
    inFlight,
    perLayer,
    working,
  )
  // Blocks of keys and values, and of their gradients, that context-parallel ranks pass on.
  const exchanged =
    context > 1
      ? ((sequence * microBatch) / context) * 4 * 4 * Math.max(1, t.kvHeads / tensor) * t.headDim
      : 0

  // The head: logits in the forward pass, or their 16-bit gradient beside that of the head's matrix.
  const headGradient = adapter === null && last ? (w * model.table) / tensor : 0
  const { logits } = trainingMemoryFormulas
  const vocabTensor = tensor
  out.logits = last
    ? Math.max(
        logits.fn(sequence, microBatch, context, t.vocab, vocabTensor, constants.logitBytes),
        logits.fn(sequence, microBatch, context, t.vocab, vocabTensor, 2) + headGradient,
      )
    : 0

  // Where gradients are summed in wider numbers, those of a layer's matrices exist beside their sums.
  const largestDense = layerParameters(model, 1, 0, tensor)
  const largestExperts = expertLayers > 0 ? layerParameters(model, 1, 1, tensor) : 0
  const expertShare = expertLayers > 0 ? model.routed / expertDivision(layout) : 0
  const layerWeights = Math.max(layers > expertLayers ? largestDense : 0, largestExperts) + expertShare
  const gradientsAtHand = adapter === null && g > w ? w * layerWeights : 0
  // ZeRO-3 gathers a layer at a time, and the next while it computes.
  const gathered = zeroStage === 3 && shards > 1 ? 2 * (adapter?.frozenBytes ?? w) * layerWeights : 0
  out.buffers = constants.gradientsAtHand * gradientsAtHand + gathered + exchanged + constants.bucketBytes

  out.allocated = out.weights + out.gradients + out.optimizer + out.activations + out.logits + out.buffers
  const groups = (tensor > 1 ? 1 : 0) + (pipeline > 1 ? 1 : 0) + (shards > 1 ? 1 : 0)
  out.context = constants.contextBytes + groups * constants.communicatorBytes
  // 16-bit gradients are widened for the step of a 32-bit optimizer: blocks that the allocator cut for activations
  // do not hold them, so that they come on top of what the device shows, if not of what is allocated at once.
  const widened = adapter === null && g < 4 && o >= 4 ? states.fn(4, matrices, z(1), experts, y(1)) : 0
  out.fragmentation =
    trainingMemoryFormulas.fragmentation.fn(constants.fragmentation, out.allocated) + widened
  out.total = out.allocated + out.context + out.fragmentation
  out.stage = stage
}
