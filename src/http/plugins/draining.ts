import { type Socket, Server as TcpServer } from 'node:net'
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'

/** How long nobody may have knocked before the service stops listening, in ms: the next is then not to be expected. */
const quiet = 50

/** How many turns of the loop must then bring nobody: a turn that took long has kept those waiting who came in it. */
const calmTurns = 3

/** After a turn that took longer, in ms, one more is waited for. */
const shortTurn = 5

/** How long that is waited for, in ms: a loop that is busy takes 20 ms a turn, and 50 turns for 50 connections. */
const takeInWithin = 2_500

/**
 * How long connections are kept after the word to stop, in ms. A connection that seems idle may have a request on its
 * way, which closing would drop; within this time each answer tells its client to leave (`Connection: close`).
 */
const leaveWithin = 500

/** How often connections that have become idle are closed while the service stops, in ms. */
const every = 20

/** How long the last answers may take, in ms: the process ends after 10 s, and has runs to give back before. */
const answerWithin = 5_000

declare module 'fastify' {
  interface FastifyInstance {
    /** Stops the service so that no request is lost, whoever sends it; what takes too long is cut off. */
    drain: () => Promise<void>
  }
}

/**
 * Lets the service stop as soon as its last answer is out, and drop none: first everybody who waits is let in, then
 * nobody is, then who is in is asked to leave. `isDraining` tells whether the service is about to stop.
 */
export function registerDraining(app: FastifyInstance): { readonly isDraining: () => boolean } {
  const inside = new Set<Socket>()
  let arrivals = 0
  let draining = false
  let gone: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined

  app.server.on('connection', socket => {
    arrivals++
    inside.add(socket)
    socket.once('close', () => inside.delete(socket))
  })

  /**
   * Connections that the kernel has made and the process not yet taken, one a turn of its loop, are reset when it stops
   * listening, with the request that they bring: so it listens until its turns have brought none for a while. Answers
   * do not ask anybody to leave yet, who would only come back to the same door.
   */
  const takeInWhoWaits = async () => {
    const until = performance.now() + takeInWithin
    let seen = arrivals
    let since = performance.now()
    let calm = 0
    // The first turn is the rest of the one that brought the signal.
    await turn()
    for (;;) {
      const began = performance.now()
      await turn()
      const now = performance.now()
      if (now > until) return
      if (arrivals !== seen) {
        seen = arrivals
        since = now
        calm = 0
      } else if (began - since > quiet && ++calm >= calmTurns && now - began < shortTurn) return
    }
  }

  // A server of HTTP would close at once what is idle as well.
  const letNobodyIn = () =>
    new Promise<void>(resolve => TcpServer.prototype.close.call(app.server, () => resolve()))

  const closeIdle = () => {
    app.server.closeIdleConnections()
    // A browser opens connections that it may never use. To Node they are busy: it waits for their first request.
    for (const socket of inside) if (socket.bytesRead === 0) socket.destroy()
  }

  app.decorate('drain', async () => {
    draining = true
    if (app.server.listening) {
      await takeInWhoWaits()
      gone = letNobodyIn()
    }
    await app.close()
  })
  app.addHook('preClose', async () => {
    draining = true
    if (app.server.listening) gone = letNobodyIn()
    if (gone === undefined) return
    const cutOff = setTimeout(() => app.server.closeAllConnections(), answerWithin)
    gone = gone.finally(() => clearTimeout(cutOff))
    await Promise.race([gone, sleep(leaveWithin, undefined, { ref: false })])
    // Timers come before what has arrived is read: a connection may be idle only until the turn is over.
    await turn()
    timer = setInterval(() => setImmediate(closeIdle), every)
  })
  app.addHook('onClose', async () => {
    await gone
    clearInterval(timer)
  })
  return { isDraining: () => draining }
}
