import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import pg from 'pg'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { buildApp } from '../../src/app.ts'
import { everything } from '../../src/http/deps.ts'
import { openInstallation } from '../../src/installation.ts'
import { startRunQueue } from '../../src/jobs/run-queue.ts'
import { writeBackup } from '../../src/store/backup.ts'
import { readBackup } from '../../src/store/backup-file.ts'
import { migrate, migrationsOnDisk } from '../../src/store/migrations.ts'
import { restoreBackup } from '../../src/store/restore.ts'
import { databaseForTest } from '../support/database.ts'
import { useService } from '../support/service.ts'

const service = useService({ worker: false })
const log = pino({ level: 'silent' })
const directory = mkdtempSync(join(tmpdir(), 'reckon-backup-'))
afterAll(() => rmSync(directory, { recursive: true }))

/** A queue that only notes which runs it is given. */
function notedQueue() {
  const runs: string[] = []
  return {
    runs,
    open:
      async () =>
      async ({ id }: { id: string }) =>
        void runs.push(id),
  }
}

async function query<Row extends pg.QueryResultRow>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<Row>(sql)).rows
  } finally {
    await client.end()
  }
}

/** Every row of a table as text, in order. */
const rowsOf = async (url: string, table: string): Promise<string[]> =>
  (await query<{ row: string }>(url, `SELECT t::text AS row FROM "${table}" t`))
    .map(({ row }) => row)
    .toSorted()

const scenario = (name: string) => ({
  name,
  estimator: 'training',
  description: 'a\\b\tc\nd "e"\n\\.\n\\N 人民币 1,600 亿元 🀄',
  inputs: { trainingFlop: 3.14e23, throughput: { flopPerSecond: { uniform: { low: 2e13, high: 4e13 } } } },
})

let file = ''
let runs: { estimate: string; simulation: string }
beforeAll(async () => {
  const { http } = service
  for (const name of ['kept', 'changed-here', 'third'])
    await http.post('/v1/scenarios').set('idempotency-key', `key-${name}`).send(scenario(name)).expect(201)
  const start = async (body: object) =>
    ((await http.post('/v1/scenarios/kept/runs').send(body).expect(202)).body as { id: string }).id
  runs = {
    estimate: await start({}),
    simulation: await start({ kind: 'simulation', simulation: { samples: 4_096, seed: '7' } }),
  }
  await http
    .post('/v1/keys')
    .send({ name: 'of a caller', scopes: ['read'] })
    .expect(201)
  file = join(directory, 'whole')
  await writeBackup(service.databaseUrl, file)
})

