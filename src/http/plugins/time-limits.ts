import type { FastifyInstance } from 'fastify'

/** Longest that a handler may take, in ms: more than a caller may wait for a run, less than proxies wait for us. */
const handlerTimeout = 30_000

/**
 * The longest that a timer can be set to, in ms, for handlers whose answer is a stream: it lasts as long as its reader
 * takes, and ends after a silence as every connection does.
 */
export const untilRead = 2_147_483_647

/** Headers that are read of a request; real ones have less than thirty. */
const mostHeaders = 100

/** How long a request may take to arrive, and an answer to be taken, before the connection is closed, in ms. */
export const connectionLimits = {
  /** All headers: a client that sends a byte a second holds a connection no longer than this. */
  headersTimeout: 10_000,
  /** Headers and body. */
  requestTimeout: 15_000,
  /** Silence in either direction, longer than any answer may be waited for. */
  connectionTimeout: 45_000,
  /** How often connections are looked at; Node's own 30 s would make the two above mere hopes. */
  connectionsCheckingInterval: 2_000,
} as const

/**
 * Bounds the time that a handler may take. Estimates are left out: they are worked out at once, and a timer would
 * cost a part of that; what is streamed of them has budgets of its own.
 */
export function registerTimeLimits(app: FastifyInstance): void {
  app.server.maxHeadersCount = mostHeaders
  app.addHook('onRoute', route => {
    if (!route.url.startsWith('/v1/estimates/')) route.handlerTimeout ??= handlerTimeout
  })
}
