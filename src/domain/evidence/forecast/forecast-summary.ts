import { quantile } from '../backtest/summary.ts'
import { wilson } from './distribution-scores.ts'
import type { ScoredForecast } from './scored-forecast.ts'

/** How good a set of forecasts was. Errors in the unit of the data mean something for series of one unit alone. */
export interface ForecastSummary {
  readonly rows: number
  readonly meanAbsoluteError: number
  readonly rootMeanSquareError: number
  /** Mean error: forecasts less actuals. */
  readonly bias: number
  /** Mean |error / actual|; null when an actual is 0. */
  readonly mape: number | null
  /** Mean 2·|error| / (|forecast| + |actual|), as in the M4 competition; null when both are 0 somewhere. */
  readonly smape: number | null
  /** Sum of |error| over sum of |actual|; null when that is 0. */
  readonly wape: number | null
  /** Root mean square of ln(1 + forecast) − ln(1 + actual); null below −1. */
  readonly rmsle: number | null
  readonly medianAbsoluteLogError: number | null
  readonly meanLogError: number | null
  readonly rootMeanSquareLogError: number | null
  /** Mean absolute error over that of repeating the last value; null without a history. */
  readonly mase: number | null
  readonly meanCrps: number | null
  readonly meanWinkler: number | null
  /** Share of outcomes inside their intervals, with Wilson's 95 % interval; null without intervals. */
  readonly coverage: {
    readonly rows: number
    readonly inside: number
    readonly low: number
    readonly high: number
  } | null
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

/** The mean of numbers that are all there and finite; null otherwise. */
function meanOrNull(values: readonly (number | null)[]): number | null {
  const known = values.filter((value): value is number => value !== null && Number.isFinite(value))
  return known.length === values.length && known.length > 0 ? mean(known) : null
}

/** The mean of those numbers that are there; null when none is. */
function meanOfKnown(values: readonly (number | null)[]): number | null {
  const known = values.filter(value => value !== null)
  return known.length > 0 ? mean(known) : null
}

/** Summary of at least one forecast; `naiveError` is the mean absolute step of the history, if there is one. */
export function summariseForecasts(
  rows: readonly ScoredForecast[],
  naiveError: number | null,
): ForecastSummary {
  const errors = rows.map(({ error }) => error)
  const logErrors = rows.flatMap(({ logError }) => (logError === null ? [] : [logError]))
  const meanAbsoluteError = mean(errors.map(Math.abs))
  const weight = rows.reduce((sum, { actual }) => sum + Math.abs(actual), 0)
  const squares = meanOrNull(
    rows.map(({ forecast, actual }) => (Math.log1p(forecast) - Math.log1p(actual)) ** 2),
  )
  return {
    rows: rows.length,
    meanAbsoluteError,
    rootMeanSquareError: Math.sqrt(mean(errors.map(error => error ** 2))),
    bias: mean(errors),
    mape: meanOrNull(
      rows.map(({ relativeError }) => (relativeError === null ? null : Math.abs(relativeError))),
    ),
    smape: meanOrNull(
      rows.map(
        ({ error, forecast, actual }) => (2 * Math.abs(error)) / (Math.abs(forecast) + Math.abs(actual)),
      ),
    ),
    wape: meanOrNull([(meanAbsoluteError * rows.length) / weight]),
    rmsle: squares === null ? null : Math.sqrt(squares),
    medianAbsoluteLogError: logErrors.length > 0 ? quantile(logErrors.map(Math.abs), 0.5) : null,
    meanLogError: logErrors.length > 0 ? mean(logErrors) : null,
    rootMeanSquareLogError: logErrors.length > 0 ? Math.sqrt(mean(logErrors.map(error => error ** 2))) : null,
    mase: naiveError === null ? null : meanOrNull([meanAbsoluteError / naiveError]),
    meanCrps: meanOfKnown(rows.map(({ crps }) => crps)),
    meanWinkler: meanOfKnown(rows.map(({ winkler }) => winkler)),
    coverage: coverageOf(rows),
  }
}

function coverageOf(rows: readonly ScoredForecast[]): ForecastSummary['coverage'] {
  const bounded = rows.filter(({ inside }) => inside !== null)
  if (bounded.length === 0) return null
  const inside = bounded.filter(each => each.inside).length
  return { rows: bounded.length, inside: inside / bounded.length, ...wilson(inside, bounded.length) }
}

/** Mean absolute step from one value to the next; null with fewer than two. */
export function naiveErrorOf(history: readonly number[]): number | null {
  return history.length < 2
    ? null
    : mean(history.slice(1).map((value, index) => Math.abs(value - (history[index] ?? 0))))
}

/** Summaries of rows by what `name` says of each, in alphabetical order. */
export function summariseForecastsBy(
  rows: readonly ScoredForecast[],
  name: (row: ScoredForecast) => string,
  naiveError: number | null = null,
): { readonly name: string; readonly summary: ForecastSummary }[] {
  return [...Map.groupBy(rows, name)]
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([key, members]) => ({ name: key, summary: summariseForecasts(members, naiveError) }))
}
