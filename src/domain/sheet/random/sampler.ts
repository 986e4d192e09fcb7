import { highestProbability, lowestProbability } from '../distributions/normal.ts'
import { combine, seedOf } from './hash.ts'
import { permuted } from './permutation.ts'
import { philox } from './philox.ts'
import {
  fillScrambled,
  mostDimensions,
  type ScrambledDimension,
  scrambledDimension,
} from './sobol-sequence.ts'

/** How samples are drawn: scrambled Sobol' points, independent numbers, or a Latin hypercube. */
export const samplingMethods = ['sobol', 'monte-carlo', 'latin-hypercube'] as const
export type SamplingMethod = (typeof samplingMethods)[number]

/**
 * Draws probabilities, strictly between 0 and 1, by column. All samples fall into replicates of equal length,
 * each drawn with a scramble or stream of its own: how much their statistics differ is the sampling error.
 */
export interface Sampler {
  readonly samples: number
  readonly replicates: number
  /** `into[i]` becomes coordinate `dimension` of sample `start + i`, for each i below `count`, all in one replicate. */
  readonly fill: (into: Float64Array, count: number, start: number, dimension: number) => void
}

const scale = 2 ** -32

/** A sampler; `samples` is a multiple of `replicates`. The same arguments draw the same samples, in any order. */
export function samplerOf(
  method: SamplingMethod,
  seed: string,
  samples: number,
  replicates: number,
): Sampler {
  const length = samples / replicates
  const own = seedOf(seed)
  const keyOf = (start: number, dimension: number) =>
    combine(combine(own, Math.floor(start / length)), dimension)
  const scrambles = new Map<number, ScrambledDimension>()
  const scrambleOf = (start: number, dimension: number): ScrambledDimension => {
    const place = Math.floor(start / length) * mostDimensions + dimension
    let scramble = scrambles.get(place)
    if (scramble === undefined) {
      scramble = scrambledDimension(dimension, keyOf(start, dimension))
      scrambles.set(place, scramble)
    }
    return scramble
  }
  const fill: Sampler['fill'] =
    method === 'sobol'
      ? (into, count, start, dimension) =>
          fillScrambled(into, count, start % length, scrambleOf(start, dimension))
      : method === 'monte-carlo'
        ? (into, count, start, dimension) => {
            const key = keyOf(start, dimension)
            for (let index = 0; index < count; index++)
              into[index] = (philox(start + index, dimension, key)[0] + 0.5) * scale
          }
        : (into, count, start, dimension) => {
            const key = keyOf(start, dimension)
            for (let index = 0; index < count; index++) {
              const row = (start + index) % length
              const inCell = (philox(row, dimension, key)[0] + 0.5) * scale
              const probability = (permuted(row, length, key) + inCell) / length
              into[index] = Math.min(highestProbability, Math.max(lowestProbability, probability))
            }
          }
  return { samples, replicates, fill }
}
