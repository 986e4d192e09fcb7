import { Type } from 'typebox'
import { largestProjection } from '../domain/market/fit/fit-answer.ts'
import { fitModels } from '../domain/market/fit/fit-request.ts'
import { Label } from './common.ts'
import { idOf, number, numberOrNull, text, textOrNull } from './datum.ts'
import { Warning } from './estimate.ts'
import { Penetration } from './penetration.ts'
import { choice, nullable, recordOf, ref } from './reference.ts'
import { periodText, SeriesData, SeriesPlace, seriesComponents } from './series.ts'

const whole = (description: string) =>
  Type.Integer({ format: 'int32', minimum: -1_000, maximum: 1_000_000, description })
const any = (description: string) => number(description, -largestProjection, largestProjection)
const anyOrNull = (description: string) => numberOrNull(description, -largestProjection, largestProjection)

const ParameterValues = Type.Unsafe<Record<string, number>>({
  $id: 'ParameterValues',
  type: 'object',
  additionalProperties: {
    type: 'number',
    format: 'double',
    minimum: -1e18,
    maximum: 1e18,
    description: 'Value, in the unit of the parameter',
  },
  minProperties: 1,
  maxProperties: 4,
  description:
    'Parameters of a curve by id: ceiling, offset, rate, asymmetry, innovation, imitation, level, slope, …',
})

export const FitRequest = Type.Object(
  {
    data: ref(SeriesData),
    model: choice(fitModels, {
      description:
        'cagr: through the first and the last value; the others by least squares. bass is fitted to additions by period, bass-cumulative to totals',
    }),
    fixed: Type.Optional(ref(ParameterValues)),
    starts: Type.Optional(
      Type.Array(ref(ParameterValues), {
        minItems: 1,
        maxItems: 20,
        description:
          'Where to search from, each naming every parameter; default: several starts of the model’s own',
      }),
    ),
    origin: Type.Optional(
      periodText(
        'Period that x counts from; for diffusion the period of the launch. Default: the first of the data',
      ),
    ),
    project: Type.Optional(
      Type.Array(ref(SeriesPlace), {
        minItems: 1,
        maxItems: 100,
        description: 'Places to give the curve at, before, between or after the data',
      }),
    ),
  },
  { $id: 'FitRequest', additionalProperties: false, description: 'A curve to be fitted to a series' },
)

const FitReason = Type.Object(
  { code: text(60, 'Stable code of the reason'), message: ref(Label) },
  { $id: 'FitReason', additionalProperties: false, description: 'Why the data do not tell the parameters' },
)

const FittedNumber = Type.Object(
  {
    label: ref(Label),
    symbol: textOrNull(10, 'Symbol in the formula; null for what follows from the parameters'),
    value: anyOrNull('Value, in `unit`; null where the data do not tell it'),
    standardError: anyOrNull('Standard error, in `unit`; null for what was fixed or goes through its points'),
    unit: text(60, 'Unit'),
    status: choice(['fitted', 'fixed', 'derived'], { description: 'How it came about' }),
  },
  { $id: 'FittedNumber', additionalProperties: false, description: 'A number that a fit gives' },
)

const FitStatistics = Type.Object(
  {
    points: whole('Values'),
    degreesOfFreedom: whole('Values less fitted parameters'),
    scale: choice(['data', 'logarithm'], { description: 'What residuals are differences of' }),
    residualSumOfSquares: any('Sum of squared residuals, on that scale'),
    residualStandardDeviation: anyOrNull('Its root by degrees of freedom; null without any'),
    rSquared: anyOrNull('Share of the variance explained; null when the data do not vary'),
    conditionNumber: anyOrNull('Condition of the scaled Jacobian (1-norm); null when it is infinite'),
  },
  { $id: 'FitStatistics', additionalProperties: false, description: 'How well a curve fits' },
)

const FitConvergence = Type.Object(
  {
    converged: Type.Boolean({ description: 'Whether the best search settled' }),
    iterations: whole('Iterations of the best search'),
    starts: whole('Searches'),
    startsAgreeing: whole('Searches that ended at the same curve'),
  },
  { $id: 'FitConvergence', additionalProperties: false, description: 'How the search went' },
)

const ofPeriod = {
  period: textOrNull(7, 'Period; null for a number'),
  x: any('Start of the period in years (2022H2 is 2022.5), or the number given'),
}

const FittedPoint = Type.Object(
  {
    ...ofPeriod,
    value: any('Value of the data'),
    fitted: anyOrNull('Value of the curve; null where it is not identified'),
    residual: anyOrNull('Data less curve'),
  },
  { $id: 'FittedPoint', additionalProperties: false, description: 'A value of the data beside the curve' },
)

const FitProjection = Type.Object(
  {
    ...ofPeriod,
    value: anyOrNull('Value of the curve; null where it is not identified'),
    standardError: anyOrNull('Standard error of the curve there'),
    predictionError: anyOrNull('Standard deviation of a single value there, its scatter included'),
  },
  {
    $id: 'FitProjection',
    additionalProperties: false,
    description: 'A value of the curve at a place asked for',
  },
)

const DatasetVersion = Type.Object(
  {
    id: idOf('dataset'),
    version: Type.Integer({
      format: 'int32',
      minimum: 1,
      maximum: 2_147_483_647,
      description: 'Its version',
    }),
  },
  {
    $id: 'DatasetVersion',
    additionalProperties: false,
    description: 'The version of a dataset that was used',
  },
)

export const FitAnswer = Type.Object(
  {
    engineVersion: text(40, 'Version of the formulas'),
    model: choice(fitModels, { description: 'The model fitted' }),
    label: ref(Label),
    formula: textOrNull(400, 'The curve, in the symbols of its parameters and x'),
    source: textOrNull(100, 'Id of the source of the formula; null for a definition'),
    unit: text(40, 'Unit of the values'),
    place: ref(Label),
    identified: Type.Boolean({
      description: 'Whether the data tell the parameters; when not, they are null',
    }),
    reasons: Type.Array(ref(FitReason), { maxItems: 20, description: 'Why not; empty when identified' }),
    parameters: recordOf(FittedNumber, { description: 'Parameters by id', maxProperties: 4 }),
    derived: recordOf(FittedNumber, { description: 'What follows from them, by id', maxProperties: 10 }),
    statistics: nullable(FitStatistics),
    convergence: nullable(FitConvergence),
    points: Type.Array(ref(FittedPoint), { maxItems: 500, description: 'The data beside the curve' }),
    projections: Type.Array(ref(FitProjection), { maxItems: 100, description: 'The places asked for' }),
    penetration: nullable(Penetration),
    dataset: nullable(DatasetVersion),
    warnings: Type.Array(ref(Warning), { maxItems: 20, description: 'What to know of the data' }),
  },
  { $id: 'FitAnswer', additionalProperties: false, description: 'A fitted curve, or why the data tell none' },
)

export const fitComponents = [
  ...seriesComponents,
  ParameterValues,
  FitRequest,
  FitReason,
  FittedNumber,
  FitStatistics,
  FitConvergence,
  FittedPoint,
  FitProjection,
  DatasetVersion,
  FitAnswer,
]
