import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { describe, expect, inject, it, onTestFinished } from 'vitest'
import { postgresAccount } from '../../src/store/postgres-programs.ts'
import { databaseForTest } from '../support/database.ts'
import { count } from './support/counts.ts'
import { send, training } from './support/requests.ts'
import { supervise } from './support/supervise.ts'

const rounds = count(1, 3)

/** The service on a database of its own, with a scenario that is there already. */
async function bench() {
  const DATABASE_URL = await databaseForTest()
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

describe('R12: PostgreSQL cannot write', () => {
  it(`because its disk is full, ${rounds} times: 503 for writes, reads go on, and it recovers`, async () => {
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
    const { database, write, read } = await bench()
    await database.query(`ALTER TABLE scenario_version SET TABLESPACE ${tablespace}`)
    await database.query(`ALTER TABLE audit_entry SET TABLESPACE ${tablespace}`)
    const ballast = join(disk, 'ballast')
    for (let round = 0; round < rounds; round++) {
      try {
        writeFileSync(ballast, Buffer.alloc(64 * 1024 * 1024))
      } catch (error) {
        expect((error as { code: string }).code).toBe('ENOSPC')
      }
      const statuses: number[] = []
      // Pages that exist may have room left.
      for (let i = 0; i < 400 && statuses.at(-1) !== 503; i++) {
        const { status, headers } = await write(`r${round}-${i}`, 'x'.repeat(1_500))
        statuses.push(status)
        if (status === 503) expect(headers['retry-after']).toMatch(/^\d+$/)
      }
      expect(statuses.at(-1)).toBe(503)
      expect(statuses.slice(0, -1).filter(status => status !== 201)).toEqual([])
      expect(await read()).toBe(200)
      rmSync(ballast)
      expect((await write(`r${round}-again`)).status).toBe(201)
      // What was refused left nothing.
      const { rows } = await database.query(`SELECT 1 FROM scenario WHERE id = $1`, [
        `r${round}-${statuses.length - 1}`,
      ])
      expect(rows).toEqual([])
    }
    process.stdout.write(`R12 ${rounds} times full\n`)
  })

  it(`because it is read-only, ${rounds} times: the same`, async () => {
    const { database, name, write, read } = await bench()
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
