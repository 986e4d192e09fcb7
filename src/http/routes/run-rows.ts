import { Readable } from 'node:stream'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { idParameter } from '../../schemas/common.ts'
import { ifNoneMatch } from '../../schemas/document.ts'
import { SweepLines } from '../../schemas/sweep.ts'
import type { StoredRun } from '../../store/run-store.ts'
import { isCurrent } from '../conditional.ts'
import type { HttpDeps } from '../deps.ts'
import { operation } from '../operation.ts'
import { missing } from '../outcome.ts'
import { untilRead } from '../plugins/time-limits.ts'
import { HttpProblem } from '../problem.ts'
import { isFinished } from '../run-view.ts'
import { acceptedFormat, acceptedRows, keptLines } from '../sweep-lines.ts'

/** `GET /v1/runs/{id}/rows`: what a sweep has worked out. */
export const runRowRoutes =
  ({ store: { runs } }: HttpDeps): FastifyPluginAsyncTypebox =>
  async app => {
    app.get(
      '/v1/runs/:id/rows',
      {
        // The length is in the result of the run: there is no HEAD of a stream.
        exposeHeadRoute: false,
        handlerTimeout: untilRead,
        schema: operation({
          id: 'getRunRows',
          summary: 'The rows of a sweep that has succeeded',
          description:
            'The same lines as POST /v1/estimates/{estimator}/sweep streams, kept with the run: NDJSON, or CSV when the caller wants text/csv more, no faster than they are read. `sha256` in the result of the run is that of the NDJSON.',
          tag: 'scenarios',
          scope: 'read',
          params: idParameter('run'),
          headers: Type.Object({ ...acceptedRows.properties, ...ifNoneMatch.properties }),
          answers: {
            200: {
              description: 'A head, and a line for each combination',
              schema: SweepLines,
              mediaType: 'application/x-ndjson',
              headers: ['ETag'],
            },
            304: { description: 'The caller has these rows already', headers: ['ETag'] },
          },
          problems: [404, 409],
        }),
      },
      async (request, reply) => {
        const { id } = request.params as { id: string }
        const run = await runs.read(request.viewer, id)
        if (run === null) throw missing('run', id)
        if (run.kind !== 'sweep') throw withoutRows(run)
        if (run.status !== 'succeeded') throw notYet(run)
        const format = acceptedFormat(request)
        if (isCurrent(request, reply, `${run.version}-${format.name}`)) return reply.code(304).send()
        const lines = keptLines(part => runs.part(id, part), format)
        return reply
          .type(`${format.mediaType}; charset=utf-8`)
          .send(Readable.from(lines, { objectMode: false, highWaterMark: 65_536 }))
      },
    )
  }

const withoutRows = ({ id, kind }: StoredRun): HttpProblem =>
  new HttpProblem('not-found', `The run "${id}" is of the kind ${kind}, and only a sweep has rows.`)

/** Rows are those of a whole sweep: before its end there are none to be had. */
const notYet = (run: StoredRun): HttpProblem =>
  new HttpProblem(
    'conflict',
    isFinished(run)
      ? `The run "${run.id}" ended as ${run.status}, so it has no rows; start another.`
      : `The run "${run.id}" is ${run.status}; its rows are there once it has succeeded.`,
    isFinished(run) ? {} : { headers: { 'retry-after': '1' } },
  )
