import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, inject, it } from 'vitest'
import { schemaSql } from '../../prisma/schema-sql.ts'
import { migrate, migrationsOnDisk } from '../../src/store/migrations.ts'
import { databaseForTest } from '../support/database.ts'
import { startProcess } from '../support/process.ts'
import { query, structureOf } from '../support/structure.ts'
import { count } from './support/counts.ts'
import { columnsOf, copyRows, rowsOf } from './support/older-data.ts'
import { send } from './support/requests.ts'

const command = fileURLToPath(new URL('../../src/commands/migrate.ts', import.meta.url))

/** Two processes migrate a database at once, and then once more. */
async function migrateByTwo(DATABASE_URL: string): Promise<void> {
  const one = () =>
    promisify(execFile)(process.execPath, [command], { env: { PATH: process.env.PATH, DATABASE_URL } })
  await Promise.all([one(), one()])
  await Promise.all([one(), one()])
  const names = await query<{ name: string; times: number }>(
    DATABASE_URL,
    'SELECT migration_name AS name, count(*)::int AS times FROM _prisma_migrations GROUP BY 1',
  )
  expect(names.length).toBeGreaterThan(1)
  expect(names.filter(({ times }) => times !== 1)).toEqual([])
}

/** A Prisma schema cannot say triggers. */
const withoutTriggers = (structure: readonly string[]) =>
  structure.filter(line => !line.startsWith('trigger '))

describe('R14: migrations by two processes at once, twice', () => {
  it('make the database that the schema describes', async () => {
    const [migrated, described] = [await databaseForTest('empty'), await databaseForTest('empty')]
    await migrateByTwo(migrated)
    await query(described, await schemaSql(described))
    const structure = withoutTriggers(await structureOf(migrated))
    expect(structure.length).toBeGreaterThan(50)
    expect(structure).toEqual(await structureOf(described))
  })

  // In the short form the oldest alone.
  const names = migrationsOnDisk().map(({ name }) => name)
  it.each(names.slice(0, count(1, -1)).map((name, index) => [name, names.slice(0, index + 1)] as const))(
    'keep every row of a database that is as old as %s, and the service answers from it as ever',
    async (_, applied) => {
      const [old, head] = [await databaseForTest('empty'), await databaseForTest()]
      await migrate(old, applied)
      const columns = await columnsOf(old)
      const copied = await copyRows(inject('templateUrl'), old, columns)
      expect(copied).toBeGreaterThan(1_000)
      const before = await rowsOf(old, columns)
      await migrateByTwo(old)
      expect(await rowsOf(old, columns)).toEqual(before)
      expect(await structureOf(old)).toEqual(await structureOf(head))
      const answersFrom = async (DATABASE_URL: string) => {
        const service = await startProcess({ DATABASE_URL, ROLE: 'service' })
        const get = async (path: string) => {
          const { status, body } = await send(`${service.url}${path}`)
          expect(status, path).toBe(200)
          return body
        }
        const list = await get('/v1/scenarios')
        const [first] = (JSON.parse(list) as { items: { id: string }[] }).items
        return [list, await get(`/v1/scenarios/${first?.id}/result`), await get('/v1/reports')]
      }
      expect(await answersFrom(old)).toEqual(await answersFrom(head))
    },
  )
})
