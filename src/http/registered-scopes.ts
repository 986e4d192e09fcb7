import type { Scope } from '../domain/market/scope.ts'
import { scopeSchemas } from '../schemas/scope.ts'
import type { DocumentStore, Viewer } from '../store/store.ts'

/** The registered definitions of those ids, by id; a scope that has been deleted is absent. */
export async function registeredScopes(
  documents: DocumentStore,
  viewer: Viewer,
  ids: readonly (string | null | undefined)[],
): Promise<ReadonlyMap<string, Scope>> {
  const wanted = [...new Set(ids.filter(id => typeof id === 'string'))]
  const found = await Promise.all(wanted.map(id => documents.read(viewer, { kind: 'scope', id })))
  return new Map(
    found.flatMap(scope =>
      scope === null
        ? []
        : [[scope.id, definition(scope.id, { ...scopeSchemas.defaults, ...scope.head } as unknown as Scope)]],
    ),
  )
}

/** What a stored scope defines, without where that is from. */
const definition = (
  id: string,
  { name, definition: text, platforms, geography, revenueKind, excludes }: Scope,
): Scope => ({ id, name, definition: text, platforms, geography, revenueKind, excludes })
