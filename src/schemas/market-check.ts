import { Type } from 'typebox'
import { relations, verdicts } from '../domain/evidence/claim.ts'
import type { MarketCheck as MarketCheckRecord } from '../domain/evidence/market-check.ts'
import { printedNumberPattern } from '../domain/evidence/printed-number.ts'
import { Label } from './common.ts'
import { observationStatuses, periodPattern } from './dataset.ts'
import { idOf, idOrNull, numberOrNull, text, textOrNull, vintage } from './datum.ts'
import { choice, nullable, recordOf, ref } from './reference.ts'

const most = 1e300
const figure = (description: string) => numberOrNull(description, -most, most)
const series = {
  dataset: idOf('dataset, see GET /v1/datasets'),
  period: Type.String({
    pattern: periodPattern,
    maxLength: 7,
    description: 'Period of the dataset: 2021, 2022H1, …',
  }),
}
const unit = text(40, 'Unit of the printed number and of what the expressions give')
const compared = {
  printed: Type.String({
    pattern: printedNumberPattern,
    maxLength: 60,
    description: 'The digits as printed; the last significant one sets the tolerance',
  }),
  expression: Type.String({
    minLength: 1,
    maxLength: 1_000,
    description: 'What should give the printed number, in the grammar of formulas and the unit of the check',
  }),
  relation: choice(relations, { description: 'How the recomputed value must stand to the printed one' }),
}

const SeriesOperand = Type.Object(series, {
  $id: 'SeriesOperand',
  additionalProperties: false,
  description: 'A number that a series gives for a period',
})

const MarketComparison = Type.Object(
  {
    ...compared,
    operands: recordOf(SeriesOperand, { maxProperties: 30, description: 'The operands by name' }),
  },
  {
    $id: 'MarketComparison',
    additionalProperties: false,
    description: 'A printed number beside an expression over series',
  },
)

const proxyMembers = {
  ...series,
  method: choice(['observed', 'interpolated'], {
    description:
      'observed: the series has the period; interpolated: at constant growth between the nearest years around it',
  }),
  note: ref(Label),
}
const MarketProxy = Type.Object(proxyMembers, {
  $id: 'MarketProxy',
  additionalProperties: false,
  description: 'A series that is held against a forecast although it counts something else, and why',
})

const comparisons = (description: string) => Type.Array(ref(MarketComparison), { maxItems: 20, description })

// Null is in the type itself, so that an error in a check is named as such and not as "must be null".
export const MarketCheck = Type.Unsafe<MarketCheckRecord | null>({
  $id: 'MarketCheck',
  type: ['object', 'null'],
  additionalProperties: false,
  required: ['unit', 'known', 'outcome', 'proxies', 'remark'],
  properties: {
    unit,
    known: comparisons('With any observation that was published by the date of the report'),
    outcome: comparisons('With actual values and estimates, whenever they were published'),
    proxies: Type.Array(ref(MarketProxy), { maxItems: 20, description: 'What stands in for the outcome' }),
    remark: nullable(Label),
  },
  description:
    'How a claim about a market is held against series: what could be known, and what came true; null for a claim that is not',
})

const MarketOperandFound = Type.Object(
  {
    ...series,
    value: figure('What the series says; null when it says nothing'),
    unit: textOrNull(40, 'Unit of the value'),
    status: Type.Unsafe<string | null>({
      type: ['string', 'null'],
      enum: [...observationStatuses, null],
      description: 'How firm it is',
    }),
    vintage,
    source: idOrNull('Id of its source, see GET /v1/sources'),
    scope: nullable(Label),
    missing: nullable(Label),
  },
  {
    $id: 'MarketOperandFound',
    additionalProperties: false,
    description:
      'What a series gave for an operand; `missing` says why it does not count, and is null when it does',
  },
)

const MarketComparisonResult = Type.Object(
  {
    ...compared,
    operands: recordOf(MarketOperandFound, { maxProperties: 30, description: 'What the operands were' }),
    recomputed: figure('What the expression gives; null when an operand does not count'),
    printedValue: figure('Value of the printed digits; null when nothing was computed'),
    holds: Type.Unsafe<boolean | null>({
      type: ['boolean', 'null'],
      description: 'Whether the relation holds; null when nothing was computed',
    }),
    withUndated: figure(
      'What the expression gives with observations of unknown vintage let in, which do not count; null when they are not needed or not enough',
    ),
  },
  {
    $id: 'MarketComparisonResult',
    additionalProperties: false,
    description: 'A printed number beside what series gave at a moment',
  },
)

const MarketVerdict = Type.Object(
  {
    asOf: text(10, 'The moment: a day, month or year'),
    verdict: choice(verdicts, { description: 'Whether the claim agrees with what there was then' }),
    comparisons: Type.Array(ref(MarketComparisonResult), { maxItems: 20, description: 'What it rests on' }),
  },
  {
    $id: 'MarketVerdict',
    additionalProperties: false,
    description: 'The verdict on a claim about a market from what there was at a moment',
  },
)

const MarketProxyResult = Type.Object(
  {
    ...proxyMembers,
    title: ref(Label),
    scope: ref(Label),
    scopeId: idOrNull('Id of its market definition, see GET /v1/scopes'),
    value: figure('The proxy, in the unit of the check; null when the series gives nothing'),
    status: Type.Unsafe<string | null>({
      type: ['string', 'null'],
      enum: [...observationStatuses, null],
      description: 'How firm the least firm value behind it is',
    }),
    from: Type.Array(text(10, 'A period'), { maxItems: 2, description: 'The periods that it rests on' }),
    knownThen: figure(
      'What it would have been at the date of the report; null when nothing was published by then',
    ),
    ratio: figure('Printed over the proxy'),
    logError: figure('Natural logarithm of that ratio'),
  },
  {
    $id: 'MarketProxyResult',
    additionalProperties: false,
    description: 'A proxy beside the printed number, with the scope that it counts by',
  },
)

export const AuditedMarket = Type.Object(
  {
    unit,
    known: ref(MarketVerdict),
    outcome: ref(MarketVerdict),
    proxies: Type.Array(ref(MarketProxyResult), {
      maxItems: 20,
      description: 'Series that count something else; their scopes differ, so they are not pooled',
    }),
    remark: nullable(Label),
  },
  {
    $id: 'AuditedMarket',
    additionalProperties: false,
    description:
      'A claim about a market held against series: what the report could have known, and what came true',
  },
)

export const marketCheckComponents = [
  SeriesOperand,
  MarketComparison,
  MarketProxy,
  MarketCheck,
  MarketOperandFound,
  MarketComparisonResult,
  MarketVerdict,
  MarketProxyResult,
  AuditedMarket,
]
