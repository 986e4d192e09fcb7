import type pg from 'pg'
import { staleReads } from './stale-reads.ts'

/** How a request ended for its sender: answered as done, certainly not done, or nobody knows. */
export type Outcome = 'ok' | 'fail' | 'unknown'

/**
 * A write that was sent, whose marker is unique and stands in what it writes; or a read, whose marker is what it saw,
 * empty where nothing was. What is sent about one scenario is sent one after the other, in the order of the history.
 */
export interface Entry {
  readonly what: 'create' | 'patch' | 'run' | 'read'
  readonly scenario: string
  readonly marker: string
  readonly outcome: Outcome
  /** Id of the run that was answered. */
  readonly run?: string
}

interface Version {
  readonly scenario: string
  readonly version: number
  readonly current: number
  readonly description: string
  readonly audits: number
}

interface RunRow {
  readonly id: string
  readonly scenario: string
  readonly seed: string
  readonly status: string
  readonly results: number
  readonly audits: number
  readonly jobs: number
}

/** Every version of every scenario, with the audit entries that tell of it. */
const versions = `
  WITH audits AS (
    SELECT resource, after->>'description' AS description, count(*)::int AS n
    FROM audit_entry WHERE kind = 'scenario' GROUP BY 1, 2)
  SELECT s.id AS scenario, s.version AS current, v.version, v.document->>'description' AS description,
    coalesce(a.n, 0) AS audits
  FROM scenario s LEFT JOIN scenario_version v ON v.scenario_key = s.key
    LEFT JOIN audits a ON a.resource = s.id AND a.description = v.document->>'description'
  WHERE s.workspace_id = 'default' ORDER BY s.id, v.version`

/** Every run with its results, audit entries and jobs. */
const runs = `
  WITH audits AS (
    SELECT resource, count(*)::int AS n FROM audit_entry WHERE kind = 'run' AND action = 'start' GROUP BY 1),
  jobs AS (SELECT data->>'runId' AS id, count(*)::int AS n FROM pgboss.job WHERE name = 'runs' GROUP BY 1),
  results AS (SELECT run_id, count(*)::int AS n FROM run_result GROUP BY 1)
  SELECT r.id, r.scenario_id AS scenario, r.parameters->>'seed' AS seed, r.status,
    coalesce(results.n, 0) AS results, coalesce(audits.n, 0) AS audits, coalesce(jobs.n, 0) AS jobs
  FROM run r LEFT JOIN results ON results.run_id = r.id LEFT JOIN audits ON audits.resource = r.id
    LEFT JOIN jobs ON jobs.id = r.id
  WHERE r.workspace_id = 'default'`

/** What no version, run or result may refer to: rows that nothing owns. */
const orphans = `
  SELECT 'result of ' || run_id AS what FROM run_result WHERE run_id NOT IN (SELECT id FROM run WHERE status = 'succeeded')
  UNION ALL SELECT 'audit of scenario ' || resource FROM audit_entry a
    WHERE kind = 'scenario' AND workspace_id = 'default' AND resource NOT IN (SELECT id FROM scenario)
  UNION ALL SELECT 'audit of run ' || resource FROM audit_entry
    WHERE kind = 'run' AND workspace_id = 'default' AND resource NOT IN (SELECT id FROM run)
  UNION ALL SELECT 'latest run of ' || s.id FROM scenario s
    WHERE latest_run_id IS NOT NULL AND latest_run_id NOT IN (SELECT id FROM run WHERE status = 'succeeded')
  UNION ALL SELECT 'job of ' || (data->>'runId') FROM pgboss.job
    WHERE name = 'runs' AND data->>'runId' NOT IN (SELECT id FROM run)`

const final = ['succeeded', 'failed', 'cancelled']

/**
 * Compares the whole database with a complete history, and returns what is wrong: an acknowledged write that is
 * missing, a refused one that is there, one nobody sent, one that is there twice or in part, a run without an end, a
 * read that saw less than had been acknowledged.
 */
