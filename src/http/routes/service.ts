import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { problemCodes, problemTable } from '../../schemas/problem-table.ts'
import { choice } from '../../schemas/reference.ts'
import { ProblemPage, Readiness } from '../../schemas/service.ts'
import type { HttpDeps } from '../deps.ts'
import { operation } from '../operation.ts'
import { HttpProblem } from '../problem.ts'

/** Health checks, and the pages that problem documents point to. */
export const serviceRoutes =
  ({ store }: HttpDeps): FastifyPluginAsyncTypebox =>
  async app => {
    app.get(
      '/livez',
      {
        schema: operation({
          id: 'getLiveness',
          summary: 'Whether the process answers',
          tag: 'service',
          scope: null,
          answers: { 200: { description: 'It does', schema: Readiness } },
        }),
      },
      async () => ({ status: 'ok' }),
    )

    app.get(
      '/readyz',
      {
        schema: operation({
          id: 'getReadiness',
          summary: 'Whether the service can do its work, the database included',
          tag: 'service',
          scope: null,
          answers: { 200: { description: 'It can', schema: Readiness } },
        }),
      },
      async () => {
        try {
          await store.ping()
        } catch (cause) {
          throw new HttpProblem('unavailable', 'The database cannot be reached.', {
            headers: { 'retry-after': '2' },
            cause,
          })
        }
        return { status: 'ok' }
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
