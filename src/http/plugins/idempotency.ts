import type { FastifyInstance } from 'fastify'
import { idempotencyKey } from '../once.ts'

/** Refuses an Idempotency-Key that is none with 400, before anything else of the request is looked at. */
export function registerIdempotency(app: FastifyInstance): void {
  app.addHook('onRoute', route => {
    if ((route.schema as { 'x-repeatable'?: boolean } | undefined)?.['x-repeatable'] !== true) return
    route.preValidation = [
      (request, _reply, done) => {
        idempotencyKey(request)
        done()
      },
      ...[route.preValidation ?? []].flat(),
    ]
  })
}
