import { spanOf } from '../../market/period.ts'
import { type ScoredForecast, scoreForecast } from './scored-forecast.ts'

/** What makes an outcome less than a clean test of the forecast. */
export const outcomeFlags = [
  'other-scope',
  'recalled-outcome',
  'derived-outcome',
  'estimated-outcome',
  'forecast-outcome',
] as const
export type OutcomeFlag = (typeof outcomeFlags)[number]

/** A published forecast, and what is held against it. */
export interface PublishedForecast {
  readonly id: string
  readonly forecaster: string
  readonly kind: string
  /** The dataset that has the forecast. */
  readonly dataset: string
  readonly period: string
  readonly vintage: string
  readonly value: number
  readonly unit: string
  readonly provenance: 'read' | 'recalled' | 'derived'
  readonly source: string
  readonly outcome: {
    readonly dataset: string
    readonly period: string
    readonly value: number
    readonly status: 'actual' | 'estimate' | 'forecast'
    readonly vintage: string | null
    readonly provenance: 'read' | 'recalled' | 'derived'
    readonly source: string
  }
  readonly flags: readonly OutcomeFlag[]
  readonly note: string | null
}

/** Years from the year of a vintage to the year forecast. */
export const horizonOf = (vintage: string, period: string): number =>
  Math.floor(spanOf(period).start) - Number(vintage.slice(0, 4))

/** Published forecasts with their scores, in their order. */
export function scorePublished(
  forecasts: readonly PublishedForecast[],
): (PublishedForecast & { readonly scores: ScoredForecast })[] {
  return forecasts.map(forecast => {
    const { id, forecaster, kind, vintage, period, value, outcome } = forecast
    const row = {
      id,
      forecaster,
      kind,
      horizon: horizonOf(vintage, period),
      forecast: value,
      actual: outcome.value,
    }
    return { ...forecast, scores: scoreForecast(row, '') }
  })
}

/** Those whose outcome counts the same thing as they do, and is not itself a forecast: what a spread may rest on. */
export const isComparable = ({ flags }: Pick<PublishedForecast, 'flags'>): boolean =>
  !flags.includes('other-scope') && !flags.includes('forecast-outcome')
