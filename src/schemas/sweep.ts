import { Type } from 'typebox'
import type { SweepRequest as Asked } from '../domain/uncertainty/sweep.ts'
import { mostSteps } from '../domain/uncertainty/sweep-axes.ts'
import { Label } from './common.ts'
import { finite, quantityId } from './estimate.ts'
import { choice, nullable, ref } from './reference.ts'
import { Inputs } from './scenario.ts'
import { outputs } from './simulation.ts'

const SweepAxis = Type.Unsafe<Asked['over'][number]>({
  $id: 'SweepAxis',
  type: 'object',
  properties: {
    input: quantityId('Id of an input of the estimate'),
    member: Type.String({
      maxLength: 500,
      pattern: '^(/[^/]{1,100}){1,10}$',
      description: 'JSON Pointer to a member of inputs, for choices such as /accelerator/id',
    }),
    values: Type.Array(Type.Unsafe<unknown>({ description: 'A value that the member may have' }), {
      minItems: 1,
      maxItems: 2_000,
      description: 'The values',
    }),
    from: finite('First value of a range'),
    to: finite('Last value of a range'),
    steps: Type.Integer({
      format: 'int32',
      minimum: 2,
      maximum: mostSteps,
      description: 'Values in the range, both ends included',
    }),
    scale: choice(['linear', 'log'], { description: 'How they are spaced', default: 'linear' }),
  },
  additionalProperties: false,
  minProperties: 2,
  maxProperties: 5,
  description: 'What is varied: exactly one of input and member, with values, or with from, to and steps',
})

export const SweepRequest = Type.Object(
  {
    inputs: ref(Inputs),
    over: Type.Array(ref(SweepAxis), { minItems: 1, maxItems: 8, description: 'What is varied' }),
    combine: Type.Optional(
      choice(['grid', 'list'], {
        description: 'Every combination, or the first value of each, then the second of each, and so on',
        default: 'grid',
      }),
    ),
    outputs: outputs('Quantities to answer with; default: the results of the estimate'),
  },
  {
    $id: 'SweepRequest',
    additionalProperties: false,
    description: 'A request of the estimator, and what to vary in it',
  },
)

const { inputs: _inputs, ...sweepMembers } = SweepRequest.properties

export const SweepParameters = Type.Object(sweepMembers, {
  $id: 'SweepParameters',
  additionalProperties: false,
  description: 'What to vary in the inputs of a run',
})

const SweepColumn = Type.Object(
  {
    id: quantityId('Id of the quantity, or pointer to the member'),
    label: nullable(Label),
    unit: Type.Unsafe<string | null>({
      type: ['string', 'null'],
      maxLength: 40,
      description: 'Unit of the values',
    }),
  },
  { $id: 'SweepColumn', additionalProperties: false, description: 'A column of a sweep' },
)

const SweepHead = Type.Object(
  {
    estimator: quantityId('Id of the estimator'),
    engineVersion: quantityId('Version of the formulas'),
    catalogueVersion: quantityId('Version of the reference data'),
    rows: Type.Integer({
      format: 'int32',
      minimum: 1,
      maximum: 1_000_000,
      description: 'Lines that follow; fewer mean that the answer was cut off',
    }),
    over: Type.Array(ref(SweepColumn), { maxItems: 8, description: 'What is varied' }),
    outputs: Type.Array(ref(SweepColumn), { maxItems: 1_000, description: 'What comes out' }),
  },
  { $id: 'SweepHead', additionalProperties: false, description: 'The first line of a sweep' },
)

const SweepProblem = Type.Object(
  {
    code: quantityId('Code of the problem'),
    detail: Type.String({ maxLength: 4_000, description: 'What the estimator refused, and why' }),
    pointer: Type.Unsafe<string | null>({
      type: ['string', 'null'],
      maxLength: 1_000,
      description: 'JSON Pointer into inputs',
    }),
  },
  { $id: 'SweepProblem', additionalProperties: false, description: 'Why a row has no results' },
)

const SweepRow = Type.Object(
  {
    over: Type.Unsafe<Record<string, unknown>>({
      type: 'object',
      additionalProperties: true,
      maxProperties: 8,
      description: 'The value of each input or member, by its id',
    }),
    results: Type.Optional(
      Type.Unsafe<Record<string, number | null>>({
        type: 'object',
        additionalProperties: {
          type: ['number', 'null'],
          format: 'double',
          minimum: -1.7976931348623157e308,
          maximum: 1.7976931348623157e308,
          description: 'Value, in the unit of its column; null for a quantity that this row does not have',
        },
        maxProperties: 1_000,
        description: 'Values of the quantities, by id',
      }),
    ),
    problem: Type.Optional(ref(SweepProblem)),
  },
  {
    $id: 'SweepRow',
    additionalProperties: false,
    description: 'A line of a sweep: results, or the problem that stood in their way',
  },
)

const members = SweepHead.properties

export const SweepResult = Type.Object(
  {
    ...members,
    refused: Type.Integer({
      format: 'int32',
      minimum: 0,
      maximum: 1_000_000,
      description: 'Rows that hold a problem in place of results',
    }),
    bytes: Type.Integer({
      format: 'int64',
      minimum: 1,
      maximum: Number.MAX_SAFE_INTEGER,
      description: 'Length of GET /v1/runs/{id}/rows as NDJSON',
    }),
    sha256: Type.String({
      pattern: '^[0-9a-f]{64}$',
      maxLength: 64,
      description: 'SHA-256 of these bytes, in hexadecimal',
    }),
  },
  {
    $id: 'SweepResult',
    additionalProperties: false,
    description: 'What a sweep came to; its rows are at GET /v1/runs/{id}/rows',
  },
)

/** A sweep as it is streamed: the document shows its lines as the elements of an array. */
export const SweepLines = Type.Unsafe<unknown>({
  $id: 'SweepLines',
  type: 'array',
  items: { anyOf: [ref(SweepHead), ref(SweepRow)] },
  maxItems: 1_000_001,
  description:
    'One JSON object a line (NDJSON), shown here as the elements of an array: the head, then a row for each combination',
})

export const sweepComponents = [
  SweepAxis,
  SweepRequest,
  SweepParameters,
  SweepColumn,
  SweepHead,
  SweepResult,
  SweepProblem,
  SweepRow,
  SweepLines,
]
