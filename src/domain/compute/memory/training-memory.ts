import { layersOfStage, microBatches, type ParallelLayout } from '../layout/layout.ts'
import { activationFormulas, layerActivationBytes, productActivationBytes } from './activation-memory.ts'
import { adapterFormulas } from './adapter-formulas.ts'
import { expertLayersAmong, layerParameters, type MemoryModel } from './held-parameters.ts'
import type { MemoryConstants } from './memory-calibration.ts'
import { optimizerBytes, weightBytes } from './optimizer.ts'
import {
  type Adapter,
  adapterParameters,
  dataShards,
  dividesGradients,
  expertDivision,
  expertShards,
  stateFormulas,
} from './state-memory.ts'
import { trainingMemoryFormulas } from './training-memory-formulas.ts'
import { emptyTrainingMemory, type TrainingMemory } from './training-memory-parts.ts'

const scratch = emptyTrainingMemory()

/**
 * What the fullest device holds, in bytes, part by part. The first pipeline rank holds most micro-batches, the second
 * may have a layer more or experts where the first has none, the last has the logits: the greatest of the three. Writes
 * into `out` and allocates nothing.
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
  if (pipeline > 2) {
    stageMemory(model, layout, constants, 1, scratch, adapter)
    if (scratch.total > out.total) Object.assign(out, scratch)
  }
  return out
}

/** What a device of one pipeline rank holds. */
function stageMemory(
  model: MemoryModel,
  layout: ParallelLayout,
  constants: MemoryConstants,
  stage: number,
  out: TrainingMemory,
  adapter: Adapter | null,
): void {
  out.stage = stage
  holdParameters(model, layout, stage, out, adapter)
  writeStates(layout, constants, out, adapter)
  writeActivations(model, layout, constants, out)
  writeLogitsAndBuffers(model, layout, constants, out, adapter)
  const { total, context, fragmentation } = trainingMemoryFormulas
  out.allocated = out.weights + out.gradients + out.optimizer + out.activations + out.logits + out.buffers
  out.context = context.fn(constants.contextBytes, out.groups, constants.communicatorBytes)
  out.fragmentation = fragmentation.fn(constants.fragmentation, out.allocated, out.widened, out.updating)
  out.total = total.fn(out.allocated, out.context, out.fragmentation)
}

/** Layers of a rank whose feed-forward part is one of experts. */
function expertLayersOf({ t }: MemoryModel, layout: ParallelLayout, stage: number, layers: number): number {
  const before = stage === 0 ? 0 : layersOfStage(t.layers, layout.pipeline, 0) + (stage - 1) * layers
  const end = stage === layout.pipeline - 1 ? t.layers : Math.min(t.layers, before + layers)
  return expertLayersAmong(t, end) - expertLayersAmong(t, Math.max(0, end - layers))
}

function holdParameters(
  model: MemoryModel,
  layout: ParallelLayout,
  stage: number,
  out: TrainingMemory,
  adapter: Adapter | null,
): void {
  const { t } = model
  const { tensor, pipeline } = layout
  const first = stage === 0
  const last = stage === pipeline - 1
  const layers = layersOfStage(t.layers, pipeline, stage)
  const expertLayers = expertLayersOf(model, layout, stage, layers)
  const tables = first && last && t.tiedEmbeddings ? 1 : (first ? 1 : 0) + (last ? 1 : 0)
  out.layers = layers
  out.tables = (tables * model.table) / tensor
  out.matrices =
    layerParameters(model, layers, expertLayers, tensor) +
    out.tables +
    (first ? t.learnedPositions * t.hidden : 0)
  out.experts = (expertLayers * model.routed) / expertDivision(layout)
  out.adapters = adapter === null ? 0 : adapterParameters(t, adapter, layers) / tensor
}

function writeStates(
  layout: ParallelLayout,
  constants: MemoryConstants,
  out: TrainingMemory,
  adapter: Adapter | null,
): void {
  const { zeroStage } = layout
  const { states } = stateFormulas
  const shards = dataShards(layout)
  const ofExperts = expertShards(layout)
  const w = weightBytes(layout.precision)
  const g = layout.gradientBytes
  const o = optimizerBytes(layout.optimizer, layout.precision)
  const z1 = zeroStage >= 1 ? shards : 1
  const z2 = dividesGradients(layout) ? shards : 1
  const z3 = zeroStage === 3 ? shards : 1
  if (adapter === null) {
    out.weights = states.fn(w, out.matrices, z3, out.experts, zeroStage === 3 ? ofExperts : 1)
    out.gradients = states.fn(g, out.matrices, z2, out.experts, z2 > 1 ? ofExperts : 1)
    out.optimizer = states.fn(o, out.matrices, z1, out.experts, zeroStage >= 1 ? ofExperts : 1)
    // 16-bit gradients are widened for the step of a 32-bit optimizer: blocks that the allocator cut for activations
    // do not hold them, so that they come on top of what the device shows, if not of what is allocated at once.
    const widened = g < 4 && o >= 4
    out.widened = widened ? states.fn(4, out.matrices, z1, out.experts, zeroStage >= 1 ? ofExperts : 1) : 0
    out.updating = states.fn(
      constants.updateBytes,
      out.matrices,
      z1,
      out.experts,
      zeroStage >= 1 ? ofExperts : 1,
    )
    return
  }
  // Block formats leave tables in 16 bits.
  out.weights = adapterFormulas.weights.fn(
    adapter.frozenBytes,
    out.matrices,
    z3,
    out.experts,
    zeroStage === 3 ? ofExperts : 1,
    w,
    out.tables,
    out.adapters,
  )
  out.gradients = adapterFormulas.states.fn(g, out.adapters, z2)
  out.optimizer = adapterFormulas.states.fn(o, out.adapters, z1)
  out.widened = 0
  out.updating = adapterFormulas.states.fn(constants.updateBytes, out.adapters, z1)
}

