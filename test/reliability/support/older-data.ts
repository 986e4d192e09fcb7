import pg from 'pg'
import { query } from '../../support/structure.ts'

/** The columns of each table of the public schema, bookkeeping aside. */
export type Columns = ReadonlyMap<string, readonly string[]>

/** The tables and columns that a database has at its level. */
export async function columnsOf(url: string): Promise<Columns> {
  const rows = await query<{ table: string; columns: string[] }>(
    url,
    `SELECT c.relname AS table, array_agg(quote_ident(attname) ORDER BY attnum) AS columns
     FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND attnum > 0 AND NOT attisdropped
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname <> '_prisma_migrations'
     GROUP BY 1 ORDER BY 1`,
  )
  return new Map(rows.map(({ table, columns }) => [table, columns]))
}

/** Rows that go over at once. */
const batch = 500

/** Copies what these columns hold from a database to an older one; returns the number of rows. */
export async function copyRows(from: string, to: string, columns: Columns): Promise<number> {
  const target = new pg.Client({ connectionString: to })
  await target.connect()
  let copied = 0
  try {
    // In any order, whatever refers to what.
    await target.query('SET session_replication_role = replica')
    for (const [table, names] of columns) {
      await target.query(`DELETE FROM "${table}"`)
      const rows = await query<{ row: string }>(
        from,
        `SELECT row_to_json(t)::text AS row FROM (SELECT ${names} FROM "${table}") t`,
      )
      for (let start = 0; start < rows.length; start += batch) {
        const part = rows.slice(start, start + batch).map(({ row }) => row)
        await target.query(
          `INSERT INTO "${table}" (${names}) SELECT ${names} FROM json_populate_recordset(NULL::"${table}", $1)`,
          [`[${part}]`],
        )
      }
      copied += rows.length
    }
    return copied
  } finally {
    await target.end()
  }
}

/** A digest of what these columns hold, and the number of rows, by table. */
export async function rowsOf(url: string, columns: Columns): Promise<Record<string, string>> {
  const digests = await Promise.all(
    [...columns].map(async ([table, names]) => {
      const [row] = await query<{ digest: string }>(
        url,
        `SELECT count(*) || ' ' || coalesce(md5(string_agg(line, E'\\n' ORDER BY line)), '') AS digest
         FROM (SELECT ROW(${names})::text AS line FROM "${table}") t`,
      )
      return [table, row?.digest ?? ''] as const
    }),
  )
  return Object.fromEntries(digests)
}
