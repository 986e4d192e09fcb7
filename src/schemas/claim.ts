import { Type } from 'typebox'
import {
  type Check,
  type Claim as ClaimRecord,
  claimKinds,
  type Origin as OriginRecord,
  relations,
} from '../domain/evidence/claim.ts'
import { printedNumberPattern } from '../domain/evidence/printed-number.ts'
import { idPattern, Label } from './common.ts'
import { documentSchemas } from './document.ts'
import { MarketCheck } from './market-check.ts'
import { choice, nullable, recordOf, ref } from './reference.ts'

/** Bounds of numbers that reports print or that follow from them: far from where doubles end. */
export const evidenceNumber = { format: 'double', minimum: -1e300, maximum: 1e300 } as const

const text = (maxLength: number, description: string) => Type.String({ maxLength, description })
const textOrNull = (maxLength: number, description: string) =>
  Type.Unsafe<string | null>({ type: ['string', 'null'], maxLength, description })
const id = (description: string) => Type.String({ pattern: idPattern, maxLength: 100, description })

/** Where something stands. Which members go together is checked beyond the schema, for one exact error. */
export const Origin = Type.Unsafe<OriginRecord>({
  $id: 'Origin',
  type: 'object',
  additionalProperties: false,
  properties: {
    claim: id('Id of a claim of the same report'),
    quote: Type.String({
      minLength: 1,
      maxLength: 4_000,
      description: "Words of the claim's own quote; with `claim`, of that claim's",
    }),
    table: Type.Integer({
      format: 'int32',
      minimum: 1,
      maximum: 10_000,
      description: 'Number of a table of the report',
    }),
    row: text(200, 'Id of a row of that table'),
    dataset: id('Id of a dataset'),
    period: text(20, 'Period of that dataset, such as 2021 or 2022H1'),
    source: id('Id of a source, see /v1/sources'),
    locator: text(1_000, 'Row, table, section or line within that source'),
    fact: text(4_000, 'A dated fact that the source states'),
    exchangeRate: Type.String({
      pattern: '^[A-Z]{3}/[A-Z]{3}$',
      maxLength: 7,
      description: 'An exchange rate, such as CNY/USD for yuan per dollar',
    }),
    year: Type.Integer({
      format: 'int32',
      minimum: 1_900,
      maximum: 2_200,
      description: 'Year that the rate is the average of',
    }),
  },
  minProperties: 1,
  maxProperties: 2,
  description:
    'Where something stands: exactly one of claim; quote; claim with quote; table with row; dataset with period; source with locator; for an operand also exchangeRate with year; for evidence also fact with source',
})

const Operand = Type.Object(
  {
    value: Type.Number({ ...evidenceNumber, description: 'The number, in its unit' }),
    unit: textOrNull(200, 'Unit; null for a bare number'),
    from: ref(Origin),
  },
  {
    $id: 'ClaimOperand',
    additionalProperties: false,
    description: 'A number that an expression takes, with its unit and where it stands',
  },
)

/** What a comparison states: all of it is given, nothing computed. */
export const comparisonMembers = {
  printed: Type.String({
    pattern: printedNumberPattern,
    maxLength: 60,
    description: 'The digits as printed, such as 3,107.72; the last significant one sets the tolerance',
  }),
  expression: Type.String({
    minLength: 1,
    maxLength: 1_000,
    description: 'What should give the printed number, in the grammar of formulas and the unit of the claim',
  }),
  operands: recordOf(Operand, {
    maxProperties: 30,
    description: 'The operands by name: every name of the expression, and no other',
  }),
  relation: choice(relations, {
    description:
      'How the recomputed value must stand to the printed one: equal within the tolerance, or at least, or at most',
  }),
}

const Comparison = Type.Object(comparisonMembers, {
  $id: 'ClaimComparison',
  additionalProperties: false,
  description: 'A printed number beside the expression that should give it',
})

const kind = <const K extends Check['kind']>(name: K) =>
  Type.Unsafe<K>({ type: 'string', enum: [name], description: 'Kind of check' })

const FormulaCheck = Type.Object(
  {
    kind: kind('formula'),
    comparisons: Type.Array(ref(Comparison), {
      minItems: 1,
      maxItems: 20,
      description: 'The claim is consistent when all of them hold',
    }),
  },
  { $id: 'FormulaCheck', additionalProperties: false, description: 'The claim can be recomputed' },
)

const EditorialCheck = Type.Object(
  {
    kind: kind('editorial'),
    verdict: choice(['consistent', 'inconsistent'], { description: 'What the reader found' }),
    reason: ref(Label),
    evidence: Type.Array(ref(Origin), {
      minItems: 1,
      maxItems: 50,
      description: 'The places that were compared, and the dated facts',
    }),
  },
  {
    $id: 'EditorialCheck',
    additionalProperties: false,
    description:
      'A judgement: two places of the report agree or disagree, or a dated fact decides. The reason and its sources are stored',
  },
)

const NoCheck = Type.Object(
  { kind: kind('none'), reason: ref(Label) },
  {
    $id: 'NoCheck',
    additionalProperties: false,
    description:
      'The claim cannot be checked, and why. A figure taken over from outside is an input, not a result',
  },
)

const ClaimCheck = Type.Unsafe<Check>({
  $id: 'ClaimCheck',
  type: 'object',
  required: ['kind'],
  discriminator: { propertyName: 'kind' },
  oneOf: [ref(FormulaCheck), ref(EditorialCheck), ref(NoCheck)],
  description: 'How a claim is checked: recomputed, judged by a reader, or not at all',
})

// The serialiser takes the first type that fits, and an array fits a string: arrays come first.
const PrintedFigure = Type.Unsafe<ClaimRecord['printed']>({
  $id: 'PrintedFigure',
  type: 'object',
  additionalProperties: false,
  required: ['value', 'text', 'unit'],
  properties: {
    value: {
      ...evidenceNumber,
      type: ['array', 'number', 'string', 'null'],
      maxLength: 200,
      maxItems: 50,
      items: {
        ...evidenceNumber,
        type: ['number', 'string'],
        maxLength: 200,
        description: 'One of several values',
      },
      description: 'What is printed, as a number, a date or a word, or several of them; null when nothing is',
    },
    text: {
      type: ['array', 'string', 'null'],
      maxLength: 200,
      maxItems: 50,
      items: { type: 'string', maxLength: 200, description: 'Characters of one of several values' },
      description: 'The same in the characters that are printed',
    },
    unit: { type: ['string', 'null'], maxLength: 200, description: 'Unit of the value, or null' },
  },
  description: 'What a report prints',
})

/** Members of a claim beside its check. */
export const claimMembers = {
  section: text(200, 'Section, table or page of the report'),
  subject: ref(Label),
  quote: text(4_000, 'The words of the report'),
  kind: choice(claimKinds, {
    description: 'Whether the report states a fact, makes an assumption, or forecasts',
  }),
  printed: ref(PrintedFigure),
  correction: textOrNull(4_000, 'Why the check differs from an earlier reading; null when it does not'),
  remark: nullable(Label),
}

/** Components of claims: as served, made, replaced, patched and listed. */
export const claimSchemas = documentSchemas(
  'Claim',
  'claim',
  { ...claimMembers, check: ref(ClaimCheck), market: ref(MarketCheck) },
  { section: '', quote: '', kind: 'claim', market: null, correction: null, remark: null },
)

export const claimComponents = [
  Origin,
  Operand,
  Comparison,
  FormulaCheck,
  EditorialCheck,
  NoCheck,
  ClaimCheck,
  PrintedFigure,
  ...claimSchemas.components,
]
