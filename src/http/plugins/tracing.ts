import type { FastifyInstance } from 'fastify'
import type { Tracing } from '../../telemetry/tracing.ts'

/** What is asked every few seconds, by machines, and tells nothing. */
const untraced = new Set(['/livez', '/readyz', '/metrics'])

/** A span for each request, by its route, in the caller's trace where `traceparent` names one. */
export function registerTracing(app: FastifyInstance, tracing: Tracing): void {
  app.addHook('onRequest', (request, reply, done) => {
    const { method, id } = request
    const { url: route = '(none)' } = request.routeOptions
    if (untraced.has(route)) {
      done()
      return
    }
    const span = tracing.beginRequest({ method, route, id }, request.headers)
    // After the last byte, or when the caller has gone: streams and estimates pass no hook when they end.
    const { raw } = reply
    raw.once('close', () => span.end(raw.writableFinished ? raw.statusCode : null))
    span.within(done)
  })
}
