import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { locationsOf } from './locations.ts'
import type { Json, Resolve, Schema } from './schema.ts'

/** A parameter outside the body. */
export interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly required: boolean
  readonly schema: Schema
  readonly example?: Json
}

/** What an operation may answer under one status. */
export interface AnswerContract {
  readonly mediaTypes: readonly string[]
  readonly headers: ReadonlySet<string>
  /** Validates a body of the media type; undefined where no schema is given. */
  readonly validator: (mediaType: string) => ValidateFunction | undefined
}

/** The body that an operation takes. */
export interface BodyContract {
  readonly mediaType: string
  readonly schema: Schema
  readonly examples: readonly Json[]
  readonly isValid: ValidateFunction
  /** Whether a part of it lets any member in, so that only the handler can tell right from wrong. */
  readonly open: boolean
  /** Whether it is JSON; anything else is sent as text. */
  readonly isJson: boolean
}

/** An operation of the document. */
export interface Operation {
  readonly id: string
  readonly method: string
  readonly path: string
  readonly parameters: readonly Parameter[]
  readonly body: BodyContract | null
  readonly answers: ReadonlyMap<number, AnswerContract>
}

/** What the document promises. */
export interface Contract {
  readonly document: Document
  /** The named schemas. */
  readonly components: Readonly<Record<string, Schema>>
  readonly operations: readonly Operation[]
  readonly resolve: Resolve
}

interface MediaType {
  readonly schema?: Schema
  readonly examples?: Readonly<Record<string, { readonly value: Json }>>
}

interface RawOperation {
  readonly operationId: string
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly content: Readonly<Record<string, MediaType>> }
  readonly responses: Readonly<Record<string, RawResponse>>
}

interface RawResponse {
  readonly $ref?: string
  readonly headers?: Readonly<Record<string, unknown>>
  readonly content?: Readonly<Record<string, MediaType>>
}

/** An OpenAPI 3.1 document. */
export interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, RawOperation>>>>
  readonly components?: { readonly schemas?: Readonly<Record<string, Schema>> }
}

const methods = new Set(['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'])

/** Reads the document of a running service. */
export async function fetchContract(url: string): Promise<Contract> {
  const answer = await fetch(`${url}/openapi.json`)
  if (!answer.ok) throw new Error(`${url}/openapi.json answered ${answer.status}.`)
  return readContract((await answer.json()) as Document)
}

/** Makes operations and validators of a document. The validators are not the service's own. */
export function readContract(document: Document): Contract {
  const ajv = new Ajv2020({
    strict: false,
    strictNumbers: true,
    allErrors: true,
    formats: { date: isDay, 'date-time': isTime, uri: true, int32: true, int64: true, double: true },
  })
  ajv.addSchema(document, 'document')
  const at = (pointer: string) =>
    pointer
      .slice(2)
      .split('/')
      .reduce<unknown>((node, step) => (node as Record<string, unknown>)[unescapeSegment(step)], document)
  const resolve: Resolve = schema => (schema.$ref === undefined ? schema : resolve(at(schema.$ref) as Schema))
  const compile = (pointer: string) => ajv.getSchema(`document${pointer}`)

  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([method]) => methods.has(method))
      .map(([method, raw]): Operation => {
        const base = `#/paths/${uriSegment(path)}/${method}`
        return {
          id: raw.operationId,
          method: method.toUpperCase(),
          path,
          parameters: raw.parameters ?? [],
          body: bodyOf(raw, base),
          answers: new Map(
            Object.entries(raw.responses).map(([status, response]) => [
              Number(status),
              answerOf(response, `${base}/responses/${status}`),
            ]),
          ),
        }
      }),
  )

  function bodyOf(raw: RawOperation, base: string): BodyContract | null {
    const [entry] = Object.entries(raw.requestBody?.content ?? {})
    if (entry === undefined) return null
    const [mediaType, { schema = {}, examples = {} }] = entry
    const isValid = compile(`${base}/requestBody/content/${uriSegment(mediaType)}/schema`)
    if (isValid === undefined) throw new Error(`The body of ${raw.operationId} has no schema.`)
    return {
      mediaType,
      schema,
      examples: Object.values(examples).map(({ value }) => value),
      isValid,
      open: [...locationsOf(schema, resolve)].some(place => place.schema.additionalProperties === true),
      isJson: isJson(mediaType),
    }
  }

  function answerOf(response: RawResponse, base: string): AnswerContract {
    if (response.$ref !== undefined) return answerOf(at(response.$ref) as RawResponse, response.$ref)
    const mediaTypes = Object.keys(response.content ?? {})
    const validators = new Map<string, ValidateFunction | undefined>()
    return {
      mediaTypes,
      headers: new Set(Object.keys(response.headers ?? {}).map(name => name.toLowerCase())),
      validator: mediaType => {
        if (!validators.has(mediaType)) {
          const has = response.content?.[mediaType]?.schema !== undefined
          validators.set(
            mediaType,
            has ? compile(`${base}/content/${uriSegment(mediaType)}/schema`) : undefined,
          )
        }
        return validators.get(mediaType)
      },
    }
  }

  return { operations, resolve, document, components: document.components?.schemas ?? {} }
}

/** Whether a media type is one JSON document. */
export const isJson = (mediaType: string): boolean => /^application\/([\w.-]+\+)?json$/.test(mediaType)

const uriSegment = (text: string) => encodeURIComponent(text.replaceAll('~', '~0').replaceAll('/', '~1'))
const unescapeSegment = (text: string) => decodeURIComponent(text).replaceAll('~1', '/').replaceAll('~0', '~')

const isTime = (text: string) =>
  /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/.test(text) &&
  !Number.isNaN(Date.parse(text))

function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const time = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text)
}
