import type { FastifyInstance, FastifyReply } from 'fastify'

/** Headers of every answer. A JSON answer needs no more of what helmet sends to pages. */
const always = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
}

/** Sets the headers of every answer, and the request id. */
export function setHeaders(reply: FastifyReply): void {
  reply.headers(always).header('x-request-id', reply.request.id)
}

/** Static headers, the request id, and one log line a request, without bodies. */
export function registerHeaders(app: FastifyInstance): void {
  app.addHook('onRequest', (_request, reply, done) => {
    setHeaders(reply)
    done()
  })
  app.addHook('onResponse', (request, reply, done) => {
    request.log.info(
      {
        requestId: request.id,
        method: request.method,
        // The pattern, not the path with its query: those may hold what a log must not.
        route: request.routeOptions.url ?? null,
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime * 100) / 100,
      },
      'request',
    )
    done()
  })
}
