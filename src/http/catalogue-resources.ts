import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { TProperties, TSchema } from 'typebox'
import { idParameter } from '../schemas/common.ts'
import { ifNoneMatch, listQuery, search } from '../schemas/document.ts'
import type { CatalogueResource } from '../store/catalogue.ts'
import type { JsonObject } from '../store/json.ts'
import type { CatalogueKind } from '../store/reference-data.ts'
import { isCurrent } from './conditional.ts'
import type { HttpDeps } from './deps.ts'
import { operation } from './operation.ts'
import { missing } from './outcome.ts'
import { cursors, type ListQuery, pageInMemory, pageRequest, sendPage } from './pagination.ts'

/** A kind of catalogue entry as a REST resource that is read alone. */
export interface CatalogueListing {
  readonly kind: CatalogueKind
  /** Where its list is, such as `/v1/accelerators`. */
  readonly path: string
  /** Singular and plural, as in `getAccelerator` and `listAccelerators`. */
  readonly name: readonly [singular: string, plural: string]
  readonly schema: TSchema
  readonly page: TSchema
  /** Query parameters of the list, and which entries each lets through. */
  readonly filters: Readonly<
    Record<
      string,
      {
        readonly schema: TProperties[string]
        readonly lets: (document: JsonObject, asked: string) => boolean
      }
    >
  >
  /** What the list may be sorted by; the first unless asked otherwise. */
  readonly sorts: Readonly<Record<string, (document: JsonObject) => string>>
}

/**
 * List and read of one kind of catalogue entry, from memory. A catalogue version never changes, so it is the
 * entity tag of everything in it.
 */
export function listingRoutes(listing: CatalogueListing, deps: HttpDeps): FastifyPluginAsyncTypebox {
  const { kind, path, schema, page, filters, sorts } = listing
  const [singular, plural] = listing.name
  const what = singular.toLowerCase()
  const cursor = cursors(deps.cursorSecret)
  const sortNames = Object.keys(sorts)
  const defaultSort = sortNames[0] ?? 'id'
  const seen = { description: 'The caller has this catalogue version already', headers: ['ETag'] } as const

  return async app => {
    app.get(
      path,
      {
        schema: operation({
          id: `list${plural}`,
          summary: `The ${plural.toLowerCase()} of the catalogue`,
          tag: 'catalogue',
          scope: 'read',
          query: listQuery(sortNames, {
            q: search,
            ...Object.fromEntries(Object.entries(filters).map(([name, each]) => [name, each.schema])),
          }),
          headers: ifNoneMatch,
          answers: {
            200: { description: 'A page of the list', schema: page, headers: ['Link', 'ETag'] },
            304: seen,
          },
        }),
      },
      async (request, reply) => {
        const asked = pageRequest(request, cursor, defaultSort)
        const { version, resources } = deps.catalogue()
        if (isCurrent(request, reply, version)) return reply.code(304).send()
        const chosen = select(resources[kind], request.query as ListQuery, filters)
        const sortedBy = sorts[asked.sort] ?? (() => '')
        const { items, next } = pageInMemory(chosen, asked, ({ id, document }) => [sortedBy(document), id])
        const shown = { items: items.map(({ document }) => document), next }
        return sendPage(request, reply, cursor, shown, deps.publicUrl)
      },
    )

    app.get(
      `${path}/:id`,
      {
        schema: operation({
          id: `get${singular}`,
          summary: `One ${what} of the catalogue`,
          tag: 'catalogue',
          scope: 'read',
          params: idParameter(what),
          headers: ifNoneMatch,
          answers: { 200: { description: `The ${what}`, schema, headers: ['ETag'] }, 304: seen },
          problems: [404],
        }),
      },
      async (request, reply) => {
        const { id } = request.params as { id: string }
        const { version, resources } = deps.catalogue()
        const found = resources[kind].find(resource => resource.id === id)
        if (found === undefined) throw missing(what, id)
        return isCurrent(request, reply, version) ? reply.code(304).send() : found.document
      },
    )
  }
}

/** The entries that hold every word of `q` and that every filter asked for lets through. */
function select(
  resources: readonly CatalogueResource[],
  { q, ...asked }: ListQuery,
  filters: CatalogueListing['filters'],
): CatalogueResource[] {
  const words = String(q ?? '')
    .toLowerCase()
    .split(/\s+/)
    .filter(Boolean)
  const conditions = Object.entries(filters).filter(([name]) => asked[name] !== undefined)
  return resources.filter(
    ({ document, searchText }) =>
      words.every(word => searchText.includes(word)) &&
      conditions.every(([name, { lets }]) => lets(document, String(asked[name]))),
  )
}
