import pg from 'pg'
import { describe, expect, it, onTestFinished } from 'vitest'
import { breaches } from '../../prisma/migration-rules.ts'
import { migrate, migrationsOnDisk } from '../../src/store/migrations.ts'
import { databaseForTest } from '../support/database.ts'

describe('a migration', () => {
  it.each(migrationsOnDisk().map(({ name, sql }) => [name, sql] as const))(
    'takes nothing away from the release before it: %s',
    (_, sql) => {
      expect(breaches(sql)).toEqual([])
    },
  )

  it.each([
    'DROP TABLE "run"',
    'ALTER TABLE "run" DROP COLUMN "kind"',
    'ALTER TABLE "run" RENAME COLUMN "kind" TO "sort"',
    'ALTER TABLE "run" RENAME TO "runs"',
    'ALTER TABLE "run" ADD COLUMN "budget" INTEGER NOT NULL',
    'ALTER TABLE "run" ADD COLUMN "a" TEXT, ADD COLUMN "b" TEXT NOT NULL',
    'ALTER TABLE "run" ADD COLUMN "a" TEXT, DROP COLUMN "b"',
    'ALTER TABLE "run" ADD COLUMN "slug" TEXT UNIQUE',
    'ALTER TABLE "run" ALTER COLUMN "kind" TYPE VARCHAR(10)',
    'ALTER TABLE "run" ALTER COLUMN "kind" SET DATA TYPE JSONB',
    'ALTER TABLE "run" ALTER COLUMN "problem" SET NOT NULL',
    'ALTER TABLE "run" ALTER COLUMN "kind" DROP DEFAULT',
    'ALTER TABLE "run" ADD CONSTRAINT "short" CHECK (length(id) < 50)',
    'ALTER TABLE "run" ADD CONSTRAINT "known" FOREIGN KEY ("id") REFERENCES "other"("id")',
    'CREATE UNIQUE INDEX "one" ON "run"("scenario_id")',
    'CREATE TRIGGER "refusing" BEFORE INSERT ON "run" FOR EACH ROW EXECUTE FUNCTION f()',
    'DELETE FROM "run"',
    'TRUNCATE "run"',
    'DROP INDEX "run_workspace_id_status_idx"',
    'REVOKE INSERT ON "run" FROM PUBLIC',
    'DO $$ BEGIN EXECUTE 1; END $$',
    'CREATE TABLE "note" ("id" TEXT); DROP TABLE "run"',
    "COMMENT ON TABLE run IS 'a;b'; DROP TABLE run",
    '-- contract:\nDROP TABLE "run"',
    '-- contract: since 1.4 nothing reads it\nALTER TABLE "run" DROP COLUMN "a"; DROP TABLE "run"',
  ])('that does so is refused: %s', sql => {
    expect(breaches(sql)).toHaveLength(1)
  })

  it.each([
    'ALTER TABLE "run" ADD COLUMN "budget" INTEGER',
    `ALTER TABLE "run" ADD COLUMN "tags" TEXT[] NOT NULL DEFAULT '{a,b}', ADD COLUMN "price" DECIMAL(10, 2)`,
    'ALTER TABLE "run" ALTER COLUMN "kind" DROP NOT NULL',
    `ALTER TABLE "run" ALTER COLUMN "kind" SET DEFAULT 'DROP TABLE'`,
    'CREATE INDEX "run_kind" ON "run"("kind")',
    `UPDATE "run" SET "tags" = '{}' WHERE "tags" IS NULL`,
    'CREATE TABLE "note" ("id" TEXT NOT NULL); CREATE UNIQUE INDEX "one" ON "note"("id"); ALTER TABLE "note" ADD CONSTRAINT "k" CHECK (true)',
    'CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM "run"; RETURN NULL; END $$',
    '-- contract: since 1.4 nothing reads it\nALTER TABLE "run" DROP COLUMN "a"',
    '-- DROP TABLE "run";\n/* DROP TABLE "run"; */',
  ])('that only adds, or says that it takes away, is not: %s', sql => {
    expect(breaches(sql)).toEqual([])
  })
})

interface Column {
  readonly name: string
  readonly type: string
}

interface Table {
  readonly name: string
  readonly columns: readonly Column[]
  readonly refers: readonly string[]
}

/** The tables of a database with all their columns, each after those that it refers to. */
async function tablesOf(client: pg.Client): Promise<Table[]> {
  const { rows } = await client.query<Table>(`
    SELECT c.relname AS name,
      (SELECT json_agg(json_build_object('name', attname, 'type', format_type(atttypid, atttypmod)) ORDER BY attnum)
        FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped) AS columns,
      COALESCE((SELECT json_agg(f.relname) FROM pg_constraint k JOIN pg_class f ON f.oid = k.confrelid
        WHERE k.conrelid = c.oid AND k.contype = 'f'), '[]') AS refers
    FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname <> '_prisma_migrations'`)
  const ordered: Table[] = []
  while (ordered.length < rows.length) {
    const known = new Set(ordered.map(({ name }) => name))
    ordered.push(
      ...rows.filter(({ name, refers }) => !known.has(name) && refers.every(each => known.has(each))),
    )
  }
  return ordered
}

/** One value for each type: rows of all tables then refer to each other's. */
const values: Readonly<Record<string, unknown>> = {
  text: 'x',
  uuid: '00000000-0000-4000-8000-000000000000',
  integer: 1,
  bigint: 1,
  boolean: true,
  'double precision': 0.5,
  json: '{}',
  jsonb: '{}',
  bytea: Buffer.from('x'),
  'text[]': ['x'],
  'timestamp(3) with time zone': new Date(0),
}

/** What a release writes and reads of a table, naming every column that it knows of. */
function statementsOf({ name, columns }: Table): pg.QueryConfig[] {
  const list = columns.map(column => `"${column.name}"`).join(', ')
  const set = columns.map(column => `"${column.name}" = "${column.name}"`).join(', ')
  const given = columns.map(({ type }) => {
    if (!(type in values)) throw new Error(`No value of the type ${type} is known: add one.`)
    return values[type]
  })
  const insert = `INSERT INTO "${name}" (${list}) VALUES (${given.map((_, n) => `$${n + 1}`).join(', ')}) RETURNING ${list}`
  const update = `WITH changed AS (UPDATE "${name}" SET ${set} RETURNING *) SELECT ${list} FROM changed`
  return [
    { name: `${name}-insert`, text: insert, values: given },
    { name: `${name}-select`, text: `SELECT ${list} FROM "${name}"`, values: [] },
    ...(name === 'audit_entry' ? [] : [{ name: `${name}-update`, text: update, values: [] }]),
  ]
}

describe('a release that is still running', () => {
  const names = migrationsOnDisk().map(({ name }) => name)

  it.each(names.slice(0, -1).map((name, index) => [name, names.slice(0, index + 1)] as const))(
    'goes on with its statements when later migrations are applied under it: %s',
    async (_, applied) => {
      const url = await databaseForTest('empty')
      await migrate(url, applied)
      const client = new pg.Client({ connectionString: url })
      await client.connect()
      onTestFinished(() => client.end())
      const tables = await tablesOf(client)
      expect(tables.length).toBeGreaterThan(5)
      const statements = tables.flatMap(statementsOf)
      const all = async () => {
        for (const statement of statements)
          expect((await client.query(statement)).rowCount, statement.text).toBe(1)
      }
      // Once before, so that the session has prepared each: a plan must outlive the change too.
      await client.query('BEGIN')
      await all()
      await client.query('ROLLBACK')
      expect(await migrate(url)).toEqual(names.slice(applied.length))
      await all()
    },
  )
})
