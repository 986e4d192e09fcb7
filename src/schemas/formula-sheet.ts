import { Type } from 'typebox'
import { estimatorIds } from '../domain/estimators.ts'
import { Label } from './common.ts'
import { pageOf } from './document.ts'
import { choice, nullable, ref } from './reference.ts'
import { Inputs } from './scenario.ts'

const id = (description: string) => Type.String({ maxLength: 200, description })
const unit = (description: string) => Type.String({ maxLength: 40, description })
const source = (description: string) =>
  Type.Unsafe<string | null>({ type: ['string', 'null'], maxLength: 200, description })
const estimatorId = choice(estimatorIds, { description: 'Id of the estimator, as it stands in its address' })

const SheetFormula = Type.Object(
  {
    text: Type.Unsafe<string | null>({
      type: ['string', 'null'],
      maxLength: 500,
      description: 'The formula, in its symbols; null for a procedure, such as a search for a minimum',
    }),
    symbols: Type.Array(Type.String({ maxLength: 40, description: 'Symbol' }), {
      maxItems: 500,
      description: 'Symbols, in the order of `inputs`',
    }),
    inputs: Type.Array(id('Id of a quantity'), { maxItems: 500, description: 'Quantities that it takes' }),
    source: source('Id of the source that it is taken from, see GET /v1/sources; null for a definition'),
  },
  { $id: 'SheetFormula', additionalProperties: false, description: 'A formula of an estimator' },
)

const SheetDefault = Type.Object(
  {
    value: Type.Number({
      format: 'double',
      minimum: -1.7976931348623157e308,
      maximum: 1.7976931348623157e308,
      description: 'Value, in `unit`',
    }),
    unit: unit('Unit of the value'),
    note: nullable(Label),
    source: source('Id of the source of the value; null for a choice of the estimator'),
  },
  {
    $id: 'SheetDefault',
    additionalProperties: false,
    description: 'What an input is when nobody gives it, and why',
  },
)

const SheetEntry = Type.Object(
  {
    id: id(
      'Id of the quantity; parts that vary by request stand in braces, such as `segments.{segment}.{year}`',
    ),
    label: ref(Label),
    unit: unit('Unit in which answers show it'),
    otherUnits: Type.Array(unit('Unit'), {
      maxItems: 10,
      description: 'Units that it has in other requests',
    }),
    role: choice(['input', 'derived', 'either'], {
      description: 'Whether its value is given, calculated, or one or the other by request',
    }),
    result: Type.Boolean({ description: 'Whether answers give it among their results' }),
    statuses: Type.Array(
      choice(['input', 'default', 'catalogue', 'derived'], { description: 'Status of an assumption' }),
      { maxItems: 4, description: 'Who may say its value, where it is an input' },
    ),
    default: nullable(SheetDefault),
    formulas: Type.Array(ref(SheetFormula), {
      maxItems: 100,
      description: 'The formulas that give it, one a way of asking',
    }),
  },
  { $id: 'SheetEntry', additionalProperties: false, description: 'A quantity of an estimator' },
)

export const FormulaSheet = Type.Object(
  {
    id: estimatorId,
    label: ref(Label),
    description: ref(Label),
    engineVersion: Type.String({ maxLength: 40, description: 'Version of the formulas' }),
    quantities: Type.Array(ref(SheetEntry), {
      maxItems: 500,
      description: 'Everything that it calculates with, in the order in which it first stands on a sheet',
    }),
    illustrations: Type.Array(ref(Inputs), {
      maxItems: 50,
      description: 'Requests to the estimator that together show all of the above; each can be sent as it is',
    }),
  },
  {
    $id: 'FormulaSheet',
    additionalProperties: false,
    description: 'Inputs, units, defaults, formulas and citations of an estimator',
  },
)

export const EstimatorSummary = Type.Object(
  { id: estimatorId, label: ref(Label), description: ref(Label) },
  { $id: 'EstimatorSummary', additionalProperties: false, description: 'What an estimator answers' },
)

export const EstimatorPage = pageOf(EstimatorSummary, 'EstimatorPage', 'Some of the list of estimators')

export const formulaSheetComponents = [
  SheetFormula,
  SheetDefault,
  SheetEntry,
  FormulaSheet,
  EstimatorSummary,
  EstimatorPage,
]
