import { Type } from 'typebox'
import { type SweepRequest as Asked, mostSteps } from '../domain/uncertainty/sweep.ts'
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
  if: { required: ['values'] },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  then: { maxProperties: 2, minProperties: 2 },
  else: { required: ['from', 'to', 'steps'] },
  oneOf: [{ required: ['input'] }, { required: ['member'] }],
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

/** The first line of a sweep. */
export const SweepHead = Type.Object(
  {
    estimator: quantityId('Id of the estimator'),
    engineVersion: quantityId('Version of the formulas'),
    catalogueVersion: quantityId('Version of the reference data'),
    rows: Type.Integer({ format: 'int32', minimum: 1, maximum: 1_000_000, description: 'Rows that follow' }),
    over: Type.Array(ref(SweepColumn), { maxItems: 8, description: 'What is varied' }),
    outputs: Type.Array(ref(SweepColumn), { maxItems: 1_000, description: 'What comes out' }),
  },
  {
    $id: 'SweepHead',
    additionalProperties: false,
    description:
      'First line of a sweep. Each line behind it is an object of `over` (values by id), and `results` (values by id) or `problem` (code, detail and pointer of what the estimator refused)',
  },
)

export const sweepComponents = [SweepAxis, SweepRequest, SweepColumn, SweepHead]
