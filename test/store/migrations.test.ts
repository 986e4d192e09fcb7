import { readdirSync } from 'node:fs'
import pg from 'pg'
import { describe, expect, it } from 'vitest'
import { schemaSql } from '../../prisma/schema-sql.ts'
import { migrate } from '../../src/store/migrations.ts'
import { databaseForTest } from '../support/database.ts'

const onDisk = readdirSync(new URL('../../prisma/migrations/', import.meta.url), { withFileTypes: true })
  .filter(entry => entry.isDirectory())
  .map(({ name }) => name)
  .sort()

async function query<Row extends pg.QueryResultRow>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<Row>(sql)).rows
  } finally {
    await client.end()
  }
}

/** Columns, constraints and indexes of the public schema, bookkeeping aside, one line of text each. */
async function structureOf(url: string): Promise<string[]> {
  const rows = await query<{ line: string }>(
    url,
    `
    SELECT format('column %s.%s: %s %s default %s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
      CASE WHEN a.attnotnull THEN 'not null' ELSE 'null' END, pg_get_expr(d.adbin, d.adrelid)) AS line
    FROM pg_attribute a
      JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p', 'v', 'm')
      LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE c.relnamespace = 'public'::regnamespace AND a.attnum > 0 AND NOT a.attisdropped
      AND c.relname <> '_prisma_migrations'
    UNION ALL
    SELECT format('constraint %s.%s: %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
    FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text <> '_prisma_migrations'
    UNION ALL
    SELECT format('index %s: %s', indexname, indexdef) FROM pg_indexes
    WHERE schemaname = 'public' AND tablename <> '_prisma_migrations'
    UNION ALL
    SELECT format('type %s', typname) FROM pg_type
    WHERE typnamespace = 'public'::regnamespace AND typtype IN ('e', 'd')
    UNION ALL
    SELECT format('sequence %s', sequencename) FROM pg_sequences WHERE schemaname = 'public'
    UNION ALL
    SELECT format('trigger %s: %s', tgname, pg_get_triggerdef(oid)) FROM pg_trigger WHERE NOT tgisinternal`,
  )
  return rows.map(({ line }) => line).toSorted()
}

const recorded = async (url: string) =>
  (await query<{ migration_name: string }>(url, 'SELECT migration_name FROM _prisma_migrations')).map(
    ({ migration_name: name }) => name,
  )

describe('migrations', () => {
  it('are applied in order, and a second time not at all', async () => {
    const url = await databaseForTest('empty')
    expect(await migrate(url)).toEqual(onDisk)
    const structure = await structureOf(url)
    expect(structure.length).toBeGreaterThan(50)
    expect(await migrate(url)).toEqual([])
    expect(await structureOf(url)).toEqual(structure)
    expect((await recorded(url)).toSorted()).toEqual(onDisk)
  })

  it('are applied once by four that start together', async () => {
    const url = await databaseForTest('empty')
    const applied = await Promise.all(Array.from({ length: 4 }, () => migrate(url)))
    expect(applied.flat()).toEqual(onDisk)
    expect((await recorded(url)).toSorted()).toEqual(onDisk)
  })

  it('make the database that prisma/schema.prisma describes', async () => {
    const [migrated, described] = [await databaseForTest('empty'), await databaseForTest('empty')]
    await migrate(migrated)
    await query(described, await schemaSql(described))
    const structure = await structureOf(migrated)
    // A Prisma schema cannot say triggers: those that the migrations make are the ones named here.
    const triggers = structure.filter(line => line.startsWith('trigger '))
    expect(triggers.map(line => line.split(':')[0])).toEqual([
      'trigger audit_entry_append_only',
      'trigger audit_entry_not_emptied',
    ])
    expect(structure.filter(line => !triggers.includes(line))).toEqual(await structureOf(described))
  })

  it('are refused when an applied one was changed afterwards', async () => {
    const url = await databaseForTest('empty')
    await migrate(url)
    await query(url, `UPDATE _prisma_migrations SET checksum = 'of another text'`)
    await expect(migrate(url)).rejects.toThrow(`${onDisk[0]} was changed after it had been applied`)
  })

  it('are rolled back as a whole when one fails, and can be applied later', async () => {
    const url = await databaseForTest('empty')
    await query(url, 'CREATE TABLE run_result (in_the_way int)')
    await expect(migrate(url)).rejects.toThrow(/failed and was rolled back: .*run_result/)
    expect(await recorded(url)).toEqual([])
    expect((await structureOf(url)).filter(line => line.startsWith('column'))).toHaveLength(1)
    await query(url, 'DROP TABLE run_result')
    expect(await migrate(url)).toEqual(onDisk)
  })

  it('leave nothing behind when they cannot be recorded', async () => {
    const url = await databaseForTest('empty')
    const record = 'id text, checksum text, finished_at timestamptz, migration_name text, rolled_back_at text'
    await query(url, `CREATE TABLE _prisma_migrations (${record})`)
    await expect(migrate(url)).rejects.toThrow(/failed and was rolled back: .*started_at/)
    expect(await structureOf(url)).toEqual([])
  })
})
