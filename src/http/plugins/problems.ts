import type { Socket } from 'node:net'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import createRouter from 'find-my-way'
import { DomainError } from '../../domain/errors.ts'
import { type ProblemCode, problemTable } from '../../schemas/problem-table.ts'
import { HttpProblem, type ProblemPlace, problemDocument } from '../problem.ts'
import { setHeaders } from './headers.ts'

/** What Fastify and Node raise themselves, in the service's own terms. The messages are ours, never theirs. */
const frameworkErrors: Readonly<Record<string, readonly [ProblemCode, string]>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [
    'unsupported-media-type',
    'Send the body as application/json (a PATCH as application/merge-patch+json).',
  ],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['malformed-request', 'Content-Length does not match the body.'],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['malformed-json', 'The body is empty; send a JSON document.'],
  FST_ERR_HANDLER_TIMEOUT: ['handler-timeout', 'The answer took longer to work out than a request may take.'],
  FST_ERR_BAD_URL: ['malformed-request', 'The path is not correctly percent-encoded.'],
  FST_ERR_MAX_PARAM_LENGTH: ['not-found', 'An id in the path is longer than any that exists.'],
}

const retryAfter = { 'retry-after': '2' }

/** The SQLSTATE of PostgreSQL within an error of Prisma's, which has codes of its own. */
const sqlState = (error: Error): string => driverCause(error).originalCode ?? ''

/**
 * What the driver said, within an error of Prisma's: a raw statement fails with P2010, whatever the reason. The
 * statements that begin and end a transaction fail with the driver's error as it is.
 */
function driverCause(error: Error): DriverCause {
  if (error.name === 'DriverAdapterError') return (error.cause ?? {}) as DriverCause
  const { meta } = error as { meta?: { driverAdapterError?: { cause?: DriverCause } } }
  return meta?.driverAdapterError?.cause ?? {}
}

interface DriverCause {
  readonly originalCode?: string
  readonly originalMessage?: string
  readonly kind?: string
}

/** A file that may not grow, by a quota or a limit: to PostgreSQL an error of its own (XX000), not a full disk. */
const noRoom = /could not (extend|write|create) .*(File too large|Disk quota exceeded)/s

/** Kinds of failure of the connection that have no SQLSTATE. */
const lostConnection = /^(DatabaseNotReachable|ConnectionClosed|SocketTimeout|TooManyConnections)$/

/** Errors of PostgreSQL and its driver that pass: the server is away, full, read-only (25006), or took too long. */
function isUnavailable(error: Error & { code?: string }): boolean {
  const passing =
    /^(P1001|P1002|P1008|P1017|P2024|P2028|57P0[1-5]|57014|25006|53\d{3}|58030|08\d{3}|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT)$/
  return (
    passing.test(error.code ?? '') ||
    passing.test(sqlState(error)) ||
    lostConnection.test(driverCause(error).kind ?? '') ||
    noRoom.test(driverCause(error).originalMessage ?? error.message) ||
    /timeout exceeded when trying to connect|Connection terminated|Query read timeout|has encountered a connection error|Cannot use a pool after calling end/.test(
      error.message,
    )
  )
}

function asProblem(error: Error & { code?: string; statusCode?: number }): HttpProblem {
  if (error instanceof HttpProblem) return error
  if (error instanceof DomainError) {
    const places: ProblemPlace[] =
      error.pointer === null ? [] : [{ pointer: error.pointer, code: error.code, detail: error.message }]
    return new HttpProblem(error.code, error.message, { errors: places })
  }
  const known = frameworkErrors[error.code ?? '']
  if (known !== undefined) {
    const headers = known[0] === 'handler-timeout' ? retryAfter : {}
    return new HttpProblem(known[0], known[1], { headers, cause: error })
  }
  // A body that breaks off is the caller's doing, although its error is named like one of the database's.
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500) {
    return new HttpProblem('malformed-request', 'The request cannot be read.', { cause: error })
  }
  const cause = error.cause
  if (isUnavailable(error) || (cause instanceof Error && isUnavailable(cause))) {
    return new HttpProblem('unavailable', 'The database cannot be reached at the moment.', {
      headers: retryAfter,
      cause: error,
    })
  }
  if (error.code === 'P2002')
    return new HttpProblem('conflict', 'A resource of this id or name exists already.', { cause: error })
  if (
    error.code === 'P2034' ||
    [error.code, sqlState(error)].some(code => code === '40001' || code === '40P01')
  ) {
    return new HttpProblem(
      'conflict',
      'Another request changed the same resource at this moment; send this one again.',
      { cause: error },
    )
  }
  return new HttpProblem(
    'internal-error',
    'The service failed to answer; the failure has been logged under the request id.',
    { cause: error },
  )
}

