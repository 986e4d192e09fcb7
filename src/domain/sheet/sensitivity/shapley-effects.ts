import type { Dependence } from '../correlation/correlations.ts'
import type { Sampler } from '../random/sampler.ts'
import { type Estimated, errorOf } from '../simulation/statistics.ts'
import type { ColumnModel } from './column-model.ts'

/**
 * Shapley effects (Owen 2014; Song, Nelson and Staum 2016): the variance of an output, divided among inputs by what
 * each adds, on average over all orders in which inputs come to be unknown, to the expected variance given those that
 * are still known. They are at least 0 and sum to 1 for correlated inputs too.
 */
export interface ShapleyProblem {
  readonly model: ColumnModel
  readonly inputs: number
  readonly outputs: number
  readonly dependence: Dependence | null
  /** Draws two dimensions an input: its samples, and what it is drawn anew with. */
  readonly sampler: Sampler
}

/** Effects by output, then input. */
export type ShapleyEffects = readonly (readonly Estimated[])[]

/** Sums of replicates, as of the whole of them: parts of the variance by input, and all of it. */
export interface VarianceParts {
  readonly parts: Float64Array
  readonly whole: number
}

/** Effects of an output from the parts of each replicate. All are 0 where the output does not vary. */
export function effectsOf(replicates: readonly VarianceParts[], inputs: number): Estimated[] {
  const whole = replicates.reduce((sum, replicate) => sum + replicate.whole, 0)
  return Array.from({ length: inputs }, (_, input) => {
    const parts = replicates.map(({ parts }) => parts[input] as number)
    const all = parts.reduce((sum, part) => sum + part, 0)
    return {
      value: ratio(all, whole),
      standardError: errorOf(replicates.map(({ whole }, index) => ratio(parts[index] as number, whole))),
    }
  })
}

const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole)
