import { Type } from 'typebox'
import { estimatorIds } from '../domain/estimators.ts'
import { idPattern, Label } from './common.ts'
import { finite, quantityId, Warning } from './estimate.ts'
import { choice, nullable, ref } from './reference.ts'

/** Runs that one comparison takes. */
export const mostCompared = 10

const optionalNumber = (description: string) =>
  Type.Unsafe<number | null>({
    type: ['number', 'null'],
    format: 'double',
    minimum: -1.7976931348623157e308,
    maximum: 1.7976931348623157e308,
    description,
  })
const optionalText = (maxLength: number, description: string) =>
  Type.Unsafe<string | null>({ type: ['string', 'null'], maxLength, description })
const unit = Type.String({ maxLength: 40, description: 'Unit of the values' })
const runId = (description: string) => Type.String({ pattern: idPattern, maxLength: 100, description })
const word = (description: string) => Type.String({ maxLength: 100, description })

const ComparedRun = Type.Object(
  {
    id: runId('Id of the run'),
    scenario: optionalText(100, 'Id of its scenario; null for a run by itself'),
    scenarioVersion: Type.Unsafe<number | null>({
      type: ['integer', 'null'],
      format: 'int32',
      minimum: 1,
      maximum: 2_147_483_647,
      description: 'Version of the scenario',
    }),
    engineVersion: word('Version of the formulas'),
    catalogueVersion: word('Version of the reference data'),
    createdAt: Type.String({ format: 'date-time', maxLength: 30, description: 'When it was asked for' }),
  },
  { $id: 'ComparedRun', additionalProperties: false, description: 'One of the runs compared' },
)

const InputState = Type.Object(
  {
    value: finite('Value, in the unit of the input'),
    status: choice(['input', 'default', 'catalogue', 'derived'], {
      description: 'Who says so: the caller, the estimator, the catalogue, or a count from catalogue data',
    }),
    source: optionalText(200, 'Id of the source, if there is one'),
  },
  { $id: 'InputState', additionalProperties: false, description: 'An input in one of the runs' },
)

const InputDifference = Type.Object(
  {
    id: quantityId('Id of the input'),
    label: ref(Label),
    unit,
    from: nullable(InputState),
    to: nullable(InputState),
  },
  {
    $id: 'InputDifference',
    additionalProperties: false,
    description: 'An input whose value differs; null where the run has none',
  },
)

const MemberDifference = Type.Object(
  {
    pointer: Type.String({ maxLength: 1_000, description: 'Where it stands in the inputs' }),
    from: Type.Optional(Type.Unknown({ description: 'What it was; absent where it was not given' })),
    to: Type.Optional(Type.Unknown({ description: 'What it became; absent where it is not given' })),
  },
  {
    $id: 'MemberDifference',
    additionalProperties: false,
    description: 'A member of the inputs that was written otherwise',
  },
)

const DifferencePart = Type.Object(
  {
    of: Type.String({
      maxLength: 1_000,
      description: 'Id of the input, pointer of the member, or `catalogue` or `datasets`',
    }),
    alone: finite('What the change does by itself, one at a time, in the unit of the result'),
    part: finite('Its share by Shapley value; the parts of a result sum to its difference'),
    standardError: optionalNumber('Standard error of the part where orders were sampled; null when exact'),
  },
  { $id: 'DifferencePart', additionalProperties: false, description: 'What one change explains' },
)

const ResultDifference = Type.Object(
  {
    id: quantityId('Id of the result'),
    label: ref(Label),
    unit,
    from: optionalNumber('Value in the first run; null where it has none'),
    to: optionalNumber('Value in the other run; null where it has none'),
    difference: optionalNumber('The second less the first'),
    interaction: optionalNumber('What of the difference the changes make only together'),
    parts: Type.Array(ref(DifferencePart), {
      maxItems: 100,
      description: 'What each change explains; those that the result does not depend on are left out',
    }),
  },
  { $id: 'ResultDifference', additionalProperties: false, description: 'A result in two runs' },
)

const RunDifference = Type.Object(
  {
    from: runId('Id of the first run'),
    to: runId('Id of the run that it is compared with'),
    by: choice(['inputs', 'members'], {
      description:
        'What parts are of: inputs, or members of the request where the two are worked out by different formulas',
    }),
    method: Type.Unsafe<string | null>({
      type: ['string', 'null'],
      enum: ['exact', 'sampled', null],
      description: 'Whether all combinations of changes were worked out, or sampled orders of them',
    }),
    orders: Type.Unsafe<number | null>({
      type: ['integer', 'null'],
      format: 'int32',
      minimum: 1,
      maximum: 100_000,
      description: 'Orders sampled; null when exact',
    }),
    inputs: Type.Array(ref(InputDifference), { maxItems: 5_000, description: 'Inputs that differ' }),
    members: Type.Array(ref(MemberDifference), {
      maxItems: 5_000,
      description: 'Members of the requests that differ',
    }),
    unexplained: optionalText(4_000, 'Why the difference is not divided; null when it is'),
    results: Type.Array(ref(ResultDifference), { maxItems: 2_000, description: 'The results of both' }),
    warnings: Type.Array(ref(Warning), { maxItems: 10, description: 'What to know before using it' }),
  },
  { $id: 'RunDifference', additionalProperties: false, description: 'How a run differs from the first' },
)

export const Comparison = Type.Object(
  {
    estimator: choice(estimatorIds, { description: 'The estimator of all the runs' }),
    runs: Type.Array(ref(ComparedRun), { maxItems: mostCompared, description: 'The runs, in order' }),
    differences: Type.Array(ref(RunDifference), {
      maxItems: mostCompared,
      description: 'Each further run beside the first',
    }),
  },
  { $id: 'Comparison', additionalProperties: false, description: 'Runs of one estimator, compared' },
)

export const comparisonComponents = [
  ComparedRun,
  InputState,
  InputDifference,
  MemberDifference,
  DifferencePart,
  ResultDifference,
  RunDifference,
  Comparison,
]
