import type { BodyContract, Contract, Operation } from './contract.ts'
import { exampleParameters, type ParameterValues, requestOf } from './requests.ts'
import { isObject, type Json } from './schema.ts'
import type { Session } from './session.ts'

/** A collection whose members can be made, read, changed and deleted. */
export interface Resource {
  /** Path of one member. */
  readonly path: string
  readonly create: Operation & { readonly body: BodyContract }
  readonly get: Operation
  readonly patch: Operation
  readonly put: Operation & { readonly body: BodyContract }
  readonly remove: Operation
  /** Starts a run of a member, where it has runs. */
  readonly run: Operation | undefined
}

/** The last parameter of a path. */
export const lastParameter = (path: string): string => /\{(\w+)\}$/.exec(path)?.[1] ?? ''

/** All such collections of a document. */
export function resourcesOf({ operations }: Contract): Resource[] {
  const find = (method: string, path: string) =>
    operations.find(each => each.method === method && each.path === path)
  return operations.flatMap(create => {
    if (create.method !== 'POST' || !hasBody(create)) return []
    const path = operations.find(
      each =>
        each.method === 'GET' &&
        each.path.startsWith(`${create.path}/{`) &&
        each.path.endsWith('}') &&
        each.path.slice(create.path.length + 1).indexOf('/') < 0,
    )?.path
    if (path === undefined) return []
    const [get, patch, put, remove] = ['GET', 'PATCH', 'PUT', 'DELETE'].map(method => find(method, path))
    if (!get || !patch || !put || !remove || !hasBody(put)) return []
    return [{ path, create, get, patch, put, remove, run: find('POST', `${path}/runs`) }]
  })
}

const hasBody = (operation: Operation): operation is Operation & { readonly body: BodyContract } =>
  operation.body !== null

/** A body that makes a member like the document's example, under an id and a name of its own. */
export function newBody({ create }: Resource, unique: string): Record<string, Json> {
  const [example = {}] = create.body.examples
  const body: Record<string, Json> = isObject(example) ? { ...example } : {}
  if ('id' in body) body.id = unique
  if ('name' in body) body.name = isObject(body.name) ? { ...body.name, en: unique } : unique
  return body
}

/** Makes a member of each collection, and a run, for the other phases to read and write. */
export async function makeScratch(session: Session, unique: string): Promise<void> {
  for (const resource of resourcesOf(session.contract)) {
    const outer = madeParameters(session, resource.create)
    const request = requestOf(resource.create, outer, newBody(resource, unique))
    const answer = await session.exchange('scratch', request, { kind: 'status', status: 201 })
    session.made.set(shapeOf(resource.path), idIn(answer.body))
    if (resource.run === undefined) continue
    const started = requestOf(resource.run, madeParameters(session, resource.run), {})
    const { body, headers } = await session.exchange('scratch', started, { kind: 'any' })
    const place = String(headers.location ?? '').replace(/\/[^/]*$/, '/{}')
    session.made.set(place, idIn(body))
  }
  // An example may read what only the examples before it have made: then what was made here is read instead.
  for (const operation of session.contract.operations.filter(({ method }) => method === 'GET')) {
    const given = exampleParameters(operation)
    const { status } = await session.exchange('scratch', requestOf(operation, given, undefined), {
      kind: 'any',
    })
    if (status === 404) session.unread.add(operation.id)
  }
}

const idIn = (body: string) => String((JSON.parse(body || '{}') as { id?: string }).id ?? 'none')

/** A path without the names of its parameters. */
const shapeOf = (path: string) => path.replaceAll(/\{\w+\}/g, '{}')

/** Parameters of what was made for the purpose; those of the examples where nothing was. */
export function madeParameters(session: Session, operation: Operation): ParameterValues {
  const given: Record<string, Json> = { ...exampleParameters(operation) }
  for (const [whole, name = ''] of operation.path.matchAll(/\{(\w+)\}/g)) {
    const before = operation.path.slice(0, operation.path.indexOf(whole) + whole.length)
    const made = session.made.get(shapeOf(before))
    if (made !== undefined) given[name] = made
  }
  return given
}

/** Parameters of something that exists. Headers that a write needs are among them. */
export function parametersOf(session: Session, operation: Operation): ParameterValues {
  const reads = operation.method === 'GET' && !session.unread.has(operation.id)
  const given = reads ? exampleParameters(operation) : madeParameters(session, operation)
  const conditional = operation.parameters.some(({ name }) => name === 'if-match') && { 'if-match': '*' }
  // Deletions belong to the walks: here they would take away what the other requests work on.
  const free = operation.method === 'DELETE' && { [lastParameter(operation.path)]: 'not-there' }
  return { ...given, ...conditional, ...free }
}
