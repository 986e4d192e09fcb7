import { Type } from 'typebox'
import { largestSize } from '../domain/market/closure/close-base.ts'
import { moneyScales } from '../domain/market/currency.ts'
import { date, idPattern, Label } from './common.ts'
import { number, numberOrNull, text, texts } from './datum.ts'
import { Warning } from './estimate.ts'
import { SegmentLabel } from './market.ts'
import { choice, nullable, ref } from './reference.ts'

const segmentId = Type.String({
  pattern: '^[A-Za-z0-9][A-Za-z0-9_-]{0,59}$',
  maxLength: 60,
  description: 'Name of the segment; unique in the request',
})
const unit = (description: string) => choice(moneyScales, { description })
const money = (description: string) => number(description, 0, 1e20)
const signed = (description: string) => number(description, -1e22, 1e22)
const year = Type.Integer({
  format: 'int32',
  minimum: 1900,
  maximum: 2200,
  description: 'Year that the size is of; needed for a dataset and for another currency',
})

interface CandidateText {
  name?: string
  value?: number
  unit?: (typeof moneyScales)[number]
  dataset?: string
  year?: number
  growth?: { rate: number; years: number }
}

// Null is in the type itself, so that an error in a candidate is named as such and not as "must be null".
const ClosureCandidate = Type.Unsafe<CandidateText | null>({
  $id: 'ClosureCandidate',
  type: ['object', 'null'],
  additionalProperties: false,
  properties: {
    name: Type.String({ minLength: 1, maxLength: 100, description: 'What it is, to tell it apart' }),
    value: money('Size, in `unit`'),
    unit: unit('Unit of the value; default: that of the request'),
    dataset: Type.String({
      pattern: idPattern,
      maxLength: 100,
      description: 'Id of a dataset whose observation of the year is the size',
    }),
    year,
    growth: {
      type: 'object',
      additionalProperties: false,
      required: ['rate', 'years'],
      properties: {
        rate: number('Growth a year, as a share', -0.99, 10),
        years: Type.Integer({ format: 'int32', minimum: 1, maximum: 60, description: 'Years of growth' }),
      },
      description: 'Growth from the year that the size is of to that of the total',
    },
  },
  description:
    'A size that a segment may have had: exactly one of value and dataset; null when it is not known',
})

const ClosureSegment = Type.Object(
  {
    id: segmentId,
    label: Type.Optional(ref(SegmentLabel)),
    penetration: Type.Optional(number('What the size is multiplied with; default 1', 0, 1)),
    valueCapture: Type.Optional(number('What it is multiplied with besides; default 1', 0, 1)),
    candidates: Type.Array(ref(ClosureCandidate), {
      minItems: 1,
      maxItems: 100,
      description: 'The sizes that it may have had',
    }),
  },
  { $id: 'ClosureSegment', additionalProperties: false, description: 'A segment of a printed total' },
)

const ChosenCandidates = Type.Unsafe<Record<string, number>>({
  $id: 'ChosenCandidates',
  type: 'object',
  additionalProperties: {
    type: 'integer',
    format: 'int32',
    minimum: 0,
    maximum: 99,
    description: 'Place of the candidate, from 0',
  },
  maxProperties: 20,
  description: 'A candidate of each segment, by the id of the segment',
})

export const ClosureRequest = Type.Object(
  {
    total: number('The printed total, in `unit`', 1e-9, 1e20),
    unit: Type.Optional(unit('Unit of the total, of values without one, and of the answer; default 亿元')),
    tolerance: Type.Optional(
      number('How far off a combination may be, as a share of the total; default 0.02', 0, 1),
    ),
    segments: Type.Array(ref(ClosureSegment), {
      minItems: 1,
      maxItems: 20,
      description: 'The parts of the total; at most 2,000,000 combinations of their candidates',
    }),
    base: Type.Optional(ref(ChosenCandidates)),
    show: Type.Optional(
      Type.Integer({
        format: 'int32',
        minimum: 1,
        maximum: 200,
        description: 'Combinations to list; default 20',
      }),
    ),
    asOf: Type.Optional(date('Only observations of datasets that were published by this day')),
  },
  {
    $id: 'ClosureRequest',
    additionalProperties: false,
    description:
      'A printed total and what it may be the sum of; `base` names the combination that is closed by a multiplier (default: the first candidates)',
  },
)

