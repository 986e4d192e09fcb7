import { Type } from 'typebox'
import { quantityId } from './estimate.ts'
import { choice, pairOf, ref } from './reference.ts'

const coefficient = (description: string) =>
  Type.Number({ format: 'double', minimum: -1, maximum: 1, description })

const CorrelationPair = Type.Object(
  {
    between: pairOf(quantityId('Id of an uncertain input'), { description: 'The two inputs' }),
    spearman: Type.Optional(coefficient('Rank correlation')),
    pearson: Type.Optional(coefficient('Product-moment correlation of the values')),
  },
  {
    $id: 'CorrelationPair',
    additionalProperties: false,
    minProperties: 2,
    maxProperties: 2,
    description: 'How two uncertain inputs go together: exactly one measure',
  },
)

const rows = (description: string) =>
  Type.Array(Type.Array(coefficient('Correlation'), { minItems: 2, maxItems: 30, description: 'A row' }), {
    minItems: 2,
    maxItems: 30,
    description,
  })

const CorrelationMatrix = Type.Object(
  {
    inputs: Type.Array(quantityId('Id of an uncertain input'), {
      minItems: 2,
      maxItems: 30,
      uniqueItems: true,
      description: 'The inputs, in the order of rows and columns',
    }),
    spearman: Type.Optional(rows('Rank correlations, by rows')),
    pearson: Type.Optional(rows('Product-moment correlations, by rows')),
  },
  {
    $id: 'CorrelationMatrix',
    additionalProperties: false,
    minProperties: 2,
    maxProperties: 2,
    description:
      'Correlations of all pairs of some inputs: exactly one measure, symmetric, ones on the diagonal',
  },
)

/** Members of a request that say how its uncertain inputs go together. */
export const correlationMembers = {
  correlations: Type.Optional(
    Type.Array(ref(CorrelationPair), {
      maxItems: 100,
      description: 'Correlations of pairs of uncertain inputs; pairs that are not named are independent',
    }),
  ),
  correlationMatrix: Type.Optional(ref(CorrelationMatrix)),
  repair: Type.Optional(
    choice(['nearest'], {
      description:
        'Take the nearest correlation matrix (Higham 2002) where the one asked for is not positive definite, and say what changed; without it such a matrix is refused',
    }),
  ),
}

const ChangedCorrelation = Type.Object(
  {
    between: pairOf(quantityId('Id of an uncertain input'), { description: 'The two inputs' }),
    from: coefficient('Correlation of the normal scores that was asked for'),
    to: coefficient('The one taken'),
  },
  {
    $id: 'ChangedCorrelation',
    additionalProperties: false,
    description: 'A correlation that a repair changed',
  },
)

/** What was changed to make a matrix positive semidefinite. */
export const CorrelationRepair = Type.Object(
  {
    smallestEigenvalue: Type.Number({
      format: 'double',
      minimum: -100,
      maximum: 100,
      description: 'Smallest eigenvalue of the matrix asked for',
    }),
    distance: Type.Number({
      format: 'double',
      minimum: 0,
      maximum: 1_000,
      description: 'Frobenius norm of the change',
    }),
    changed: Type.Array(ref(ChangedCorrelation), { maxItems: 10_000, description: 'What changed' }),
  },
  {
    $id: 'CorrelationRepair',
    additionalProperties: false,
    description: 'How a correlation matrix was made positive semidefinite',
  },
)

export const correlationComponents = [
  CorrelationPair,
  CorrelationMatrix,
  ChangedCorrelation,
  CorrelationRepair,
]
