import { DomainError } from '../../errors.ts'
import { engineVersion } from '../../estimate.ts'
import { type Dataset, observationFor } from '../../market/dataset.ts'
import { inUnit, type SeriesRequest, seriesOf } from '../../market/fit/series.ts'
import { daysOf } from '../../market/period.ts'
import {
  type ForecastSummary,
  naiveErrorOf,
  summariseForecasts,
  summariseForecastsBy,
} from './forecast-summary.ts'
import { horizonOf } from './published-forecast.ts'
import {
  type ForecastDistribution,
  type ForecastInterval,
  type ScoredForecast,
  scoreForecast,
} from './scored-forecast.ts'

/** A forecast as a request gives it. */
export interface ForecastRequest {
  /** Default: its place in the request. */
  readonly id?: string
  readonly forecaster: string
  readonly kind?: string
  readonly period: string
  readonly vintage?: string
  readonly value: number
  /** Of the value, the distribution and the interval; default: that of the request. */
  readonly unit?: string
  readonly distribution?: ForecastDistribution
  readonly interval?: ForecastInterval
  /** What came, in the unit of the request; default: what `actuals` has for the period. */
  readonly actual?: number
}

/** Forecasts and what came: given, or those of a dataset. Exactly one of `forecasts` and `dataset`. */
export interface ScoreRequest {
  readonly forecasts?: readonly ForecastRequest[]
  readonly dataset?: string
  readonly actuals?: SeriesRequest
  /** What was known before, for the error of repeating the last value. */
  readonly history?: SeriesRequest
  readonly unit?: string
}

export interface ScoreAnswer {
  readonly engineVersion: string
  readonly unit: string
  readonly forecasts: readonly (ScoredForecast & {
    readonly period: string
    readonly vintage: string | null
  })[]
  /** Forecasts of which nothing came yet. */
  readonly pending: readonly { readonly id: string; readonly forecaster: string; readonly period: string }[]
  /** Null when nothing could be scored. */
  readonly summary: ForecastSummary | null
  readonly byForecaster: readonly { readonly name: string; readonly summary: ForecastSummary }[]
  readonly byHorizon: readonly { readonly name: string; readonly summary: ForecastSummary }[]
}

/** Ids of the datasets that scoring needs. */
export const scoreNeeds = ({ dataset, actuals, history }: ScoreRequest): readonly string[] => [
  ...new Set([dataset, actuals?.dataset, history?.dataset].filter(id => id !== undefined)),
]

/**
 * Forecasts held against what came. Throws `inconsistent-inputs` for one that stands twice or was made after its
 * period, `unknown-unit` for mixed units, and what series are refused for.
 */
export function scoreForecasts(request: ScoreRequest, datasets: ReadonlyMap<string, Dataset>): ScoreAnswer {
  const actuals = request.actuals && seriesOf(request.actuals, datasets, '/actuals')
  const { unit, rows, came } = asked(request, datasets, actuals?.unit)
  for (const point of actuals?.points ?? [])
    if (point.period !== null)
      came.set(point.period, inUnit(point.value, actuals?.unit ?? unit, unit, '/actuals/unit'))
  checkTwice(rows)
  const forecasts: (ScoredForecast & { period: string; vintage: string | null })[] = []
  const pending: { id: string; forecaster: string; period: string }[] = []
  for (const [index, row] of rows.entries()) {
    const pointer = request.forecasts === undefined ? '/dataset' : `/forecasts/${index}`
    const { id = String(index), forecaster, kind = 'any', period, vintage } = row
    checkVintage(row, pointer)
    const actual = row.actual ?? came.get(period)
    if (actual === undefined) {
      pending.push({ id, forecaster, period })
      continue
    }
    const factor = inUnit(1, row.unit ?? unit, unit, `${pointer}/unit`)
    const horizon = vintage === undefined ? null : horizonOf(vintage, period)
    const outcome = {
      id,
      forecaster,
      kind,
      horizon,
      forecast: factor * row.value,
      actual,
      ...scaled(row, factor),
    }
    forecasts.push({ ...scoreForecast(outcome, pointer), period, vintage: vintage ?? null })
  }
  const history = request.history && seriesOf(request.history, datasets, '/history')
  const naiveError = naiveErrorOf(
    (history?.points ?? []).map(({ value }) => inUnit(value, history?.unit ?? unit, unit, '/history/unit')),
  )
  return {
    engineVersion,
    unit,
    forecasts,
    pending,
    summary: forecasts.length === 0 ? null : summariseForecasts(forecasts, naiveError),
    byForecaster: summariseForecastsBy(forecasts, row => row.forecaster, naiveError),
    byHorizon: summariseForecastsBy(forecasts, row => String(row.horizon ?? 'unknown'), naiveError),
  }
}

