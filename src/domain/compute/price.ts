import type { Catalogue, PriceObservation } from './catalogue.ts'

/** The median of ascending or unordered numbers; undefined for none. */
export function median(values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] as number
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2
}

/** A price per device-hour and the observations that it is the median of. */
export interface DefaultPrice {
  readonly value: number
  readonly observations: readonly PriceObservation[]
}

const dayBefore = (date: string, years: number): string =>
  `${Number(date.slice(0, 4)) - years}${date.slice(4)}`

/**
 * The price of a device on a day: the median over vendors of each one's latest on-demand price in the twelve
 * months up to `asOf` (the day of the last observation when absent). Undefined when no vendor asked a price
 * in that time.
 */
export function defaultPrice(
  catalogue: Catalogue,
  accelerator: string,
  asOf?: string,
): DefaultPrice | undefined {
  const onDemand = (catalogue.prices.get(accelerator) ?? []).filter(price => price.onDemand !== null)
  const end = asOf ?? onDemand.at(-1)?.date
  if (end === undefined) return undefined
  const start = dayBefore(end, 1)
  const latestByVendor = new Map<string, PriceObservation>()
  for (const price of onDemand) {
    if (price.date > start && price.date <= end) latestByVendor.set(price.vendor, price)
  }
  const observations = [...latestByVendor.values()]
  const value = median(observations.map(price => price.onDemand as number))
  return value === undefined ? undefined : { value, observations }
}
