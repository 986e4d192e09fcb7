import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { digest } from '../digest.ts'
import { Prisma, type PrismaClient } from '../generated/prisma/client.ts'
import { pageClauses, pageOf, type SortExpression, visible } from './page.ts'
import { inTransaction } from './pool-transaction.ts'
import { record } from './record-write.ts'
import { type RunChanges, runChannel } from './run-changes.ts'
import { addPart, dropRows, partOf } from './run-rows.ts'
import { columnList, startRun, startRunAlone } from './run-start.ts'
import type { ClaimedRun, RunStatus, RunStore, StaleScenario, StoredRun } from './run-store.ts'
import { staleScenarios } from './stale-scenarios.ts'
import type { Viewer, WriteOutcome } from './store.ts'
import { refusableOnPool } from './transaction.ts'
import { publicWorkspace } from './workspaces.ts'

const sorts: Readonly<Record<string, SortExpression>> = {
  createdAt: { expression: Prisma.sql`created_at`, type: 'timestamptz' },
}

const columns = Prisma.raw(columnList)

/** A statement that changes a run and tells so, once it is committed, on `runChannel`. */
const changing = (update: string): string => `
  WITH changed AS (${update} RETURNING *)
  SELECT ${columnList} FROM changed, pg_notify('${runChannel}', changed.id)`

type RunRow = StoredRun & { readonly sortValue: string }

const withoutSortValue = ({ sortValue: _, ...run }: RunRow): StoredRun => run

