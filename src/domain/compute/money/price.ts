import type { Catalogue, PriceObservation } from '../catalogue.ts'
import { yearsBefore } from './calendar.ts'

/** The median of ascending or unordered numbers; undefined for none. */
export function median(values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] as number
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2
}

/** How long a renter commits to a device. */
export type Commitment = '1-year' | '3-year'

/** A price of a device, per hour or to own, and the observations that it is the median of. */
export interface DefaultPrice {
  readonly value: number
  readonly observations: readonly PriceObservation[]
  /** The end of the twelve months that the observations are from. */
  readonly until: string
}

/** The source and provenance of a median: those that all its observations share, else null and `derived`. */
export function originOf(
  observations: readonly PriceObservation[],
): Pick<PriceObservation, 'provenance'> & { readonly source: string | null } {
  const [first, ...others] = observations
  const source = others.every(({ source }) => source === first?.source) ? first?.source : undefined
  const provenance = others.every(other => other.provenance === first?.provenance)
    ? first?.provenance
    : undefined
  return { source: source ?? null, provenance: provenance ?? 'derived' }
}

/**
 * The price of an hour of a device on a day: the median over vendors of each one's latest on-demand price in
 * the twelve months up to `asOf` (the day of the last observation when absent). Undefined when no vendor asked
 * a price in that time.
 */
export function defaultPrice(
  catalogue: Catalogue,
  accelerator: string,
  asOf?: string,
): DefaultPrice | undefined {
  return latestMedian(catalogue.prices.get(accelerator) ?? none, 'onDemand', price => price.onDemand, asOf)
}

/** The price of an hour of a device committed to for one or three years, by the same rule. */
export function committedPrice(
  catalogue: Catalogue,
  accelerator: string,
  commitment: Commitment,
  asOf?: string,
): DefaultPrice | undefined {
  const member = commitment === '1-year' ? 'commitment1y' : 'commitment3y'
  return latestMedian(catalogue.prices.get(accelerator) ?? none, member, price => price[member], asOf)
}

/**
 * The price to own a device on a day, in USD per device, by the same rule over purchase prices. Estimates by
 * the source itself are left out: nobody asked or paid them.
 */
export function purchasePrice(
  catalogue: Catalogue,
  accelerator: string,
  asOf?: string,
): DefaultPrice | undefined {
  return latestMedian(
    catalogue.prices.get(accelerator) ?? none,
    'purchase',
    ({ purchase, basis }) => (basis === 'estimate' ? null : purchase),
    asOf,
  )
}

const none: readonly PriceObservation[] = []

/** What holds without a day, by the observations of a device and what is asked of them: worked out once. */
const latest = new WeakMap<readonly PriceObservation[], Map<string, DefaultPrice | undefined>>()

function latestMedian(
  prices: readonly PriceObservation[],
  what: string,
  asked: (price: PriceObservation) => number | null,
  asOf: string | undefined,
): DefaultPrice | undefined {
  if (asOf !== undefined) return medianOfLatest(prices, asked, asOf)
  let known = latest.get(prices)
  if (known === undefined) {
    known = new Map()
    latest.set(prices, known)
  }
  if (!known.has(what)) known.set(what, medianOfLatest(prices, asked, asOf))
  return known.get(what)
}

function medianOfLatest(
  prices: readonly PriceObservation[],
  asked: (price: PriceObservation) => number | null,
  asOf: string | undefined,
): DefaultPrice | undefined {
  const known = prices.filter(price => asked(price) !== null)
  const until = asOf ?? known.at(-1)?.date
  if (until === undefined) return undefined
  const start = yearsBefore(until, 1)
  const latestByVendor = new Map<string, PriceObservation>()
  for (const price of known) {
    if (price.date > start && price.date <= until) latestByVendor.set(price.vendor, price)
  }
  const observations = [...latestByVendor.values()]
  const value = median(observations.map(price => asked(price) as number))
  return value === undefined ? undefined : { value, observations, until }
}
