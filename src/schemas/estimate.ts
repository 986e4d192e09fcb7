import { Type } from 'typebox'
import { Label } from './common.ts'
import { choice, nullable, recordOf, ref } from './reference.ts'

export const quantityId = (description: string) => Type.String({ maxLength: 200, description })
export const finite = (description: string) =>
  Type.Number({
    format: 'double',
    minimum: -1.7976931348623157e308,
    maximum: 1.7976931348623157e308,
    description,
  })
const optionalText = (maxLength: number, description: string) =>
  Type.Unsafe<string | null>({ type: ['string', 'null'], maxLength, description })

export const Quantity = Type.Object(
  {
    id: quantityId('Id of the quantity'),
    label: ref(Label),
    value: finite('Value, in `unit`'),
    unit: Type.String({ maxLength: 40, description: 'Unit of the value' }),
    formula: optionalText(
      500,
      'Formula that gives the value, in the symbols below; null for an input, and for a procedure, which has `inputs`',
    ),
    symbols: Type.Array(quantityId('Symbol'), {
      maxItems: 500,
      description: 'Symbols of the formula, in the order of `inputs`',
    }),
    inputs: Type.Array(quantityId('Id of a quantity'), {
      maxItems: 500,
      description: 'Quantities that the formula takes',
    }),
    source: optionalText(
      200,
      'Id of the source of the formula or value; null for a definition and for what the caller gave',
    ),
  },
  {
    $id: 'Quantity',
    additionalProperties: false,
    description: 'A named number with its unit and how it came about',
  },
)

const Evidence = Type.Unsafe<Record<string, unknown>>({
  $id: 'Evidence',
  type: 'object',
  additionalProperties: true,
  maxProperties: 40,
  description: 'An observation that an assumption rests on, as the catalogue gives it',
})

export const Assumption = Type.Object(
  {
    name: quantityId('Id of the quantity that is assumed'),
    label: ref(Label),
    value: finite('Value, in `unit`'),
    unit: Type.String({ maxLength: 40, description: 'Unit of the value' }),
    status: choice(['input', 'default', 'catalogue', 'derived'], {
      description: 'Who says so: the caller, the estimator, the catalogue, or a count from catalogue data',
    }),
    source: optionalText(200, 'Id of the source, see GET /v1/sources; null for what the caller gave'),
    provenance: Type.Unsafe<'read' | 'recalled' | 'derived' | null>({
      type: ['string', 'null'],
      enum: ['read', 'recalled', 'derived', null],
      description:
        'Whether the value was seen in its source, recalled from public knowledge, or derived; null for what the caller gave',
    }),
    note: nullable(Label),
    evidence: Type.Optional(
      Type.Array(ref(Evidence), {
        maxItems: 500,
        description: 'The observations that a median or interpolation rests on',
      }),
    ),
  },
  {
    $id: 'Assumption',
    additionalProperties: false,
    description: 'An input of an estimate, with who says so',
  },
)

export const Warning = Type.Object(
  { code: quantityId('Stable code of the warning'), message: ref(Label) },
  {
    $id: 'Warning',
    additionalProperties: false,
    description: 'Something a reader must know before using the numbers',
  },
)

const TableColumn = Type.Object(
  {
    id: quantityId('What the column is about'),
    label: ref(Label),
    unit: Type.String({ maxLength: 40, description: 'Unit of all values in the column' }),
  },
  { $id: 'TableColumn', additionalProperties: false, description: 'A column of a table in an answer' },
)

const TableRow = Type.Object(
  {
    key: quantityId('What the row is about, such as a year'),
    values: Type.Array(finite('Value'), {
      maxItems: 200,
      description: "One value a column, in the column's unit",
    }),
    quantities: Type.Array(quantityId('Id of a quantity'), {
      maxItems: 200,
      description: 'The quantity behind each value',
    }),
  },
  { $id: 'TableRow', additionalProperties: false, description: 'A row of a table in an answer' },
)

const AnswerTable = Type.Object(
  {
    columns: Type.Array(ref(TableColumn), { maxItems: 200, description: 'Columns, in order' }),
    rows: Type.Array(ref(TableRow), { maxItems: 500, description: 'Rows, in order' }),
  },
  {
    $id: 'AnswerTable',
    additionalProperties: false,
    description: 'Quantities of an answer, arranged as a table',
  },
)

const Interval = Type.Object(
  {
    low: finite('Lower end, in the unit of the quantity'),
    high: finite('Upper end, in the unit of the quantity'),
    coverage: Type.Number({
      format: 'double',
      minimum: 0,
      maximum: 1,
      description: 'Share of measurements that the interval is to hold',
    }),
    family: quantityId('The family of models whose errors these are, see GET /v1/backtests?by=family'),
    stratum: quantityId('The measurements most like this estimate'),
    rows: Type.Integer({
      format: 'int32',
      minimum: 1,
      maximum: 1_000_000,
      description: 'How many measurements these are',
    }),
    publishers: Type.Integer({
      format: 'int32',
      minimum: 1,
      maximum: 10_000,
      description: 'How many publishers they are from',
    }),
  },
  {
    $id: 'Interval',
    additionalProperties: false,
    description:
      'Where measurements lie beside the estimate, by the errors of estimates whose constants were fitted without the publisher of the measurement',
  },
)

export const Estimate = Type.Object(
  {
    estimator: quantityId('Id of the estimator'),
    engineVersion: quantityId('Version of the formulas'),
    catalogueVersion: quantityId('Version of the reference data'),
    inputHash: Type.String({
      maxLength: 100,
      description:
        'Hash of every number, unit, status, source and formula; with the two versions it decides the answer',
    }),
    results: recordOf(Quantity, { description: 'The quantities asked for, by id', maxProperties: 1_000 }),
    intervals: Type.Optional(
      recordOf(Interval, {
        description: 'For quantities that were compared with published measurements: how far off, by id',
        maxProperties: 100,
      }),
    ),
    tables: Type.Optional(
      recordOf(AnswerTable, { description: 'Tables, such as a path by year', maxProperties: 20 }),
    ),
    assumptions: Type.Array(ref(Assumption), { maxItems: 5_000, description: 'Every input of the estimate' }),
    warnings: Type.Array(ref(Warning), {
      maxItems: 50,
      description: 'What to know before using the numbers',
    }),
    trace: Type.Optional(
      Type.Array(ref(Quantity), {
        maxItems: 20_000,
        description: 'Every quantity in order of calculation; with `trace=true`',
      }),
    ),
  },
  {
    $id: 'Estimate',
    additionalProperties: false,
    description: 'An answer of an estimator, with its working',
  },
)

export const estimateComponents = [
  Quantity,
  Evidence,
  Assumption,
  Warning,
  TableColumn,
  TableRow,
  AnswerTable,
  Interval,
  Estimate,
]
