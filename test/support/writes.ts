import { readFileSync } from 'node:fs'
import { bodyModel } from '../contract/fuzz/bodies.ts'
import {
  type BodyContract,
  type Contract,
  type Document,
  type Operation,
  readContract,
} from '../contract/fuzz/contract.ts'
import { exampleParameters, requestOf } from '../contract/fuzz/requests.ts'
import { resourcesOf } from '../contract/fuzz/resources.ts'
import type { Json, Schema } from '../contract/fuzz/schema.ts'
import type { TestService } from './service.ts'

/** What the committed document promises. */
export const contract: Contract = readContract(
  JSON.parse(readFileSync(new URL('../../openapi/openapi.json', import.meta.url), 'utf8')) as Document,
)

/** An operation with a body, and what its members are: for a patch, those of the whole resource. */
export interface WriteOperation extends Operation {
  readonly body: BodyContract
  readonly model: BodyContract
  /** A body that it takes. */
  readonly example: Json
}

/** Every operation that reads a JSON body, stored or not. */
export const jsonWrites: readonly WriteOperation[] = contract.operations.flatMap(operation => {
  const { body } = operation
  if (!body?.isJson) return []
  const model = bodyModel(contract, operation) ?? body
  return [{ ...operation, body, model, example: body.examples[0] ?? {} }]
})

/** What was answered. */
export interface Answered {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

/** Sends a body, as it stands, to an operation of the document at what its examples name. */
export async function sendBody(
  { url }: TestService,
  operation: Operation,
  body: string | Buffer,
  more: Readonly<Record<string, string>> = {},
): Promise<Answered> {
  const parameters = exampleParameters(operation)
  const { target, headers } = requestOf(operation, parameters, body, true)
  const conditional = operation.parameters.some(({ name }) => name === 'if-match') ? { 'if-match': '*' } : {}
  const answer = await fetch(url + target, {
    method: operation.method,
    headers: { ...headers, ...conditional, ...more },
    body,
  })
  return { status: answer.status, headers: answer.headers, text: await answer.text() }
}

/** Makes what the examples of the document change: the first example of each collection. */
export async function makeExamples(service: TestService): Promise<void> {
  for (const { create } of resourcesOf(contract)) {
    const { status, text } = await sendBody(service, create, JSON.stringify(create.body.examples[0]))
    if (status !== 201) throw new Error(`${create.id}: ${status} ${text}`)
  }
}

/** Every schema of the document, whatever it is part of, with where it stands: `Run/parameters` in a component. */
export function* schemasOf(
  node: unknown = { ...contract.components, paths: contract.document.paths },
  at = '',
): Generator<readonly [at: string, schema: Schema]> {
  if (node === null || typeof node !== 'object') return
  yield [at, node]
  for (const [member, value] of Object.entries(node)) {
    if (member === 'example' || member === 'examples') continue
    const below = member === 'properties' ? at : at === '' ? member : `${at}/${member}`
    yield* schemasOf(value, below)
  }
}
