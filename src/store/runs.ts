import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { digest } from '../digest.ts'
import { Prisma, type PrismaClient } from '../generated/prisma/client.ts'
import { pageClauses, pageOf, type SortExpression, visible } from './page.ts'
import { danglingReferences } from './scenario-references.ts'
import type { ClaimedRun, RunStart, RunStore, ScenarioContent, StoredRun, Viewer } from './store.ts'
import { publicWorkspace } from './workspaces.ts'

const sorts: Readonly<Record<string, SortExpression>> = {
  createdAt: { expression: Prisma.sql`created_at`, type: 'timestamptz' },
}

/** Every column of a run under its name in `StoredRun`. */
const columnList = `id, workspace_id AS "workspaceId", scenario_id AS "scenarioId", scenario_version AS "scenarioVersion",
  estimator, inputs, dataset_versions AS "datasetVersions", engine_version AS "engineVersion",
  catalogue_version AS "catalogueVersion", status, version, progress, attempt, problem,
  created_at AS "createdAt", started_at AS "startedAt", finished_at AS "finishedAt"`
const columns = Prisma.raw(columnList)

type RunRow = StoredRun & { readonly sortValue: string }

const withoutSortValue = ({ sortValue: _, ...run }: RunRow): StoredRun => run

/** Runs and their results, in PostgreSQL. */
export function runStore(prisma: PrismaClient, pool: pg.Pool): RunStore {
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

    result: async id => {
      const { rows } = await pool.query<{ body: string }>({
        name: 'run-result',
        text: 'SELECT body FROM run_result WHERE run_id = $1',
        values: [id],
      })
      return rows[0]?.body ?? null
    },

    start: (viewer, scenarioId, scenarioVersion, start, enqueue) =>
      inTransaction(pool, async client => {
        const scenario = await scenarioToRun(client, viewer, scenarioId, scenarioVersion)
        if (scenario === null) return { refused: 'missing' }
        if (scenario.workspaceId === publicWorkspace && !viewer.mayWritePublic)
          return { refused: 'forbidden' }
        const query = async (sql: Prisma.Sql) => (await client.query(sql.text, sql.values)).rows
        const references = await danglingReferences(query, scenario.workspaceId, scenario.document)
        if (references.length > 0) return { refused: 'dangling', references }
        const run = await insertRun(client, scenarioId, scenario, start)
        await enqueue(run.id, (text, values) => client.query(text, values))
        return { written: run }
      }),

    claim: async (id, now) => {
      const token = randomUUID()
      const run = await one(
        'run-claim',
        `UPDATE run SET status = 'running', attempt = attempt + 1, attempt_token = $2, started_at = COALESCE(started_at, $3), version = version + 1
         WHERE id = $1 AND status IN ('queued', 'running') RETURNING ${columnList}`,
        [id, token, now],
      )
      return run === null ? null : { ...run, token }
    },

    succeed: (run, body, now) =>
      inTransaction(pool, async client => {
        const { rowCount } = await client.query(
          `UPDATE run SET status = 'succeeded', progress = 1, finished_at = $3, version = version + 1
           WHERE id = $1 AND attempt_token = $2 AND status = 'running'`,
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
           WHERE r.id = $1 AND s.key = r.scenario_key AND NOT EXISTS (
             SELECT 1 FROM run l WHERE l.id = s.latest_run_id AND (l.created_at, l.id) > (r.created_at, r.id))`,
          [run.id],
        )
        return true
      }),

    fail: async (run: ClaimedRun, problem, now) => {
      const { rowCount } = await pool.query(
        `UPDATE run SET status = 'failed', problem = $3, finished_at = $4, version = version + 1
         WHERE id = $1 AND attempt_token = $2 AND status = 'running'`,
        [run.id, run.token, JSON.stringify(problem), now],
      )
      return rowCount === 1
    },

    abandon: async (id, problem, now) => {
      await pool.query(
        `UPDATE run SET status = 'failed', problem = $2, finished_at = $3, version = version + 1
         WHERE id = $1 AND status IN ('queued', 'running')`,
        [id, JSON.stringify(problem), now],
      )
    },

    cancel: async (viewer, id, now) => {
      const cancelled = await one(
        'run-cancel',
        `UPDATE run SET status = 'cancelled', finished_at = $4, version = version + 1
         WHERE id = $1 AND (workspace_id = $2 OR (workspace_id = $3 AND $5)) AND status IN ('queued', 'running') RETURNING ${columnList}`,
        [id, viewer.workspaceId, publicWorkspace, now, viewer.mayWritePublic],
      )
      return (
        cancelled ??
        one('run-read', `SELECT ${columnList} FROM run WHERE id = $1 AND workspace_id IN ($2, $3)`, [
          id,
          viewer.workspaceId,
          publicWorkspace,
        ])
      )
    },
  }
}

interface ScenarioToRun {
  readonly key: string
  readonly workspaceId: string
  readonly version: number
  readonly document: ScenarioContent
}

async function scenarioToRun(
  client: pg.PoolClient,
  viewer: Viewer,
  id: string,
  version: number | 'latest',
): Promise<ScenarioToRun | null> {
  // The lock keeps the scenario from being deleted under the run.
  const { rows } = await client.query<ScenarioToRun>({
    name: 'run-scenario',
    text: `SELECT s.key, s.workspace_id AS "workspaceId", v.version, v.document
           FROM scenario s JOIN scenario_version v ON v.scenario_key = s.key AND v.version = COALESCE($4, s.version)
           WHERE s.workspace_id IN ($1, $2) AND s.id = $3 AND s.deleted_at IS NULL FOR SHARE OF s`,
    values: [viewer.workspaceId, publicWorkspace, id, version === 'latest' ? null : version],
  })
  return rows[0] ?? null
}

async function insertRun(
  client: pg.PoolClient,
  scenarioId: string,
  { key, workspaceId, version, document }: ScenarioToRun,
  { runId, engineVersion, catalogueVersion, datasetsOf, now }: RunStart,
): Promise<StoredRun> {
  const { rows } = await client.query<StoredRun>({
    name: 'run-insert',
    text: `INSERT INTO run (id, workspace_id, scenario_key, scenario_id, scenario_version, estimator, inputs, dataset_versions,
             engine_version, catalogue_version, created_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7,
             (SELECT COALESCE(json_object_agg(id, version), '{}') FROM document
              WHERE kind = 'dataset' AND workspace_id IN ($2, '${publicWorkspace}') AND deleted_at IS NULL AND id = ANY($11)),
             $8, $9, $10)
           RETURNING ${columnList}`,
    values: [
      runId,
      workspaceId,
      key,
      scenarioId,
      version,
      document.estimator,
      JSON.stringify(document.inputs),
      engineVersion,
      catalogueVersion,
      now,
      datasetsOf(document.estimator, document.inputs),
    ],
  })
  const [run] = rows
  if (run === undefined) throw new Error('The run was not inserted.')
  return run
}

async function inTransaction<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  try {
    await client.query('BEGIN')
    const done = await work(client)
    await client.query('COMMIT')
    client.release()
    return done
  } catch (error) {
    // A connection whose transaction cannot be rolled back is closed, not given back.
    const broken = await client.query('ROLLBACK').then(
      () => undefined,
      (cause: Error) => cause,
    )
    client.release(broken)
    throw error
  }
}
