import type { FastifyInstance, FastifyReply } from 'fastify'
import type { RequestCounts } from '../../telemetry/request-counts.ts'

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

/** Static headers and the request id; and of each answer one log line, without bodies, and its counts. */
export function registerHeaders(app: FastifyInstance, requests: RequestCounts): void {
  app.addHook('onRequest', (_request, reply, done) => {
    setHeaders(reply)
    done()
  })
  app.addHook('onResponse', (request, reply, done) => {
    const { method } = request
    const { statusCode: status, elapsedTime } = reply
    // The pattern, not the path with its query: those may hold what a log must not.
    const { url } = request.routeOptions
    requests.count(method, url, status, elapsedTime)
    request.log.info(
      {
        requestId: request.id,
        method,
        route: url ?? null,
        status,
        ms: Math.round(elapsedTime * 100) / 100,
      },
      'request',
    )
    done()
  })
}
