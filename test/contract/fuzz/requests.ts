import type { Operation } from './contract.ts'
import type { Json } from './schema.ts'
import { simplest } from './simplest.ts'

/** A request as it goes over the wire. */
export interface FuzzRequest {
  readonly operation: Operation
  /** Path and query. */
  readonly target: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Buffer | null
}

/** Values of parameters by name. */
export type ParameterValues = Readonly<Record<string, Json>>

/** Ids that the examples of the document read, and so exist, unless a caller has deleted them. */
export function exampleParameters(operation: Operation): ParameterValues {
  return Object.fromEntries(
    operation.parameters
      .filter(({ required }) => required)
      .map(({ name, example, schema }) => [name, example ?? simplest(schema, same => same)]),
  )
}

/** Puts a request together; parameters that the operation does not know become ones of the query. */
export function requestOf(
  operation: Operation,
  parameters: ParameterValues,
  body: Json | string | Buffer | undefined,
  raw = false,
): FuzzRequest {
  const headers: Record<string, string> = {}
  const query: string[] = []
  let path = operation.path
  for (const [name, value] of Object.entries(parameters)) {
    const text = String(value)
    const place = operation.parameters.find(each => each.name === name)?.in ?? 'query'
    if (place === 'path') path = path.replace(`{${name}}`, encoded(text))
    else if (place === 'query') query.push(`${encoded(name)}=${encoded(text)}`)
    else headers[name] = headerText(text)
  }
  path = path.replaceAll(/\{\w+\}/g, 'none')
  if (body !== undefined && operation.body !== null) headers['content-type'] = operation.body.mediaType
  const isText = raw || operation.body?.isJson === false
  return {
    operation,
    target: query.length === 0 ? path : `${path}?${query.join('&')}`,
    headers,
    body:
      body === undefined
        ? null
        : isText && (typeof body === 'string' || Buffer.isBuffer(body))
          ? body
          : JSON.stringify(body),
  }
}

/** A dot alone in a path is resolved by clients before it is sent. */
const encoded = (text: string) => encodeURIComponent(text.toWellFormed()).replaceAll('.', '%2E')

/** What a header can carry: visible ASCII and blanks. Other bytes are tried on the socket. */
const headerText = (text: string) => text.replaceAll(/[^\x20-\x7e]/g, '?').trim()
