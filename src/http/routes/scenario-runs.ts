import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { DomainError } from '../../domain/errors.ts'
import { idParameter } from '../../schemas/common.ts'
import { ifNoneMatch, listQuery } from '../../schemas/document.ts'
import { Estimate } from '../../schemas/estimate.ts'
import { ref } from '../../schemas/reference.ts'
import { RunPage, RunStart } from '../../schemas/run.ts'
import { isCurrent } from '../conditional.ts'
import type { HttpDeps } from '../deps.ts'
import { operation } from '../operation.ts'
import { missing } from '../outcome.ts'
import { HttpProblem } from '../problem.ts'
import { runFilters, runLists } from '../run-list.ts'
import { type AskedRun, type AskedSubject, runStarts } from '../run-start.ts'
import { json } from '../run-view.ts'
import { prefer, sendStarted, startAnswers } from '../started-run.ts'

const scenarioParams = idParameter('scenario')

/** The runs of a scenario, and its result: that of its latest run that succeeded. */
export const scenarioRunRoutes =
  (deps: HttpDeps): FastifyPluginAsyncTypebox =>
  async app => {
    const { runs, scenarios } = deps.store
    const sendRuns = runLists(deps)
    const startOf = runStarts(app, deps)

    app.post(
      '/v1/scenarios/:id/runs',
      {
        // A run needs nothing said: no body means all defaults.
        preValidation: async request => {
          if (request.body === undefined) request.body = {}
        },
        schema: operation({
          id: 'startRun',
          summary: 'Run a scenario',
          description:
            'Queues an estimate of the scenario, a simulation or a sweep of it, or a search for its layout, and answers 202 with its address, or 201 when Prefer: wait=N was given and it finished in time. GET /v1/runs/{id}/events follows it.',
          tag: 'scenarios',
          scope: 'run',
          isRepeatable: true,
          params: scenarioParams,
          headers: prefer,
          body: ref(RunStart),
          answers: startAnswers,
          problems: [403, 404, 429],
        }),
      },
      async (request, reply) => {
        const { id } = request.params as { id: string }
        const { scenarioVersion, ...body } = request.body as AskedRun & { readonly scenarioVersion?: number }
        const scenario = await (scenarioVersion === undefined
          ? scenarios.read(request.viewer, id)
          : scenarios.readVersion(request.viewer, id, scenarioVersion))
        const start = await inScenario(() => startOf(request.viewer, scenario as AskedSubject | null, body))
        const name = scenarioVersion === undefined ? id : `${id}" at version "${scenarioVersion}`
        return sendStarted(request, reply, deps, {
          work: viewer => runs.start(viewer, id, scenarioVersion ?? 'latest', start, deps.queue.enqueue),
          name,
        })
      },
    )

    app.get(
      '/v1/scenarios/:id/runs',
      {
        schema: operation({
          id: 'listRunsOfScenario',
          summary: 'The runs of a scenario, oldest first',
          tag: 'scenarios',
          scope: 'read',
          params: scenarioParams,
          query: listQuery(['createdAt'], runFilters),
          answers: { 200: { description: 'A page of the list', schema: RunPage, headers: ['Link'] } },
          problems: [404],
        }),
      },
      async (request, reply) => {
        const { id } = request.params as { id: string }
        if ((await scenarios.latestRunId(request.viewer, id)) === undefined) throw missing('scenario', id)
        return sendRuns(request, reply, { scenario: id })
      },
    )

    app.get(
      '/v1/scenarios/:id/result',
      {
        schema: operation({
          id: 'getScenarioResult',
          summary: 'The result of the latest run of a scenario that succeeded',
          description:
            'Made for polling: with If-None-Match the answer is 304 until another run has succeeded, and nothing of the result is read.',
          tag: 'scenarios',
          scope: 'read',
          params: scenarioParams,
          headers: ifNoneMatch,
          answers: {
            200: {
              description: 'The result, byte for byte as the run wrote it',
              schema: Estimate,
              headers: ['ETag', 'Content-Location'],
            },
            304: { description: 'The caller has this result already', headers: ['ETag'] },
          },
          problems: [404],
        }),
      },
      async (request, reply) => {
        const { id } = request.params as { id: string }
        const runId = await scenarios.latestRunId(request.viewer, id)
        if (runId === undefined) throw missing('scenario', id)
        if (runId === null)
          throw new HttpProblem('no-result-yet', `No run of the scenario "${id}" has succeeded yet.`)
        if (isCurrent(request, reply, runId)) return reply.code(304).send()
        return reply
          .header('content-location', `/v1/runs/${runId}`)
          .type(json)
          .send(await runs.result(request.viewer, runId))
      },
    )
  }

/** What is wrong with the inputs of a run stands in its scenario, not in the body that starts it. */
async function inScenario<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof DomainError) || (error.pointer !== null && !error.pointer.startsWith('/inputs')))
      throw error
    const { code, message, pointer, facts } = error
    throw new DomainError(code, `In the scenario: ${message}`, {
      ...(pointer !== null && { pointer }),
      facts,
    })
  }
}
