import type { TProperties } from 'typebox'
import type { DocumentSchemas } from '../schemas/document.ts'
import type { JsonObject } from '../store/json.ts'
import type { DocumentKind } from '../store/reference-data.ts'
import type { DocumentAddress, StoredDocument, Viewer } from '../store/store.ts'
import type { tags } from './operation.ts'

/** A kind of document as a REST resource. */
export interface DocumentResource {
  readonly kind: DocumentKind
  /** Where its list is, such as `/v1/companies`. */
  readonly path: string
  /** For parts of another document: the kind of that, and the path parameter that names it. */
  readonly parent?: { readonly kind: DocumentKind; readonly parameter: string }
  /** Singular and plural, as in `createCompany` and `listCompanies`. */
  readonly name: readonly [singular: string, plural: string]
  readonly tag: keyof typeof tags
  readonly schemas: DocumentSchemas
  /** Whether scenarios refer to documents of this kind: then those that they do cannot be deleted. */
  readonly isReferable?: boolean
  /** Query parameters of the list, by the member that each compares with. */
  readonly filters: Readonly<
    Record<string, { readonly member: string; readonly schema: TProperties[string] }>
  >
  readonly sorts: readonly [string, ...string[]]
  /** Whether the list takes `asOf`, which leaves out what was not published by then. */
  readonly dated?: boolean
  /** Elements of a page when the caller does not say; 50 unless given. */
  readonly defaultLimit?: number
  /** Fills in, when writing, what may be left out inside members. */
  readonly complete?: (content: JsonObject) => JsonObject
  /** Refuses content that contradicts itself or refers to nothing, with pointers into it. */
  readonly check?: (
    content: JsonObject,
    request: { readonly viewer: Viewer },
    address: DocumentAddress,
  ) => Promise<void> | void
}

/** The document with its metadata, as it is served. */
export function served(
  { id, version, head, body, createdAt, updatedAt }: StoredDocument,
  defaults: JsonObject | Readonly<Record<string, unknown>>,
): object {
  return {
    ...defaults,
    ...head,
    ...body,
    id,
    version,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  }
}
