import { highestProbability, lowestProbability } from './normal.ts'

/** An uncertain number, by its quantile function. */
export interface Distribution {
  /** The value that is not exceeded with a probability strictly between 0 and 1. */
  readonly quantile: (probability: number) => number
  /** `into[i]` becomes the quantile at `probabilities[i]`, for each i below `count`. */
  readonly fill: (probabilities: Float64Array, into: Float64Array, count: number) => void
}

/** A distribution whose samples are drawn by its quantile function, or by a faster one of the same values. */
export function byQuantile(
  quantile: (probability: number) => number,
  sampled: (probability: number) => number = quantile,
): Distribution {
  return {
    quantile,
    fill: (probabilities, into, count) => {
      for (let index = 0; index < count; index++) into[index] = sampled(probabilities[index] as number)
    },
  }
}

/** The least and the greatest value that a sample can have. */
export const rangeOf = ({ quantile }: Distribution): readonly [number, number] => [
  quantile(lowestProbability),
  quantile(highestProbability),
]

const shareOf = (logit: number): number => 1 / (1 + Math.exp(-logit))
/** Beyond this logit a probability rounds to 0 or 1. */
const farthestLogit = 700

/** The probability of a value of at most `value`: the quantile function, turned round by bisection. */
export function probabilityBelow({ quantile }: Distribution, value: number): number {
  // A step of a logit is fine enough in the lower tail too.
  let [low, high] = [-farthestLogit, 36]
  if (quantile(shareOf(high)) <= value) return 1
  if (quantile(shareOf(low)) > value) return 0
  for (let step = 0; step < 200 && high - low > 1e-14 * Math.abs(low); step++) {
    const middle = (low + high) / 2
    if (quantile(shareOf(middle)) <= value) low = middle
    else high = middle
  }
  return shareOf(low)
}

/** A distribution given that its value lies between two bounds, which keep a part of its mass between them. */
export function truncated(whole: Distribution, below: number, above: number): Distribution {
  const kept = above - below
  let room = new Float64Array(0)
  return {
    quantile: probability => whole.quantile(below + probability * kept),
    fill: (probabilities, into, count) => {
      if (room.length < count) room = new Float64Array(count)
      for (let index = 0; index < count; index++)
        room[index] = below + (probabilities[index] as number) * kept
      whole.fill(room, into, count)
    },
  }
}
