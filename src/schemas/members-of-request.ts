import type { EstimatorId } from '../domain/estimators.ts'
import type { NumericMember } from '../domain/uncertainty/numeric-member.ts'
import { estimatorComponents, estimatorRequests } from './estimators.ts'
import { numericMembers } from './numeric-members.ts'

/** The numbers that a request of an estimator has or may have, with the bounds of its schema. */
export const membersOfRequest = (estimator: string, inputs: unknown): readonly NumericMember[] =>
  numericMembers(estimatorComponents, estimatorRequests[estimator as EstimatorId], inputs)
