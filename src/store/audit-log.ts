import { Prisma, type PrismaClient } from '../generated/prisma/client.ts'
import type { AuditEntry, AuditStore, Change } from './access.ts'
import { pageClauses, pageOf, type SortExpression } from './page.ts'

const sorts: Readonly<Record<string, SortExpression>> = {
  at: { expression: Prisma.sql`at`, type: 'timestamptz' },
}

const columns = Prisma.sql`id, at, actor, action, kind, resource, request_id AS "requestId"`

/** The log of writes, read. It is written by `record` alone, in the transactions of the writes. */
export function auditStore(prisma: PrismaClient): AuditStore {
  return {
    list: async (viewer, { actor, action, kind, resource, requestId, since, until, ...page }) => {
      const { after, order, sortValue } = pageClauses(page, sorts)
      const equal = { actor, action, kind, resource, request_id: requestId }
      const clauses = [
        Prisma.sql`workspace_id = ${viewer.workspaceId}`,
        ...Object.entries(equal)
          .filter(([, value]) => value !== undefined)
          .map(([column, value]) => Prisma.sql`${Prisma.raw(column)} = ${value}`),
        ...(since === undefined ? [] : [Prisma.sql`at >= ${since}`]),
        ...(until === undefined ? [] : [Prisma.sql`at < ${until}`]),
        after,
      ]
      const rows = await prisma.$queryRaw<(AuditEntry & { sortValue: string })[]>`
        SELECT ${columns}, ${sortValue} AS "sortValue" FROM audit_entry
        WHERE ${Prisma.join(clauses, ' AND ')} ${order}`
      return pageOf(rows, page.limit, ({ sortValue: _, ...entry }) => entry)
    },

    read: async (viewer, id) => {
      const [row] = await prisma.$queryRaw<(AuditEntry & Pick<Change, 'before' | 'after'>)[]>`
        SELECT ${columns}, before, after FROM audit_entry WHERE workspace_id = ${viewer.workspaceId} AND id = ${id}`
      return row ?? null
    },
  }
}
