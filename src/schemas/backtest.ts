import { Type } from 'typebox'
import { measurementKinds } from '../domain/evidence/backtest/measurement.ts'
import { idOf, number, text, textOrNull } from './datum.ts'
import { pageOf } from './document.ts'
import { choice, recordOf } from './reference.ts'

/** What summaries may be taken over. */
export const backtestGroupings = ['kind', 'quantity', 'device', 'publisher', 'family'] as const

export const measurementKind = choice(measurementKinds, { description: 'What kind of measurement' })

const ratio = (description: string) => number(`${description}, as a ratio: 0.07 is 7 %`, 0, 1e9)
const rows = (description: string) =>
  Type.Integer({ format: 'int32', minimum: 0, maximum: 1_000_000, description })

const BaselineError = Type.Object(
  { rows: rows('Rows that the method says something of'), medianAbsoluteError: ratio('Median |error|') },
  { $id: 'BaselineError', additionalProperties: false, description: 'How far off a simpler method is' },
)

const BacktestSummary = Type.Object(
  {
    name: text(300, 'What the rows have in common, of the kind that `by` asked for'),
    rows: rows('Measurements'),
    publishers: rows('Publishers that they are from'),
    medianAbsoluteError: ratio('Median of |estimated / measured − 1|'),
    p90AbsoluteError: ratio('90th percentile of it'),
    meanAbsoluteError: ratio('Mean of it'),
    maximumAbsoluteError: ratio('Greatest of it'),
    bias: number('Median of estimated / measured − 1, as a ratio', -1, 1e9),
    intervalCoverage: Type.Unsafe<number | null>({
      type: ['number', 'null'],
      format: 'double',
      minimum: 0,
      maximum: 1,
      description: 'Share of measurements inside the 90 % interval; null where no other publisher gives one',
    }),
    baselines: recordOf(BaselineError, {
      description: 'What simpler methods come to on the same rows, by name',
      maxProperties: 10,
    }),
  },
  {
    $id: 'BacktestSummary',
    additionalProperties: false,
    description:
      'How far off estimates are whose constants were fitted without the publisher of the measurement',
  },
)

const measured = (description: string) => number(description, 0, 1e40)

const BacktestEstimate = Type.Object(
  {
    id: text(200, 'Id of the measurement'),
    kind: measurementKind,
    family: text(60, 'The family of models, with one set of constants, that estimates it'),
    publisher: text(60, 'Whose measurement it is; the constants were fitted without theirs'),
    quantity: text(60, 'What was measured, with its unit in the name'),
    device: textOrNull(100, 'Id or name of the device'),
    model: textOrNull(200, 'The model, as the source names it'),
    measured: measured('As published, in the unit of the quantity'),
    estimated: measured('The estimate, in the same unit'),
    low: Type.Unsafe<number | null>({
      type: ['number', 'null'],
      format: 'double',
      minimum: 0,
      maximum: 1e40,
      description: 'Lower end of the 90 % interval; null where no other publisher gives one',
    }),
    high: Type.Unsafe<number | null>({
      type: ['number', 'null'],
      format: 'double',
      minimum: 0,
      maximum: 1e40,
      description: 'Upper end of the 90 % interval',
    }),
    relativeError: number('estimated / measured − 1, as a ratio', -1, 1e12),
    stratum: textOrNull(200, 'The errors that the interval rests on'),
    source: idOf('source, see GET /v1/sources'),
    locator: textOrNull(300, 'Table or line within the source'),
  },
  {
    $id: 'BacktestEstimate',
    additionalProperties: false,
    description: 'A published measurement beside the estimate of it',
  },
)

export const BacktestPage = pageOf(BacktestSummary, 'BacktestPage', 'Some of the summaries')
export const BacktestEstimatePage = pageOf(
  BacktestEstimate,
  'BacktestEstimatePage',
  'Some of the measurements with their estimates',
)

export const backtestQuery = {
  kind: Type.Optional(measurementKind),
  publisher: Type.Optional(text(60, 'Only measurements of this publisher')),
  device: Type.Optional(text(100, 'Only measurements on the device of this id')),
}
export const backtestBy = Type.Optional(
  choice(backtestGroupings, { description: 'What a summary is taken over', default: 'kind' }),
)

export const backtestComponents = [
  BaselineError,
  BacktestSummary,
  BacktestEstimate,
  BacktestPage,
  BacktestEstimatePage,
]
