import { Type } from 'typebox'
import { sides } from '../domain/uncertainty/solve.ts'
import { finite, Quantity, quantityId } from './estimate.ts'
import { choice, nullable, pairOf, recordOf, ref } from './reference.ts'
import { Inputs } from './scenario.ts'
import { answerMembers, warnings } from './simulation.ts'

const Target = Type.Object(
  {
    quantity: quantityId('Id of a quantity'),
    value: finite('Value that it is to have, in its unit'),
    side: Type.Optional(
      choice(sides, {
        description: 'Where an integer input may end: nearest to the target, or on one side of it',
        default: 'nearest',
      }),
    ),
  },
  { $id: 'Target', additionalProperties: false, description: 'What a quantity is to be' },
)

export const SolveRequest = Type.Object(
  {
    inputs: ref(Inputs),
    target: ref(Target),
    for: quantityId('Id of the input to be found, such as mfu, parameters or penetrationMultiplier'),
    between: Type.Optional(
      pairOf(finite('End'), {
        description: 'Where to look, in the unit of the input; default: all that is allowed, nearest first',
      }),
    ),
  },
  {
    $id: 'SolveRequest',
    additionalProperties: false,
    description: 'A request of the estimator, and what is to come out',
  },
)

const SolvedInput = Type.Object(
  {
    id: quantityId('Id of the input'),
    pointer: Type.Unsafe<string | null>({
      type: ['string', 'null'],
      maxLength: 1_000,
      description: 'Where it stands in inputs; null for a value that no member gives',
    }),
    value: finite('Value that gives the target'),
    before: finite('Value that it had'),
    unit: Type.Unsafe<string | null>({
      type: ['string', 'null'],
      maxLength: 40,
      description: 'Unit of both; null where the member counts in another unit than the estimate',
    }),
  },
  { $id: 'SolvedInput', additionalProperties: false, description: 'The input that was found' },
)

const Neighbour = Type.Object(
  { value: finite('Value of the input'), reached: finite('What the quantity is there') },
  { $id: 'Neighbour', additionalProperties: false, description: 'A value beside the one found' },
)

export const Solution = Type.Object(
  {
    ...answerMembers,
    input: ref(SolvedInput),
    target: Type.Object(
      { quantity: quantityId('Id of the quantity'), value: finite('Value asked for') },
      { additionalProperties: false, description: 'What was asked' },
    ),
    reached: finite('What the quantity is; other than the target where it jumps or the input is an integer'),
    around: Type.Array(ref(Neighbour), {
      maxItems: 2,
      description: 'Where the target is not met exactly, the nearest values tried on either side',
    }),
    inputs: nullable(Inputs),
    results: recordOf(Quantity, {
      description: 'The results of the estimate there, by id',
      maxProperties: 1_000,
    }),
    warnings,
  },
  { $id: 'Solution', additionalProperties: false, description: 'An input that gives a result' },
)

export const solutionComponents = [Target, SolveRequest, SolvedInput, Neighbour, Solution]
