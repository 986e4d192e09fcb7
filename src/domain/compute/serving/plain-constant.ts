import type { Label, Unit } from '../../units.ts'
import type { CalibrationParameter } from '../calibration/parameter.ts'

/** The constants of the serving model as plain numbers, resolved for one stack and device family. */
export interface ServingConstants {
  weightBandwidth: number
  cacheBandwidth: number
  groupedCache: number
  latentCache: number
  matmul: number
  fillingDepth: number
  halfTokens: number
  fewTokens: number
  narrowMatmul: number
  attentionMatmul: number
  softmax: number
  widening: number
  rooflineSharpness: number
  layerLatency: number
  expertLayerLatency: number
  quantisedLayerLatency: number
  stageLatency: number
  expertMatmul: number
  expertTile: number
  expertImbalance: number
  allReduceLatency: number
  betweenNodesLatency: number
  linkBandwidth: number
  stepOverhead: number
  sequenceOverhead: number
  rankOverhead: number
  eagerLayer: number
  eagerCollective: number
  eagerBlockwise: number
  samplingPasses: number
  activationPasses: number
  idlePower: number
  activePower: number
  memoryPower: number
  computePower: number
}

export type ServingConstantName = keyof ServingConstants

/** A constant that holds everywhere, with what is known of it before the measurements. */
export const plain = (
  id: ServingConstantName,
  unit: Unit,
  median: number,
  spread: number,
  label: Label,
  reason: string,
  source: string | null = null,
): CalibrationParameter & { readonly id: ServingConstantName } => ({
  ...{ id, unit, label, median, spread, reason, source },
})
