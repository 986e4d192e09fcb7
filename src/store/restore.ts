import type { Readable, Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import pg from 'pg'
import { type Backup, type BackupHeader, type BackupTable, readBackup, tableSum } from './backup-file.ts'
import { copyIn, copyOut, copySettings } from './copy.ts'
import { lockKey, migrate, migrationsOnDisk } from './migrations.ts'
import type { EnqueueRun, RunPriority } from './run-store.ts'

/** What a restore has done. */
export interface Restored extends Backup {
  /** Runs that had not come to an end and wait for a worker again. */
  readonly queued: number
}

/**
 * Loads a backup into a database without rows: all of it, or nothing. The database gets the migrations that the
 * backup was taken with; a start of the service applies later ones. What has been loaded is then read back and held
 * against the sums in the file. Runs that had not ended are queued anew through `openQueue`, whose queue is opened on
 * the database once it is known to be empty.
 */
export async function restoreBackup(
  url: string,
  file: string,
  openQueue: () => Promise<EnqueueRun>,
): Promise<Restored> {
  const { header } = await readBackup(file)
  refuseUnknown(header)
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  await client.connect()
  try {
    await client.query(copySettings)
    await refuseFull(client, header)
    await migrate(
      url,
      header.migrations.map(({ name }) => name),
    )
    const enqueue = await openQueue()
    await client.query('BEGIN')
    // A service that starts meanwhile waits at its migrations.
    await client.query('SELECT pg_advisory_xact_lock($1)', [lockKey])
    await refuseFull(client, header)
    const backup = await load(client, file)
    for (const table of header.tables) await verify(client, table, backup)
    const queued = await queueAgain(client, enqueue)
    await client.query('COMMIT')
    await client.query('ANALYZE')
    return { ...backup, queued }
  } finally {
    // Ending the session takes back what was not committed.
    await client.end()
  }
}

/** Refuses a backup with migrations that this release has not, or has otherwise. */
function refuseUnknown({ migrations }: BackupHeader): void {
  const known = new Map(migrationsOnDisk().map(({ name, checksum }) => [name, checksum]))
  for (const { name, checksum } of migrations) {
    if (!known.has(name))
      throw new Error(
        `The backup has the migration ${name}, which this release has not: restore it with a later one.`,
      )
    if (known.get(name) !== checksum)
      throw new Error(`The migration ${name} of the backup is another than that of this release.`)
  }
}

/** Refuses a database that has rows, or tables of a later level than the backup's. */
async function refuseFull(client: pg.Client, { migrations }: BackupHeader): Promise<void> {
  const { rows: tables } = await client.query<{ name: string; quoted: string }>(
    `SELECT relname AS name, format('%I.%I', relnamespace::regnamespace, relname) AS quoted FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')`,
  )
  for (const { name, quoted } of tables) {
    if (name === '_prisma_migrations') continue
    const { rowCount } = await client.query(`SELECT 1 FROM ${quoted} LIMIT 1`)
    if (rowCount !== 0)
      throw new Error(`The database is not empty: ${name} has rows. Restore into a new database.`)
  }
  if (!tables.some(({ name }) => name === '_prisma_migrations')) return
  const { rows } = await client.query<{ name: string }>(
    'SELECT migration_name AS name FROM _prisma_migrations',
  )
  const later = rows.find(({ name }) => !migrations.some(each => each.name === name))
  if (later !== undefined)
    throw new Error(
      `The database has the migration ${later.name}, which the backup was taken without. Restore into a new database.`,
    )
}

/** Waits until lines are on their way to the server. */
function taken(into: Writable, lines: Buffer): Promise<void> {
  return new Promise((resolve, reject) => into.write(lines, error => (error ? reject(error) : resolve())))
}

async function load(client: pg.Client, file: string): Promise<Backup> {
  let into: (Writable & { readonly rows: number }) | undefined
  return readBackup(file, {
    rows: async (table, lines) => {
      into ??= copyIn(client, table)
      await taken(into, lines)
    },
    end: async () => {
      if (into === undefined) return
      const ended = finished(into)
      into.end()
      await ended
      into = undefined
    },
  })
}

/** Reads a table back, and throws when it is not what the backup has. */
async function verify(client: pg.Client, table: BackupTable, { trailer }: Backup): Promise<void> {
  const sum = tableSum()
  const rows: Readable = copyOut(client, table, table.key)
  for await (const lines of rows as AsyncIterable<Buffer>) sum.add(lines)
  const [read, written] = [sum.end(), trailer.tables[table.name]]
  if (read.rows !== written?.rows || read.sha256 !== written.sha256)
    throw new Error(
      `${table.name} has ${read.rows} rows now, and the backup ${written?.rows}; they are not the same.`,
    )
}

/** Puts the runs that had not come to an end back into the queue: whoever worked on them did so elsewhere. */
async function queueAgain(client: pg.Client, enqueue: EnqueueRun): Promise<number> {
  // At the level of an old backup a run may have no priority yet.
  const { rows } = await client.query<{ id: string; priority: RunPriority }>(
    `UPDATE run SET status = 'queued', attempt_token = NULL, progress = 0, version = version + 1
     WHERE status IN ('queued', 'running')
     RETURNING id, COALESCE(to_jsonb(run) ->> 'priority', 'interactive') AS priority`,
  )
  for (const run of rows) await enqueue(run, (text, values) => client.query(text, values))
  return rows.length
}
