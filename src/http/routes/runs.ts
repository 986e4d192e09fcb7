import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { idParameter } from '../../schemas/common.ts'
import { ifNoneMatch, listQuery } from '../../schemas/document.ts'
import { Run, RunPage } from '../../schemas/run.ts'
import type { StoredRun, Viewer } from '../../store/store.ts'
import { etagOf, isCurrent } from '../conditional.ts'
import type { HttpDeps } from '../deps.ts'
import { operation } from '../operation.ts'
import { missing, written } from '../outcome.ts'
import { allRunFilters, runLists } from '../run-list.ts'
import { isFinished, json, withResult } from '../run-view.ts'

const runParams = idParameter('run')

/** Seconds after which asking again makes sense. */
const retryAfter = '1'

/** Runs by themselves: what they are, and cancelling them. */
export const runRoutes =
  (deps: HttpDeps): FastifyPluginAsyncTypebox =>
  async app => {
    const { runs } = deps.store
    const sendRuns = runLists(deps)

    const read = async (viewer: Viewer, id: string): Promise<StoredRun> => {
      const run = await runs.read(viewer, id)
      if (run === null) throw missing('run', id)
      return run
    }

    app.get(
      '/v1/runs',
      {
        schema: operation({
          id: 'listRuns',
          summary: 'The runs, oldest first',
          tag: 'scenarios',
          scope: 'read',
          query: listQuery(['createdAt'], allRunFilters),
          answers: { 200: { description: 'A page of the list', schema: RunPage, headers: ['Link'] } },
        }),
      },
      (request, reply) => sendRuns(request, reply),
    )

    app.get(
      '/v1/runs/:id',
      {
        schema: operation({
          id: 'getRun',
          summary: 'One run, with its result once it has succeeded',
          tag: 'scenarios',
          scope: 'read',
          params: runParams,
          headers: ifNoneMatch,
          answers: {
            200: { description: 'The run', schema: Run, headers: ['ETag', 'Retry-After'] },
            304: { description: 'The caller has this version already', headers: ['ETag'] },
          },
          problems: [404],
        }),
      },
      async (request, reply) => {
        const { id } = request.params as { id: string }
        const run = await read(request.viewer, id)
        if (!isFinished(run)) reply.header('retry-after', retryAfter)
        if (isCurrent(request, reply, run.version)) return reply.code(304).send()
        return reply.type(json).send(await withResult(deps, request.viewer, run))
      },
    )

    app.delete(
      '/v1/runs/:id',
      {
        schema: operation({
          id: 'cancelRun',
          summary: 'Cancel a run; one that has finished stays as it is',
          tag: 'scenarios',
          scope: 'run',
          params: runParams,
          answers: { 200: { description: 'The run as it is now', schema: Run, headers: ['ETag'] } },
          problems: [403, 404],
        }),
      },
      async (request, reply) => {
        const { id } = request.params as { id: string }
        const run = written(await runs.cancel(request.viewer, id, deps.clock()), 'run', id)
        return reply
          .header('etag', etagOf(run.version))
          .type(json)
          .send(await withResult(deps, request.viewer, run))
      },
    )
  }
