import { DomainError } from '../errors.ts'
import type { Estimator, Lookup } from '../estimate.ts'
import { placedUnder } from './distributions-in-request.ts'
import { type UncertainEstimate, uncertainEstimate } from './uncertain-inputs.ts'

/** A request that holds with a probability in proportion to its weight. */
export interface WeightedRequest<Request = unknown> {
  readonly id: string
  readonly weight: number
  readonly inputs: Request
}

/** One of the sheets that a simulation chooses among; a plain simulation has one alone. */
export interface Alternative extends UncertainEstimate {
  readonly id: string
  readonly weight: number
  /** Where it stands in the request of the simulation. */
  readonly place: string
  /** The request with its distributions. */
  readonly asked: unknown
}

/**
 * The sheets of a simulation. Throws `missing-value` or `inconsistent-inputs` unless there are either inputs or
 * alternatives, `duplicate-quantity` for two alternatives of one id, and what the estimator refuses.
 */
export function alternativesOf<Request>(
  estimator: Estimator<Request>,
  asked: { readonly inputs?: Request; readonly alternatives?: readonly WeightedRequest<Request>[] },
  lookup: Lookup,
): readonly Alternative[] {
  const { inputs, alternatives } = asked
  if (alternatives === undefined) {
    if (inputs === undefined)
      throw new DomainError('missing-value', 'There are neither inputs nor alternatives; give one of them.', {
        pointer: '/inputs',
      })
    return [sheetOf(estimator, { id: 'inputs', weight: 1, inputs }, '/inputs', lookup)]
  }
  if (inputs !== undefined)
    throw new DomainError(
      'inconsistent-inputs',
      `There are inputs and ${alternatives.length} alternatives; give the inputs as one of the alternatives.`,
      { pointer: '/inputs' },
    )
  for (const [index, { id }] of alternatives.entries()) {
    const first = alternatives.findIndex(other => other.id === id)
    if (first !== index)
      throw new DomainError(
        'duplicate-quantity',
        `/alternatives/${first} and /alternatives/${index} both have the id "${id}"; ids must differ.`,
        { pointer: `/alternatives/${index}/id`, facts: { id, first, second: index } },
      )
  }
  if (!alternatives.some(({ weight }) => weight > 0))
    throw new DomainError(
      'inconsistent-inputs',
      'Every alternative has the weight 0; give at least one of them a greater weight.',
      { pointer: '/alternatives' },
    )
  return alternatives.map((alternative, index) =>
    sheetOf(estimator, alternative, `/alternatives/${index}/inputs`, lookup),
  )
}

function sheetOf<Request>(
  estimator: Estimator<Request>,
  { id, weight, inputs }: WeightedRequest<Request>,
  place: string,
  lookup: Lookup,
): Alternative {
  return placedUnder(place, () => ({
    ...{ id, weight, place, asked: inputs },
    ...uncertainEstimate(estimator, inputs, lookup),
  }))
}
