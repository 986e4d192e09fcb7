import type { FastifyRequest } from 'fastify'
import { DomainError } from '../domain/errors.ts'
import { estimatorOf } from '../domain/estimators.ts'
import { atMedians } from '../domain/uncertainty/distributions-in-request.ts'
import { type ScenarioWrite, scenarioDefaults } from '../schemas/scenario.ts'
import type { JsonObject } from '../store/json.ts'
import type { ScenarioContent as StoredContent } from '../store/store.ts'
import type { HttpDeps } from './deps.ts'
import { missingDocuments, refuseMissing } from './references.ts'

/**
 * Checks what no schema can: that companies and datasets exist, and that the estimator accepts the inputs.
 * Gives the content with its defaults.
 */
export function contentChecker({ store, catalogue }: HttpDeps) {
  return async (given: ScenarioWrite, { viewer }: FastifyRequest): Promise<StoredContent> => {
    const content = { ...scenarioDefaults, ...given }
    const estimator = estimatorOf(content.estimator)
    const shelves = { documents: store.documents, catalogue: catalogue(), viewer }
    const [companies, datasets, looked] = await Promise.all([
      missingDocuments('company', references('companies', content.companies), shelves),
      missingDocuments('dataset', references('datasets', content.datasets), shelves),
      store.documents.datasets(viewer, estimator.needs(content.inputs)),
    ])
    refuseMissing([...companies, ...datasets])
    try {
      estimator.build(atMedians(content.inputs).request, { catalogue: shelves.catalogue, datasets: looked })
    } catch (error) {
      throw error instanceof DomainError ? inInputs(error) : error
    }
    return { ...content, inputs: content.inputs as JsonObject }
  }
}

const references = (member: string, ids: readonly string[]) =>
  ids.map((id, index) => ({ pointer: `/${member}/${index}`, id }))

/** A refusal of the estimator, pointing into the inputs of the scenario. */
function inInputs(error: DomainError): DomainError {
  return new DomainError(error.code, error.message, {
    ...(error.pointer !== null && { pointer: `/inputs${error.pointer}` }),
    facts: error.facts,
  })
}
