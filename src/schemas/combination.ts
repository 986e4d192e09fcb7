import { Type } from 'typebox'
import { combinations } from '../domain/market/combination.ts'
import { Label } from './common.ts'
import { observationStatuses, periodPattern } from './dataset.ts'
import { idOf, idOrNull, number, numberOrNull, provenance, text, vintage } from './datum.ts'
import { asOf } from './document.ts'
import { Warning } from './estimate.ts'
import { choice, nullable, ref } from './reference.ts'
import { revenueKind } from './scope.ts'

const period = (description: string) => Type.String({ pattern: periodPattern, maxLength: 7, description })
const combine = choice(combinations, {
  description: 'sum: add the series up; compare: lay them side by side',
})

const CombinedSeries = Type.Object(
  { dataset: idOf('dataset, see GET /v1/datasets') },
  { $id: 'CombinedSeries', additionalProperties: false, description: 'A series that is combined' },
)

/** What `POST /v1/combinations` takes. */
export const CombinationRequest = Type.Object(
  {
    combine,
    series: Type.Array(ref(CombinedSeries), {
      minItems: 2,
      maxItems: 20,
      description: 'The series, each once',
    }),
    unit: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 40,
        description:
          'Unit of the answer; default: that of the first series. Money is converted at the average rate of each year',
      }),
    ),
    from: Type.Optional(period('Only periods that begin in or after this one')),
    to: Type.Optional(period('Only periods that end in or before this one')),
    asOf: Type.Optional(asOf),
    allowMixedScopes: Type.Optional(
      Type.Boolean({
        description:
          'Whether series of several scopes may be combined, which is otherwise refused; the answer then carries their definitions and a warning. Default false',
      }),
    ),
  },
  {
    $id: 'CombinationRequest',
    additionalProperties: false,
    description: 'Series to be added up or compared',
  },
)

/** A market definition as answers repeat it. */
export const definitionMembers = {
  id: text(1_100, 'Id of the scope; for what has no registered one, its own words'),
  name: ref(Label),
  definition: ref(Label),
  platforms: nullable(Label),
  geography: nullable(Label),
  revenueKind,
  excludes: nullable(Label),
}

const CombinedScope = Type.Object(
  {
    ...definitionMembers,
    datasets: Type.Array(idOf('dataset'), { maxItems: 20, description: 'The series of this scope' }),
  },
  {
    $id: 'CombinedScope',
    additionalProperties: false,
    description: 'A market definition, and the series that are counted by it',
  },
)

const CombinedCell = Type.Object(
  {
    dataset: idOf('dataset'),
    value: number('The value, in the unit of the answer', -1e30),
    published: number('The value as published, in `unit`', -1e30),
    unit: text(40, 'Unit of the published value'),
    status: choice(observationStatuses, { description: 'How firm it is' }),
    vintage,
    provenance,
    source: idOrNull('Id of the source, see GET /v1/sources; null when there is none'),
  },
  {
    $id: 'CombinedCell',
    additionalProperties: false,
    description:
      'What a series says of a period: actual before estimate before forecast, then the latest vintage',
  },
)

const CombinedPeriod = Type.Object(
  {
    period: period('Year, half-year, quarter or month'),
    cells: Type.Array(ref(CombinedCell), {
      maxItems: 20,
      description: 'The series that have a value for it',
    }),
    missing: Type.Array(idOf('dataset'), { maxItems: 20, description: 'The series that have none' }),
    sum: numberOrNull(
      'Sum of all series, in the unit of the answer; null when one of them is missing or series are compared',
      -1e31,
      1e31,
    ),
    ratio: numberOrNull(
      'Largest over smallest value; null with fewer than two values above 0 or when series are added up',
      0,
      1e300,
    ),
  },
  { $id: 'CombinedPeriod', additionalProperties: false, description: 'A period over all series' },
)

/** The answer of a combination. */
export const Combination = Type.Object(
  {
    combine,
    unit: text(40, 'Unit of the values'),
    asOf: vintage,
    scopes: Type.Array(ref(CombinedScope), {
      maxItems: 20,
      description: 'The definitions that the series are counted by',
    }),
    periods: Type.Array(ref(CombinedPeriod), {
      maxItems: 200_000,
      description: 'Every period that a series has, in order',
    }),
    warnings: Type.Array(ref(Warning), {
      maxItems: 10,
      description: 'What must be known to read the answer rightly',
    }),
  },
  {
    $id: 'Combination',
    additionalProperties: false,
    description: 'Series added up or side by side, period by period',
  },
)

export const combinationComponents = [
  CombinedSeries,
  CombinationRequest,
  CombinedScope,
  CombinedCell,
  CombinedPeriod,
  Combination,
]
