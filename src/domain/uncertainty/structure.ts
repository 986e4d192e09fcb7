import { type Estimated, errorOf, meanOf } from '../sheet/simulation/statistics.ts'
import type { Alternative } from './alternatives.ts'

/** How the variance of a quantity splits between the choice of the alternative and the distributions in them. */
export interface StructureShare {
  /** Variance of the alternatives' means, as a share of the whole; the rest is that of the distributions. */
  readonly share: Estimated
  readonly alternatives: readonly {
    readonly id: string
    /** Weights, scaled to sum to 1. */
    readonly weight: number
    readonly mean: number
    readonly sd: number
  }[]
}

/** The samples of a mixture: of each, the value in the alternative that was chosen for it. */
export function mixed(columns: readonly Float64Array[], chosen: Uint8Array): Float64Array {
  const mixture = new Float64Array(chosen.length)
  for (let index = 0; index < chosen.length; index++)
    mixture[index] = (columns[chosen[index] as number] as Float64Array)[index] as number
  return mixture
}

/**
 * The law of total variance over alternatives whose columns hold all samples each: Var(E(y | alternative)) as a
 * share of Var(y), with its standard error from the replicates.
 */
export function structureShare(
  columns: readonly Float64Array[],
  alternatives: readonly Alternative[],
  replicates: number,
): StructureShare {
  const total = alternatives.reduce((sum, { weight }) => sum + weight, 0)
  const weights = alternatives.map(({ weight }) => weight / total)
  const samples = columns[0]?.length ?? 0
  const length = samples / replicates
  const whole = split(columns, weights, 0, samples)
  const parts = Array.from({ length: replicates }, (_, part) =>
    split(columns, weights, part * length, (part + 1) * length),
  )
  return {
    share: { value: whole.share, standardError: errorOf(parts.map(({ share }) => share)) },
    alternatives: alternatives.map(({ id }, index) => ({
      id,
      weight: weights[index] as number,
      mean: whole.means[index] as number,
      sd: Math.sqrt(whole.variances[index] as number),
    })),
  }
}

function split(columns: readonly Float64Array[], weights: readonly number[], start: number, end: number) {
  const means = columns.map(column => meanOf(column, start, end))
  const variances = columns.map((column, index) => {
    let squares = 0
    for (let at = start; at < end; at++) squares += ((column[at] as number) - (means[index] as number)) ** 2
    return squares / (end - start)
  })
  const mean = weights.reduce((sum, weight, index) => sum + weight * (means[index] as number), 0)
  const between = weights.reduce(
    (sum, weight, index) => sum + weight * ((means[index] as number) - mean) ** 2,
    0,
  )
  const within = weights.reduce((sum, weight, index) => sum + weight * (variances[index] as number), 0)
  return { means, variances, share: between + within === 0 ? 0 : between / (between + within) }
}
