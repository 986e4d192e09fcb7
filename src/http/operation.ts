import type { TSchema } from 'typebox'
import { Type } from 'typebox'
import { Problem } from '../schemas/common.ts'
import { ref } from '../schemas/reference.ts'

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
  readonly params?: TSchema
  readonly query?: TSchema
  readonly headers?: TSchema
  readonly body?: TSchema
  readonly consumes?: readonly string[]
  readonly answers: Readonly<Record<number, Answer>>
  /** Statuses of the problems that it can answer with, beside those of every operation. */
  readonly problems?: readonly number[]
}

const descriptions: Readonly<Record<number, string>> = {
  400: 'The request cannot be read',
  403: 'This principal may not do that',
  404: 'There is no such resource',
  405: 'The address does not take this method',
  409: 'Another resource stands in the way',
  412: 'The resource has another version by now',
  413: 'The body is too large',
  415: 'The body is in a format that is not read',
  422: 'The request does not satisfy its schema, or contradicts itself',
  428: 'The change must name the version that it is made to',
  429: 'Too much is asked for at once; Retry-After says when to come back',
  500: 'Something failed inside the service',
  503: 'A part of the service is not available',
}

/** What every operation can answer with (a parameter of the query may be one too many); one with a body can answer with the second group too. */
const always = [400, 422, 500, 503]
const withBody = [413, 415]

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
    params,
    query,
    headers,
    body,
    consumes,
    answers,
    problems = [],
  } = definition
  const statuses = new Set([...always, ...(body === undefined ? [] : withBody), ...problems])
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
    ...(params && { params }),
    // Without a declared query, every query parameter is one too many.
    querystring: query ?? Type.Object({}, { additionalProperties: false }),
    ...(headers && { headers }),
    ...(body && { body }),
    ...(consumes && { consumes }),
    response,
    'x-answer-headers': Object.fromEntries(
      Object.entries(answers).map(([status, answer]) => [status, answer.headers ?? []]),
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
