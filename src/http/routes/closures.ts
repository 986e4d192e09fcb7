import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { closure, closureNeeds } from '../../domain/market/closure/closure.ts'
import { ClosureAnswer, ClosureRequest } from '../../schemas/closure.ts'
import { ref } from '../../schemas/reference.ts'
import type { HttpDeps } from '../deps.ts'
import { operation } from '../operation.ts'

/** `POST /v1/closures`: which published sizes reproduce a printed total. */
export const closureRoutes =
  ({ store, catalogue }: HttpDeps): FastifyPluginAsyncTypebox =>
  async app => {
    app.post(
      '/v1/closures',
      {
        schema: operation({
          id: 'closeTotal',
          summary: 'Which sizes reproduce a printed total',
          description:
            'Every combination of one candidate size a segment, held against a printed total: how many come within the tolerance and which candidates they use, the nearest of them, and what closes one combination (a multiplier of all, the size of one segment, or what those without a size must add). That a combination closes is no proof that it was the one used.',
          tag: 'analyses',
          scope: ['read', 'run'],
          body: ref(ClosureRequest),
          answers: { 200: { description: 'What closes, and what does not', schema: ClosureAnswer } },
        }),
      },
      async ({ body, viewer }) => {
        const datasets = await store.documents.datasets(viewer, closureNeeds(body))
        return closure(body, { catalogue: catalogue(), datasets })
      },
    )
  }
