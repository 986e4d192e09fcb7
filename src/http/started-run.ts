import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { Run } from '../schemas/run.ts'
import type { RunStartOutcome, StoredRun } from '../store/run-store.ts'
import type { Viewer } from '../store/store.ts'
import { etagOf } from './conditional.ts'
import type { HttpDeps } from './deps.ts'
import { type Answer, sendOnce } from './once.ts'
import { written } from './outcome.ts'
import { notFull } from './run-start.ts'
import { isFinished, runText, withResult } from './run-view.ts'

/** Seconds after which asking again makes sense, and the longest that a caller may wait within a request. */
const retryAfter = '1'
const longestWait = 10

/** The header by which a caller waits for a run. */
export const prefer = Type.Object(
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

/** What starting a run answers. */
export const startAnswers = {
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
} as const

/** Starts a run once, however often the request is repeated, and answers when it is written, or waits for its end. */
export function sendStarted(
  request: FastifyRequest,
  reply: FastifyReply,
  deps: HttpDeps,
  { work, name }: { readonly work: (viewer: Viewer) => Promise<RunStartOutcome>; readonly name: string },
): Promise<FastifyReply> {
  const wait = preferredWait(request.headers.prefer)
  return sendOnce(request, reply, deps.store, {
    work: async viewer => notFull(await work(viewer)),
    written: outcome => written(outcome, 'scenario', name),
    answer: run => startedAnswer(run, runText(run, null), wait),
    ...(wait !== null && {
      fuller: {
        within: wait,
        answer: async (queued: StoredRun) => {
          const run = await finishedWithin(deps, request.viewer, queued, wait)
          return startedAnswer(run, await withResult(deps, request.viewer, run), wait)
        },
      },
    }),
  })
}

async function finishedWithin(
  { store: { runs } }: HttpDeps,
  viewer: Viewer,
  run: StoredRun,
  seconds: number,
): Promise<StoredRun> {
  const end = performance.now() + seconds * 1_000
  let latest = run
  for (let pause = 10; !isFinished(latest) && performance.now() < end; pause = Math.min(pause * 2, 200)) {
    await sleep(Math.min(pause, end - performance.now()))
    latest = (await runs.read(viewer, run.id)) ?? latest
  }
  return latest
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
