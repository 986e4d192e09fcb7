import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import pg from 'pg'
import { digest } from '../digest.ts'

/** The directory of Prisma's migration files. */
const directory = new URL('../../prisma/migrations/', import.meta.url)

/** The key that Prisma's own engine locks while it migrates, so that the two never run together. */
export const lockKey = 72_707_369

/** A migration file: its SQL, and the SHA-256 of that. */
export interface Migration {
  readonly name: string
  readonly sql: string
  readonly checksum: string
}

const bookkeeping = `
  CREATE TABLE IF NOT EXISTS _prisma_migrations (
    id VARCHAR(36) PRIMARY KEY NOT NULL,
    checksum VARCHAR(64) NOT NULL,
    finished_at TIMESTAMPTZ,
    migration_name VARCHAR(255) NOT NULL,
    logs TEXT,
    rolled_back_at TIMESTAMPTZ,
    started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    applied_steps_count INTEGER NOT NULL DEFAULT 0
  )`

/** The migrations of this release, in the order in which they are applied. */
export function migrationsOnDisk(): Migration[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .map(({ name }) => name)
    .sort()
    .map(name => {
      const sql = readFileSync(new URL(`${name}/migration.sql`, directory), 'utf8')
      return { name, sql, checksum: digest(sql) }
    })
}

/**
 * Applies what is missing of `prisma/migrations`, in order, each in a transaction with its row in Prisma's
 * own table, and returns the names applied. Processes that migrate at once wait for each other. Throws when
 * an applied migration was changed afterwards. `only` names those to apply; all unless given.
 */
export async function migrate(url: string, only?: readonly string[]): Promise<string[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  await client.connect()
  try {
    await client.query('SELECT pg_advisory_lock($1)', [lockKey])
    await client.query(bookkeeping)
    const { rows } = await client.query<{ migration_name: string; checksum: string }>(
      'SELECT migration_name, checksum FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL',
    )
    const applied = new Map(rows.map(row => [row.migration_name, row.checksum]))
    const missing = migrationsOnDisk().filter(({ name, checksum }) => {
      const known = applied.get(name)
      if (known !== undefined && known !== checksum) {
        throw new Error(
          `Migration ${name} was changed after it had been applied; restore the file and write a new migration.`,
        )
      }
      return known === undefined && (only?.includes(name) ?? true)
    })
    for (const migration of missing) await apply(client, migration)
    return missing.map(({ name }) => name)
  } finally {
    // Ending the session gives the lock back.
    await client.end()
  }
}

async function apply(client: pg.Client, { name, sql, checksum }: Migration): Promise<void> {
  await client.query('BEGIN')
  try {
    await client.query(sql)
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, now(), clock_timestamp(), 1)`,
      [randomUUID(), checksum, name],
    )
    await client.query('COMMIT')
  } catch (cause) {
    await client.query('ROLLBACK')
    throw new Error(`Migration ${name} failed and was rolled back: ${(cause as Error).message}`, { cause })
  }
}
