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

/** Makes a member of each collection, for the phases to write to. Their parameters, by path. */
export async function makeScratch(session: Session, unique: string): Promise<Map<string, ParameterValues>> {
  const scratch = new Map<string, ParameterValues>()
  for (const resource of resourcesOf(session.contract)) {
    const parameters = exampleParameters(resource.create)
    const request = requestOf(resource.create, parameters, newBody(resource, unique))
    const answer = await session.exchange('scratch', request, { kind: 'status', status: 201 })
    if (answer.status !== 201) continue
    const { id = '' } = JSON.parse(answer.body) as { id?: string }
    scratch.set(resource.path, { ...parameters, [lastParameter(resource.path)]: id })
  }
  return scratch
}

/** Parameters of something that exists: made for the purpose, or of the document's examples. */
export function parametersOf(session: Session, operation: Operation): ParameterValues {
  const [, item = operation.path] = /^(.*?\})\/[^{}]*$/.exec(operation.path) ?? []
  const isWrite = operation.method !== 'GET'
  const made = session.scratch.get(operation.path) ?? (isWrite ? session.scratch.get(item) : undefined)
  const given = isWrite && made !== undefined ? made : exampleParameters(operation)
  // Deletions belong to the walks: here they would take away what the other requests work on.
  if (operation.method === 'DELETE')
    return { ...given, [lastParameter(operation.path)]: 'not-there', 'if-match': '*' }
  return isWrite && operation.parameters.some(({ name }) => name === 'if-match')
    ? { ...given, 'if-match': '*' }
    : given
}

/** The body that values are made for: for a patch that lets anything in, that of the whole resource. */
export function bodyModel(session: Session, operation: Operation): BodyContract | null {
  if (operation.body?.open !== true) return operation.body
  const put = session.contract.operations.find(each => each.method === 'PUT' && each.path === operation.path)
  return put?.body ?? operation.body
}