/** Runs and their results, in PostgreSQL. */
export function runStore(prisma: PrismaClient, pool: pg.Pool, changes: Pick<RunChanges, 'watch'>): RunStore {
  const one = async (name: string, text: string, values: unknown[]): Promise<StoredRun | null> => {
    const { rows } = await pool.query<StoredRun>({ name, text, values })
    return rows[0] ?? null
  }

  return {
    list: async (viewer, { scenario, status, estimator, ...page }) => {
      const { after, order, sortValue } = pageClauses(page, sorts)
      const clauses = [
        visible(viewer),
        ...(scenario === undefined ? [] : [Prisma.sql`scenario_id = ${scenario}`]),
        ...(status === undefined ? [] : [Prisma.sql`status = ${status}`]),
        ...(estimator === undefined ? [] : [Prisma.sql`estimator = ${estimator}`]),
        after,
      ]
      const rows = await prisma.$queryRaw<RunRow[]>`
        SELECT ${columns}, ${sortValue} AS "sortValue" FROM run WHERE ${Prisma.join(clauses, ' AND ')} ${order}`
      return pageOf(rows, page.limit, withoutSortValue)
    },

    read: (viewer, id) =>
      one('run-read', `SELECT ${columnList} FROM run WHERE id = $1 AND workspace_id IN ($2, $3)`, [
        id,
        viewer.workspaceId,
        publicWorkspace,
      ]),

    result: async (viewer, id) => {
      const { rows } = await pool.query<{ body: string }>({
        name: 'run-result',
        text: `SELECT body FROM run_result JOIN run ON run.id = run_id
               WHERE run_id = $1 AND workspace_id IN ($2, $3)`,
        values: [id, viewer.workspaceId, publicWorkspace],
      })
      return rows[0]?.body ?? null
    },

    start: (viewer, scenarioId, scenarioVersion, start, enqueue) =>
      refusableOnPool(pool, viewer, client =>
        startRun(client, viewer, scenarioId, scenarioVersion, start, enqueue),
      ),

    startAlone: (viewer, subject, start, enqueue) =>
      refusableOnPool(pool, viewer, client => startRunAlone(client, viewer, subject, start, enqueue)),

    addPart: (run, part) => inTransaction(pool, client => addPart(client, run, part)),

    part: (id, part) => partOf(pool, id, part),

    claim: async (id, now) => {
      const token = randomUUID()
      const run = await one(
        'run-claim',
        changing(`UPDATE run SET status = 'running', attempt = attempt + 1, attempt_token = $2, progress = 0,
          started_at = COALESCE(started_at, $3), version = version + 1 WHERE id = $1 AND status IN ('queued', 'running')`),
        [id, token, now],
      )
      return run === null ? null : { ...run, token }
    },

    report: async ({ id, token }, progress) => {
      const { rows } = await pool.query<{ progress: number }>({
        name: 'run-held',
        text: `SELECT progress FROM run WHERE id = $1 AND attempt_token = $2 AND status = 'running'`,
        values: [id, token],
      })
      const [held] = rows
      if (held === undefined || held.progress >= progress) return held !== undefined
      return (
        (await one(
          'run-progress',
          changing(`UPDATE run SET progress = $3, version = version + 1
            WHERE id = $1 AND attempt_token = $2 AND status = 'running'`),
          [id, token, progress],
        )) !== null
      )
    },

    giveBack: (run, enqueue) =>
      inTransaction(pool, async client => {
        const { rowCount } = await client.query(
          changing(`UPDATE run SET status = 'queued', attempt_token = NULL, progress = 0, version = version + 1
            WHERE id = $1 AND attempt_token = $2 AND status = 'running'`),
          [run.id, run.token],
        )
        if (rowCount !== 1) return false
        await enqueue(run, (text, values) => client.query(text, values))
        return true
      }),

    succeed: (run, body, now) =>
      inTransaction(pool, async client => {
        const { rowCount } = await client.query(
          changing(`UPDATE run SET status = 'succeeded', progress = 1, finished_at = $3, version = version + 1
            WHERE id = $1 AND attempt_token = $2 AND status = 'running'`),
          [run.id, run.token, now],
        )
        if (rowCount !== 1) return false
        await client.query('INSERT INTO run_result (run_id, body, result_hash) VALUES ($1, $2, $3)', [
          run.id,
          body,
          digest(body),
        ])
        // A run that was started later and finished earlier stays the scenario's result.
        await client.query(
          `UPDATE scenario s SET latest_run_id = r.id FROM run r
           WHERE r.id = $1 AND r.kind = 'estimate' AND s.key = r.scenario_key AND NOT EXISTS (
             SELECT 1 FROM run l WHERE l.id = s.latest_run_id AND (l.created_at, l.id) > (r.created_at, r.id))`,
          [run.id],
        )
        return true
      }),

    fail: (run: ClaimedRun, problem, now) =>
      inTransaction(pool, async client => {
        const { rowCount } = await client.query(
          changing(`UPDATE run SET status = 'failed', problem = $3, finished_at = $4, version = version + 1
            WHERE id = $1 AND attempt_token = $2 AND status = 'running'`),
          [run.id, run.token, JSON.stringify(problem), now],
        )
        if (rowCount === 1) await dropRows(client, run.id)
        return rowCount === 1
      }),

    abandon: (id, problem, now) =>
      inTransaction(pool, async client => {
        const { rowCount } = await client.query(
          changing(`UPDATE run SET status = 'failed', problem = $2, finished_at = $3, version = version + 1
            WHERE id = $1 AND status IN ('queued', 'running')`),
          [id, JSON.stringify(problem), now],
        )
        if (rowCount === 1) await dropRows(client, id)
      }),

    cancel: (viewer, id, now) =>
      refusableOnPool<WriteOutcome<StoredRun>>(pool, viewer, async client => {
        const { rows } = await client.query<StoredRun>({
          name: 'run-to-cancel',
          text: `SELECT ${columnList} FROM run WHERE id = $1 AND workspace_id IN ($2, $3) FOR UPDATE`,
          values: [id, viewer.workspaceId, publicWorkspace],
        })
        const [run] = rows
        if (run === undefined) return { refused: 'missing' }
        if (run.workspaceId === publicWorkspace && !viewer.mayWritePublic) return { refused: 'forbidden' }
        return cancelled(client, viewer, run, now)
      }),

    stale: async limit => {
      const { rows } = await pool.query<StaleScenario>({
        name: 'run-stale',
        text: staleScenarios,
        values: [limit],
      })
      return rows
    },

    countByStatus: async () => {
      const { rows } = await pool.query<{ status: RunStatus; count: string }>({
        name: 'run-count',
        text: 'SELECT status, count(*) FROM run GROUP BY status',
      })
      const counts = { queued: 0, running: 0, succeeded: 0, failed: 0, cancelled: 0 }
      for (const { status, count } of rows) counts[status] = Number(count)
      return counts
    },

    watch: changes.watch,
  }
}

/** Cancels a run that the transaction has locked, unless it has come to an end. */
async function cancelled(
  client: pg.PoolClient,
  viewer: Viewer,
  run: StoredRun,
  now: Date,
): Promise<WriteOutcome<StoredRun>> {
  const { rows } = await client.query<StoredRun>({
    name: 'run-cancel',
    text: changing(`UPDATE run SET status = 'cancelled', finished_at = $3, version = version + 1
      WHERE id = $1 AND workspace_id = $2 AND status IN ('queued', 'running')`),
    values: [run.id, run.workspaceId, now],
  })
  const [written] = rows
  if (written === undefined) return { written: run }
  await dropRows(client, run.id)
  const change = {
    action: 'cancel',
    kind: 'run',
    resource: run.id,
    before: { status: run.status },
    after: { status: written.status },
  } as const
  await record(async sql => (await client.query(sql.text, sql.values)).rows, viewer, change, written)
  return { written }
}