/** Sends a problem document. */
export function sendProblem(reply: FastifyReply, problem: HttpProblem): FastifyReply {
  const { status } = problemTable[problem.code]
  // The handler may have tagged the answer that it did not come to give.
  return reply
    .removeHeader('etag')
    .code(status)
    .headers(problem.headers)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .header('cache-control', 'no-store')
    .serializer((document: unknown) => JSON.stringify(document))
    .send(problemDocument(problem.code, problem.message, String(reply.request.id), problem.errors))
}

/** Answers what the router refuses before any route is found: a path that cannot be decoded, an id too long. */
export function sendFrameworkError(error: FastifyError, _request: FastifyRequest, reply: FastifyReply): void {
  // No hook has run yet.
  setHeaders(reply)
  sendProblem(reply, asProblem(error))
}

/** Turns every failure into a problem document: of handlers, validation, unknown addresses and methods. */
export function registerProblems(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
    const problem =
      error.code === 'FST_ERR_CTP_BODY_TOO_LARGE'
        ? new HttpProblem(
            'body-too-large',
            `The body is larger than the ${request.routeOptions.bodyLimit} bytes accepted.`,
            { cause: error },
          )
        : asProblem(error)
    if (problemTable[problem.code].status >= 500)
      request.log.error({ requestId: request.id, err: error }, problem.message)
    return sendProblem(reply, problem)
  })

  // Fastify answers 404 where only the method is wrong: a second router knows which methods a path takes.
  const router = createRouter({ ignoreTrailingSlash: false })
  const methods = new Set<string>()
  const registered = new Set<string>()
  app.addHook('onRoute', ({ method, url }) => {
    for (const each of [method].flat()) {
      if (registered.has(`${each} ${url}`)) continue
      registered.add(`${each} ${url}`)
      methods.add(each)
      router.on(each as 'GET', url, () => {})
    }
  })
  const answerUnknown = (request: FastifyRequest, reply: FastifyReply) => {
    reply.showLimits()
    const [path = '/'] = request.url.split('?')
    const allowed = [...methods].filter(method => router.find(method as 'GET', path) !== null)
    return sendProblem(
      reply,
      allowed.length === 0
        ? new HttpProblem('not-found', `There is nothing at ${path.slice(0, 200)}.`)
        : new HttpProblem(
            'method-not-allowed',
            `${path.slice(0, 200)} takes ${allowed.join(', ')}, not ${request.method}.`,
            {
              headers: { allow: allowed.join(', ') },
            },
          ),
    )
  }
  app.setNotFoundHandler(answerUnknown)
  // Where nothing is, no body is read, and nothing is wrong with how it is sent.
  app.addHook('preParsing', (request, reply, _payload, done) => {
    if (request.is404) answerUnknown(request, reply)
    else done()
  })
}

/** Answers what is not even HTTP: a problem document over the bare socket, which is then closed. */
export function sendClientError(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy()
    return
  }
  const code: ProblemCode =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? 'headers-too-large'
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? 'request-timeout'
        : 'malformed-request'
  const { status, title } = problemTable[code]
  const body = JSON.stringify(problemDocument(code, `${title}; the connection is closed.`, 'none'))
  socket.end(
    `HTTP/1.1 ${status} ${title}\r\ncontent-type: application/problem+json; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  )
}
