import { architectureFamily } from './architecture.ts'
import { generationFamily } from './generation.ts'
import type { BacktestFamily, MeasuredSetup } from './measurement.ts'
import { rentalCostFamily } from './rental-cost.ts'
import { servingFamily } from './serving.ts'
import { servingMemoryFamily } from './serving-memory.ts'
import { trainingEnergyFamily } from './training-energy.ts'
import { trainingMemoryFamily } from './training-memory.ts'
import { trainingTimeFamily } from './training-time.ts'

/** Every family of measurements: adding one is a row here. The first that covers a setup estimates it. */
export const backtestFamilies: readonly BacktestFamily[] = [
  rentalCostFamily,
  architectureFamily,
  trainingMemoryFamily,
  servingMemoryFamily,
  servingFamily,
  trainingEnergyFamily,
  generationFamily,
  trainingTimeFamily,
]

/** The family that estimates a setup, or undefined. */
export function familyOf(setup: MeasuredSetup): BacktestFamily | undefined {
  return backtestFamilies.find(family => family.covers(setup))
}
