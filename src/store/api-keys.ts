import { Prisma, type PrismaClient } from '../generated/prisma/client.ts'
import type { KeyStore, Scope, StoredKey } from './access.ts'
import type { JsonObject } from './json.ts'
import { pageClauses, pageOf, type SortExpression } from './page.ts'
import { record } from './record-write.ts'
import { refusable } from './transaction.ts'

const sorts: Readonly<Record<string, SortExpression>> = {
  createdAt: { expression: Prisma.sql`created_at`, type: 'timestamptz' },
}

interface KeyRow extends Omit<StoredKey, 'scopes'> {
  readonly scopes: readonly string[]
  readonly secretHash: string
}

const stored = ({ secretHash: _, ...row }: KeyRow): StoredKey => ({
  id: row.id,
  workspaceId: row.workspaceId,
  name: row.name,
  scopes: row.scopes as Scope[],
  createdAt: row.createdAt,
  expiresAt: row.expiresAt,
  lastUsedAt: row.lastUsedAt,
  revokedAt: row.revokedAt,
})

/** What the audit log says of a key: everything but its secret. */
const audited = ({ name, scopes, expiresAt, revokedAt }: StoredKey): JsonObject => ({
  name,
  scopes,
  expiresAt: expiresAt?.toISOString() ?? null,
  revokedAt: revokedAt?.toISOString() ?? null,
})

/** API keys, in PostgreSQL. */
export function keyStore(prisma: PrismaClient): KeyStore {
  return {
    list: async (viewer, page) => {
      const { after, order, sortValue } = pageClauses(page, sorts)
      const rows = await prisma.$queryRaw<(KeyRow & { sortValue: string })[]>`
        SELECT id, workspace_id AS "workspaceId", name, scopes, created_at AS "createdAt", expires_at AS "expiresAt",
          last_used_at AS "lastUsedAt", revoked_at AS "revokedAt", '' AS "secretHash", ${sortValue} AS "sortValue"
        FROM api_key WHERE workspace_id = ${viewer.workspaceId} AND ${after} ${order}`
      return pageOf(rows, page.limit, stored)
    },

    read: async ({ workspaceId }, id) => {
      const row = await prisma.apiKey.findFirst({ where: { id, workspaceId } })
      return row === null ? null : stored(row as KeyRow)
    },

    create: (viewer, { scopes, ...key }, now) =>
      refusable(prisma, viewer, async transaction => {
        const { workspaceId } = viewer
        const row = await transaction.apiKey.create({
          data: { ...key, scopes: [...scopes], workspaceId, createdAt: now },
        })
        const made = stored(row as KeyRow)
        await record(
          sql => transaction.$queryRaw(sql),
          viewer,
          { action: 'create', kind: 'key', resource: key.id, before: null, after: audited(made) },
          made,
        )
        return { written: made }
      }),

    revoke: (viewer, id, now) =>
      refusable(prisma, viewer, async transaction => {
        const where = { id, workspaceId: viewer.workspaceId }
        const [revoked] = await transaction.apiKey.updateManyAndReturn({
          where: { ...where, revokedAt: null },
          data: { revokedAt: now },
        })
        if (revoked === undefined) {
          const row = await transaction.apiKey.findFirst({ where })
          return row === null ? { refused: 'missing' } : { written: stored(row as KeyRow) }
        }
        const after = stored(revoked as KeyRow)
        const before = audited({ ...after, revokedAt: null })
        await record(
          sql => transaction.$queryRaw(sql),
          viewer,
          { action: 'revoke', kind: 'key', resource: id, before, after: audited(after) },
          after,
        )
        return { written: after }
      }),

    credential: async id => {
      const row = await prisma.apiKey.findUnique({ where: { id } })
      return row === null ? null : { ...stored(row as KeyRow), secretHash: row.secretHash }
    },

    touch: async uses => {
      if (uses.size === 0) return
      const [ids, times] = [[...uses.keys()], [...uses.values()]]
      await prisma.$executeRaw`
        UPDATE api_key SET last_used_at = GREATEST(last_used_at, used.at)
        FROM unnest(${ids}::text[], ${times}::timestamptz[]) AS used(id, at) WHERE api_key.id = used.id`
    },

    ensureWorkspace: async id => {
      await prisma.workspace.createMany({ data: [{ id, name: id }], skipDuplicates: true })
    },

    workspaceExists: async id => (await prisma.workspace.count({ where: { id } })) > 0,
  }
}
