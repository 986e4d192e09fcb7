import { Type } from 'typebox'
import { outcomeFlags } from '../domain/evidence/forecast/published-forecast.ts'
import { Label } from './common.ts'
import { idOf, number, numberOrNull, provenance, text, textOrNull, texts } from './datum.ts'
import { pageOf } from './document.ts'
import { amount, forecastRequestComponents } from './forecast-request.ts'
import { choice, nullable, ref } from './reference.ts'
import { periodText } from './series.ts'

const any = (description: string) => number(description, -1e300, 1e300)
const anyOrNull = (description: string) => numberOrNull(description, -1e300, 1e300)
const ratioOrNull = (description: string) => numberOrNull(`${description}, as a ratio: 0.07 is 7 %`, 0, 1e300)
const share = (description: string) => number(description, 0, 1)
const rows = Type.Integer({ format: 'int32', minimum: 0, maximum: 1_000_000, description: 'Forecasts' })
const horizonOrNull = Type.Unsafe<number | null>({
  type: ['integer', 'null'],
  format: 'int32',
  minimum: -300,
  maximum: 10_000,
  description: 'The year forecast less the year of the forecast; null when that is not known',
})

const ForecastCoverage = Type.Object(
  {
    rows,
    inside: share('Share of outcomes inside their intervals'),
    low: share('Lower end of its 95 % interval (Wilson)'),
    high: share('Upper end of it'),
  },
  { $id: 'ForecastCoverage', additionalProperties: false, description: 'How often intervals held what came' },
)

const scaleFree = {
  rows,
  mape: ratioOrNull('Mean |error / actual|; null when an actual is 0'),
  smape: ratioOrNull('Mean 2·|error| / (|forecast| + |actual|), as in the M4 competition'),
  medianAbsoluteLogError: anyOrNull('Median |ln(forecast / actual)|; null unless some are above 0'),
  meanLogError: anyOrNull('Mean ln(forecast / actual): above 0 when forecasts were too high'),
  rootMeanSquareLogError: anyOrNull('Root mean square of it'),
  coverage: nullable(ForecastCoverage),
}

const ForecastSummary = Type.Object(
  {
    ...scaleFree,
    meanAbsoluteError: any('Mean |error|, in the unit of the answer'),
    rootMeanSquareError: any('Root mean square error, in that unit'),
    bias: any('Mean of forecast less actual, in that unit'),
    wape: ratioOrNull('Sum of |error| over sum of |actual|'),
    rmsle: anyOrNull('Root mean square of ln(1 + forecast) − ln(1 + actual)'),
    mase: anyOrNull('Mean |error| over that of repeating the last value of the history; null without one'),
    meanCrps: anyOrNull(
      'Mean continuous ranked probability score of those with a distribution, in that unit',
    ),
    meanWinkler: anyOrNull('Mean interval score of those with an interval, in that unit'),
  },
  { $id: 'ForecastSummary', additionalProperties: false, description: 'How good a set of forecasts was' },
)

const NamedForecastSummary = Type.Object(
  { name: text(300, 'What the forecasts have in common'), summary: ref(ForecastSummary) },
  { $id: 'NamedForecastSummary', additionalProperties: false, description: 'A summary of some forecasts' },
)

const QuantileLoss = Type.Object(
  { probability: share('Probability of the quantile'), loss: any('Pinball loss') },
  { $id: 'QuantileLoss', additionalProperties: false, description: 'What a quantile lost' },
)

const scores = {
  error: any('Forecast less actual'),
  relativeError: anyOrNull('Forecast / actual − 1; null for an actual of 0'),
  logError: anyOrNull('ln(forecast / actual); null unless both are above 0'),
}

const ScoredForecast = Type.Object(
  {
    id: text(300, 'The forecast'),
    forecaster: text(200, 'Who made it'),
    kind: text(60, 'What is forecast'),
    period: periodText('Period that was forecast'),
    vintage: textOrNull(10, 'When it was made; null when unknown'),
    horizon: horizonOrNull,
    forecast: any('The forecast, in the unit of the answer'),
    actual: any('What came, in that unit'),
    ...scores,
    crps: anyOrNull('Continuous ranked probability score; null without a normal, lognormal or ensemble'),
    fairCrps: anyOrNull('The same without the bias of the size of an ensemble'),
    pinball: Type.Array(ref(QuantileLoss), { maxItems: 50, description: 'Losses of quantiles' }),
    winkler: anyOrNull('Score of the interval; null without one'),
    inside: Type.Unsafe<boolean | null>({
      type: ['boolean', 'null'],
      description: 'Whether the interval (given, or the middle 90 % of the distribution) held what came',
    }),
  },
  { $id: 'ScoredForecast', additionalProperties: false, description: 'A forecast beside what came of it' },
)

