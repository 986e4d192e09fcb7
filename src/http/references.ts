import type { CatalogueSnapshot } from '../store/catalogue.ts'
import type { DocumentKind } from '../store/reference-data.ts'
import type { DocumentStore, Viewer } from '../store/store.ts'
import { HttpProblem } from './problem.ts'

/** What references are looked up in. */
export interface Shelves {
  readonly documents: DocumentStore
  readonly catalogue: CatalogueSnapshot
  readonly viewer: Viewer
}

/** A reference, and the place in a request that makes it. */
export interface Reference {
  readonly pointer: string
  readonly id: string
}

/** A place that refers to nothing, and what to say of it. */
export type Missing = { readonly pointer: string; readonly what: string }

/** Most places that a problem names. */
export const mostErrors = 20

/** Refuses a request that refers to what does not exist (`unknown-reference`), naming every place. */
export function refuseMissing(missing: readonly Missing[]): void {
  if (missing.length > 0) throw unknownReference(missing)
}

/** The problem of references that lead nowhere, of which there is at least one. */
export function unknownReference(missing: readonly Missing[]): HttpProblem {
  const errors = missing.slice(0, mostErrors).map(({ pointer, what }) => ({
    pointer,
    code: 'unknown-reference',
    detail: `${pointer} ${what}.`,
  }))
  return new HttpProblem('unknown-reference', errors.map(({ detail }) => detail).join(' '), { errors })
}

/** Those references that the viewer has no document of that kind for. */
export async function missingDocuments(
  kind: DocumentKind,
  references: readonly Reference[],
  { documents, viewer }: Shelves,
  parent?: string,
): Promise<Missing[]> {
  const ids = [...new Set(references.map(({ id }) => id))]
  const unknown = new Set(await documents.unknownIds(viewer, kind, ids, parent))
  return references
    .filter(({ id }) => unknown.has(id))
    .map(({ pointer, id }) => ({
      pointer,
      what: `is "${id}", and ${parent === undefined ? 'there is' : `the report "${parent}" has`} no such ${kind}`,
    }))
}

/** Those references that the catalogue has no source of. */
export function missingSources(
  references: readonly Reference[],
  { catalogue }: Pick<Shelves, 'catalogue'>,
): Missing[] {
  const known = new Set(catalogue.resources.source.map(({ id }) => id))
  return references
    .filter(({ id }) => !known.has(id))
    .map(({ pointer, id }) => ({ pointer, what: `is "${id}", and GET /v1/sources has no such source` }))
}

/** Refuses places that name a source which the catalogue does not have; null names none. */
export function refuseUnknownSources(
  catalogue: CatalogueSnapshot,
  places: readonly { readonly pointer: string; readonly id: string | null | undefined }[],
): void {
  const named = places.filter((place): place is Reference => typeof place.id === 'string')
  refuseMissing(missingSources(named, { catalogue }))
}
