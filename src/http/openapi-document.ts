import { problemCodes, problemTable } from '../schemas/problem-table.ts'
import { examples } from './examples.ts'
import { problemDocument } from './problem.ts'

/** The parts of an OpenAPI document that are finished here. */
export interface OpenApiDocument {
  paths: Record<string, Record<string, OpenApiOperation>>
  components: {
    schemas: Record<string, JsonSchema>
    responses?: Record<string, unknown>
    [kind: string]: unknown
  }
  [member: string]: unknown
}

interface MediaType {
  schema?: unknown
  example?: unknown
  examples?: Record<string, { summary: string; value: unknown }>
}

interface OpenApiResponse {
  description: string
  headers?: Record<string, unknown>
  content?: Record<string, MediaType>
}

interface OpenApiOperation {
  operationId: string
  parameters?: { name: string; in: string; example?: unknown; schema?: JsonSchema }[]
  requestBody?: { content: Record<string, MediaType>; required?: boolean }
  responses: Record<string, OpenApiResponse | { $ref: string }>
  'x-answer-headers'?: Record<string, readonly string[]>
  'x-repeatable'?: boolean
}

type JsonSchema = Record<string, unknown>

/**
 * What the generator cannot do: examples, answer headers, problems as shared responses, and the mapping of
 * discriminators, which the validator does not take.
 */
export function finishDocument(document: OpenApiDocument): OpenApiDocument {
  const responses: Record<string, unknown> = {}
  for (const path of Object.values(document.paths)) {
    for (const operation of Object.values(path)) {
      addHeaders(operation)
      addExamples(operation)
      shareProblems(operation, responses)
    }
  }
  for (const schema of Object.values(document.components.schemas)) addMapping(schema, document)
  document.components.responses = Object.fromEntries(
    Object.entries(responses).toSorted(([a], [b]) => a.localeCompare(b)),
  )
  return document
}

function addHeaders(operation: OpenApiOperation): void {
  for (const [status, names] of Object.entries(operation['x-answer-headers'] ?? {})) {
    const response = operation.responses[status]
    if (response === undefined || '$ref' in response) continue
    response.headers = headersNamed([...names, ...limitHeaders])
  }
  delete operation['x-answer-headers']
  delete operation['x-repeatable']
}

/** Headers that every answer has. */
const limitHeaders = ['RateLimit', 'RateLimit-Policy']

/** Headers that problems of a status have beside those. */
const problemHeaders: Readonly<Record<string, readonly string[]>> = {
  401: ['WWW-Authenticate'],
  403: ['WWW-Authenticate'],
  429: ['Retry-After'],
  503: ['Retry-After'],
}

const headersNamed = (names: readonly string[]) =>
  Object.fromEntries(names.map(name => [name, { $ref: `#/components/headers/${name}` }]))

function addExamples(operation: OpenApiOperation): void {
  for (const example of examples.filter(({ operation: id }) => id === operation.operationId)) {
    const body = operation.requestBody && Object.values(operation.requestBody.content)[0]
    if (body !== undefined && example.body !== undefined) {
      body.examples = { ...body.examples, [example.name]: { summary: example.summary, value: example.body } }
    }
    const response = operation.responses[String(example.status)]
    const media =
      response !== undefined && 'content' in response ? Object.values(response.content ?? {})[0] : undefined
    if (media !== undefined && example.answer !== undefined) {
      media.examples = {
        ...media.examples,
        [example.name]: { summary: example.summary, value: example.answer },
      }
    }
    // Query parameters are left empty: whoever tries an operation out would have to clear them.
    for (const parameter of (operation.parameters ?? []).filter(each => each.in !== 'query')) {
      const given = example.parameters?.[parameter.name]
      if (given !== undefined) parameter.example ??= given
    }
  }
}

/** Problem answers differ by their status alone: one shared response each. */
function shareProblems(operation: OpenApiOperation, shared: Record<string, unknown>): void {
  for (const [status, response] of Object.entries(operation.responses)) {
    if ('$ref' in response || response.content?.['application/problem+json'] === undefined) continue
    const name = `Problem${status}`
    shared[name] = {
      ...response,
      headers: headersNamed([...(problemHeaders[status] ?? []), ...limitHeaders]),
      content: problemContent(Number(status), response.content),
    }
    operation.responses[status] = { $ref: `#/components/responses/${name}` }
  }
}

/** A problem document for a status, after the table that real ones are made from. */
function problemContent(status: number, content: Record<string, MediaType>): Record<string, MediaType> {
  const code = problemCodes.find(each => problemTable[each].status === status)
  const media = content['application/problem+json']
  if (code === undefined || media === undefined) return content
  const value =
    code === 'invalid-request'
      ? invalidExample
      : problemDocument(code, `${problemTable[code].title}.`, requestId)
  return {
    'application/problem+json': {
      ...media,
      examples: { [code]: { summary: problemTable[code].title, value } },
    },
  }
}

const requestId = 'k3f9qz-1c'
const detail = '/devices is 0; it must be >= 1.'
const invalidExample = problemDocument('invalid-request', detail, requestId, [
  { pointer: '/devices', code: 'minimum', detail },
])

function addMapping(schema: JsonSchema, { components }: OpenApiDocument): void {
  const { discriminator, oneOf } = schema as {
    discriminator?: { propertyName: string; mapping?: unknown }
    oneOf?: { $ref: string }[]
  }
  if (discriminator === undefined || oneOf === undefined) return
  discriminator.mapping = Object.fromEntries(
    oneOf.map(({ $ref }) => {
      const branch = components.schemas[$ref.split('/').at(-1) ?? ''] as {
        properties: Record<string, { enum?: string[] }>
      }
      return [branch.properties[discriminator.propertyName]?.enum?.[0], $ref]
    }),
  )
}
