import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyInstance } from 'fastify'
import { type EstimatorId, estimatorOf } from '../../domain/estimators.ts'
import { idParameter } from '../../schemas/common.ts'
import { ifNoneMatch, listQuery } from '../../schemas/document.ts'
import { ref } from '../../schemas/reference.ts'
import { Run, RunPage, RunRequest } from '../../schemas/run.ts'
import type { JsonObject } from '../../store/json.ts'
import type { StoredRun } from '../../store/run-store.ts'
import type { Viewer } from '../../store/store.ts'
import { etagOf, isCurrent } from '../conditional.ts'
import type { HttpDeps } from '../deps.ts'
import { checkInputs } from '../estimator-request.ts'
import { operation } from '../operation.ts'
import { missing, written } from '../outcome.ts'
import { allRunFilters, runLists } from '../run-list.ts'
import { type AskedRun, type AskedSubject, refusedAt, runStarts } from '../run-start.ts'
import { isFinished, json, withResult } from '../run-view.ts'
import { prefer, sendStarted, startAnswers } from '../started-run.ts'

const runParams = idParameter('run')

/** Seconds after which asking again makes sense. */
const retryAfter = '1'

/** Runs by themselves: what they are, and cancelling them. */
export const runRoutes =
  (deps: HttpDeps): FastifyPluginAsyncTypebox =>
  async app => {
    const { runs } = deps.store
    const startOf = runStarts(app, deps)
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

    app.post(
      '/v1/runs',
      {
        schema: operation({
          id: 'startRunAlone',
          summary: 'Run something by itself',
          description:
            'Queues an estimate, a simulation, a sweep or a search for a plan, of inputs that are no scenario, and answers 202 with its address, or 201 when Prefer: wait=N was given and it finished in time. What such a run takes is kept with it: it outlasts its caller, and the process that works on it.',
          tag: 'scenarios',
          scope: 'run',
          isRepeatable: true,
          headers: prefer,
          body: ref(RunRequest),
          answers: startAnswers,
          problems: [403, 404, 429],
        }),
      },
      async (request, reply) => {
        const { estimator, inputs, ...asked } = request.body as AskedRun & Partial<AskedSubject>
        const subject = subjectOf(app, asked, estimator, inputs)
        const start = await startOf(request.viewer, subject, asked)
        return sendStarted(request, reply, deps, {
          work: viewer => runs.startAlone(viewer, subject, start, deps.queue.enqueue),
          name: '',
        })
      },
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

/** What a run by itself works on, after the schema of its estimator. A plan may do without. */
function subjectOf(
  app: FastifyInstance,
  { kind = 'estimate' }: AskedRun,
  estimator: EstimatorId | undefined,
  inputs: JsonObject | undefined,
): AskedSubject {
  if (kind === 'plan' && inputs === undefined) return { estimator: estimator ?? 'training', inputs: {} }
  const what = estimator ?? (kind === 'plan' ? 'training' : undefined)
  if (what === undefined)
    throw refusedAt('/estimator', `A run of the kind ${kind} needs an estimator; give one.`, 'missing-value')
  if (inputs === undefined)
    throw refusedAt(
      '/inputs',
      `A run of the kind ${kind} needs the inputs of an estimate; give inputs.`,
      'missing-value',
    )
  checkInputs(app, estimatorOf(what), inputs, '/inputs')
  return { estimator: what, inputs }
}
