import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { describe, expect, inject, it, onTestFinished } from 'vitest'
import { postgresAccount } from '../../src/store/postgres-programs.ts'
import { databaseForTest } from '../support/database.ts'
import { count } from './support/counts.ts'
import { startPostgresServer } from './support/postgres-server.ts'
import { type Answer, send, training } from './support/requests.ts'
import { supervise } from './support/supervise.ts'

const rounds = count(1, 3)

/** The service on a database, with a scenario that is there already. */
async function bench(DATABASE_URL: string) {
  const database = new pg.Pool({ connectionString: DATABASE_URL, max: 1 })
  // Connections are ended from outside in these tests.
  database.on('error', () => {})
  onTestFinished(() => database.end())
  const { start } = supervise()
  const service = await start({ DATABASE_URL, ROLE: 'all' })
  const write = (name: string, description = '') =>
    send(`${service.url}/v1/scenarios`, { method: 'POST', body: { ...training, name, description } })
  expect((await write('kept')).status).toBe(201)
  const read = async () => (await send(`${service.url}/v1/scenarios/kept`)).status
  return { database, name: new URL(DATABASE_URL).pathname.slice(1), write, read }
}

/** Writes scenarios until one is refused with 503, and returns its name. */
async function writeUntilRefused(
  prefix: string,
  write: (name: string, description: string) => Promise<Answer>,
): Promise<string> {
  // Pages that exist may have room left.
  for (let i = 0; i < 400; i++) {
    const name = `${prefix}-${i}`
    const { status, headers } = await write(name, 'x'.repeat(1_500))
    if (status !== 201) {
      expect(status).toBe(503)
      expect(headers['retry-after']).toMatch(/^\d+$/)
      return name
    }
  }
  throw new Error('Nothing was refused.')
}

/** Bytes of a file of PostgreSQL's log of changes, which has to be written in any case. */
const segment = 16 * 1024 * 1024

/** A disk of so many megabytes in memory, where PostgreSQL may write; needs the right to mount. */
function smallDisk(megabytes: number): string {
  const directory = mkdtempSync(join(tmpdir(), 'reckon-disk-'))
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', directory])
  onTestFinished(() => {
    execFileSync('umount', ['-l', directory])
    rmSync(directory, { recursive: true, force: true })
  })
  const { uid, gid } = postgresAccount()
  chownSync(directory, uid, gid)
  chmodSync(directory, 0o755)
  return directory
}

/** Whether a file system can be mounted here: most containers may not. */
function mayMount(): boolean {
  const directory = mkdtempSync(join(tmpdir(), 'reckon-mount-'))
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', directory]).status === 0
  if (mounted) spawnSync('umount', [directory])
  rmSync(directory, { recursive: true, force: true })
  return mounted
}

describe('R12: PostgreSQL cannot write', () => {
  // Elsewhere the limit on files below stands for it: to PostgreSQL a write that finds no room as well.
  it.runIf(mayMount())(
    `because its disk is full, ${rounds} times: 503 for writes, reads go on, and it recovers`,
    async () => {
      const disk = smallDisk(32)
      const tablespace = `small_${process.pid}`
      const server = new URL(inject('templateUrl'))
      server.pathname = '/postgres'
      const admin = new pg.Client({ connectionString: server.href })
      await admin.connect()
      await admin.query(`CREATE TABLESPACE ${tablespace} LOCATION '${disk}'`)
      // Hooks run last first: the database that uses the tablespace is gone by then.
      onTestFinished(async () => {
        await admin.query(`DROP TABLESPACE ${tablespace}`)
        await admin.end()
      })
      const { database, write, read } = await bench(await databaseForTest())
      await database.query(`ALTER TABLE scenario_version SET TABLESPACE ${tablespace}`)
      await database.query(`ALTER TABLE audit_entry SET TABLESPACE ${tablespace}`)
      const ballast = join(disk, 'ballast')
      for (let round = 0; round < rounds; round++) {
        try {
          writeFileSync(ballast, Buffer.alloc(64 * 1024 * 1024))
        } catch (error) {
          expect((error as { code: string }).code).toBe('ENOSPC')
        }
        const refused = await writeUntilRefused(`r${round}`, write)
        expect(await read()).toBe(200)
        rmSync(ballast)
        expect((await write(`r${round}-again`)).status).toBe(201)
        // What was refused left nothing.
        expect((await database.query(`SELECT 1 FROM scenario WHERE id = $1`, [refused])).rows).toEqual([])
      }
      process.stdout.write(`R12 ${rounds} times full\n`)
    },
  )

  it(`because its files may not grow, ${rounds} times: the same`, async () => {
    const server = await startPostgresServer()
    const { database, write, read } = await bench(server.url)
    // Sessions that are open keep the limit that they began with.
    const limit = async (bytes: number | 'unlimited') => {
      server.limitFiles(bytes)
      await database.query(
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
      )
      await expect.poll(read, { timeout: 5_000 }).toBe(200)
    }
    const size = async () => {
      const { rows } = await database.query<{ n: number }>(
        `SELECT pg_relation_size('scenario_version')::int AS n`,
      )
      return rows[0]?.n ?? Number.NaN
    }
    for (let version = 1_000; (await size()) < segment; version += 500) {
      await database.query(
        `INSERT INTO scenario_version (scenario_key, version, document, search_text)
         SELECT key, $1 + n, json_build_object('ballast', repeat(md5(n::text), 50)), '' FROM scenario, generate_series(1, 500) n
         WHERE id = 'kept'`,
        [version],
      )
    }
    for (let round = 0; round < rounds; round++) {
      await limit(segment)
      const refused = await writeUntilRefused(`f${round}`, write)
      expect(await read()).toBe(200)
      await limit('unlimited')
      expect((await write(`f${round}-again`)).status).toBe(201)
      expect((await database.query(`SELECT 1 FROM scenario WHERE id = $1`, [refused])).rows).toEqual([])
    }
    process.stdout.write(`R12 ${rounds} times no longer file\n`)
  })

  it(`because it is read-only, ${rounds} times: the same`, async () => {
    const { database, name, write, read } = await bench(await databaseForTest())
    const setReadOnly = async (value: 'on' | 'off') => {
      await database.query(`ALTER DATABASE ${name} SET default_transaction_read_only = ${value}`)
      // The setting is for new sessions.
      await database.query(
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
      )
    }
    await database.query('SET default_transaction_read_only = off')
    for (let round = 0; round < rounds; round++) {
      await setReadOnly('on')
      await expect.poll(read, { timeout: 5_000 }).toBe(200)
      const refused = await write(`o${round}`)
      expect(refused.status).toBe(503)
      expect(refused.headers['retry-after']).toMatch(/^\d+$/)
      await setReadOnly('off')
      await expect.poll(read, { timeout: 5_000 }).toBe(200)
      expect((await write(`o${round}`)).status).toBe(201)
    }
    process.stdout.write(`R12 ${rounds} times read-only\n`)
  })
})
