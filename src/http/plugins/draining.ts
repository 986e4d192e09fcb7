import { Server } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'

/** How often connections that have become idle are closed while the service stops. */
const every = 20

/**
 * How long connections are kept after the word to stop, in ms. A connection that seems idle may have a request on its
 * way, which closing would drop; within this time each answer tells its client to leave (`Connection: close`).
 */
const leaveWithin = 500

/**
 * Lets the service stop as soon as its last answer is out, and drop none. Closing a server closes the connections that
 * are idle at that moment; one that is answering stays open afterwards for as long as its client keeps it.
 * `isDraining` tells whether the service is about to stop.
 */
export function registerDraining(app: FastifyInstance): { readonly isDraining: () => boolean } {
  let timer: NodeJS.Timeout | undefined
  let draining = false
  let gone: Promise<void> | undefined
  // Nobody new is let in, so that clients turn to another instance; a server of HTTP would close what is idle as well.
  const letNobodyIn = () =>
    new Promise<void>(resolve => Server.prototype.close.call(app.server, () => resolve()))
  app.addHook('preClose', async () => {
    draining = true
    if (!app.server.listening) return
    const allGone = letNobodyIn()
    await Promise.race([allGone, sleep(leaveWithin, undefined, { ref: false })])
    timer = setInterval(() => app.server.closeIdleConnections(), every)
    gone = allGone
  })
  app.addHook('onClose', async () => {
    await gone
    clearInterval(timer)
  })
  return { isDraining: () => draining }
}