interface Asked {
  readonly unit: string
  readonly rows: readonly ForecastRequest[]
  /** What came, by period. */
  readonly came: Map<string, number>
}

function asked(
  { forecasts, dataset: id, unit }: ScoreRequest,
  datasets: ReadonlyMap<string, Dataset>,
  unitOfActuals: string | undefined,
): Asked {
  if ((forecasts === undefined) === (id === undefined)) {
    throw new DomainError(
      id === undefined ? 'missing-value' : 'inconsistent-inputs',
      id === undefined
        ? 'There are neither forecasts nor a dataset of them; give one of the two.'
        : `There are ${forecasts?.length} forecasts and the dataset ${id}; keep one of the two.`,
      { pointer: '', facts: { dataset: id } },
    )
  }
  if (id === undefined) return { unit: unit ?? unitOfActuals ?? '1', rows: forecasts ?? [], came: new Map() }
  const dataset = datasets.get(id)
  if (dataset === undefined) {
    throw new DomainError('unknown-dataset', `There is no dataset "${id}". GET /v1/datasets lists them.`, {
      pointer: '/dataset',
      facts: { id },
    })
  }
  const as = unit ?? dataset.unit
  const factor = as === dataset.unit ? 1 : inUnit(1, dataset.unit, as, '/unit')
  const outcomes = dataset.observations.filter(({ status }) => status !== 'forecast')
  const came = new Map<string, number>()
  for (const { period } of outcomes) {
    const value = observationFor({ observations: outcomes }, period)?.value
    if (value != null) came.set(period, factor * value)
  }
  const rows = dataset.observations.flatMap((each): ForecastRequest[] =>
    each.status !== 'forecast' || each.value === null
      ? []
      : [
          {
            id: `${each.period} ${each.source ?? ''} ${each.vintage ?? ''}`.trim(),
            forecaster: each.source ?? 'unknown',
            period: each.period,
            ...(each.vintage !== null && { vintage: each.vintage }),
            value: factor * each.value,
          },
        ],
  )
  return { unit: as, rows, came }
}

function scaled(
  { distribution, interval }: ForecastRequest,
  factor: number,
): Pick<ForecastRequest, 'distribution' | 'interval'> {
  const { normal, lognormal, ensemble, quantiles } = distribution ?? {}
  return {
    ...(distribution && {
      distribution: {
        ...(normal && { normal: { mean: factor * normal.mean, sd: factor * normal.sd } }),
        ...(lognormal && { lognormal: { p5: factor * lognormal.p5, p95: factor * lognormal.p95 } }),
        ...(ensemble && { ensemble: ensemble.map(value => factor * value) }),
        ...(quantiles && { quantiles: quantiles.map(each => ({ ...each, value: factor * each.value })) }),
      },
    }),
    ...(interval && { interval: { ...interval, low: factor * interval.low, high: factor * interval.high } }),
  }
}

function checkTwice(rows: readonly ForecastRequest[]): void {
  const seen = new Map<string, number>()
  for (const [index, { forecaster, kind = '', period, vintage = '', id = '' }] of rows.entries()) {
    const key = JSON.stringify([id, forecaster, kind, period, vintage])
    const earlier = seen.get(key)
    if (earlier !== undefined) {
      throw new DomainError(
        'inconsistent-inputs',
        `/forecasts/${earlier} and /forecasts/${index} are both of ${forecaster} for ${period}${vintage === '' ? '' : `, made ${vintage}`}; keep one of them, or tell them apart by vintage or id.`,
        { pointer: `/forecasts/${index}`, facts: { first: earlier, second: index } },
      )
    }
    seen.set(key, index)
  }
}

function checkVintage({ vintage, period }: ForecastRequest, pointer: string): void {
  if (vintage === undefined || daysOf(vintage).first <= daysOf(period).last) return
  throw new DomainError(
    'inconsistent-inputs',
    `The forecast of ${period} is of ${vintage}, when ${period} was over: that is no forecast. Correct one of the two, or leave it out.`,
    { pointer: pointer === '/dataset' ? pointer : `${pointer}/vintage`, facts: { vintage, period } },
  )
}
