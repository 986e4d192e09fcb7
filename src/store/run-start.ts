import type pg from 'pg'
import { type Query, record } from './record-write.ts'
import type { EnqueueRun, RunStart, RunStartOutcome, RunSubject, StoredRun } from './run-store.ts'
import { danglingReferences } from './scenario-references.ts'
import type { ScenarioContent, Viewer } from './store.ts'
import { publicWorkspace } from './workspaces.ts'

/** Every column of a run under its name in `StoredRun`. */
export const columnList = `id, workspace_id AS "workspaceId", scenario_id AS "scenarioId", scenario_version AS "scenarioVersion",
  estimator, kind, parameters, priority, cause, rerun_of AS "rerunOf", inputs, dataset_versions AS "datasetVersions",
  engine_version AS "engineVersion", catalogue_version AS "catalogueVersion", status, version, progress, attempt, problem,
  created_at AS "createdAt", started_at AS "startedAt", finished_at AS "finishedAt"`

/** Writes a run of a scenario version and its job, in the transaction of the client. */
export async function startRun(
  client: pg.PoolClient,
  viewer: Viewer,
  scenarioId: string,
  scenarioVersion: number | 'latest',
  start: RunStart,
  enqueue: EnqueueRun,
): Promise<RunStartOutcome> {
  const scenario = await scenarioToRun(client, viewer, scenarioId, scenarioVersion)
  if (scenario === null) return { refused: 'missing' }
  if (scenario.workspaceId === publicWorkspace && !viewer.mayWritePublic) return { refused: 'forbidden' }
  const query: Query = async sql => (await client.query(sql.text, sql.values)).rows
  const references = await danglingReferences(query, scenario.workspaceId, scenario.document)
  if (references.length > 0) return { refused: 'dangling', references }
  return written(client, viewer, { ...scenario, id: scenarioId }, start, enqueue)
}

/** Writes a run of inputs of its own and its job, in the transaction of the client. */
export async function startRunAlone(
  client: pg.PoolClient,
  viewer: Viewer,
  subject: RunSubject,
  start: RunStart,
  enqueue: EnqueueRun,
): Promise<RunStartOutcome> {
  const { workspaceId } = viewer
  return written(
    client,
    viewer,
    { key: null, id: null, version: null, workspaceId, document: subject },
    start,
    enqueue,
  )
}

/** Writes a run, its job and its entry in the audit log, unless too many wait. */
async function written(
  client: pg.PoolClient,
  viewer: Viewer,
  subject: RunOn,
  start: RunStart,
  enqueue: EnqueueRun,
): Promise<RunStartOutcome> {
  const { mostQueued } = start
  if (mostQueued !== undefined && (await isQueueFull(client, subject.workspaceId, mostQueued)))
    return { refused: 'queue-full', waiting: mostQueued }
  const run = await insertRun(client, subject, start)
  await enqueue(run, (text, values) => client.query(text, values))
  const { scenarioId: scenario, scenarioVersion, kind, status } = run
  const after = { ...(scenario !== null && { scenario, scenarioVersion }), kind, status }
  const query: Query = async sql => (await client.query(sql.text, sql.values)).rows
  await record(query, viewer, { action: 'start', kind: 'run', resource: run.id, before: null, after }, run)
  return { written: run }
}

/** Whether as many runs of a workspace wait for a worker as may. */
async function isQueueFull(client: pg.PoolClient, workspaceId: string, most: number): Promise<boolean> {
  const { rowCount } = await client.query({
    name: 'run-queued',
    text: `SELECT 1 FROM run WHERE workspace_id = $1 AND status = 'queued' LIMIT $2`,
    values: [workspaceId, most],
  })
  return rowCount === most
}

/** What a run works on: a version of a scenario, or inputs of its own, which have no key, id or version. */
interface RunOn {
  readonly key: string | null
  readonly id: string | null
  readonly version: number | null
  readonly workspaceId: string
  readonly document: RunSubject
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
  { key, id, workspaceId, version, document }: RunOn,
  start: RunStart,
): Promise<StoredRun> {
  const { rows } = await client.query<StoredRun>({
    name: 'run-insert',
    text: `INSERT INTO run (id, workspace_id, scenario_key, scenario_id, scenario_version, estimator, inputs, dataset_versions,
             engine_version, catalogue_version, created_at, kind, parameters, priority, cause, rerun_of)
           VALUES ($1, $2, $3, $4, $5, $6, $7,
             (SELECT COALESCE(json_object_agg(id, version), '{}') FROM document
              WHERE kind = 'dataset' AND workspace_id IN ($2, '${publicWorkspace}') AND deleted_at IS NULL AND id = ANY($11)),
             $8, $9, $10, $12, $13, $14, $15, $16)
           RETURNING ${columnList}`,
    values: [
      start.runId,
      workspaceId,
      key,
      id,
      version,
      document.estimator,
      JSON.stringify(document.inputs),
      start.engineVersion,
      start.catalogueVersion,
      start.now,
      start.datasetsOf(document.estimator, document.inputs),
      start.kind ?? 'estimate',
      JSON.stringify(start.parameters ?? {}),
      start.priority ?? 'interactive',
      start.cause ?? 'request',
      start.rerunOf ?? null,
    ],
  })
  const [run] = rows
  if (run === undefined) throw new Error('The run was not inserted.')
  return run
}
