import { Type } from 'typebox'
import { mostPoints, periodLengths } from '../domain/market/fit/series.ts'
import { date, idPattern } from './common.ts'
import { observationStatuses, periodPattern } from './dataset.ts'
import { number } from './datum.ts'
import { choice, ref } from './reference.ts'

/** A year, half-year, quarter or month as text. */
export const periodText = (description: string) =>
  Type.String({ pattern: periodPattern, maxLength: 7, description })

/** A unit as it stands on the wire; the calculation says which there are. */
export const unitText = (description: string) => Type.String({ minLength: 1, maxLength: 40, description })

const place = {
  period: Type.Optional(periodText('Year, half-year, quarter or month: 2022, 2022H1, 2022Q3, 2024-12')),
  x: Type.Optional(number('A number instead of a period', -1e6, 1e6)),
}

const SeriesPlace = Type.Object(place, {
  $id: 'SeriesPlace',
  additionalProperties: false,
  minProperties: 1,
  maxProperties: 1,
  description: 'Where a value stands: exactly one of period and x',
})

const SeriesValue = Type.Object(
  {
    ...place,
    value: number('The value, in its unit', -1e18, 1e18),
    unit: Type.Optional(
      unitText('Unit of this value where it is another than that of the series, of the same kind'),
    ),
  },
  {
    $id: 'SeriesValue',
    additionalProperties: false,
    description: 'A value, and the period or number it is of',
  },
)

const SeriesData = Type.Object(
  {
    unit: Type.Optional(
      unitText(
        'Unit that values are in or are converted into: 亿元, 万人, …; default: that of the dataset, else 1',
      ),
    ),
    points: Type.Optional(
      Type.Array(ref(SeriesValue), {
        minItems: 1,
        maxItems: mostPoints,
        description: 'The values, in order of time and each period once',
      }),
    ),
    dataset: Type.Optional(
      Type.String({ pattern: idPattern, maxLength: 100, description: 'Id of a dataset of GET /v1/datasets' }),
    ),
    from: Type.Optional(periodText('Only periods of the dataset that begin in or after this one')),
    to: Type.Optional(periodText('Only periods of the dataset that end in or before this one')),
    asOf: Type.Optional(
      date('Only observations that were published by this day; those of unknown vintage are left out'),
    ),
    statuses: Type.Optional(
      Type.Array(choice(observationStatuses, { description: 'How firm' }), {
        minItems: 1,
        maxItems: 3,
        description: 'Which observations count, by how firm they are; default: actual and estimate',
      }),
    ),
    every: Type.Optional(choice(periodLengths, { description: 'Only periods of this length' })),
  },
  {
    $id: 'SeriesData',
    additionalProperties: false,
    minProperties: 1,
    description:
      'A series: exactly one of points and dataset; from, to, asOf, statuses and every choose among observations',
  },
)

export { SeriesData, SeriesPlace }
export const seriesComponents = [SeriesPlace, SeriesValue, SeriesData]
