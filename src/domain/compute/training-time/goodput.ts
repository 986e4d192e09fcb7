import { formula } from '../../sheet/formula.ts'
import type { TrainingConstants } from './training-constants.ts'

/** Most of it that any run of months is taken to reach: Llama 3 405B names 0.9 with automatic restarts. */
const mostShare = 0.95
/** Active parameters that the share of whole runs is given for. */
const referenceParameters = 3e10

/** Share of time that advances training, each formula written once. */
export const goodputFormulas = {
  /** Time between checkpoints with the least loss: what a checkpoint takes against what a failure throws away. */
  checkpointInterval: formula({
    text: 'sqrt(2 · w · M)',
    symbols: ['w', 'M'],
    inputUnits: ['s', 's'],
    unit: 's',
    fn: (write, between) => Math.sqrt(2 * write * between),
    source: 'daly-2006',
  }),
  /** Mean time between failures of a cluster of n devices. */
  clusterFailures: formula({
    text: 'M / n',
    symbols: ['M', 'n'],
    inputUnits: ['s', 'device'],
    unit: 's',
    fn: (ofDevice, devices) => ofDevice / devices,
  }),
  /** What checkpoints, lost work and restarts leave; at least a hundredth, where failures come faster than restarts. */
  goodput: formula({
    text: 'max(0.01, 1 − w / t − (t / 2 + r) / M)',
    symbols: ['w', 't', 'r', 'M'],
    inputUnits: ['s', 's', 's', 's'],
    unit: '1',
    fn: (write, interval, restart, between) =>
      Math.max(0.01, 1 - write / interval - (interval / 2 + restart) / between),
    source: 'daly-2006',
  }),
} as const

/** Share of the device time of published runs of a size in which they trained at their benchmarked speed. */
export function wholeRunShare(activeParameters: number, c: TrainingConstants): number {
  return Math.min(mostShare, c.wholeRun * (activeParameters / referenceParameters) ** c.wholeRunGrowth)
}
