import type { Device } from '../device.ts'
import {
  servingActivationBytes,
  servingOverheadFormulas,
  servingOverheads,
  servingRuntimeBytes,
} from '../memory/serving-overheads.ts'
import { spreadOver } from './collective.ts'
import { matmulPeak, type NumberFormat } from './number-format.ts'
import type { ServedModel } from './served-model.ts'
import type { SoftwareStack } from './software-stack.ts'

/**
 * How one copy of a model lies on devices. Attention and dense layers are split `tensor` ways and repeated
 * `attentionReplicas` times for other sequences; experts lie on all of these devices, whole when `expertParallel`,
 * sliced otherwise. Layers are split over `pipeline` stages. A copy takes tensor · attentionReplicas · pipeline devices.
 */
export interface ServingLayout {
  readonly tensor: number
  readonly pipeline: number
  readonly attentionReplicas: number
  readonly expertParallel: boolean
}

function devicesOfLayout({ tensor, pipeline, attentionReplicas }: ServingLayout): number {
  return tensor * pipeline * attentionReplicas
}

/** What of a stack a step's time depends on. */
export type StackHabits = Pick<
  SoftwareStack,
  'eager' | 'copiesCache' | 'capturedContext' | 'eagerPrefill' | 'staticCache'
>

/** One copy of a model on its devices: all that a step's time is computed from. Bytes and FLOP are for one device. */
export interface ServingUnit {
  readonly model: ServedModel
  readonly layout: ServingLayout
  readonly devices: number
  /** Ranks that one layer's collectives join. */
  readonly ranks: number
  readonly ranksWithin: number
  readonly rankNodes: number
  /** Devices that experts lie on, within a node and in nodes. */
  readonly expertSpread: { readonly within: number; readonly nodes: number }
  /** Matrices that every token passes, and those that only prompts do: an encoder's. */
  readonly denseBytes: number
  readonly denseFlop: number
  readonly encoderBytes: number
  readonly encoderFlop: number
  readonly expertBytes: number
  readonly expertFlop: number
  readonly headBytes: number
  readonly headFlop: number
  /** Bytes a device keeps, and reads at each step, of one token of a sequence. */
  readonly cacheBytes: number
  readonly windowedCacheBytes: number
  /** FLOP a device does for one pair of tokens: new with cached, and within a prompt. */
  readonly decodeFlop: number
  readonly windowedDecodeFlop: number
  readonly promptFlop: number
  readonly windowedPromptFlop: number
  /** Products summed up for an output, in the mean: of the matrices that all tokens pass, and of experts. */
  readonly depth: number
  readonly expertDepth: number
  readonly matmulPeak: number
  /** FLOP/s of the vector units in 32 bits; infinite where nothing tells. */
  readonly vectorPeak: number
  readonly headPeak: number
  readonly attentionPeak: number
  readonly bandwidth: number
  readonly linkBandwidth: number
  readonly betweenNodesBandwidth: number
  readonly elementBytes: number
  /** Times that the cache passes memory at a step. */
  readonly cachePasses: number
  /** Bytes of a weight that is widened before it is multiplied; 0 where weights are multiplied as they are. */
  readonly widenedBytes: number
  readonly narrow: boolean
  readonly quantised: boolean
  readonly eager: boolean
  readonly blockwise: boolean
  readonly capturedContext: number
  readonly eagerPrefill: boolean
  /** Tokens of cache that are read whatever a sequence has of them; undefined when no more is read than there is. */
  readonly staticCache: number | undefined
  /** Bytes of weights a device keeps. */
  readonly weightBytesPerDevice: number
  /** Bytes of a device that programs see, and those that activations and the runtime take. */
  readonly deviceMemory: number
  readonly reservedBytes: number
  readonly ratedPower: number
}

/** What a link carries where the catalogue tells none: PCIe 4.0 x16 in practice; Infinity Fabric of AMD's modules. */
const plainLink = 25e9
const fabricLink = 50e9
/** Between nodes: 200 Gbit/s a device. */
const plainNetwork = 25e9
/** Rated power of a device whose catalogue entry has none. */
const plainPower = 400

/** Tokens and sequences that a scheduler plans a step's buffers for (vLLM: `max_num_batched_tokens`, `max_num_seqs`). */
const plannedStep = { tokens: 8192, sequences: 256, bytes: 2 }
const overheads = servingOverheads()

function reservedBytes(
  { transformer }: ServedModel,
  { tensor, pipeline, attentionReplicas, expertParallel }: ServingLayout,
): number {
  const placement = { tensor, pipeline, expert: expertParallel ? tensor * attentionReplicas : 1 }
  return (
    servingActivationBytes(transformer, placement, plannedStep, overheads) +
    servingRuntimeBytes(placement, overheads)
  )
}