function writeActivations(
  model: MemoryModel,
  layout: ParallelLayout,
  constants: MemoryConstants,
  out: TrainingMemory,
): void {
  const { t } = model
  const { tensor, pipeline, sequence } = layout
  const expertLayers = expertLayersOf(model, layout, out.stage, out.layers)
  const batches = microBatches(layout)
  out.inFlight =
    layout.virtualStages > 1
      ? trainingMemoryFormulas.inFlight.fn(batches, pipeline - out.stage, layout.virtualStages)
      : Math.min(batches, pipeline - out.stage)
  const hasScores = !layout.flashAttention
  const keepScores = layout.recompute === 'none' && hasScores
  const products = layout.recompute === 'products'
  const dense =
    out.layers === expertLayers
      ? 0
      : products
        ? productActivationBytes(t, layout, false)
        : layerActivationBytes(t, layout, false, keepScores)
  const expert =
    expertLayers === 0
      ? 0
      : products
        ? productActivationBytes(t, layout, true)
        : layerActivationBytes(t, layout, true, keepScores)
  const full = layout.recompute === 'full'
  out.keptPerToken = full
    ? activationFormulas.checkpoint.fn(t.hidden) / (layout.sequenceParallel ? tensor : 1)
    : ((out.layers - expertLayers) * dense + expertLayers * expert) / out.layers
  // One layer is computed again as a whole; with selective recomputation one attention core is.
  let again = 0
  if (full || products) {
    again = Math.max(
      out.layers > expertLayers ? layerActivationBytes(t, layout, false, hasScores) : 0,
      expertLayers > 0 ? layerActivationBytes(t, layout, true, hasScores) : 0,
    )
  } else if (layout.recompute === 'selective' && hasScores) {
    again = activationFormulas.scores.fn(layout.dropout ? 1 : 0, t.heads, sequence) / tensor
  }
  const width = 2 * t.hidden
  const sent = out.stage < pipeline - 1 ? constants.keptOutputs * out.inFlight * width : 0
  out.workingPerToken = again + sent + constants.workingWidths * width
  out.activations = trainingMemoryFormulas.activations.fn(
    sequence,
    layout.microBatch,
    layout.context,
    out.layers,
    out.inFlight,
    out.keptPerToken,
    out.workingPerToken,
  )
}

function writeLogitsAndBuffers(
  model: MemoryModel,
  layout: ParallelLayout,
  constants: MemoryConstants,
  out: TrainingMemory,
  adapter: Adapter | null,
): void {
  const { t } = model
  const { tensor, pipeline, context, sequence, microBatch, zeroStage } = layout
  const last = out.stage === pipeline - 1
  const w = weightBytes(layout.precision)
  out.headGradient = adapter === null && last ? (w * model.table) / tensor : 0
  out.logits = last
    ? trainingMemoryFormulas.logits.fn(
        sequence,
        microBatch,
        context,
        t.vocab,
        tensor,
        constants.logitBytes,
        out.headGradient,
      )
    : 0
  const expertLayers = expertLayersOf(model, layout, out.stage, out.layers)
  const dense = out.layers > expertLayers ? layerParameters(model, 1, 0, tensor) : 0
  const expert =
    expertLayers > 0 ? layerParameters(model, 1, 1, tensor) + model.routed / expertDivision(layout) : 0
  const layerWeights = Math.max(dense, expert)
  out.gradientsAtHand = adapter === null && layout.gradientBytes > w ? w * layerWeights : 0
  // ZeRO-3 gathers a layer at a time, and the next while it computes; in a pipeline all stay for the whole step.
  const shards = dataShards(layout)
  const gathered = pipeline > 1 ? out.matrices + out.experts : 2 * layerWeights
  out.gathered = zeroStage === 3 && shards > 1 ? (adapter?.frozenBytes ?? w) * gathered : 0
  // Two blocks of keys and values and two of their gradients, of 16 bits, on their way around the ring.
  const keyValues = 2 * Math.max(1, t.kvHeads / tensor) * t.headDim
  out.exchanged = context > 1 ? ((sequence * microBatch) / context) * keyValues * 2 * 4 : 0
  out.groups = (tensor > 1 ? 1 : 0) + (pipeline > 1 ? 1 : 0) + (shards > 1 ? 1 : 0)
  out.buffers = trainingMemoryFormulas.buffers.fn(
    constants.gradientsAtHand,
    out.gradientsAtHand,
    out.gathered,
    out.exchanged,
    constants.bucketBytes,
  )
}
