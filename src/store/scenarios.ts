import type pg from 'pg'
import { Prisma, type PrismaClient } from '../generated/prisma/client.ts'
import type { Change } from './access.ts'
import type { JsonObject } from './json.ts'
import { matches, pageClauses, pageOf, type SortExpression, visible } from './page.ts'
import { record } from './record-write.ts'
import { danglingReferences } from './scenario-references.ts'
import { searchText } from './search-text.ts'
import type {
  ScenarioContent,
  ScenarioStore,
  StoredScenario,
  StoredScenarioVersion,
  Viewer,
  WriteOutcome,
} from './store.ts'
import { refusable, refuse } from './transaction.ts'
import { publicWorkspace } from './workspaces.ts'

const sorts: Readonly<Record<string, SortExpression>> = {
  name: { expression: Prisma.sql`s.live_name`, type: 'text' },
  createdAt: { expression: Prisma.sql`s.created_at`, type: 'timestamptz' },
  updatedAt: { expression: Prisma.sql`s.updated_at`, type: 'timestamptz' },
}

const versionSorts: Readonly<Record<string, SortExpression>> = {
  version: { expression: Prisma.sql`v.version`, type: 'int' },
}

export interface ScenarioRow {
  readonly id: string
  readonly version: number
  readonly workspaceId: string
  readonly latestRunId: string | null
  readonly createdAt: Date
  readonly updatedAt: Date
  readonly document: ScenarioContent
}

/** Every column of a scenario `s` at its version `v`, under its name in `ScenarioRow`. */
export const scenarioColumns = Prisma.sql`s.id, s.version, s.workspace_id AS "workspaceId", s.latest_run_id AS "latestRunId",
  s.created_at AS "createdAt", s.updated_at AS "updatedAt", v.document`

/** Members that versions do not have which were written before the members were there. */
const laterMembers = { rerunOn: [] } as const

export const storedScenario = ({ document, ...row }: ScenarioRow): StoredScenario => ({
  ...laterMembers,
  ...document,
  id: row.id,
  version: row.version,
  workspaceId: row.workspaceId,
  latestRunId: row.latestRunId,
  createdAt: row.createdAt,
  updatedAt: row.updatedAt,
})

const versionOf = (
  id: string,
  row: { version: number; createdAt: Date; document: unknown },
): StoredScenarioVersion => ({
  ...laterMembers,
  ...(row.document as ScenarioContent),
  id,
  version: row.version,
  createdAt: row.createdAt,
})

const contentOf = (content: ScenarioContent) => {
  const { name, estimator, description, tags, inputs, companies, datasets, rerunOn } = content
  const members = { name, estimator, description, tags, inputs, companies, datasets, rerunOn }
  return members as unknown as Prisma.InputJsonObject
}

/** Remembers a write of a scenario in its transaction. */
const log = (
  transaction: Prisma.TransactionClient,
  viewer: Viewer,
  resource: string,
  change: Pick<Change, 'action' | 'before' | 'after'>,
  written: StoredScenario | null,
): Promise<void> =>
  record(sql => transaction.$queryRaw(sql), viewer, { ...change, kind: 'scenario', resource }, written)

const isUniqueViolation = (error: unknown): boolean =>
  error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002'

/** Refuses a name that a live public scenario has; a workspace's own names are unique by an index. */
async function refusePublicName(
  transaction: Prisma.TransactionClient,
  workspaceId: string,
  name: string,
): Promise<void> {
  if (workspaceId === publicWorkspace) return
  const taken = await transaction.scenario.findFirst({
    where: { workspaceId: publicWorkspace, liveName: name },
    select: { key: true },
  })
  if (taken !== null) refuse({ refused: 'exists' })
}

async function refuseDangling(
  transaction: Prisma.TransactionClient,
  workspaceId: string,
  content: ScenarioContent,
): Promise<void> {
  const references = await danglingReferences(sql => transaction.$queryRaw(sql), workspaceId, content)
  if (references.length > 0) refuse({ refused: 'dangling', references })
}

