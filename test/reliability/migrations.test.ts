import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { schemaSql } from '../../prisma/schema-sql.ts'
import { databaseForTest } from '../support/database.ts'
import { query, structureOf } from '../support/structure.ts'

const command = fileURLToPath(new URL('../../src/commands/migrate.ts', import.meta.url))

it('R14: migrations by two processes at once, twice, make the database that the schema describes', async () => {
  const [DATABASE_URL, described] = [await databaseForTest('empty'), await databaseForTest('empty')]
  const migrate = () =>
    promisify(execFile)(process.execPath, [command], { env: { PATH: process.env.PATH, DATABASE_URL } })
  await Promise.all([migrate(), migrate()])
  await Promise.all([migrate(), migrate()])
  const names = await query<{ name: string; times: number }>(
    DATABASE_URL,
    'SELECT migration_name AS name, count(*)::int AS times FROM _prisma_migrations GROUP BY 1',
  )
  expect(names.length).toBeGreaterThan(1)
  expect(names.filter(({ times }) => times !== 1)).toEqual([])
  await query(described, await schemaSql(described))
  // A Prisma schema cannot say triggers.
  const structure = (await structureOf(DATABASE_URL)).filter(line => !line.startsWith('trigger '))
  expect(structure.length).toBeGreaterThan(50)
  expect(structure).toEqual(await structureOf(described))
})
