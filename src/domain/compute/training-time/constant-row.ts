import type { Unit } from '../../units.ts'

/** The constants of the training model as plain numbers, resolved for one stack and device family. */
export interface TrainingConstants {
  matmul: number
  narrow: number
  blockScaled: number
  fourBit: number
  halfOutput: number
  halfDepth: number
  launch: number
  attention: number
  earlyAttention: number
  portableAttention: number
  halfContext: number
  halfHead: number
  scores: number
  bandwidth: number
  elementwise: number
  eagerTraffic: number
  accumulation: number
  quantise: number
  expertMatmul: number
  expertOverhead: number
  expertLaunch: number
  expertImbalance: number
  intraNode: number
  interNode: number
  hop: number
  tensorExposed: number
  gatherHidden: number
  contention: number
  gradientHidden: number
  pipelineExposed: number
  exchangeExposed: number
  slack: number
  straggler: number
  stepOverhead: number
  untuned: number
  wholeRun: number
  wholeRunGrowth: number
}

/** A constant with what is known of it before any measurement, as the tables beside this file write it. */
export type ConstantRow = readonly [
  id: keyof TrainingConstants,
  unit: Unit,
  median: number,
  spread: number,
  en: string,
  zh: string,
  reason: string,
  source?: string,
]
