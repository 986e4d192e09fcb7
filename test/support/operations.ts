import { readFileSync } from 'node:fs'

interface Operation {
  readonly operationId: string
  readonly security: readonly { readonly bearer: readonly string[] }[]
  readonly parameters?: readonly { readonly name: string; readonly in: string }[]
  readonly responses: Readonly<Record<string, unknown>>
  readonly requestBody?: unknown
}

/** An operation of the document. */
export interface DocumentedOperation {
  readonly operationId: string
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete'
  readonly path: string
  /** Its path with every parameter set to an id. */
  readonly address: (id: string) => string
  /** The scopes any of which lets in; null when it is open to all. */
  readonly scopes: readonly string[] | null
  readonly parameters: readonly string[]
  readonly statuses: readonly string[]
  readonly hasBody: boolean
}

/** Every operation of the committed document. */
export function operationsOf(): DocumentedOperation[] {
  const text = readFileSync(new URL('../../openapi/openapi.json', import.meta.url), 'utf8')
  const { paths } = JSON.parse(text) as { paths: Record<string, Record<string, Operation>> }
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, { operationId, security, parameters, responses, requestBody }]) => ({
        operationId,
        method: method as DocumentedOperation['method'],
        path,
        address: (id: string) => path.replaceAll(/\{version\}/g, '1').replaceAll(/\{[^}]+\}/g, id),
        scopes: security.length === 0 ? null : security.flatMap(({ bearer }) => bearer),
        parameters: (parameters ?? []).map(({ name }) => name),
        statuses: Object.keys(responses),
        hasBody: requestBody !== undefined,
      }),
    ),
  )
}
