import { type Moments, meanIn, together } from '../sheet/simulation/moments.ts'
import { type Estimated, errorOf } from '../sheet/simulation/statistics.ts'
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

/**
 * The law of total variance over alternatives that were all worked out for every sample: Var(E(y | alternative)) as
 * a share of Var(y), with its standard error from the replicates. `moments` are by replicate, then alternative.
 */
export function structureShare(
  moments: readonly (readonly Moments[])[],
  alternatives: readonly Alternative[],
): StructureShare {
  const total = alternatives.reduce((sum, { weight }) => sum + weight, 0)
  const weights = alternatives.map(({ weight }) => weight / total)
  const whole = alternatives.map((_, index) =>
    moments.map(replicate => replicate[index] as Moments).reduce(together),
  )
  return {
    share: {
      value: shareBetween(whole, weights),
      standardError: errorOf(moments.map(replicate => shareBetween(replicate, weights))),
    },
    alternatives: alternatives.map(({ id }, index) => {
      const own = whole[index] as Moments
      return {
        id,
        weight: weights[index] as number,
        mean: meanIn(own),
        sd: Math.sqrt(own.squares / own.count),
      }
    }),
  }
}

function shareBetween(alternatives: readonly Moments[], weights: readonly number[]): number {
  const weighted = (of: (moments: Moments) => number) =>
    alternatives.reduce((sum, each, index) => sum + (weights[index] as number) * of(each), 0)
  // All moments are told from one centre on.
  const mean = weighted(({ offset }) => offset)
  const between = weighted(({ offset }) => (offset - mean) ** 2)
  const within = weighted(({ squares, count }) => squares / count)
  return between + within === 0 ? 0 : between / (between + within)
}
