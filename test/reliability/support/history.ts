import type pg from 'pg'

/** How a request ended for its sender: answered as done, certainly not done, or nobody knows. */
export type Outcome = 'ok' | 'fail' | 'unknown'

/** A write that was sent. Its marker is unique, and stands in what it writes. */
export interface Entry {
  readonly what: 'create' | 'patch' | 'run'
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
  SELECT s.id AS scenario, s.version AS current, v.version, v.document->>'description' AS description,
    (SELECT count(*)::int FROM audit_entry a WHERE a.kind = 'scenario' AND a.resource = s.id
       AND a.after->>'description' = v.document->>'description') AS audits
  FROM scenario s LEFT JOIN scenario_version v ON v.scenario_key = s.key
  WHERE s.workspace_id = 'default' ORDER BY s.id, v.version`

/** Every run with its results, audit entries and jobs. */
const runs = `
  SELECT r.id, r.scenario_id AS scenario, r.parameters->>'seed' AS seed, r.status,
    (SELECT count(*)::int FROM run_result WHERE run_id = r.id) AS results,
    (SELECT count(*)::int FROM audit_entry a WHERE a.kind = 'run' AND a.action = 'start' AND a.resource = r.id) AS audits,
    (SELECT count(*)::int FROM pgboss.job j WHERE j.name = 'runs' AND j.data->>'runId' = r.id) AS jobs
  FROM run r WHERE r.workspace_id = 'default'`

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
 * Compares the whole database with a complete history of writes, and returns what is wrong: an acknowledged write that
 * is missing, a refused one that is there, one nobody sent, one that is there twice or in part, a run without an end.
 */
export async function complaints(history: readonly Entry[], database: pg.Pool): Promise<string[]> {
  const written = (await database.query<Version>(versions)).rows
  const started = (await database.query<RunRow>(runs)).rows
  const orphaned = (await database.query<{ what: string }>(orphans)).rows
  return [
    ...checkPresence(
      history.filter(({ what }) => what !== 'run'),
      written.map(row => ({ scenario: row.scenario, marker: row.description })),
    ),
    ...checkPresence(
      history.filter(({ what }) => what === 'run'),
      started.map(row => ({ scenario: row.scenario, marker: row.seed, run: row.id })),
    ),
    ...checkVersions(written),
    ...started.flatMap(checkRun),
    ...orphaned.map(({ what }) => `${what} belongs to nothing`),
  ]
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
