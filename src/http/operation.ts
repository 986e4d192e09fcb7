import type { TObject, TSchema } from 'typebox'
import { Type } from 'typebox'
import { Problem } from '../schemas/common.ts'
import { ref } from '../schemas/reference.ts'
import type { Scope } from '../store/access.ts'

/** The parts of the service, as the document groups them. */
export const tags = {
  estimates: 'Estimates with their working, and the estimators that make them',
  plans: 'Searches for the layout of a training on devices',
  scenarios: 'Named, versioned inputs, their runs and results',
  catalogue: 'Accelerators, models, prices and sources',
  knowledge: 'Companies, applications and the industry chain',
  datasets: 'Market series with scope and vintage',
  analyses: 'Fits, closures, reconciliations, and forecasts scored',
  evidence: 'How far off estimates are, beside published measurements',
  reports: 'Published reports, their claims, and the audit of them',
  access: 'API keys, links to scenarios, and the log of writes',
  service: 'Health, and the pages about problems',
} as const

/** Headers that answers carry, by name. */
export const answerHeaders = {
  ETag: 'Version of the resource, for If-Match and If-None-Match',
  Link: 'Addresses of the first and the next page (RFC 8288)',
  Location: 'Address of the resource that was made',
  'Retry-After': 'Seconds after which to ask again',
  'Preference-Applied': 'The preference of Prefer that was followed',
  'Content-Location': 'Address under which this state stays readable',
  'Content-Disposition': 'Name of the file to keep it in (RFC 6266)',
  'X-Accel-Buffering': 'no: a proxy passes each event on at once',
  'Idempotency-Replayed': 'true on the repeated answer to an Idempotency-Key',
  'WWW-Authenticate': 'How to say who sends the request (RFC 6750)',
  RateLimit: 'Units that are left (r) and seconds until all are there again (t)',
  'RateLimit-Policy': 'Units (q) that may be spent in a window of seconds (w)',
} as const

interface Answer {
  readonly description: string
  /** Absent for an answer without a body. */
  readonly schema?: TSchema
  readonly headers?: readonly (keyof typeof answerHeaders)[]
  /** `application/json` unless given. */
  readonly mediaType?: string | readonly string[]
}

interface OperationDefinition {
  readonly id: string
  readonly summary: string
  readonly description?: string
  readonly tag: keyof typeof tags
  /** The scope that lets a principal in, any of several, or null for everybody. There is no default. */
  readonly scope: Scope | readonly Scope[] | null
  /** Whether it takes an Idempotency-Key: every POST that writes does. */
  readonly isRepeatable?: boolean
  readonly params?: TSchema
  readonly query?: TSchema
  readonly headers?: TObject
  readonly body?: TSchema
  readonly consumes?: readonly string[]
  readonly answers: Readonly<Record<number, Answer>>
  /** Statuses of the problems that it can answer with, beside those of every operation. */
  readonly problems?: readonly number[]
}

const descriptions: Readonly<Record<number, string>> = {
  400: 'The request cannot be read',
  401: 'The request does not say who sends it, or not credibly',
  403: 'This principal may not do that',
  404: 'There is no such resource',
  405: 'The address does not take this method',
  409: 'Another resource stands in the way',
  412: 'The resource has another version by now',
  413: 'The body is too large',
  414: 'The address is too long',
  415: 'The body is in a format that is not read',
  422: 'The request does not satisfy its schema, or contradicts itself',
  428: 'The change must name the version that it is made to',
  429: 'More was asked than the quota or the queue allows',
  500: 'Something failed inside the service',
  503: 'A part of the service is not available',
}

/** What every operation can answer with: a parameter of the query may be one too many. */
const always = [400, 414, 422, 429, 500, 503]
/** What one that needs a scope, has a body, or takes an Idempotency-Key can answer with too. */
const withScope = [401, 403]
const withBody = [413, 415]
const whenRepeatable = [409]

const idempotencyKey = {
  'idempotency-key': Type.Optional(
    Type.String({
      maxLength: 257,
      description:
        "A key of the caller's choice, such as a UUID, of 1 to 255 visible ASCII characters: repeated within a day it gets the answer of the first time, and nothing is written again",
    }),
  ),
}

type SchemaOf<O extends OperationDefinition> = {
  params: O['params'] extends TSchema ? O['params'] : Type.TUnsafe<unknown>
  querystring: O['query'] extends TSchema ? O['query'] : Type.TUnsafe<unknown>
  headers: O['headers'] extends TSchema ? O['headers'] : Type.TUnsafe<Record<string, string | undefined>>
  body: O['body'] extends TSchema ? O['body'] : Type.TUnsafe<unknown>
}

/** An operation's schema for Fastify: what it validates, serialises, and shows in the document. */
export function operation<const O extends OperationDefinition>(definition: O): SchemaOf<O> {
  const {
    id,
    summary,
    description,
    tag,
    scope,
    isRepeatable = false,
    params,
    query,
    body,
    consumes,
    answers,
    problems = [],
  } = definition
  const statuses = new Set([
    ...always,
    ...(scope === null ? [] : withScope),
    ...(body === undefined ? [] : withBody),
    ...(isRepeatable ? whenRepeatable : []),
    ...problems,
  ])
  const headers = isRepeatable
    ? Type.Object({ ...definition.headers?.properties, ...idempotencyKey }, { additionalProperties: true })
    : definition.headers
  const response: Record<number, unknown> = {}
  for (const [status, answer] of Object.entries(answers)) {
    response[Number(status)] = {
      description: answer.description,
      ...(answer.schema === undefined
        ? { type: 'null' }
        : { content: contentOf(answer.schema, answer.mediaType) }),
    }
  }
  for (const status of [...statuses].toSorted()) {
    response[status] = {
      description: descriptions[status],
      content: { 'application/problem+json': { schema: ref(Problem) } },
    }
  }
  return {
    operationId: id,
    summary,
    description: description ?? `${summary}.`,
    tags: [tag],
    // Also what the door reads: see plugins/access.ts.
    security: scope === null ? [] : [scope].flat().map(each => ({ bearer: [each] })),
    ...(isRepeatable && { 'x-repeatable': true }),
    ...(params && { params }),
    // Without a declared query, every query parameter is one too many.
    querystring: query ?? Type.Object({}, { additionalProperties: false }),
    ...(headers && { headers }),
    ...(body && { body }),
    ...(consumes && { consumes }),
    response,
    'x-answer-headers': Object.fromEntries(
      Object.entries(answers).map(([status, answer]) => [
        status,
        [...(answer.headers ?? []), ...(isRepeatable ? (['Idempotency-Replayed'] as const) : [])],
      ]),
    ),
  } as unknown as SchemaOf<O>
}

/** A body in each of its media types. */
function contentOf(schema: TSchema, mediaType: Answer['mediaType'] = 'application/json') {
  return Object.fromEntries([mediaType].flat().map(type => [type, { schema: schemaOf(schema) }]))
}

/** A component is shown by reference; anything else as it stands. */
function schemaOf(schema: TSchema): TSchema {
  return (schema as { $id?: string }).$id === undefined ? schema : ref(schema)
}
