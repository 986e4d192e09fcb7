import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { digest } from '../../digest.ts'
import { estimate } from '../../domain/estimate.ts'
import { type EstimatorId, estimatorIds, estimatorOf } from '../../domain/estimators.ts'
import { Estimate } from '../../schemas/estimate.ts'
import { estimatorRequests } from '../../schemas/estimators.ts'
import { ref } from '../../schemas/reference.ts'
import type { HttpDeps } from '../deps.ts'
import { operation } from '../operation.ts'

const traceQuery = Type.Object(
  { trace: Type.Optional(Type.Boolean({ description: 'Add every intermediate quantity, in order' })) },
  { additionalProperties: false },
)

const nothing = new Map()

/** `POST /v1/estimates/{estimator}`: one operation an estimator, each with its own request schema. */
export const estimateRoutes =
  ({ store, catalogue }: HttpDeps): FastifyPluginAsyncTypebox =>
  async app => {
    for (const id of estimatorIds) {
      const estimator = estimatorOf(id)
      app.post(
        `/v1/estimates/${id}`,
        {
          schema: operation({
            id: `estimate${capitalised(id)}`,
            summary: estimator.label.en,
            description: estimator.description.en,
            tag: 'estimates',
            query: traceQuery,
            body: ref(estimatorRequests[id]),
            answers: { 200: { description: 'The estimate, with its working', schema: Estimate } },
          }),
        },
        ({ body, query: { trace = false }, viewer }, reply) => {
          const needed = estimator.needs(body)
          // The common case touches no database, and then not even a promise.
          if (needed.length === 0) {
            reply.send(
              estimate(estimator, body, { catalogue: catalogue(), datasets: nothing }, { digest, trace }),
            )
            return
          }
          return store.documents
            .datasets(viewer, needed)
            .then(datasets =>
              estimate(estimator, body, { catalogue: catalogue(), datasets }, { digest, trace }),
            )
        },
      )
    }
  }

const capitalised = (id: EstimatorId): string => `${id[0]?.toUpperCase()}${id.slice(1)}`
