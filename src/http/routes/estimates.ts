import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply } from 'fastify'
import { Type } from 'typebox'
import { digest } from '../../digest.ts'
import { type Estimate, estimate, type Lookup } from '../../domain/estimate.ts'
import { type EstimatorId, estimatorIds, estimatorOf } from '../../domain/estimators.ts'
import { Estimate as EstimateAnswer } from '../../schemas/estimate.ts'
import { estimatorRequests } from '../../schemas/estimators.ts'
import { ref } from '../../schemas/reference.ts'
import type { HttpDeps } from '../deps.ts'
import { estimateBytes } from '../estimate-bytes.ts'
import { operation } from '../operation.ts'

const traceQuery = Type.Object(
  { trace: Type.Optional(Type.Boolean({ description: 'Add every intermediate quantity, in order' })) },
  { additionalProperties: false },
)

const none: Lookup['datasets'] = new Map()

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
            scope: ['read', 'run'],
            query: traceQuery,
            body: ref(estimatorRequests[id]),
            answers: { 200: { description: 'The estimate, with its working', schema: EstimateAnswer } },
          }),
        },
        (request, reply) => {
          const { body, query } = request
          const { trace = false } = query
          const answer = (datasets: Lookup['datasets']) =>
            estimate(estimator, body, { catalogue: catalogue(), datasets }, { digest, trace })
          const needed = estimator.needs(body)
          // The common case touches no database, and then not even a promise.
          if (needed.length === 0) {
            sendEstimate(reply, answer(none))
            return
          }
          return store.documents
            .datasets(request.viewer, needed)
            .then(datasets => sendEstimate(reply, answer(datasets)))
        },
      )
    }
  }

/**
 * Sends an estimate as it is: headers and bytes in one write, past the serialiser of the schema and hooks on sending.
 * An estimate has no member that the schema does not declare, which the tests of the contract hold.
 */
function sendEstimate(reply: FastifyReply, estimate: Estimate): FastifyReply {
  const bytes = estimateBytes(estimate)
  reply.hijack()
  const headers = reply.getHeaders() as Record<string, string | number>
  headers['content-type'] = 'application/json; charset=utf-8'
  headers['content-length'] = bytes.length
  reply.raw.writeHead(200, headers).end(bytes, 'latin1')
  return reply
}

const capitalised = (id: EstimatorId): string => `${id[0]?.toUpperCase()}${id.slice(1)}`
