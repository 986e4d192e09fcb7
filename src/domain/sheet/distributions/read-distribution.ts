import * as continuous from './continuous.ts'
import { type Distribution, probabilityBelow, rangeOf, truncated } from './distribution.ts'
import { metalog } from './metalog.ts'
import { refuse, refuseUnlessRising } from './refuse.ts'
import { discrete, empirical } from './sampled.ts'
import {
  type DistributionKind,
  type DistributionParameters,
  type DistributionSpecification,
  distributionKinds,
  type Truncation,
} from './specification.ts'

type Reader<Kind extends DistributionKind> = (
  parameters: DistributionParameters[Kind],
  pointer: string,
) => Distribution

const withMode = (
  { low, mode, high }: { readonly low: number; readonly mode: number; readonly high: number },
  pointer: string,
): void => {
  refuseUnlessRising(pointer, ['low', low], ['high', high])
  refuseUnlessRising(pointer, ['low', low], ['mode', mode], true)
  refuseUnlessRising(pointer, ['mode', mode], ['high', high], true)
}

const readers: { readonly [Kind in DistributionKind]: Reader<Kind> } = {
  normal: ({ mean, sd }) => continuous.normal(mean, sd),
  lognormal: (given, pointer) => {
    const { p5, p95, meanLog, sdLog } = given
    if (meanLog !== undefined && sdLog !== undefined && p5 === undefined && p95 === undefined)
      return continuous.lognormal(meanLog, sdLog)
    if (p5 === undefined || p95 === undefined || meanLog !== undefined || sdLog !== undefined) {
      const members = Object.keys(given).filter(member => member !== 'truncate')
      return refuse(
        'inconsistent-inputs',
        pointer,
        `A lognormal is given by p5 and p95, or by meanLog and sdLog, but here are ${members.join(' and ')}.`,
        { members },
      )
    }
    refuseUnlessRising(pointer, ['p5', p5], ['p95', p95])
    const through = continuous.lognormalThrough(p5, p95)
    return continuous.lognormal(through.meanLog, through.sdLog)
  },
  uniform: ({ low, high }, pointer) => {
    refuseUnlessRising(pointer, ['low', low], ['high', high])
    return continuous.uniform(low, high)
  },
  triangular: (given, pointer) => {
    withMode(given, pointer)
    return continuous.triangular(given.low, given.mode, given.high)
  },
  pert: (given, pointer) => {
    withMode(given, pointer)
    return continuous.pert(given.low, given.mode, given.high, given.concentration ?? 4)
  },
  beta: ({ alpha, beta, low = 0, high = 1 }, pointer) => {
    refuseUnlessRising(pointer, ['low', low], ['high', high])
    return continuous.scaledBeta(alpha, beta, low, high)
  },
  discrete: ({ outcomes }, pointer) => {
    if (!outcomes.some(({ weight }) => weight > 0))
      refuse(
        'inconsistent-inputs',
        `${pointer}/outcomes`,
        'Every outcome has the weight 0; give at least one of them a greater weight.',
        { outcomes },
      )
    return discrete(outcomes.filter(({ weight }) => weight > 0))
  },
  empirical: ({ sample }) => empirical(sample),
  metalog: ({ quantiles, lower, upper }, pointer) => {
    if (lower !== undefined && upper !== undefined)
      refuseUnlessRising(pointer, ['lower', lower], ['upper', upper])
    return metalog(quantiles, lower, upper, pointer)
  },
}

/** Whether a value of a request is a distribution: an object with one member, named after a kind. */
export function isDistribution(value: unknown): value is DistributionSpecification {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return false
  const members = Object.keys(value)
  return members.length === 1 && (distributionKinds as readonly string[]).includes(members[0] as string)
}

/** Least share of its mass that a truncated distribution must keep, so that its quantiles stay exact. */
const leastKept = 1e-6

/** Hard bounds of the number that a distribution stands for. */
export interface HardBounds {
  readonly minimum: number
  readonly maximum: number
}

/**
 * The distribution that a request gives. Throws, with a pointer from the distribution on and both numbers:
 * `inconsistent-inputs` for parameters out of order, `infeasible-distribution` for a metalog that would not
 * rise, and `out-of-range` for mass outside the hard bounds, or a truncation that keeps next to none.
 */
export function readDistribution(
  specification: DistributionSpecification,
  bounds?: HardBounds,
): Distribution {
  const [kind, parameters] = Object.entries(specification)[0] as [DistributionKind, Truncatable]
  const pointer = `/${kind}`
  const read = readers[kind] as unknown as (given: unknown, pointer: string) => Distribution
  const distribution = cut(read(parameters, pointer), parameters.truncate, `${pointer}/truncate`)
  if (bounds !== undefined) checkBounds(distribution, bounds, kind, parameters, pointer)
  return distribution
}

interface Truncatable {
  readonly truncate?: Truncation
}

function cut(whole: Distribution, truncate: Truncation | undefined, pointer: string): Distribution {
  if (truncate === undefined) return whole
  const { minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY } = truncate
  refuseUnlessRising(pointer, ['minimum', minimum], ['maximum', maximum])
  const below = minimum === Number.NEGATIVE_INFINITY ? 0 : probabilityBelow(whole, minimum)
  const above = maximum === Number.POSITIVE_INFINITY ? 1 : probabilityBelow(whole, maximum)
  if (!(above - below >= leastKept)) {
    const [low, high] = rangeOf(whole)
    refuse(
      'out-of-range',
      pointer,
      `Of the distribution, which lies between ${low.toPrecision(6)} and ${high.toPrecision(6)}, a share of ${(above - below).toPrecision(2)} is between ${minimum} and ${maximum}; at least ${leastKept} must remain. Move the bounds of truncate or the distribution.`,
      { minimum, maximum, low, high },
    )
  }
  const kept = truncated(whole, below, above)
  // Bisection ends within rounding of a bound, on either side of it.
  const inside = (value: number) => Math.min(maximum, Math.max(minimum, value))
  return {
    quantile: p => inside(kept.quantile(p)),
    fill: (probabilities, into, count) => {
      kept.fill(probabilities, into, count)
      for (let index = 0; index < count; index++) into[index] = inside(into[index] as number)
    },
  }
}

function checkBounds(
  distribution: Distribution,
  { minimum, maximum }: HardBounds,
  kind: DistributionKind,
  parameters: Truncatable,
  pointer: string,
): void {
  const [low, high] = rangeOf(distribution)
  if (low >= minimum && high <= maximum) return
  const below = low < minimum
  const outside = below
    ? probabilityBelow(distribution, minimum)
    : 1 - probabilityBelow(distribution, maximum)
  const bound = below ? `below ${minimum}, the least` : `above ${maximum}, the greatest`
  const remedy =
    kind === 'discrete' || kind === 'empirical' || kind === 'uniform'
      ? 'Leave those values out.'
      : `Move it, or cut it with "truncate": ${JSON.stringify({ ...parameters.truncate, ...(below ? { minimum } : { maximum }) })}.`
  refuse(
    'out-of-range',
    pointer,
    `The distribution reaches ${below ? low.toPrecision(6) : high.toPrecision(6)} and has ${share(outside)} of its mass ${bound} value allowed here. ${remedy}`,
    { low, high, minimum, maximum, outside },
  )
}

const share = (part: number): string =>
  part < 1e-6 ? 'less than 0.0001 %' : `${(part * 100).toPrecision(2)} %`
