import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { schemaSql } from '../../prisma/schema-sql.ts'
import { migrate } from '../../src/store/migrations.ts'
import { databaseForTest } from '../support/database.ts'
import { query, structureOf } from '../support/structure.ts'

const onDisk = readdirSync(new URL('../../prisma/migrations/', import.meta.url), { withFileTypes: true })
  .filter(entry => entry.isDirectory())
  .map(({ name }) => name)
  .sort()

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
