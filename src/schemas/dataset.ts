import { Type } from 'typebox'
import { idPattern, Label } from './common.ts'
import { confidence, idOrNull, numberOrNull, provenance, text, textOrNull, vintage } from './datum.ts'
import { documentSchemas, pageOf } from './document.ts'
import { choice, ref } from './reference.ts'

/** A year, half-year, quarter or month as text. */
export const periodPattern = '^[0-9]{4}(H[12]|Q[1-4]|-(0[1-9]|1[0-2]))?$'

/** Most observations of a series: a table of so many can be imported. */
export const mostObservations = 20_000

/** How firm an observation is. */
export const observationStatuses = ['actual', 'estimate', 'forecast'] as const

const value = (description: string) => numberOrNull(description, -1e18, 1e18)

const certain = {
  period: Type.String({
    pattern: periodPattern,
    maxLength: 7,
    description: 'Year, half-year, quarter or month: 2022, 2022H1, 2022Q3, 2024-12',
  }),
  value: value('The value, in the unit of the dataset; null where only bounds or a note are known'),
  status: choice(observationStatuses, { description: 'How firm it is' }),
}
const origin = {
  vintage,
  provenance,
  source: idOrNull('Id of the source, see GET /v1/sources; null for a value of your own'),
}
const aside = {
  low: Type.Optional(value('Lower bound')),
  high: Type.Optional(value('Upper bound')),
  note: Type.Optional(textOrNull(1_000, 'What must be known to read the value rightly')),
  confidence: Type.Optional(confidence),
}

export const DatasetObservation = Type.Object(
  { ...certain, ...origin, ...aside },
  {
    $id: 'DatasetObservation',
    additionalProperties: false,
    description: 'One value of a series: for which period, how firm, published when and by whom',
  },
)

/** What an observation gets that its writer leaves out: whoever gives a value without more has read it. */
export const observationDefaults = { vintage: null, provenance: 'read', source: null } as const

const ObservationWrite = Type.Object(
  { ...certain, ...Type.Partial(Type.Object(origin)).properties, ...aside },
  {
    $id: 'ObservationWrite',
    additionalProperties: false,
    description:
      'An observation to be written; without them, `vintage` and `source` are null and `provenance` is read',
  },
)

const DatasetScope = Type.Object(
  {
    en: text(1_000, 'What the series counts'),
    zh: textOrNull(1_000, 'The same in Chinese, in the words of the source where it has any'),
  },
  {
    $id: 'DatasetScope',
    additionalProperties: false,
    description: 'What a series counts and what it leaves out',
  },
)

const word = (description: string) => Type.String({ pattern: idPattern, maxLength: 100, description })

export const datasetSchemas = documentSchemas(
  'Dataset',
  'dataset',
  {
    segment: word('Market that it is about: games, ai-software, …'),
    title: ref(Label),
    metric: word('What is measured: revenue, users, share, …'),
    scope: ref(DatasetScope),
    scopeId: idOrNull(
      'Id of the market definition that the series is counted by, see GET /v1/scopes; null for one that is not registered, which is then taken for another than all others',
    ),
    unit: Type.String({
      minLength: 1,
      maxLength: 40,
      description: 'Unit of the values, scale included: 亿元, 亿人, …',
    }),
    currency: Type.Unsafe<string | null>({
      type: ['string', 'null'],
      pattern: '^[A-Z]{3}$',
      maxLength: 3,
      description: 'Currency of the values, CNY or USD, as their unit says; null when they are not money',
    }),
    region: Type.String({
      pattern: '^[A-Z][A-Z-]{1,39}$',
      maxLength: 40,
      description: 'Region: CN, WORLD, …',
    }),
    publisher: textOrNull(200, 'Who made the series; null when unknown'),
    note: textOrNull(2_000, 'What must be known to use the series rightly'),
    observations: Type.Array(ref(DatasetObservation), {
      maxItems: mostObservations,
      description: 'The values',
    }),
  },
  { scopeId: null, currency: null, publisher: null, note: null, observations: [] },
  {
    large: ['observations'],
    written: {
      observations: Type.Array(ref(ObservationWrite), {
        maxItems: mostObservations,
        description: 'The values',
      }),
    },
  },
)

export const ObservationPage = pageOf(DatasetObservation, 'ObservationPage', 'Some observations of a dataset')

export const datasetComponents = [
  DatasetObservation,
  ObservationWrite,
  DatasetScope,
  ...datasetSchemas.components,
  ObservationPage,
]
