import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { problemCodes, problemTable } from '../../schemas/problem-table.ts'
import { choice } from '../../schemas/reference.ts'
import {
  Liveness,
  ProblemPage,
  Readiness,
  type ReadinessPart,
  readinessParts,
} from '../../schemas/service.ts'
import type { HttpDeps, Unready } from '../deps.ts'
import { operation } from '../operation.ts'
import { HttpProblem } from '../problem.ts'

/** Health checks, and the pages that problem documents point to. */
export const serviceRoutes =
  ({ unready }: HttpDeps, isDraining: () => boolean): FastifyPluginAsyncTypebox =>
  async app => {
    app.get(
      '/livez',
      {
        schema: operation({
          id: 'getLiveness',
          summary: 'Whether the process answers',
          tag: 'service',
          scope: null,
          answers: { 200: { description: 'It does', schema: Liveness } },
        }),
      },
      async () => ({ status: 'ok' }),
    )

    app.get(
      '/readyz',
      {
        schema: operation({
          id: 'getReadiness',
          summary: 'Whether the service can do its work, and which part of it cannot',
          description:
            'Looks at each part that the work needs. When one is not ready, the answer is a problem with the status 503 whose `errors` have `<part>-not-ready` as code, for each such part.',
          tag: 'service',
          scope: null,
          answers: { 200: { description: 'It can', schema: Readiness } },
        }),
      },
      async () => {
        if (isDraining()) throw notReady([stopping])
        const missing = await unready()
        if (missing.length > 0) throw notReady(missing)
        return { status: 'ok' as const, parts: allReady }
      },
    )

    app.get(
      '/problems/:code',
      {
        schema: operation({
          id: 'getProblemType',
          summary: 'What a kind of problem means and what to do about it',
          tag: 'service',
          scope: null,
          params: Type.Object(
            { code: choice(problemCodes, { description: 'Code of the kind of problem' }) },
            { additionalProperties: false },
          ),
          answers: { 200: { description: 'The kind of problem', schema: ProblemPage } },
          // A code too long to be looked at.
          problems: [404],
        }),
      },
      async ({ params: { code } }) => ({ code, ...problemTable[code] }),
    )
  }

const parts = Object.keys(readinessParts) as ReadinessPart[]

const allReady = Object.fromEntries(parts.map(part => [part, 'ok'])) as Record<ReadinessPart, 'ok'>

const stopping: Unready = { part: 'process', detail: 'The process is about to stop.' }

function notReady(missing: readonly Unready[]): HttpProblem {
  const names = missing.map(({ part }) => part).join(', ')
  return new HttpProblem('unavailable', `Not ready: ${names}. ${missing[0]?.detail}`, {
    headers: { 'retry-after': '2' },
    errors: missing.map(({ part, detail }) => ({ code: `${part}-not-ready`, detail })),
  })
}