/** Dies that software sees as devices of their own, in one module. */
function diesOf(device: Device): number {
  return /^(mi2|trainium1|inferentia2)/.test(device.id) ? 2 : 1
}

/** 16-bit matrix over 32-bit vector throughput of the data-centre devices of the catalogue that have both: 15 to 17. */
const vectorShare = 16

/**
 * Times that a cache passes memory where appending to it copies it whole and shared heads are repeated for each query
 * head: read and written to append, read and written repeated, and read by the attention.
 */
function passesOfCopied({ transformer, latent }: ServedModel): number {
  const repeated = latent ? 1 : transformer.heads / transformer.kvHeads
  return repeated === 1 ? 3 : 3 + 2 * repeated
}

/** Mean terms of a sum in an expert that is cut into `slices`; the width of the model where nothing tells its shape. */
function expertDepth({ transformer, hidden }: ServedModel, slices: number): number {
  const { expertFfn, expertMatrices } = transformer
  if (expertFfn === 0) return hidden
  return (expertMatrices * hidden * expertFfn) / ((expertMatrices - 1) * expertFfn + hidden * slices)
}

/** The numbers of one copy of a model on devices, or the reason why there are none. */
export function servingUnit(
  model: ServedModel,
  device: Device,
  format: NumberFormat,
  elementBytes: number,
  layout: ServingLayout,
  { eager, copiesCache, capturedContext, eagerPrefill, staticCache }: StackHabits,
): ServingUnit | { readonly reason: string } {
  const peak = matmulPeak(device, format.compute)
  const wide = matmulPeak(device, 'bf16')
  if (peak === null || wide === null) return { reason: `no matrix throughput is known of ${device.id}` }
  const { tensor, attentionReplicas, pipeline, expertParallel } = layout
  const dies = diesOf(device)
  const ranks = tensor * dies
  const spread = tensor * attentionReplicas
  const perNode = (device.devicesPerNode ?? 8) * dies
  const rankSpread = spreadOver(ranks, perNode)
  // Key-value heads are repeated on devices beyond their number; a latent vector is on all of them.
  const cacheSplit = Math.min(ranks, model.keyValueHeads) / dies
  const w = format.weightBytes
  const embeddings = model.totalParameters - model.denseParameters - model.expertParameters
  return {
    model,
    layout,
    devices: devicesOfLayout(layout),
    ranks,
    ranksWithin: rankSpread.within,
    rankNodes: rankSpread.nodes,
    expertSpread: spreadOver(spread, perNode),
    denseBytes: ((model.denseParameters - model.encoderParameters) * w) / tensor,
    denseFlop: (2 * (model.denseParameters - model.encoderParameters)) / tensor,
    encoderBytes: (model.encoderParameters * w) / tensor,
    encoderFlop: (2 * model.encoderParameters) / tensor,
    expertBytes: (model.expertParameters * w) / spread,
    expertFlop: (2 * model.expertParameters) / model.experts / spread,
    headBytes: (2 * model.headParameters) / tensor,
    headFlop: (2 * model.headParameters) / tensor,
    cacheBytes: (model.cacheElements * elementBytes) / cacheSplit,
    windowedCacheBytes: (model.windowedCacheElements * elementBytes) / cacheSplit,
    decodeFlop: model.decodeCore / tensor,
    windowedDecodeFlop: model.windowedDecodeCore / tensor,
    promptFlop: model.promptCore / tensor,
    windowedPromptFlop: model.windowedPromptCore / tensor,
    depth: model.denseParameters / tensor / (model.columnOutputs / tensor + model.rowOutputs),
    expertDepth: expertDepth(model, expertParallel ? 1 : spread),
    matmulPeak: peak,
    vectorPeak: device.kind === 'gpu' ? (device.peak.fp32 ?? wide / vectorShare) : Number.POSITIVE_INFINITY,
    headPeak: wide,
    attentionPeak: wide,
    bandwidth: device.memoryBandwidth,
    linkBandwidth: device.intraNodeBandwidth ?? (device.vendor === 'AMD' ? fabricLink : plainLink),
    betweenNodesBandwidth: device.interNodeBandwidth ?? plainNetwork,
    elementBytes,
    cachePasses: copiesCache ? passesOfCopied(model) : 1,
    widenedBytes: w < 2 && !format.quantisedActivations ? w : 0,
    narrow: format.weightBytes <= 1 && format.quantisedActivations,
    quantised: format.quantisedActivations,
    eager,
    capturedContext,
    eagerPrefill,
    staticCache,
    blockwise: format.blockwise ?? false,
    weightBytesPerDevice:
      ((model.denseParameters * w + 2 * embeddings) / tensor + (model.expertParameters * w) / spread) /
      pipeline,
    deviceMemory: servingOverheadFormulas.visible.fn(device.memory),
    reservedBytes: reservedBytes(model, layout),
    ratedPower: device.tdp ?? plainPower,
  }
}
