import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { HttpDeps } from '../deps.ts'

/**
 * `GET /metrics`, for Prometheus and admins alone: it tells how much every workspace does. It is no operation of the
 * document, as its text has a form of its own, tells of the process and not of the caller, and never is the same twice.
 */
export const metricsRoutes =
  ({ metrics }: HttpDeps): FastifyPluginAsyncTypebox =>
  async app => {
    app.get(
      '/metrics',
      { schema: { hide: true, security: [{ bearer: ['admin'] }] } },
      async (_request, reply) => reply.type(metrics.mediaType).send(await metrics.text()),
    )
  }
