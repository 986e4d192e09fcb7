import type { Label } from '../units.ts'
import { daysOf } from './period.ts'

/** One value of a market series: for which period, how firm, and when it was published. */
export interface Observation {
  /** `2022`, `2022H1`, `2022Q3` or `2024-12`. */
  readonly period: string
  readonly value: number | null
  readonly low: number | null
  readonly high: number | null
  readonly status: 'actual' | 'estimate' | 'forecast'
  readonly vintage: string | null
  readonly provenance: 'read' | 'recalled' | 'derived'
  readonly source: string | null
  readonly note: string | null
}

/** A market time series: one metric under one definition, at one version. */
export interface Dataset {
  readonly id: string
  readonly version: number
  readonly segment: string
  readonly title: Label
  readonly metric: string
  readonly scope: { readonly en: string; readonly zh: string | null }
  /** The registered definition that the series is counted by; null or absent for one of its own. */
  readonly scopeId?: string | null
  readonly unit: string
  readonly currency: string | null
  readonly region: string
  readonly observations: readonly Observation[]
}

const firmness = { actual: 0, estimate: 1, forecast: 2 } as const

/**
 * The observation that stands for a period: actual before estimate before forecast, then the latest vintage
 * up to `asOf`. With `asOf`, observations of unknown vintage are left out. Undefined when none remains.
 */
export function observationFor(
  { observations }: Pick<Dataset, 'observations'>,
  period: string,
  asOf?: string,
): Observation | undefined {
  return observations
    .filter(
      ({ period: of, value, vintage }) =>
        of === period &&
        value !== null &&
        (asOf === undefined || (vintage !== null && knownBy(vintage, asOf))),
    )
    .toSorted(
      (a, b) => firmness[a.status] - firmness[b.status] || (b.vintage ?? '').localeCompare(a.vintage ?? ''),
    )[0]
}

/**
 * The last vintage that was known on `asOf`, as text to compare padded vintages with: those of a year padded
 * with `-12-31`, those of a month with `-31`, whatever its length.
 */
export function lastKnownVintage(asOf: string): string {
  const { last } = daysOf(asOf)
  const month = last.slice(0, 7)
  return last === daysOf(month).last ? `${month}-31` : last
}

/** Whether something published at `vintage` was known on `asOf`; a month or year counts from its end. */
export function knownBy(vintage: string, asOf: string): boolean {
  return daysOf(vintage).last <= daysOf(asOf).last
}
