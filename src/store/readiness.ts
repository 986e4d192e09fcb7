import type pg from 'pg'
import { migrationsOnDisk } from './migrations.ts'

/** Migrations of this release that a database lacks. Those of a later release do not matter: they only add. */
export async function missingMigrations(pool: pg.Pool): Promise<string[]> {
  const { rows } = await pool.query<{ name: string }>({
    name: 'migrations-applied',
    text: `SELECT migration_name AS name FROM _prisma_migrations
           WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL`,
  })
  const applied = new Set(rows.map(({ name }) => name))
  return migrationsOnDisk()
    .map(({ name }) => name)
    .filter(name => !applied.has(name))
}

/** Whether an edition of the catalogue is stored. */
export async function hasCatalogue(pool: pg.Pool, version: string): Promise<boolean> {
  const { rowCount } = await pool.query({
    name: 'catalogue-stored',
    text: 'SELECT 1 FROM catalogue_version WHERE version = $1',
    values: [version],
  })
  return rowCount === 1
}