describe('a backup', () => {
  it('has every row of every table, and can be read by its owner alone', async () => {
    const { header, trailer } = await readBackup(file)
    const tables = await query<{ name: string }>(
      service.databaseUrl,
      `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> '_prisma_migrations'`,
    )
    expect(header.tables.map(({ name }) => name).toSorted()).toEqual(
      tables.map(({ name }) => name).toSorted(),
    )
    for (const { name } of tables) {
      const rows = await rowsOf(service.databaseUrl, name)
      expect(trailer.tables[name]?.rows, name).toBe(rows.length)
    }
    expect(trailer.tables.run?.rows).toBeGreaterThan(5)
    expect(trailer.tables.kept_answer?.rows).toBe(3)
    expect(header.migrations.map(({ name }) => name)).toEqual(migrationsOnDisk().map(({ name }) => name))
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  it('need not set sequences: the service makes its ids itself', async () => {
    expect(
      await query(service.databaseUrl, `SELECT 1 FROM pg_sequences WHERE schemaname = 'public'`),
    ).toEqual([])
  })

  it('restores every row as it was, but that runs which had not ended wait again', async () => {
    const url = await databaseForTest('empty')
    const queue = notedQueue()
    const { header, queued } = await restoreBackup(url, file, queue.open)
    for (const { name } of header.tables.filter(each => each.name !== 'run'))
      expect(await rowsOf(url, name), name).toEqual(await rowsOf(service.databaseUrl, name))
    const ended = `SELECT t::text AS row FROM run t WHERE finished_at IS NOT NULL ORDER BY id`
    expect(await query(url, ended)).toEqual(await query(service.databaseUrl, ended))
    expect(queued).toBe(2)
    expect(queue.runs.toSorted()).toEqual(Object.values(runs).toSorted())
    const waiting = await query<{ status: string }>(url, 'SELECT status FROM run WHERE finished_at IS NULL')
    expect(waiting.map(({ status }) => status)).toEqual(['queued', 'queued'])
  })

  it('is of one moment, whatever is written meanwhile', async () => {
    const written = join(directory, 'meanwhile')
    let writing = true
    const writers = [1, 2].map(async writer => {
      for (let n = 0; writing; n++)
        await service.http
          .post('/v1/scenarios')
          .send(scenario(`meanwhile-${writer}-${n}`))
          .expect(201)
    })
    await writeBackup(service.databaseUrl, written)
    writing = false
    await Promise.all(writers)
    const url = await databaseForTest('empty')
    await restoreBackup(url, written, notedQueue().open)
    const [counts] = await query<{ scenarios: string; versions: string; written: string }>(
      url,
      `SELECT (SELECT count(*) FROM scenario WHERE id LIKE 'meanwhile%') AS scenarios,
         (SELECT count(*) FROM scenario_version JOIN scenario ON key = scenario_key WHERE id LIKE 'meanwhile%') AS versions,
         (SELECT count(*) FROM audit_entry WHERE resource LIKE 'meanwhile%') AS written`,
    )
    expect(counts?.versions).toBe(counts?.scenarios)
    expect(counts?.written).toBe(counts?.scenarios)
  })
})

describe('a service on a restored database', () => {
  it('gives stored results byte for byte, and works out waiting runs to the same bytes', async () => {
    const url = await databaseForTest('empty')
    const queue = await startRunQueue(url, { atOnce: 1, onError: () => {} })
    await restoreBackup(url, file, async () => queue.enqueue)
    await queue.stop()
    const installation = await openInstallation(url, { pool: 4, publicUrl: null, log })
    const app = await buildApp({ ...installation, log, principal: everything })
    onTestFinished(async () => {
      await app.close()
      await installation.close()
    })
    const stored = await service.http.get('/v1/scenarios?tag=galaxy-2023').expect(200)
    const ids = (stored.body as { items: { id: string }[] }).items.map(({ id }) => id)
    expect(ids.length).toBeGreaterThan(3)
    for (const id of ids) {
      const { text, headers } = await service.http.get(`/v1/scenarios/${id}/result`).expect(200)
      const restored = await app.inject(`/v1/scenarios/${id}/result`)
      expect(restored.body, id).toBe(text)
      expect(restored.headers.etag, id).toBe(headers.etag)
    }
    // The same two runs, once here and once where the backup was taken.
    await installation.work()
    await service.installation.work()
    const resultOf = async (databaseUrl: string, id: string) => {
      const read = () =>
        query<{ body: string }>(databaseUrl, `SELECT body FROM run_result WHERE run_id = '${id}'`)
      await expect.poll(async () => (await read()).length, { timeout: 20_000, interval: 100 }).toBe(1)
      return (await read())[0]?.body
    }
    for (const id of Object.values(runs))
      expect(await resultOf(url, id), id).toBe(await resultOf(service.databaseUrl, id))
  }, 60_000)
})

describe('a backup is refused', () => {
  it('by a database that has rows, which stay as they are', async () => {
    const url = await databaseForTest()
    const before = await rowsOf(url, 'scenario')
    await expect(restoreBackup(url, file, notedQueue().open)).rejects.toThrow(/not empty: \w+ has rows/)
    expect(await rowsOf(url, 'scenario')).toEqual(before)
    expect(before.length).toBeGreaterThan(0)
  })

  it('by a database with a migration that it was taken without', async () => {
    const url = await databaseForTest('empty')
    await migrate(url)
    await query(
      url,
      `INSERT INTO _prisma_migrations (id, checksum, migration_name) VALUES ('1', '', '29990101000000_later')`,
    )
    await expect(restoreBackup(url, file, notedQueue().open)).rejects.toThrow(/29990101000000_later/)
  })

  it.each<[string, (bytes: Buffer) => Buffer, RegExp]>([
    ['when it breaks off', bytes => bytes.subarray(0, bytes.length - 100), /breaks off/],
    [
      'when a byte was changed',
      bytes => {
        const changed = Buffer.from(bytes)
        const middle = changed.length >> 1
        changed[middle] = (changed[middle] ?? 0) ^ 1
        return changed
      },
      /breaks off|changed|not the/,
    ],
    ['when it is something else', () => gzipSync('{"a":1}\n'), /which this release does not read/],
    ['when it is not compressed', () => Buffer.from('a backup'), /changed|breaks off/],
    ['when it is empty', () => Buffer.alloc(0), /breaks off/],
    [
      'when a row was changed',
      bytes => gzipSync(gunzipSync(bytes).toString().replaceAll('changed-here', 'changed-Here')),
      /rows of \w+ are not the/,
    ],
    [
      'when a row is missing',
      bytes =>
        gzipSync(
          gunzipSync(bytes)
            .toString()
            .replace(/\n[^\n]*changed-here[^\n]*(?=\n)/, ''),
        ),
      /rows of \w+ are not the/,
    ],
    [
      'when its last line is missing',
      bytes => {
        const text = gunzipSync(bytes)
        return gzipSync(text.subarray(0, text.lastIndexOf('\n', -2) + 1))
      },
      /breaks off/,
    ],
    [
      'when it has a migration that is not known',
      bytes => gzipSync(gunzipSync(bytes).toString().replaceAll('_trust"', '_distrust"')),
      /first line was changed/,
    ],
  ])('%s, before anything is written', async (_, change, reason) => {
    const damaged = join(directory, 'damaged')
    const changed = change(readFileSync(file))
    expect(changed.equals(readFileSync(file))).toBe(false)
    writeFileSync(damaged, changed)
    const url = await databaseForTest('empty')
    await expect(restoreBackup(url, damaged, notedQueue().open)).rejects.toThrow(reason)
    expect(await query(url, `SELECT 1 FROM pg_tables WHERE schemaname = 'public'`)).toEqual([])
  })

  it('when its file is there already', async () => {
    const before = readFileSync(file)
    await expect(writeBackup(service.databaseUrl, file)).rejects.toThrow(/there already/)
    expect(readFileSync(file).equals(before)).toBe(true)
  })
})

describe('a restore', () => {
  it('that fails in the middle leaves no row, and can be repeated', async () => {
    const url = await databaseForTest('empty')
    const failing = async () => async () => {
      throw new Error('the queue is full')
    }
    await expect(restoreBackup(url, file, failing)).rejects.toThrow('the queue is full')
    expect(await rowsOf(url, 'run')).toEqual([])
    expect(await rowsOf(url, 'workspace')).toEqual([])
    await restoreBackup(url, file, notedQueue().open)
    expect((await rowsOf(url, 'run')).length).toBeGreaterThan(5)
  })

  it('keeps the level of the backup; a start then brings it up to date', async () => {
    const [first = '', ...rest] = migrationsOnDisk().map(({ name }) => name)
    const old = await databaseForTest('empty')
    await migrate(old, [first])
    await query(old, `INSERT INTO workspace (id, name) VALUES ('acme', 'Acme')`)
    await query(old, `INSERT INTO setting (name, value) VALUES ('colour', 'blue')`)
    const early = join(directory, 'early')
    await writeBackup(old, early)
    const url = await databaseForTest('empty')
    await restoreBackup(url, early, notedQueue().open)
    expect(await rowsOf(url, 'setting')).toEqual(['(colour,blue)'])
    expect(await migrate(url)).toEqual(rest)
  })
})
