import { DomainError } from '../../errors.ts'
import {
  crpsEnsemble,
  crpsEnsembleFair,
  crpsLognormal,
  crpsNormal,
  pinball,
  winkler,
} from './distribution-scores.ts'

/** How sure a forecaster is, in the unit of the forecast: exactly one of the members. */
export interface ForecastDistribution {
  readonly normal?: { readonly mean: number; readonly sd: number }
  readonly lognormal?: { readonly p5: number; readonly p95: number }
  /** Equally likely values. */
  readonly ensemble?: readonly number[]
  readonly quantiles?: readonly { readonly probability: number; readonly value: number }[]
}

/** A range that should hold `level` of outcomes. */
export interface ForecastInterval {
  readonly low: number
  readonly high: number
  /** Default 0.9. */
  readonly level?: number
}

/** A forecast beside what came of it. */
export interface ForecastOutcome {
  readonly id: string
  readonly forecaster: string
  /** What is forecast, in a word: errors of one kind are like one another. */
  readonly kind: string
  /** The year forecast less the year of the forecast; null when that is not known. */
  readonly horizon: number | null
  readonly forecast: number
  readonly actual: number
  readonly distribution?: ForecastDistribution
  readonly interval?: ForecastInterval
}

/** A forecast, scored. */
export interface ScoredForecast extends ForecastOutcome {
  /** Forecast less actual. */
  readonly error: number
  /** Error as a share of the actual; null for an actual of 0. */
  readonly relativeError: number | null
  /** ln(forecast / actual): the scale for markets; null unless both are above 0. */
  readonly logError: number | null
  /** Null without a distribution, or with one of quantiles. */
  readonly crps: number | null
  /** Without the bias of the number of values; null unless the distribution is an ensemble of at least two. */
  readonly fairCrps: number | null
  readonly pinball: readonly { readonly probability: number; readonly loss: number }[]
  /** Null without an interval. */
  readonly winkler: number | null
  readonly inside: boolean | null
}

/** Normal quantile at 95 %: an interval of 90 % reaches so many spreads to either side. */
export const z95 = 1.6448536269514722

/** A number, or null for what is none. */
const finite = (value: number): number | null => (Number.isFinite(value) ? value : null)

/** Scores one forecast. Throws `out-of-range` for distributions that are none. */
export function scoreForecast(row: ForecastOutcome, pointer: string): ScoredForecast {
  const { forecast, actual, distribution, interval } = row
  if (distribution !== undefined) checkDistribution(distribution, actual, `${pointer}/distribution`)
  if (interval !== undefined) checkInterval(interval, `${pointer}/interval`)
  const range = interval ?? intervalOf(distribution)
  return {
    ...row,
    error: forecast - actual,
    relativeError: finite(forecast / actual - 1),
    logError: forecast > 0 && actual > 0 ? Math.log(forecast) - Math.log(actual) : null,
    ...crpsOf(distribution, actual),
    pinball: (distribution?.quantiles ?? []).map(({ probability, value }) => ({
      probability,
      loss: pinball(probability, value, actual),
    })),
    winkler: range === undefined ? null : winkler(range.low, range.high, range.level ?? 0.9, actual),
    inside: range === undefined ? null : actual >= range.low && actual <= range.high,
  }
}

function crpsOf(
  distribution: ForecastDistribution | undefined,
  actual: number,
): Pick<ScoredForecast, 'crps' | 'fairCrps'> {
  const { normal, lognormal, ensemble } = distribution ?? {}
  if (normal !== undefined) return { crps: crpsNormal(normal.mean, normal.sd, actual), fairCrps: null }
  if (lognormal !== undefined) {
    const { mu, sigma } = logarithmOf(lognormal)
    return { crps: crpsLognormal(mu, sigma, actual), fairCrps: null }
  }
  if (ensemble === undefined) return { crps: null, fairCrps: null }
  return {
    crps: crpsEnsemble(ensemble, actual),
    fairCrps: ensemble.length > 1 ? crpsEnsembleFair(ensemble, actual) : null,
  }
}

const logarithmOf = ({ p5, p95 }: { readonly p5: number; readonly p95: number }) => ({
  mu: (Math.log(p5) + Math.log(p95)) / 2,
  sigma: Math.log(p95 / p5) / (2 * z95),
})

/** The middle 90 % of a distribution that says it. */
function intervalOf(distribution: ForecastDistribution | undefined): ForecastInterval | undefined {
  const { normal, lognormal, quantiles } = distribution ?? {}
  if (normal !== undefined) return { low: normal.mean - z95 * normal.sd, high: normal.mean + z95 * normal.sd }
  if (lognormal !== undefined) return { low: lognormal.p5, high: lognormal.p95 }
  const at = (probability: number) => quantiles?.find(each => each.probability === probability)?.value
  const [low, high] = [at(0.05), at(0.95)]
  return low === undefined || high === undefined ? undefined : { low, high }
}

function checkDistribution(
  { lognormal, quantiles = [] }: ForecastDistribution,
  actual: number,
  pointer: string,
): void {
  if (lognormal !== undefined && !(lognormal.p95 > lognormal.p5)) {
    throw new DomainError(
      'out-of-range',
      `p5 is ${lognormal.p5} and p95 is ${lognormal.p95}; p95 must be above p5.`,
      { pointer: `${pointer}/lognormal/p95`, facts: { ...lognormal } },
    )
  }
  if (lognormal !== undefined && !(actual > 0)) {
    throw new DomainError(
      'out-of-range',
      `The outcome is ${actual}, which no lognormal forecast allows for; give a normal one.`,
      { pointer: `${pointer}/lognormal`, facts: { actual, least: 0 } },
    )
  }
  for (let index = 1; index < quantiles.length; index++) {
    const [one, other] = [quantiles[index - 1], quantiles[index]]
    if (one === undefined || other === undefined) continue
    if (other.probability > one.probability && other.value >= one.value) continue
    throw new DomainError(
      'inconsistent-inputs',
      `The quantile at ${other.probability} is ${other.value} after ${one.value} at ${one.probability}; quantiles rise with their probabilities.`,
      { pointer: `${pointer}/quantiles/${index}`, facts: { before: one, after: other } },
    )
  }
}

function checkInterval({ low, high }: ForecastInterval, pointer: string): void {
  if (high >= low) return
  throw new DomainError(
    'inconsistent-inputs',
    `The interval leads from ${low} to ${high}; low ≤ high must hold.`,
    {
      pointer,
      facts: { low, high },
    },
  )
}
