import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newDatabase } from '../support/database.ts'
import { startProcess } from '../support/process.ts'
import { complaints, type Entry } from './support/history.ts'
import { staleReads } from './support/stale-reads.ts'
import { startWriters } from './support/writers.ts'

/** A database that was written to in peace, and the history of it. */
let database: pg.Client
let history: readonly Entry[]
let drop: () => Promise<void>

beforeAll(async () => {
  const { url, ...rest } = await newDatabase()
  drop = rest.drop
  database = new pg.Client({ connectionString: url })
  await database.connect()
  // Rows that the service can neither change nor take away are what is planted here.
  await database.query('SET session_replication_role = replica')
})

afterAll(async () => {
  await database.end()
  await drop()
})

async function quiet(): Promise<void> {
  const open = `SELECT count(*)::int AS n FROM run WHERE status IN ('queued', 'running')`
  await expect
    .poll(async () => (await database.query<{ n: number }>(open)).rows[0]?.n, { timeout: 30_000 })
    .toBe(0)
}

/** What the checker says of a history, after the statements, which leave nothing. */
async function verdict(statements: readonly string[], told: readonly Entry[] = history): Promise<string[]> {
  await database.query('BEGIN')
  try {
    for (const statement of statements) {
      expect((await database.query(statement)).rowCount, statement).toBeGreaterThan(0)
    }
    return await complaints(told, database)
  } finally {
    await database.query('ROLLBACK')
  }
}

/** An acknowledged write of this kind: the first, so that more was written after it. */
const acknowledged = (what: Entry['what']): Entry => {
  const entry = history.find(each => each.what === what && each.outcome === 'ok')
  if (entry === undefined) throw new Error(`no ${what} was acknowledged`)
  return entry
}
const changed = (entry: Entry, change: Partial<Entry>): Entry[] =>
  history.map(each => (each === entry ? { ...each, ...change } : each))

const copyOfRun = (id: string, copy: string) =>
  `INSERT INTO run SELECT (jsonb_populate_record(r, jsonb_build_object('id', '${copy}'))).* FROM run r WHERE id = '${id}'`

