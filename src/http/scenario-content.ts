import type { FastifyRequest } from 'fastify'
import { DomainError } from '../domain/errors.ts'
import { estimatorOf } from '../domain/estimators.ts'
import { type ScenarioWrite, scenarioDefaults } from '../schemas/scenario.ts'
import type { JsonObject } from '../store/reference-data.ts'
import type { ScenarioContent as StoredContent, Viewer } from '../store/store.ts'
import type { HttpDeps } from './deps.ts'
import { HttpProblem, type ProblemPlace } from './problem.ts'

/**
 * Checks what no schema can: that companies and datasets exist, and that the estimator accepts the inputs.
 * Gives the content with its defaults.
 */
export function contentChecker({ store, catalogue }: HttpDeps) {
  return async (given: ScenarioWrite, { viewer }: FastifyRequest): Promise<StoredContent> => {
    const content = { ...scenarioDefaults, ...given }
    const estimator = estimatorOf(content.estimator)
    const [companies, datasets, looked] = await Promise.all([
      unknownPlaces(
        store.documents.unknownIds(viewer, 'company', content.companies),
        content.companies,
        'companies',
      ),
      unknownPlaces(
        store.documents.unknownIds(viewer, 'dataset', content.datasets),
        content.datasets,
        'datasets',
      ),
      lookUp(store, viewer, estimator.needs(content.inputs)),
    ])
    const places = [...companies, ...datasets]
    if (places.length > 0)
      throw new HttpProblem('invalid-request', places.map(({ detail }) => detail).join(' '), {
        errors: places,
      })
    try {
      estimator.build(content.inputs, { catalogue: catalogue(), datasets: looked })
    } catch (error) {
      throw error instanceof DomainError ? inInputs(error) : error
    }
    return { ...content, inputs: content.inputs as JsonObject }
  }
}

const lookUp = (store: HttpDeps['store'], viewer: Viewer, ids: readonly string[]) =>
  store.documents.datasets(viewer, ids)

async function unknownPlaces(
  asked: Promise<readonly string[]>,
  ids: readonly string[],
  member: string,
): Promise<ProblemPlace[]> {
  return (await asked).map(id => {
    const pointer = `/${member}/${ids.indexOf(id)}`
    return {
      pointer,
      code: 'unknown-id',
      detail: `${pointer} is "${id}"; there is no such entry in GET /v1/${member}.`,
    }
  })
}

/** A refusal of the estimator, pointing into the inputs of the scenario. */
function inInputs(error: DomainError): DomainError {
  return new DomainError(error.code, error.message, {
    ...(error.pointer !== null && { pointer: `/inputs${error.pointer}` }),
    facts: error.facts,
  })
}
