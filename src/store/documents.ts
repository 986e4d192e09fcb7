import { Prisma, type PrismaClient } from '../generated/prisma/client.ts'
import type { Change } from './access.ts'
import { datasetCache, datasetOf } from './dataset-cache.ts'
import { filterClauses, knownBy, sorts } from './document-queries.ts'
import type { JsonObject } from './json.ts'
import { matches, pageClauses, pageOf, visible } from './page.ts'
import { record } from './record-write.ts'
import { referableKinds, referrersOf } from './scenario-references.ts'
import { searchText } from './search-text.ts'
import type { DocumentAddress, DocumentStore, StoredDocument, Viewer, WriteOutcome } from './store.ts'
import { refusable, refuse } from './transaction.ts'
import { publicWorkspace } from './workspaces.ts'

interface DocumentRow {
  readonly id: string
  readonly parent: string
  readonly version: number
  readonly workspaceId: string
  readonly head: JsonObject
  readonly body: JsonObject | null
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** What the rest of a transaction needs of the row that it has changed. */
type ChangedRow = Pick<DocumentRow, 'version' | 'workspaceId' | 'updatedAt'> & { readonly key: string }

const columns = Prisma.sql`id, parent, version, workspace_id AS "workspaceId", head, created_at AS "createdAt", updated_at AS "updatedAt"`

const stored = ({
  id,
  parent,
  version,
  workspaceId,
  head,
  body,
  createdAt,
  updatedAt,
}: DocumentRow): StoredDocument => ({
  id,
  parent,
  version,
  workspaceId,
  head,
  body: body ?? null,
  createdAt,
  updatedAt,
})

const jsonOrNull = (body: JsonObject | null) =>
  body === null ? Prisma.DbNull : (body as Prisma.InputJsonObject)

/** What a document says, as the audit log keeps it. */
const contentOf = ({ head, body }: { readonly head: unknown; readonly body: unknown }): JsonObject =>
  ({ ...(head as object), ...(body as object | null) }) as JsonObject

/** Remembers a write of a document in its transaction. */
const log = (
  transaction: Prisma.TransactionClient,
  viewer: Viewer,
  { kind, parent, id }: DocumentAddress,
  change: Pick<Change, 'action' | 'before' | 'after'>,
  written: StoredDocument | null,
): Promise<void> =>
  record(
    sql => transaction.$queryRaw(sql),
    viewer,
    { ...change, kind, resource: parent === undefined ? id : `${parent}/${id}` },
    written,
  )

/** Documents of all kinds, in PostgreSQL. */
export function documentStore(prisma: PrismaClient): DocumentStore {
  const datasets = datasetCache(1_000)

  const find = (viewer: Viewer, { kind, parent = '', id }: DocumentAddress) =>
    prisma.document.findFirst({
      where: {
        workspaceId: { in: [viewer.workspaceId, publicWorkspace] },
        kind,
        parent,
        id,
        deletedAt: null,
      },
    })

  /** Changes a live document that still has one of `versions`, in one statement that checks and writes. */
  const change = async (
    viewer: Viewer,
    address: DocumentAddress,
    versions: readonly number[] | null,
    data: Prisma.DocumentUpdateManyMutationInput,
    finish: (transaction: Prisma.TransactionClient, row: ChangedRow) => Promise<void>,
  ): Promise<WriteOutcome<StoredDocument>> => {
    const found = await find(viewer, address)
    if (found === null) return { refused: 'missing' }
    if (found.workspaceId === publicWorkspace && !viewer.mayWritePublic) return { refused: 'forbidden' }
    return refusable(prisma, viewer, async transaction => {
      const [row] = await transaction.document.updateManyAndReturn({
        where: {
          key: found.key,
          workspaceId: found.workspaceId,
          deletedAt: null,
          ...(versions !== null && { version: { in: [...versions] } }),
        },
        data: { ...data, version: { increment: 1 }, loadedHash: null },
      })
      if (row === undefined) return { refused: 'changed' }
      await finish(transaction, row)
      const written = stored(row as unknown as DocumentRow)
      const before = await transaction.documentVersion.findUnique({
        where: { documentKey_version: { documentKey: row.key, version: row.version - 1 } },
      })
      const isDeleted = row.deletedAt !== null
      const entry = {
        action: isDeleted ? 'delete' : 'replace',
        before: before && contentOf(before),
        after: isDeleted ? null : contentOf(row),
      } as const
      await log(transaction, viewer, address, entry, written)
      return { written }
    })
  }

  return {
    list: async (viewer, kind, { q, asOf, parent = '', parents = [parent], filters: asked, ...page }) => {
      const { after, order, sortValue } = pageClauses(page, sorts)
      const rows = await prisma.$queryRaw<(DocumentRow & { sortValue: string })[]>`
        SELECT ${columns}, NULL AS body, ${sortValue} AS "sortValue" FROM document
        WHERE ${visible(viewer)} AND kind = ${kind} AND parent = ANY(${[...parents]}) AND deleted_at IS NULL
          AND ${Prisma.join([Prisma.sql`TRUE`, ...matches(q), ...knownBy(asOf), ...filterClauses(kind, asked)], ' AND ')}
          AND ${after}
        ${order}`
      return pageOf(rows, page.limit, stored)
    },

    read: async (viewer, address) => {
      const row = await find(viewer, address)
      return row === null ? null : stored(row as unknown as DocumentRow)
    },

    readVersion: async (viewer, address, version) => {
      const row = await find(viewer, address)
      if (row === null) return null
      const kept = await prisma.documentVersion.findUnique({
        where: { documentKey_version: { documentKey: row.key, version } },
      })
      return kept === null
        ? null
        : stored({
            ...row,
            version,
            head: kept.head,
            body: kept.body,
            updatedAt: kept.createdAt,
          } as unknown as DocumentRow)
    },

    create: async (viewer, address, content, now) => {
      const { kind, parent = '', id } = address
      const head = content.head as Prisma.InputJsonObject
      const body = jsonOrNull(content.body)
      return refusable(prisma, viewer, async transaction => {
        // Public ids are reserved, those of deleted documents too: an id never comes to mean something else.
        const taken = await transaction.document.findFirst({
          where: { workspaceId: publicWorkspace, kind, parent, id },
          select: { key: true },
        })
        if (taken !== null && viewer.workspaceId !== publicWorkspace) return { refused: 'exists' }
        const [row] = await transaction.document.createManyAndReturn({
          data: [
            {
              workspaceId: viewer.workspaceId,
              kind,
              parent,
              id,
              head,
              body,
              searchText: searchText(id, [content.head, content.body]),
              createdAt: now,
              updatedAt: now,
            },
          ],
          skipDuplicates: true,
        })
        if (row === undefined) return { refused: 'exists' }
        await transaction.documentVersion.create({
          data: { documentKey: row.key, version: row.version, head, body, createdAt: now },
        })
        const written = stored(row as unknown as DocumentRow)
        const entry = { action: 'create', before: null, after: contentOf(content) } as const
        await log(transaction, viewer, address, entry, written)
        return { written }
      })
    },

    replace: (viewer, address, versions, content, now) =>
      change(
        viewer,
        address,
        versions,
        {
          head: content.head as Prisma.InputJsonObject,
          body: jsonOrNull(content.body),
          searchText: searchText(address.id, [content.head, content.body]),
          updatedAt: now,
        },
        async (transaction, { key, version, updatedAt }) => {
          await transaction.documentVersion.create({
            data: {
              documentKey: key,
              version,
              head: content.head as Prisma.InputJsonObject,
              body: jsonOrNull(content.body),
              createdAt: updatedAt,
            },
          })
        },
      ),

    remove: async (viewer, address, versions, now) => {
      const outcome = await change(
        viewer,
        address,
        versions,
        { deletedAt: now, updatedAt: now },
        async (transaction, row) => {
          if (!referableKinds.includes(address.kind)) return
          const document = { workspaceId: row.workspaceId, kind: address.kind, id: address.id }
          const by = await referrersOf(sql => transaction.$queryRaw(sql), viewer, document)
          if (by !== null) refuse({ refused: 'referred-to', by })
        },
      )
      return 'written' in outcome ? { written: null } : outcome
    },

    unknownIds: async (viewer, kind, ids, parent = '') => {
      if (ids.length === 0) return []
      const rows = await prisma.document.findMany({
        where: {
          workspaceId: { in: [viewer.workspaceId, publicWorkspace] },
          kind,
          parent,
          id: { in: [...ids] },
          deletedAt: null,
        },
        select: { id: true },
      })
      const known = new Set(rows.map(({ id }) => id))
      return ids.filter(id => !known.has(id))
    },

    fingerprint: async (viewer, whole, parts) => {
      const [row] = await prisma.$queryRaw<{ there: boolean; versions: string }[]>`
        SELECT COALESCE(bool_or(kind = ${whole.kind}), FALSE) AS there,
          md5(COALESCE(string_agg(key || ':' || version, ' ' ORDER BY key), '')) AS versions
        FROM document
        WHERE ${visible(viewer)} AND deleted_at IS NULL
          AND ((kind = ${whole.kind} AND parent = ${whole.parent ?? ''} AND id = ${whole.id})
            OR (kind = ${parts} AND parent = ${whole.id}))`
      return row?.there ? row.versions : null
    },

    datasets: async (viewer, ids, versions) => {
      if (ids.length === 0) return new Map()
      const rows = await prisma.document.findMany({
        where: {
          workspaceId: { in: [viewer.workspaceId, publicWorkspace] },
          kind: 'dataset',
          id: { in: [...ids] },
          ...(versions === undefined && { deletedAt: null }),
        },
        select: { key: true, id: true, version: true },
      })
      const found = await Promise.all(
        rows.map(async ({ key, id, version }) => {
          const wanted = versions?.[id] ?? version
          return datasets(key, wanted, async () => {
            const kept = await prisma.documentVersion.findUnique({
              where: { documentKey_version: { documentKey: key, version: wanted } },
            })
            return kept === null
              ? null
              : datasetOf(id, wanted, kept.head as JsonObject, kept.body as JsonObject)
          })
        }),
      )
      return new Map(found.filter(dataset => dataset !== null).map(dataset => [dataset.id, dataset]))
    },
  }
}
