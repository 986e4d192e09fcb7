import { type CatalogueSnapshot, catalogueOf } from './catalogue.ts'
import { type CatalogueKind, readReferenceData } from './reference-data.ts'

/** The catalogue as the data files have it, without a database: what commands calculate with. */
export function catalogueOfFiles(): CatalogueSnapshot {
  const { version, items } = readReferenceData().catalogue
  const rows = Object.entries(items).flatMap(([kind, documents]) =>
    documents.map(({ id, ...document }) => ({ kind: kind as CatalogueKind, id, document })),
  )
  return catalogueOf(version, rows)
}
