import type { FastifyInstance } from 'fastify'

/** How often connections that have become idle are closed while the service stops. */
const every = 20

/**
 * Lets the service stop as soon as its last answer is out. Closing a server closes the connections that are
 * idle at that moment; one that is answering stays open afterwards for as long as its client keeps it.
 * `isDraining` tells whether the service is about to stop.
 */
export function registerDraining(app: FastifyInstance): { readonly isDraining: () => boolean } {
  let timer: NodeJS.Timeout | undefined
  app.addHook('preClose', done => {
    timer = setInterval(() => app.server.closeIdleConnections(), every)
    done()
  })
  app.addHook('onClose', async () => clearInterval(timer))
  return { isDraining: () => timer !== undefined }
}
