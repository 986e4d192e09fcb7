import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { engineVersion } from '../../domain/estimate.ts'
import { datasetsOf } from '../../domain/estimators.ts'
import { idParameter } from '../../schemas/common.ts'
import { ifNoneMatch, listQuery } from '../../schemas/document.ts'
import { Estimate } from '../../schemas/estimate.ts'
import { ref } from '../../schemas/reference.ts'
import { Run, RunPage, RunStart } from '../../schemas/run.ts'
import type { RunStartOutcome, StoredRun, Viewer, WriteOutcome } from '../../store/store.ts'
import { etagOf, isCurrent } from '../conditional.ts'
import type { HttpDeps } from '../deps.ts'
import { type Answer, sendOnce } from '../once.ts'
import { operation } from '../operation.ts'
import { missing, written } from '../outcome.ts'
import { HttpProblem } from '../problem.ts'
import { runFilters, runLists } from '../run-list.ts'
import { type AskedRun, runAsked } from '../run-start.ts'
import { isFinished, json, runText, withResult } from '../run-view.ts'

const scenarioParams = idParameter('scenario')

/** Seconds after which asking again makes sense, and the longest that a caller may wait within a request. */
const retryAfter = '1'
const longestWait = 10

const prefer = Type.Object(
  {
    prefer: Type.Optional(
      Type.String({
        maxLength: 200,
        description: `\`wait=N\` to wait up to N seconds (at most ${longestWait}) for the run to finish; \`respond-async\` not to`,
      }),
    ),
  },
  { additionalProperties: true },
)

/** The runs of a scenario, and its result: that of its latest run that succeeded. */
export const scenarioRunRoutes =
  (deps: HttpDeps): FastifyPluginAsyncTypebox =>
  async app => {
    const { runs, scenarios } = deps.store
    const sendRuns = runLists(deps)
    const asked = runAsked(deps)

    const finishedWithin = async (viewer: Viewer, run: StoredRun, seconds: number): Promise<StoredRun> => {
      const end = performance.now() + seconds * 1_000
      let latest = run
      for (let pause = 10; !isFinished(latest) && performance.now() < end; pause = Math.min(pause * 2, 200)) {
        await sleep(Math.min(pause, end - performance.now()))
        latest = (await runs.read(viewer, run.id)) ?? latest
      }
      return latest
    }

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
            'Queues an estimate of the scenario, or a simulation of it, and answers 202 with its address, or 201 when Prefer: wait=N was given and it finished in time. GET /v1/runs/{id}/events follows it.',
          tag: 'scenarios',
          scope: 'run',
          isRepeatable: true,
          params: scenarioParams,
          headers: prefer,
          body: ref(RunStart),
          answers: {
            201: {
              description: 'The run has finished',
              schema: Run,
              headers: ['Location', 'ETag', 'Preference-Applied'],
            },
            202: {
              description: 'The run is queued or under way',
              schema: Run,
              headers: ['Location', 'ETag', 'Retry-After', 'Preference-Applied'],
            },
          },
          problems: [403, 404, 429],
        }),
      },
      async (request, reply) => {
        const { id } = request.params as { id: string }
        const body = request.body as AskedRun
        const { scenarioVersion = 'latest' } = body
        const start = {
          runId: deps.newId('run'),
          ...(await asked(request, id, body)),
          engineVersion,
          catalogueVersion: deps.catalogue().version,
          datasetsOf,
          mostQueued: deps.mostQueued,
          now: deps.clock(),
        }
        const name = scenarioVersion === 'latest' ? id : `${id}" at version "${scenarioVersion}`
        const wait = preferredWait(request.headers.prefer)
        return sendOnce(request, reply, deps.store, {
          work: async viewer =>
            notFull(await runs.start(viewer, id, scenarioVersion, start, deps.queue.enqueue)),
          written: outcome => written(outcome, 'scenario', name),
          answer: run => startedAnswer(run, runText(run, null), wait),
          ...(wait !== null && {
            fuller: {
              within: wait,
              answer: async (queued: StoredRun) => {
                const run = await finishedWithin(request.viewer, queued, wait)
                return startedAnswer(run, await withResult(deps, request.viewer, run), wait)
              },
            },
          }),
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

/** Refuses a run where too many wait already. */
function notFull(outcome: RunStartOutcome): WriteOutcome<StoredRun> {
  if (!('refused' in outcome) || outcome.refused !== 'queue-full') return outcome
  throw new HttpProblem(
    'queue-full',
    `${outcome.waiting} runs wait for a worker already, which is as many as may; start this one when some have finished.`,
    { headers: { 'retry-after': '5' } },
  )
}

/** The answer to the start of a run, as far as it has come. */
function startedAnswer(run: StoredRun, body: string, wait: number | null): Answer {
  return {
    status: isFinished(run) ? 201 : 202,
    headers: {
      location: `/v1/runs/${run.id}`,
      etag: etagOf(run.version),
      ...(wait !== null && { 'preference-applied': `wait=${wait}` }),
      ...(!isFinished(run) && { 'retry-after': retryAfter }),
    },
    body,
  }
}

/** Seconds that `Prefer: wait=N` asks for, bounded; null when it does not ask. Other preferences may be ignored. */
function preferredWait(header: string | string[] | undefined): number | null {
  const asked = /(?:^|[,;\s])wait=(\d{1,6})(?:$|[,;\s])/i.exec(String(header ?? ''))?.[1]
  return asked === undefined ? null : Math.min(Number(asked), longestWait)
}