const PendingForecast = Type.Object(
  { id: text(300, 'The forecast'), forecaster: text(200, 'Who made it'), period: periodText('Period') },
  {
    $id: 'PendingForecast',
    additionalProperties: false,
    description: 'A forecast of which nothing came yet',
  },
)

export const ScoreAnswer = Type.Object(
  {
    engineVersion: text(40, 'Version of the formulas'),
    unit: text(40, 'Unit of all amounts'),
    forecasts: Type.Array(ref(ScoredForecast), { maxItems: 2_000, description: 'The forecasts, scored' }),
    pending: Type.Array(ref(PendingForecast), {
      maxItems: 2_000,
      description: 'Forecasts without an outcome',
    }),
    summary: nullable(ForecastSummary),
    byForecaster: Type.Array(ref(NamedForecastSummary), { maxItems: 2_000, description: 'By forecaster' }),
    byHorizon: Type.Array(ref(NamedForecastSummary), { maxItems: 2_000, description: 'By years ahead' }),
  },
  { $id: 'ScoreAnswer', additionalProperties: false, description: 'Forecasts held against what came' },
)

const ForecastScore = Type.Object(
  { name: text(300, 'What the forecasts have in common, of the kind that `by` asked for'), ...scaleFree },
  { $id: 'ForecastScore', additionalProperties: false, description: 'How good published forecasts were' },
)

const ForecastOutcome = Type.Object(
  {
    dataset: idOf('dataset that has it'),
    period: periodText('Period'),
    value: amount('What came'),
    status: choice(['actual', 'estimate', 'forecast'], { description: 'How firm it is' }),
    vintage: textOrNull(10, 'When it was published; null when unknown'),
    provenance,
    source: idOf('source, see GET /v1/sources'),
  },
  { $id: 'ForecastOutcome', additionalProperties: false, description: 'What is held against a forecast' },
)

const PublishedForecast = Type.Object(
  {
    id: text(100, 'The forecast'),
    forecaster: text(200, 'Who made it'),
    kind: text(60, 'What is forecast'),
    dataset: idOf('dataset that has it'),
    period: periodText('Period that was forecast'),
    vintage: text(10, 'When it was made'),
    horizon: horizonOrNull,
    value: amount('The forecast, in `unit`'),
    unit: text(40, 'Unit of forecast and outcome'),
    provenance,
    source: idOf('source, see GET /v1/sources'),
    outcome: ref(ForecastOutcome),
    flags: Type.Array(
      choice(outcomeFlags, { description: 'What makes the outcome less than a clean test' }),
      {
        maxItems: 5,
        description: 'Empty for a clean test',
      },
    ),
    ...scores,
    note: textOrNull(1_000, 'What must be known to read it rightly'),
  },
  {
    $id: 'PublishedForecast',
    additionalProperties: false,
    description: 'A published forecast beside what came',
  },
)

export const ForecastScorePage = pageOf(ForecastScore, 'ForecastScorePage', 'Some of the summaries')
export const PublishedForecastPage = pageOf(
  PublishedForecast,
  'PublishedForecastPage',
  'Some of the forecasts',
)

export const DefaultUncertainty = Type.Object(
  {
    basis: ref(Label),
    forecasts: texts(2_000, 100, 'Id of a past forecast that it rests on'),
    logSd: number('Root mean square of their logarithmic errors', 0, 1_000),
    meanLogError: any('Their mean: above 0 when forecasts were too high'),
    p5Factor: number('What a forecast is multiplied with for its 5th percentile', 0, 1),
    p95Factor: number('The same for the 95th', 1, 1e300),
  },
  {
    $id: 'DefaultUncertainty',
    additionalProperties: false,
    description: 'The spread of past errors, as the default uncertainty of a new forecast',
  },
)

/** What summaries may be taken over. */
export const forecastGroupings = ['kind', 'forecaster', 'horizon', 'all'] as const
export const forecastFilters = {
  kind: Type.Optional(text(60, 'Only forecasts of this kind')),
  forecaster: Type.Optional(text(200, 'Only those of this forecaster')),
  comparable: Type.Optional(
    Type.Boolean({ description: 'Only those whose outcome counts the same thing and is no forecast itself' }),
  ),
}

export const forecastScoreComponents = [
  ...forecastRequestComponents,
  ForecastCoverage,
  ForecastSummary,
  NamedForecastSummary,
  QuantileLoss,
  ScoredForecast,
  PendingForecast,
  ScoreAnswer,
  ForecastScore,
  ForecastOutcome,
  PublishedForecast,
  ForecastScorePage,
  PublishedForecastPage,
  DefaultUncertainty,
]