export async function complaints(
  history: readonly Entry[],
  database: Pick<pg.Client, 'query'>,
): Promise<string[]> {
  const written = (await database.query<Version>(versions)).rows
  const started = (await database.query<RunRow>(runs)).rows
  const orphaned = (await database.query<{ what: string }>(orphans)).rows
  return [
    ...checkPresence(
      history.filter(({ what }) => what === 'create' || what === 'patch'),
      written.map(row => ({ scenario: row.scenario, marker: row.description })),
    ),
    ...checkPresence(
      history.filter(({ what }) => what === 'run'),
      started.map(row => ({ scenario: row.scenario, marker: row.seed, run: row.id })),
    ),
    ...checkVersions(written),
    ...staleReads([...history, ...lastReads(history, written)]),
    ...started.flatMap(checkRun),
    ...orphaned.map(({ what }) => `${what} belongs to nothing`),
  ]
}

/** What is there when all is over, as if it were read once more. */
function lastReads(history: readonly Entry[], rows: readonly Version[]): Entry[] {
  const now = new Map(
    rows
      .filter(({ version, current }) => version === current)
      .map(({ scenario, description }) => [scenario, description]),
  )
  const scenarios = new Set(history.filter(({ what }) => what === 'create').map(({ scenario }) => scenario))
  return [...scenarios].map(scenario => ({
    what: 'read',
    scenario,
    marker: now.get(scenario) ?? '',
    outcome: 'ok',
  }))
}

interface Present {
  readonly scenario: string
  readonly marker: string
  readonly run?: string
}

/** Each marker: once if the write was acknowledged, not at all if it was refused, at most once if nobody knows. */
function checkPresence(history: readonly Entry[], present: readonly Present[]): string[] {
  const found = Map.groupBy(present, ({ marker }) => marker)
  const wrong = history.flatMap(({ what, scenario, marker, outcome, run }) => {
    const rows = found.get(marker) ?? []
    found.delete(marker)
    const name = `${what} ${marker} of ${scenario}`
    if (rows.length > 1) return [`${name} is there ${rows.length} times`]
    const [row] = rows
    if (row === undefined) return outcome === 'ok' ? [`${name} was acknowledged and is lost`] : []
    if (outcome === 'fail') return [`${name} was refused and is there`]
    if (row.scenario !== scenario) return [`${name} is at ${row.scenario}`]
    return run === undefined || run === row.run ? [] : [`${name} was answered as ${run} and is ${row.run}`]
  })
  return [...wrong, ...[...found.keys()].map(marker => `${marker} is there and was never sent`)]
}

/** Versions of a scenario run from 1 to the current one, each with its one audit entry. */
function checkVersions(rows: readonly Version[]): string[] {
  return [...Map.groupBy(rows, ({ scenario }) => scenario)].flatMap(([scenario, own]) => {
    const numbers = own.map(({ version }) => version)
    const expected = Array.from({ length: own[0]?.current ?? 0 }, (_, index) => index + 1)
    return [
      ...(numbers.join() === expected.join() ? [] : [`${scenario} has versions ${numbers}, not ${expected}`]),
      ...own
        .filter(({ audits }) => audits !== 1)
        .map(({ version, audits }) => `version ${version} of ${scenario} has ${audits} audit entries`),
    ]
  })
}

/** A run has an end, one result if it succeeded and none else, one audit entry, and had a job. */
function checkRun({ id, status, results, audits, jobs }: RunRow): string[] {
  return [
    ...(final.includes(status) ? [] : [`run ${id} is still ${status}`]),
    ...(results === (status === 'succeeded' ? 1 : 0) ? [] : [`run ${id} ${status} with ${results} results`]),
    ...(audits === 1 ? [] : [`run ${id} has ${audits} audit entries`]),
    ...(jobs > 0 ? [] : [`run ${id} has no job`]),
  ]
}
