import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { estimatorIds } from '../domain/estimators.ts'
import { idPattern } from '../schemas/common.ts'
import { choice } from '../schemas/reference.ts'
import { runStatuses } from '../schemas/run.ts'
import type { RunStatus } from '../store/run-store.ts'
import type { HttpDeps } from './deps.ts'
import { cursors, pageRequest, sendPage, shownPage } from './pagination.ts'
import { summary } from './run-view.ts'

/** What the runs of a scenario may be narrowed to. */
export const runFilters = {
  status: choice(runStatuses, { description: 'Only those in this state' }),
  estimator: choice(estimatorIds, { description: 'Only those of this estimator' }),
}

/** What all runs may be narrowed to. */
export const allRunFilters = {
  ...runFilters,
  scenario: Type.String({ pattern: idPattern, maxLength: 100, description: 'Only those of this scenario' }),
}

/** Sends a page of runs, oldest first: those that the query asks for, or of one scenario. */
export function runLists({ store, cursorSecret, publicUrl }: HttpDeps) {
  const cursor = cursors(cursorSecret)
  return async (request: FastifyRequest, reply: FastifyReply, of: { readonly scenario?: string } = {}) => {
    const filters = request.query as { status?: RunStatus; estimator?: string; scenario?: string }
    const page = await store.runs.list(request.viewer, {
      ...filters,
      ...pageRequest(request, cursor, 'createdAt'),
      ...of,
    })
    return sendPage(request, reply, cursor, shownPage(page, summary), publicUrl)
  }
}
