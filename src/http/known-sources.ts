import { DomainError } from '../domain/errors.ts'
import type { CatalogueSnapshot } from '../store/catalogue.ts'

/** A place of a document that names a source, or null there. */
export interface SourcePlace {
  readonly pointer: string
  readonly id: string | null | undefined
}

/** Refuses a source that the catalogue does not have (`unknown-source`), with a pointer to where it is named. */
export function checkSources({ resources }: CatalogueSnapshot, places: readonly SourcePlace[]): void {
  const known = new Set(resources.source.map(({ id }) => id))
  for (const { pointer, id } of places) {
    if (id === null || id === undefined || known.has(id)) continue
    throw new DomainError(
      'unknown-source',
      `${pointer} is "${id}", which the catalogue has no source of; use an id of GET /v1/sources, or null and say in a note where it is from.`,
      { pointer, facts: { id } },
    )
  }
}
