import type { FastifyInstance } from 'fastify'
import type { Estimator, Lookup } from '../domain/estimate.ts'
import type { EstimatorId } from '../domain/estimators.ts'
import { datasetsOfSweep, type Sweep, type SweepRequest, sweep } from '../domain/uncertainty/sweep.ts'
import { estimatorRequests } from '../schemas/estimators.ts'
import { membersOfRequest } from '../schemas/members-of-request.ts'
import type { Viewer } from '../store/store.ts'
import type { HttpDeps } from './deps.ts'
import { HttpProblem } from './problem.ts'

/** What is looked up for requests that need datasets: those that the viewer sees, and the current catalogue. */
export const lookups =
  ({ store, catalogue }: Pick<HttpDeps, 'store' | 'catalogue'>) =>
  async (viewer: Viewer, needed: readonly string[]): Promise<Lookup> => ({
    catalogue: catalogue(),
    datasets: needed.length === 0 ? new Map() : await store.documents.datasets(viewer, needed),
  })

/** Holds a request against the schema of its estimator; problems point on from `pointer`. */
export function checkInputs(app: FastifyInstance, { id }: Estimator, inputs: unknown, pointer: string): void {
  const { $id = '' } = estimatorRequests[id as EstimatorId] as { $id?: string }
  app.check($id, inputs, pointer)
}

/** The same for a request that holds one of many values: every problem stands where the value is. */
function checkVariant(app: FastifyInstance, estimator: Estimator, inputs: unknown, pointer: string): void {
  try {
    checkInputs(app, estimator, inputs, '')
  } catch (problem) {
    if (!(problem instanceof HttpProblem)) throw problem
    throw new HttpProblem(problem.code, problem.message, {
      errors: problem.errors.map(place => ({ ...place, pointer })),
    })
  }
}

/**
 * A sweep whose inputs and values all satisfy the schema of the estimator, with what it looks up. Pointers lead into
 * the request of a sweep.
 */
export async function checkedSweep(
  app: FastifyInstance,
  lookupFor: (needed: readonly string[]) => Promise<Lookup>,
  estimator: Estimator,
  asked: SweepRequest,
): Promise<{ readonly swept: Sweep; readonly lookup: Lookup }> {
  const members = membersOfRequest(estimator.id, asked.inputs)
  const own = estimator.needs(asked.inputs)
  const lookup = await lookupFor(own)
  const swept = sweep(estimator, asked, members, lookup)
  for (const { request, pointer } of swept.variants()) checkVariant(app, estimator, request, pointer)
  const needed = datasetsOfSweep(estimator, asked)
  if (needed.length <= own.length) return { swept, lookup }
  const wider = await lookupFor(needed)
  return { swept: sweep(estimator, asked, members, wider), lookup: wider }
}