describe('the check of a database against the history of writes', () => {
  it('has nothing to say of a service at peace', async () => {
    const { host, port, database: name, user, password } = database
    const service = await startProcess({
      DATABASE_URL: `postgres://${user}:${password}@${host}:${port}/${name}`,
      ROLE: 'all',
    })
    const work = startWriters(3, () => service.url)
    await sleep(1_500)
    await work.stop()
    await quiet()
    history = work.history
    expect(await verdict([])).toEqual([])
    for (const what of ['create', 'patch', 'run', 'read'] as const) acknowledged(what)
  })

  it('finds a write that was acknowledged and is lost', async () => {
    const { scenario, marker } = acknowledged('patch')
    const key = `(SELECT key FROM scenario WHERE id = '${scenario}')`
    expect(
      await verdict([
        `DELETE FROM scenario_version WHERE scenario_key = ${key} AND version = 2`,
        `UPDATE scenario SET version = 1 WHERE id = '${scenario}'`,
        `DELETE FROM audit_entry WHERE resource = '${scenario}' AND after->>'description' = '${marker}'`,
      ]),
    ).toEqual([
      `patch ${marker} of ${scenario} was acknowledged and is lost`,
      `${scenario} was read as ${scenario}-c when it was ${marker}`,
    ])
  })

  it('finds a run that was acknowledged and is lost with all that belongs to it', async () => {
    const { scenario, marker, run } = acknowledged('run')
    expect(
      await verdict([
        `DELETE FROM run_result WHERE run_id = '${run}'`,
        `DELETE FROM pgboss.job WHERE data->>'runId' = '${run}'`,
        `DELETE FROM audit_entry WHERE resource = '${run}'`,
        `DELETE FROM run WHERE id = '${run}'`,
      ]),
    ).toEqual([`run ${marker} of ${scenario} was acknowledged and is lost`])
  })

  it('finds a write that was refused and is there, but lets be one of which nobody knows', async () => {
    const patch = acknowledged('patch')
    expect(await verdict([], changed(patch, { outcome: 'fail' }))).toContain(
      `patch ${patch.marker} of ${patch.scenario} was refused and is there`,
    )
    expect(await verdict([], changed(patch, { outcome: 'unknown' }))).toEqual([])
  })

  it('finds a write that nobody sent', async () => {
    const run = acknowledged('run')
    expect(
      await verdict(
        [],
        history.filter(each => each !== run),
      ),
    ).toEqual([`${run.marker} is there and was never sent`])
  })

  it('finds a run that is there twice', async () => {
    const { scenario, marker, run = '' } = acknowledged('run')
    const [copy, audit] = ['run_copy', 'audit_copy']
    const audited = `jsonb_build_object('id', '${audit}', 'resource', '${copy}')`
    expect(
      await verdict([
        copyOfRun(run, copy),
        `INSERT INTO run_result SELECT '${copy}', body, result_hash FROM run_result WHERE run_id = '${run}'`,
        `INSERT INTO audit_entry SELECT (jsonb_populate_record(a, ${audited})).* FROM audit_entry a WHERE resource = '${run}' AND action = 'start'`,
        `UPDATE pgboss.job SET data = data || '{"runId":"${copy}"}' WHERE id = (SELECT id FROM pgboss.job WHERE data->>'runId' = '${run}' LIMIT 1)`,
      ]),
    ).toEqual([`run ${marker} of ${scenario} is there 2 times`, `run ${run} has no job`])
  })

  it('finds a run with the id of another', async () => {
    const run = acknowledged('run')
    expect(await verdict([], changed(run, { run: 'run_other' }))).toEqual([
      `run ${run.marker} of ${run.scenario} was answered as run_other and is ${run.run}`,
    ])
  })

  it('finds rows that were written by half', async () => {
    const { scenario, run } = acknowledged('run')
    const version = `version 1 of ${scenario} has 0 audit entries`
    const about = `resource = '${scenario}' AND after->>'description' = '${scenario}-c'`
    expect(await verdict([`DELETE FROM audit_entry WHERE ${about}`])).toEqual([version])
    expect(
      await verdict([
        `DELETE FROM scenario_version WHERE version = 1 AND scenario_key = (SELECT key FROM scenario WHERE id = '${scenario}')`,
      ]),
    ).toContain(`${scenario} has versions 2, not 1,2`)
    expect(await verdict([`DELETE FROM pgboss.job WHERE data->>'runId' = '${run}'`])).toEqual([
      `run ${run} has no job`,
    ])
    expect(await verdict([`DELETE FROM audit_entry WHERE resource = '${run}'`])).toEqual([
      `run ${run} has 0 audit entries`,
    ])
    expect(await verdict([`DELETE FROM run_result WHERE run_id = '${run}'`])).toEqual([
      `run ${run} succeeded with 0 results`,
    ])
    expect(await verdict([`UPDATE run SET status = 'failed' WHERE id = '${run}'`])).toEqual([
      `run ${run} failed with 1 results`,
      `result of ${run} belongs to nothing`,
    ])
  })

  it('finds a run without an end', async () => {
    const { run } = acknowledged('run')
    expect(
      await verdict([
        `DELETE FROM run_result WHERE run_id = '${run}'`,
        `UPDATE run SET status = 'running' WHERE id = '${run}'`,
      ]),
    ).toEqual([`run ${run} is still running`])
  })

  it('finds what belongs to nothing', async () => {
    const { scenario, run = '' } = acknowledged('run')
    const found = await verdict([
      `UPDATE scenario SET latest_run_id = '${run}' WHERE id = '${scenario}'`,
      `DELETE FROM run WHERE id = '${run}'`,
    ])
    for (const what of ['result', 'audit of run', 'job'] as const) {
      const name = what === 'audit of run' ? `${what} ${run}` : `${what} of ${run}`
      expect(found).toContain(`${name} belongs to nothing`)
    }
    expect(found).toContain(`latest run of ${scenario} belongs to nothing`)
  })

  it('finds a read of what was no more', async () => {
    const { scenario } = acknowledged('patch')
    const last = history.findLast(each => each.what === 'read' && each.scenario === scenario)
    if (last === undefined) throw new Error('nothing was read')
    expect(await verdict([], changed(last, { marker: `${scenario}-c` }))).toEqual([
      `${scenario} was read as ${scenario}-c when it was ${scenario}-p`,
    ])
  })
})

describe('reads of one scenario', () => {
  const entry = (line: string): Entry => {
    const [what, marker, outcome] = line.split(' ') as [Entry['what'], string, Entry['outcome']]
    return { what, marker: marker === '-' ? '' : marker, outcome: outcome ?? 'ok', scenario: 's' }
  }
  it.each([
    [['create a', 'read a', 'patch b', 'read b']],
    [['create a', 'patch b fail', 'read a']],
    [['create a', 'patch b unknown', 'read a', 'read b', 'read b']],
    [['create a unknown', 'read -', 'read a']],
    [['read -', 'create a', 'read - unknown', 'read a']],
  ])('agree with its writes: %j', lines => {
    expect(staleReads(lines.map(entry))).toEqual([])
  })

  it.each([
    [['create a', 'patch b', 'read a'], 'read as a when it was b'],
    [['create a', 'read -'], 'read as absent when it was a'],
    [['create a fail', 'read a'], 'read as a when it was absent'],
    [['create a', 'patch b fail', 'read b'], 'read as b when it was a'],
    [['create a', 'patch b unknown', 'read b', 'read a'], 'read as a when it was b'],
    [['create a', 'patch b unknown', 'read c'], 'read as c when it was a or b'],
  ])('do not: %j', (lines, complaint) => {
    expect(staleReads(lines.map(entry))).toEqual([`s was ${complaint}`])
  })
})
