import { Prisma, type PrismaClient } from '../generated/prisma/client.ts'
import type { Change, ShareStore, StoredShare } from './access.ts'
import type { JsonObject } from './json.ts'
import { pageClauses, pageOf, type SortExpression } from './page.ts'
import { record } from './record-write.ts'
import { type ScenarioRow, scenarioColumns, storedScenario } from './scenarios.ts'
import type { Viewer } from './store.ts'
import { refusable } from './transaction.ts'

const sorts: Readonly<Record<string, SortExpression>> = {
  createdAt: { expression: Prisma.sql`h.created_at`, type: 'timestamptz' },
}

const audited = ({ scenarioId, expiresAt, revokedAt }: StoredShare): JsonObject => ({
  scenario: scenarioId,
  expiresAt: expiresAt?.toISOString() ?? null,
  revokedAt: revokedAt?.toISOString() ?? null,
})

/** Links under which anybody may read a scenario, in PostgreSQL. */
export function shareStore(prisma: PrismaClient): ShareStore {
  const scenarioKey = async (viewer: Viewer, id: string, database: Prisma.TransactionClient = prisma) =>
    (
      await database.scenario.findFirst({
        where: { workspaceId: viewer.workspaceId, id, deletedAt: null },
        select: { key: true },
      })
    )?.key

  const log = (
    transaction: Prisma.TransactionClient,
    viewer: Viewer,
    change: Pick<Change, 'action' | 'before'>,
    share: StoredShare,
  ) =>
    record(
      sql => transaction.$queryRaw(sql),
      viewer,
      { ...change, kind: 'share', resource: share.id, after: audited(share) },
      share,
    )

  return {
    list: async (viewer, scenarioId, page) => {
      const key = await scenarioKey(viewer, scenarioId)
      if (key === undefined) return null
      const { after, order, sortValue } = pageClauses(page, sorts, Prisma.sql`h.id`)
      const rows = await prisma.$queryRaw<(StoredShare & { sortValue: string })[]>`
        SELECT h.id, ${scenarioId} AS "scenarioId", h.created_at AS "createdAt", h.expires_at AS "expiresAt",
          h.revoked_at AS "revokedAt", ${sortValue} AS "sortValue"
        FROM share h WHERE h.scenario_key = ${key}::uuid AND h.workspace_id = ${viewer.workspaceId} AND ${after} ${order}`
      return pageOf(rows, page.limit, ({ sortValue: _, ...share }) => share)
    },

    read: async (viewer, scenarioId, id) => {
      const key = await scenarioKey(viewer, scenarioId)
      if (key === undefined) return null
      const row = await prisma.share.findFirst({
        where: { id, scenarioKey: key, workspaceId: viewer.workspaceId },
        select: { id: true, createdAt: true, expiresAt: true, revokedAt: true },
      })
      return row === null ? null : { ...row, scenarioId }
    },

    create: (viewer, scenarioId, share, now) =>
      refusable(prisma, viewer, async transaction => {
        const key = await scenarioKey(viewer, scenarioId, transaction)
        if (key === undefined) return { refused: 'missing' }
        const { workspaceId } = viewer
        await transaction.share.create({ data: { ...share, scenarioKey: key, workspaceId, createdAt: now } })
        const { id, expiresAt } = share
        const made: StoredShare = { id, scenarioId, createdAt: now, expiresAt, revokedAt: null }
        await log(transaction, viewer, { action: 'create', before: null }, made)
        return { written: made }
      }),

    revoke: (viewer, scenarioId, id, now) =>
      refusable(prisma, viewer, async transaction => {
        const key = await scenarioKey(viewer, scenarioId, transaction)
        if (key === undefined) return { refused: 'missing' }
        const where = { id, scenarioKey: key, workspaceId: viewer.workspaceId }
        const select = { id: true, createdAt: true, expiresAt: true, revokedAt: true }
        const [revoked] = await transaction.share.updateManyAndReturn({
          where: { ...where, revokedAt: null },
          data: { revokedAt: now },
          select,
        })
        if (revoked === undefined) {
          const row = await transaction.share.findFirst({ where, select })
          return row === null ? { refused: 'missing' } : { written: { ...row, scenarioId } }
        }
        const after: StoredShare = { ...revoked, scenarioId }
        const before = audited({ ...after, revokedAt: null })
        await log(transaction, viewer, { action: 'revoke', before }, after)
        return { written: after }
      }),

    open: async (id, now) => {
      const [row] = await prisma.$queryRaw<(ScenarioRow & { tokenHash: string })[]>`
        SELECT h.token_hash AS "tokenHash", ${scenarioColumns}
        FROM share h
          JOIN scenario s ON s.key = h.scenario_key AND s.workspace_id = h.workspace_id AND s.deleted_at IS NULL
          JOIN scenario_version v ON v.scenario_key = s.key AND v.version = s.version
        WHERE h.id = ${id} AND h.revoked_at IS NULL AND (h.expires_at IS NULL OR h.expires_at > ${now})`
      if (row === undefined) return null
      const { tokenHash, ...scenario } = row
      return { tokenHash, scenario: storedScenario(scenario) }
    },
  }
}
