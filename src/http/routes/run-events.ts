import { Readable } from 'node:stream'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { idParameter } from '../../schemas/common.ts'
import type { HttpDeps } from '../deps.ts'
import { operation } from '../operation.ts'
import { missing } from '../outcome.ts'
import { untilRead } from '../plugins/time-limits.ts'
import { HttpProblem } from '../problem.ts'
import { runEvents } from '../run-events.ts'
import { isFinished } from '../run-view.ts'

/** Streams that one workspace may have open in one process. */
export const mostStreams = 50

const headers = Type.Object(
  {
    'last-event-id': Type.Optional(
      Type.String({
        pattern: '^[0-9]{1,9}$',
        maxLength: 9,
        description: 'Id of the last event received: states after it are sent',
      }),
    ),
  },
  { additionalProperties: true },
)

/** `GET /v1/runs/{id}/events`: the states of a run as they come. */
export const runEventRoutes =
  ({ store: { runs } }: HttpDeps): FastifyPluginAsyncTypebox =>
  async app => {
    const open = new Map<string, number>()
    const stopping = new AbortController()
    app.addHook('preClose', async () => stopping.abort())

    /** Counts a stream, unless there are too many; the function it returns counts it out. */
    const admit = (workspaceId: string): (() => void) => {
      const count = open.get(workspaceId) ?? 0
      if (count >= mostStreams) {
        throw new HttpProblem(
          'too-many-streams',
          `${count} streams of events are open, and as many may be; close one, or poll the run.`,
          { headers: { 'retry-after': '5' } },
        )
      }
      open.set(workspaceId, count + 1)
      return () => open.set(workspaceId, (open.get(workspaceId) ?? 1) - 1)
    }

    app.get(
      '/v1/runs/:id/events',
      {
        // A stream has no end to measure: there is no HEAD of it.
        exposeHeadRoute: false,
        handlerTimeout: untilRead,
        schema: operation({
          id: 'watchRun',
          summary: 'The states of a run as server-sent events',
          description:
            'Sends the run (as in lists) each time its state or progress changes, with its version as id, and closes after the final state. A reader that comes back with Last-Event-ID gets what it missed as the current state; one that has the final state gets 204, at which EventSource stops. Comments are sent every 15 s.',
          tag: 'scenarios',
          scope: 'read',
          params: idParameter('run'),
          headers,
          answers: {
            200: {
              description: 'Events whose data is a RunSummary',
              schema: Type.String({ maxLength: 1_000_000_000, description: 'text/event-stream' }),
              mediaType: 'text/event-stream',
              headers: ['X-Accel-Buffering'],
            },
            204: { description: 'The reader has the final state already' },
          },
          problems: [404, 429],
        }),
      },
      async (request, reply) => {
        const { id } = request.params as { id: string }
        const run = await runs.read(request.viewer, id)
        if (run === null) throw missing('run', id)
        const last = request.headers['last-event-id']
        const since = last === undefined ? null : Number(last)
        if (isFinished(run) && since === run.version) return reply.code(204).send()
        const leave = admit(request.viewer.workspaceId)
        const gone = new AbortController()
        reply.raw.once('close', () => {
          leave()
          gone.abort()
        })
        const events = runEvents({
          ...{ runs, viewer: request.viewer, run, since },
          ...{ gone: gone.signal, stopping: stopping.signal },
        })
        return reply
          .type('text/event-stream')
          .header('cache-control', 'no-store')
          .header('x-accel-buffering', 'no')
          .send(Readable.from(events, { objectMode: false, highWaterMark: 16_384 }))
      },
    )
  }