/** Scenarios and their versions, in PostgreSQL. */
export function scenarioStore(prisma: PrismaClient, pool: pg.Pool): ScenarioStore {
  const read = async (viewer: Viewer, id: string): Promise<StoredScenario | null> => {
    const [row] = await prisma.$queryRaw<ScenarioRow[]>`
      SELECT ${scenarioColumns} FROM scenario s JOIN scenario_version v ON v.scenario_key = s.key AND v.version = s.version
      WHERE ${visible(viewer, Prisma.sql`s.workspace_id`)} AND s.id = ${id} AND s.deleted_at IS NULL`
    return row === undefined ? null : storedScenario(row)
  }

  const findKey = (viewer: Viewer, id: string) =>
    prisma.scenario.findFirst({
      where: { workspaceId: { in: [viewer.workspaceId, publicWorkspace] }, id, deletedAt: null },
      select: { key: true, workspaceId: true },
    })

  const change = async (
    viewer: Viewer,
    id: string,
    versions: readonly number[] | null,
    data: Prisma.ScenarioUpdateManyMutationInput,
    content: ScenarioContent | null,
  ): Promise<WriteOutcome<StoredScenario | null>> => {
    const found = await findKey(viewer, id)
    if (found === null) return { refused: 'missing' }
    if (found.workspaceId === publicWorkspace && !viewer.mayWritePublic) return { refused: 'forbidden' }
    try {
      return await refusable(prisma, viewer, async transaction => {
        if (content !== null) await refuseDangling(transaction, found.workspaceId, content)
        const [row] = await transaction.scenario.updateManyAndReturn({
          where: {
            key: found.key,
            workspaceId: found.workspaceId,
            deletedAt: null,
            ...(versions !== null && { version: { in: [...versions] } }),
          },
          data: { ...data, version: { increment: 1 } },
        })
        if (row === undefined) return { refused: 'changed' }
        const version = row.version - 1
        const last = await transaction.scenarioVersion.findUnique({
          where: { scenarioKey_version: { scenarioKey: row.key, version } },
        })
        const before = (last?.document ?? null) as JsonObject | null
        if (content === null) {
          await log(transaction, viewer, id, { action: 'delete', before, after: null }, null)
          return { written: null }
        }
        await refusePublicName(transaction, found.workspaceId, content.name)
        const document = contentOf(content)
        await transaction.scenarioVersion.create({
          data: {
            scenarioKey: row.key,
            version: row.version,
            document,
            searchText: searchText(id, document as never),
            createdAt: row.updatedAt,
          },
        })
        const written = storedScenario({ ...row, document: content })
        const after = document as JsonObject
        await log(transaction, viewer, id, { action: 'replace', before, after }, written)
        return { written }
      })
    } catch (error) {
      if (isUniqueViolation(error)) return { refused: 'exists' }
      throw error
    }
  }

  return {
    list: async (viewer, { q, estimator, tag, ...page }) => {
      const { after, order, sortValue } = pageClauses(page, sorts, Prisma.sql`s.id`)
      const clauses = [
        visible(viewer, Prisma.sql`s.workspace_id`),
        Prisma.sql`s.deleted_at IS NULL`,
        ...matches(q),
        ...(estimator === undefined ? [] : [Prisma.sql`s.estimator = ${estimator}`]),
        ...(tag === undefined ? [] : [Prisma.sql`v.document::jsonb->'tags' ? ${tag}`]),
        after,
      ]
      const rows = await prisma.$queryRaw<(ScenarioRow & { sortValue: string })[]>`
        SELECT ${scenarioColumns}, ${sortValue} AS "sortValue"
        FROM scenario s JOIN scenario_version v ON v.scenario_key = s.key AND v.version = s.version
        WHERE ${Prisma.join(clauses, ' AND ')} ${order}`
      return pageOf(rows, page.limit, storedScenario)
    },

    read,

    versions: async (viewer, id, page) => {
      const found = await findKey(viewer, id)
      if (found === null) return null
      // Versions differ, so nothing more is needed to order them; cursors must not show internal keys.
      const { after, order, sortValue } = pageClauses(page, versionSorts, Prisma.sql`''::text`)
      const rows = await prisma.$queryRaw<
        { id: string; version: number; createdAt: Date; document: unknown; sortValue: string }[]
      >`
        SELECT '' AS id, v.version, v.created_at AS "createdAt", v.document, ${sortValue} AS "sortValue"
        FROM scenario_version v WHERE v.scenario_key = ${found.key}::uuid AND ${after} ${order}`
      return pageOf(rows, page.limit, row => versionOf(id, row))
    },

    readVersion: async (viewer, id, version) => {
      const found = await findKey(viewer, id)
      if (found === null) return null
      const row = await prisma.scenarioVersion.findUnique({
        where: { scenarioKey_version: { scenarioKey: found.key, version } },
      })
      return row === null ? null : versionOf(id, row)
    },

    create: async (viewer, id, content, now) => {
      try {
        return await refusable(prisma, viewer, async transaction => {
          const reserved = await transaction.scenario.findFirst({
            where: { workspaceId: publicWorkspace, id },
            select: { key: true },
          })
          if (reserved !== null && viewer.workspaceId !== publicWorkspace) return { refused: 'exists' }
          await refusePublicName(transaction, viewer.workspaceId, content.name)
          await refuseDangling(transaction, viewer.workspaceId, content)
          const document = contentOf(content)
          const row = await transaction.scenario.create({
            data: {
              workspaceId: viewer.workspaceId,
              id,
              liveName: content.name,
              estimator: content.estimator,
              createdAt: now,
              updatedAt: now,
            },
          })
          await transaction.scenarioVersion.create({
            data: {
              scenarioKey: row.key,
              version: row.version,
              document,
              searchText: searchText(id, document as never),
              createdAt: now,
            },
          })
          const written = storedScenario({ ...row, document: content })
          const after = document as JsonObject
          await log(transaction, viewer, id, { action: 'create', before: null, after }, written)
          return { written }
        })
      } catch (error) {
        if (isUniqueViolation(error)) return { refused: 'exists' }
        throw error
      }
    },

    replace: async (viewer, id, versions, content, now) => {
      const outcome = await change(
        viewer,
        id,
        versions,
        { liveName: content.name, estimator: content.estimator, updatedAt: now },
        content,
      )
      if ('refused' in outcome) return outcome
      return outcome.written === null ? { refused: 'missing' } : { written: outcome.written }
    },

    remove: async (viewer, id, versions, now) => {
      const outcome = await change(
        viewer,
        id,
        versions,
        { liveName: null, deletedAt: now, updatedAt: now },
        null,
      )
      return 'refused' in outcome ? outcome : { written: null }
    },

    // What dashboards poll: one named statement, no Prisma, and no look at the result itself.
    latestRunId: async (viewer, id) => {
      const { rows } = await pool.query<{ latest_run_id: string | null }>({
        name: 'scenario-latest-run',
        text: 'SELECT latest_run_id FROM scenario WHERE workspace_id IN ($1, $2) AND id = $3 AND deleted_at IS NULL',
        values: [viewer.workspaceId, publicWorkspace, id],
      })
      return rows[0]?.latest_run_id
    },
  }
}
