import type { Answer } from './client.ts'
import { isJson } from './contract.ts'
import type { FuzzRequest } from './requests.ts'

/** What an answer must show, beside what holds for every answer. */
export type Expectation =
  | { readonly kind: 'any' }
  /** The schemas let the request in, so that it may not be refused on their account. */
  | { readonly kind: 'accepted' }
  /** The schemas refuse it; the answer must name the place, or one above it where that is all that can be said. */
  | { readonly kind: 'refused'; readonly pointer?: string; readonly exact?: boolean }
  | { readonly kind: 'status'; readonly status: number }

/** A promise that was not kept. */
export interface Violation {
  readonly check: string
  readonly detail: string
}

/** Headers that any answer may carry: of HTTP itself, and those that are no part of one operation. */
const everywhere = new Set([
  ...['date', 'connection', 'keep-alive', 'transfer-encoding', 'content-length', 'content-type', 'vary'],
  ...['cache-control', 'x-request-id', 'x-content-type-options', 'content-security-policy', 'retry-after'],
  ...['ratelimit', 'ratelimit-policy', 'www-authenticate', 'strict-transport-security', 'allow'],
])

/** Slowest that any answer may be. */
const slowest = 10_000

/** Everything that an answer breaks. */
export function violationsOf(request: FuzzRequest, answer: Answer, expectation: Expectation): Violation[] {
  return [...conformity(request, answer), ...agreement(answer, expectation)]
}

function* conformity({ operation }: FuzzRequest, answer: Answer): Generator<Violation> {
  const { status, headers, body, took } = answer
  if (took > slowest) yield { check: 'slow', detail: `took ${Math.round(took)} ms` }
  if (status >= 500) {
    yield { check: 'server-error', detail: `${status}: ${body.slice(0, 300)}` }
    return
  }
  if (/node_modules|\bat .*\.ts:\d/.test(body)) yield { check: 'internals', detail: body.slice(0, 300) }
  if (headers['set-cookie'] !== undefined)
    yield { check: 'set-cookie', detail: String(headers['set-cookie']) }
  const contract = operation.answers.get(status)
  if (contract === undefined) {
    yield { check: 'undocumented-status', detail: `${status}: ${body.slice(0, 300)}` }
    return
  }
  for (const name of Object.keys(headers)) {
    if (!everywhere.has(name) && !contract.headers.has(name)) {
      yield { check: 'undocumented-header', detail: `${name} under ${status}` }
    }
  }
  const type =
    String(headers['content-type'] ?? '')
      .split(';')[0]
      ?.trim() ?? ''
  if (contract.mediaTypes.length === 0) {
    if (body !== '') yield { check: 'body-where-none', detail: `${status}: ${body.slice(0, 100)}` }
    return
  }
  if (!contract.mediaTypes.includes(type)) {
    yield { check: 'content-type', detail: `${type || 'none'} under ${status}` }
    return
  }
  if (!isJson(type)) return
  const parsed = parse(body)
  if (parsed === undefined) {
    yield { check: 'not-json', detail: body.slice(0, 300) }
    return
  }
  const validate = contract.validator(type)
  if (validate !== undefined && validate(parsed) !== true) {
    const [error] = validate.errors ?? []
    yield { check: 'answer-schema', detail: `${error?.instancePath} ${error?.message} under ${status}` }
  }
}

interface Problem {
  readonly code?: string
  readonly detail?: string
  readonly errors?: readonly {
    readonly pointer?: string
    readonly parameter?: string
    readonly code?: string
  }[]
}

function* agreement({ status, body }: Answer, expectation: Expectation): Generator<Violation> {
  const problem = status >= 400 ? (parse(body) as Problem | undefined) : undefined
  switch (expectation.kind) {
    case 'any':
      return
    case 'status':
      if (status !== expectation.status) {
        yield { check: 'status', detail: `${status} instead of ${expectation.status}: ${body.slice(0, 300)}` }
      }
      return
    case 'accepted':
      if ([400, 413, 415].includes(status) || isOfSchema(problem)) {
        yield { check: 'valid-refused', detail: `${status}: ${problem?.detail ?? body.slice(0, 300)}` }
      }
      return
    case 'refused': {
      if (status < 400) yield { check: 'invalid-accepted', detail: `${status}: ${body.slice(0, 200)}` }
      const { pointer, exact = false } = expectation
      if (pointer === undefined || status !== 422) return
      const places = problem?.errors?.map(each => each.pointer ?? each.parameter ?? '') ?? []
      if (!places.some(place => (exact ? place === pointer : isNear(place, pointer)))) {
        yield { check: 'pointer', detail: `${places.join(' ')} does not name ${pointer}: ${problem?.detail}` }
      }
    }
  }
}

/** Whether a refusal is the schema's. What else stands in a request's way has codes that are no keywords. */
const isOfSchema = ({ code, errors = [] }: Problem = {}) =>
  code === 'invalid-request' && !errors.some(each => each.code !== undefined && !keywords.has(each.code))

/** Keywords of JSON Schema that an error can be named after, and the one for text that cannot be stored. */
const keywords = new Set([
  ...['type', 'enum', 'const', 'required', 'additionalProperties', 'minProperties', 'maxProperties'],
  ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'minLength', 'maxLength', 'pattern'],
  ...['format', 'items', 'minItems', 'maxItems', 'uniqueItems', 'anyOf', 'oneOf', 'discriminator', 'text'],
])

const isNear = (place: string, pointer: string) =>
  place === pointer || place.startsWith(`${pointer}/`) || pointer.startsWith(`${place}/`) || place === ''

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
