import { deviceFamily } from '../calibration/device-family.ts'
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
  readonly matmulPeak: number
  readonly headPeak: number
  readonly attentionPeak: number
  readonly bandwidth: number
  readonly linkBandwidth: number
  readonly betweenNodesBandwidth: number
  readonly elementBytes: number
  readonly narrow: boolean
  readonly quantised: boolean
  readonly eager: boolean
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
  return deviceFamily(device.id) === 'amd-cdna2' && device.id.startsWith('mi2') ? 2 : 1
}

/** The numbers of one copy of a model on devices, or the reason why there are none. */
export function servingUnit(
  model: ServedModel,
  device: Device,
  format: NumberFormat,
  elementBytes: number,
  layout: ServingLayout,
  eager: boolean,
): ServingUnit | { readonly reason: string } {
  const peak = matmulPeak(device, format.compute)
  const wide = matmulPeak(device, 'bf16')
  if (peak === null || wide === null) return { reason: `no matrix throughput is known of ${device.id}` }
  const { tensor, attentionReplicas, pipeline } = layout
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
    matmulPeak: peak,
    headPeak: wide,
    attentionPeak: wide,
    bandwidth: device.memoryBandwidth,
    linkBandwidth: device.intraNodeBandwidth ?? (device.vendor === 'AMD' ? fabricLink : plainLink),
    betweenNodesBandwidth: device.interNodeBandwidth ?? plainNetwork,
    elementBytes,
    narrow: format.weightBytes <= 1 && format.quantisedActivations,
    quantised: format.quantisedActivations,
    eager,
    weightBytesPerDevice:
      ((model.denseParameters * w + 2 * embeddings) / tensor + (model.expertParameters * w) / spread) /
      pipeline,
    deviceMemory: servingOverheadFormulas.visible.fn(device.memory),
    reservedBytes: reservedBytes(model, layout),
    ratedPower: device.tdp ?? plainPower,
  }
}
