import { describe, expect, it } from 'vitest'
import { DomainError } from '../../../src/domain/errors.ts'
import { type EstimatorId, estimatorIds, estimatorOf } from '../../../src/domain/estimators.ts'
import { replacedAt } from '../../../src/domain/uncertainty/pointer.ts'
import { estimatorComponents, estimatorRequests } from '../../../src/schemas/estimators.ts'
import { numericMembers } from '../../../src/schemas/numeric-members.ts'
import { lookupOfFiles } from '../../support/lookup.ts'

const lookup = lookupOfFiles()

/** What is thrown, other than a refusal, when a number is put into a request where the schema knows one. */
function defects(id: EstimatorId, request: unknown): string[] {
  const members = numericMembers(estimatorComponents, estimatorRequests[id], request)
  return members.flatMap(({ pointer, minimum }) => {
    try {
      estimatorOf(id).build(replacedAt(request, pointer, minimum), lookup)
    } catch (error) {
      if (!(error instanceof DomainError)) return [`${pointer}: ${error}`]
    }
    return []
  })
}

describe('looking for the member behind an input', () => {
  // It adds numbers to a request that the schema then would not let in, such as a part of a model beside its id.
  it.each(estimatorIds)('meets refusals and nothing else of %s', id => {
    for (const request of estimatorOf(id).illustrations) expect(defects(id, request)).toEqual([])
  })
})
