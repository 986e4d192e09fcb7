import { Type } from 'typebox'
import { idPattern } from './common.ts'
import { dayPattern, number } from './datum.ts'
import { ref } from './reference.ts'
import { periodText, SeriesData, unitText } from './series.ts'

/** A number that is forecast, or that came. */
export const amount = (description: string) => number(description, -1e18, 1e18)

const ForecastDistribution = Type.Object(
  {
    normal: Type.Optional(
      Type.Object(
        { mean: amount('Mean'), sd: number('Standard deviation', 1e-9, 1e18) },
        { additionalProperties: false, description: 'A normal distribution' },
      ),
    ),
    lognormal: Type.Optional(
      Type.Object(
        { p5: number('5th percentile', 1e-9, 1e18), p95: number('95th percentile', 1e-9, 1e18) },
        { additionalProperties: false, description: 'A lognormal distribution by two percentiles' },
      ),
    ),
    ensemble: Type.Optional(
      Type.Array(amount('One of them'), {
        minItems: 1,
        maxItems: 1_000,
        description: 'Equally likely values',
      }),
    ),
    quantiles: Type.Optional(
      Type.Array(
        Type.Object(
          {
            probability: number('Probability of at most the value', 1e-4, 0.9999),
            value: amount('The value'),
          },
          { additionalProperties: false, description: 'A quantile' },
        ),
        { minItems: 1, maxItems: 50, description: 'Quantiles, in rising order' },
      ),
    ),
  },
  {
    $id: 'ForecastDistribution',
    additionalProperties: false,
    minProperties: 1,
    maxProperties: 1,
    description: 'How sure the forecaster was, in the unit of the forecast: exactly one of the members',
  },
)

const ForecastInterval = Type.Object(
  {
    low: amount('Lower end'),
    high: amount('Upper end'),
    level: Type.Optional(number('Share of outcomes that it should hold; default 0.9', 0.01, 0.999)),
  },
  { $id: 'ForecastInterval', additionalProperties: false, description: 'A range that the forecaster gave' },
)

const ForecastWrite = Type.Object(
  {
    id: Type.Optional(
      Type.String({ minLength: 1, maxLength: 100, description: 'To tell it apart; default: its place' }),
    ),
    forecaster: Type.String({ minLength: 1, maxLength: 200, description: 'Who made it' }),
    kind: Type.Optional(
      Type.String({ minLength: 1, maxLength: 60, description: 'What is forecast, in a word; default: any' }),
    ),
    period: periodText('Period that is forecast'),
    vintage: Type.Optional(
      Type.String({
        pattern: dayPattern,
        maxLength: 10,
        description: 'Day, month or year in which it was made',
      }),
    ),
    value: amount('The forecast, in `unit`'),
    unit: Type.Optional(
      unitText('Unit of the value, the distribution and the interval; default: that of the request'),
    ),
    distribution: Type.Optional(ref(ForecastDistribution)),
    interval: Type.Optional(ref(ForecastInterval)),
    actual: Type.Optional(
      amount('What came, in the unit of the request; default: what `actuals` has for the period'),
    ),
  },
  { $id: 'ForecastWrite', additionalProperties: false, description: 'A forecast to be scored' },
)

export const ScoreRequest = Type.Object(
  {
    forecasts: Type.Optional(
      Type.Array(ref(ForecastWrite), { minItems: 1, maxItems: 500, description: 'The forecasts' }),
    ),
    dataset: Type.Optional(
      Type.String({
        pattern: idPattern,
        maxLength: 100,
        description: 'Id of a dataset whose forecasts are held against its actual and estimated values',
      }),
    ),
    actuals: Type.Optional(ref(SeriesData)),
    history: Type.Optional(ref(SeriesData)),
    unit: Type.Optional(unitText('Unit of the answer; default: that of the actuals or the dataset')),
  },
  {
    $id: 'ScoreRequest',
    additionalProperties: false,
    description:
      'Forecasts and what came: exactly one of forecasts and dataset. With a history, errors are also shares of those of repeating the last value (MASE)',
  },
)

export const forecastRequestComponents = [ForecastDistribution, ForecastInterval, ForecastWrite, ScoreRequest]