const count = (description: string) =>
  Type.Integer({ format: 'int32', minimum: 0, maximum: 2_000_000, description })

const ReadCandidate = Type.Object(
  {
    name: text(200, 'What it is'),
    size: numberOrNull(
      'Size in the unit of the answer, converted and grown; null when it is not known',
      0,
      1e22,
    ),
    contribution: money('Size × penetration × value capture'),
    closing: count('Combinations within the tolerance that use it'),
  },
  { $id: 'ReadCandidate', additionalProperties: false, description: 'A candidate as it was read' },
)

const ReadClosureSegment = Type.Object(
  {
    id: segmentId,
    label: ref(Label),
    factor: number('Penetration × value capture', 0, 1),
    candidates: Type.Array(ref(ReadCandidate), { maxItems: 100, description: 'In the order of the request' }),
  },
  { $id: 'ReadClosureSegment', additionalProperties: false, description: 'A segment as it was read' },
)

const ClosureCombination = Type.Object(
  {
    total: money('What it comes to'),
    residual: signed('That less the printed total'),
    relativeError: signed('The residual as a share of the printed total'),
    candidates: ref(ChosenCandidates),
    unknown: texts(20, 60, 'Id of a segment whose size is not known in it'),
  },
  {
    $id: 'ClosureCombination',
    additionalProperties: false,
    description: 'One candidate a segment, and their sum',
  },
)

const MissingSegments = Type.Object(
  {
    segments: texts(20, 60, 'Id of a segment without a size'),
    contribution: money('What they must add together'),
    size: numberOrNull(
      'The size that is, all of them together; null when their factors differ or are next to 0',
      0,
      largestSize,
    ),
  },
  {
    $id: 'MissingSegments',
    additionalProperties: false,
    description: 'What the segments without a size must add',
  },
)

const ClosingSizes = Type.Unsafe<Record<string, number | null>>({
  $id: 'ClosingSizes',
  type: 'object',
  additionalProperties: numberOrNull(
    'Size in the unit of the answer; null when none above 0, up to 1e30, closes',
    0,
    largestSize,
  ),
  maxProperties: 20,
  description: 'The size of each segment that closes the total when all others stay as they are',
})

const BaseClosure = Type.Object(
  {
    candidates: ref(ChosenCandidates),
    total: money('What the combination comes to'),
    residual: signed('That less the printed total'),
    uniformMultiplier: numberOrNull(
      'What all contributions must be multiplied with; null when they are 0 or next to it',
      0,
      largestSize,
    ),
    closingSizes: ref(ClosingSizes),
    missing: nullable(MissingSegments),
  },
  {
    $id: 'BaseClosure',
    additionalProperties: false,
    description: 'What makes one combination come to the total',
  },
)

export const ClosureAnswer = Type.Object(
  {
    engineVersion: text(40, 'Version of the formulas'),
    catalogueVersion: text(40, 'Version of the reference data'),
    total: number('The printed total', 0, 1e20),
    unit: unit('Unit of all amounts'),
    tolerance: number('Share of the total', 0, 1),
    combinations: count('Combinations of the candidates, all of them tried'),
    least: money('The least that one comes to'),
    most: money('The most that one comes to'),
    closing: count('Combinations within the tolerance'),
    closingShare: number('Those as a share of all', 0, 1),
    closingComplete: count('Combinations within the tolerance in which every segment has a size'),
    segments: Type.Array(ref(ReadClosureSegment), {
      maxItems: 20,
      description: 'The segments as they were read',
    }),
    closest: Type.Array(ref(ClosureCombination), {
      maxItems: 200,
      description: 'Nearest to the total first',
    }),
    base: ref(BaseClosure),
    warnings: Type.Array(ref(Warning), { maxItems: 20, description: 'What to know of the sizes' }),
  },
  { $id: 'ClosureAnswer', additionalProperties: false, description: 'Which combinations reproduce a total' },
)

export const closureComponents = [
  ClosureCandidate,
  ClosureSegment,
  ChosenCandidates,
  ClosureRequest,
  ReadCandidate,
  ReadClosureSegment,
  ClosureCombination,
  MissingSegments,
  ClosingSizes,
  BaseClosure,
  ClosureAnswer,
]
