import { type Dataset, type Observation, observationFor } from './dataset.ts'

/** A value between two observations, how firm the less firm of them is, and their periods. */
export interface Interpolated {
  readonly value: number
  readonly status: Observation['status']
  readonly from: readonly string[]
}

const firmness = ['actual', 'estimate', 'forecast'] as const

/**
 * The value of a series in a year at constant growth between the nearest years around it that it has:
 * a · (b / a)^((year − from) / (to − from)). The observation itself where the series has the year; undefined when a
 * side is missing or not above 0. With `asOf`, from what was published by then.
 */
export function interpolated(dataset: Dataset, year: number, asOf?: string): Interpolated | undefined {
  const years = [...new Set(dataset.observations.map(({ period }) => period))]
    .filter(period => /^\d{4}$/.test(period) && observationFor(dataset, period, asOf) !== undefined)
    .map(Number)
    .toSorted((a, b) => a - b)
  const before = years.findLast(each => each <= year)
  const after = years.find(each => each >= year)
  if (before === undefined || after === undefined) return undefined
  const [first, last] = [before, after].map(
    each => observationFor(dataset, String(each), asOf) as Observation,
  ) as [Observation, Observation]
  const [a, b] = [first.value as number, last.value as number]
  const status =
    firmness[Math.max(firmness.indexOf(first.status), firmness.indexOf(last.status))] ?? 'forecast'
  if (before === after) return { value: a, status, from: [first.period] }
  if (!(a > 0 && b > 0)) return undefined
  return {
    value: a * (b / a) ** ((year - before) / (after - before)),
    status,
    from: [first.period, last.period],
  }
}
