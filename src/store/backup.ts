import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { access, link, open, rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import pg from 'pg'
import {
  type Backup,
  type BackupHeader,
  type BackupTable,
  type BackupTrailer,
  backupFormat,
  endOfTable,
  type TableSum,
  tableSum,
} from './backup-file.ts'
import { copyOut, copySettings } from './copy.ts'

/**
 * Writes everything that a database keeps into a new file, as it is at one moment, while the service goes on. The
 * queue is left out: which runs wait is in the runs themselves. The file is there when it is whole, or not at all;
 * only its owner may read it.
 */
export async function writeBackup(url: string, file: string): Promise<Backup> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  await client.connect()
  const partial = `${file}.partial`
  try {
    await client.query(copySettings)
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
    const header = await headerOf(client)
    let trailer: BackupTrailer | undefined
    const lines = linesOf(client, header, written => {
      trailer = written
    })
    await refuseExisting(file)
    await pipeline(Readable.from(lines), createGzip(), createWriteStream(partial, { mode: 0o600 }))
    if (trailer === undefined) throw new Error('The backup has no end.')
    await toDisk(partial)
    // Unlike a new name, a link never takes the place of a file that is there by now.
    await link(partial, file)
    return { header, trailer }
  } finally {
    await rm(partial, { force: true })
    await client.end()
  }
}

async function refuseExisting(file: string): Promise<void> {
  const isThere = await access(file).then(
    () => true,
    () => false,
  )
  if (isThere) throw new Error(`${file} is there already; name a new file.`)
}

/** Waits until a file is on the disk: a backup must survive the crash that it is for. */
async function toDisk(file: string): Promise<void> {
  const handle = await open(file, 'r+')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function* linesOf(
  client: pg.Client,
  header: BackupHeader,
  done: (trailer: BackupTrailer) => void,
): AsyncGenerator<Buffer | string> {
  const first = `${JSON.stringify(header)}\n`
  yield first
  const tables: Record<string, TableSum> = {}
  for (const table of header.tables) {
    const sum = tableSum()
    for await (const lines of copyOut(client, table, table.key) as AsyncIterable<Buffer>) {
      sum.add(lines)
      yield lines
    }
    tables[table.name] = sum.end()
    yield endOfTable
  }
  const trailer = { header: createHash('sha256').update(first).digest('hex'), tables }
  done(trailer)
  yield `${JSON.stringify(trailer)}\n`
}

async function headerOf(client: pg.Client): Promise<BackupHeader> {
  const { rows: migrations } = await client.query<{ name: string; checksum: string }>(
    `SELECT migration_name AS name, checksum FROM _prisma_migrations
     WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL ORDER BY migration_name`,
  )
  const { rows } = await client.query<{ version: string; now: Date }>(
    `SELECT current_setting('server_version') AS version, now() AS now`,
  )
  const [{ version, now } = { version: '', now: new Date(0) }] = rows
  return {
    format: backupFormat,
    takenAt: now.toISOString(),
    postgres: version,
    migrations,
    tables: await tablesOf(client),
  }
}

/** The tables of the service with their columns and keys, each after those that it refers to. */
async function tablesOf(client: pg.Client): Promise<BackupTable[]> {
  const { rows } = await client.query<BackupTable & { refers: string[] }>(`
    SELECT c.relname AS name,
      (SELECT array_agg(attname::text ORDER BY attnum) FROM pg_attribute
        WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = '') AS columns,
      COALESCE((SELECT array_agg(a.attname::text ORDER BY array_position(k.conkey, a.attnum))
        FROM pg_constraint k JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY(k.conkey)
        WHERE k.conrelid = c.oid AND k.contype = 'p'), '{}') AS key,
      COALESCE((SELECT array_agg(DISTINCT f.relname::text)
        FROM pg_constraint k JOIN pg_class f ON f.oid = k.confrelid
        WHERE k.conrelid = c.oid AND k.contype = 'f'), '{}') AS refers
    FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relname <> '_prisma_migrations'
    ORDER BY c.relname`)
  const ordered = new Map<string, BackupTable>()
  while (ordered.size < rows.length) {
    const next = rows.filter(
      ({ name, refers }) => !ordered.has(name) && refers.every(each => each === name || ordered.has(each)),
    )
    if (next.length === 0) throw new Error('Tables refer to each other in a circle.')
    for (const { name, columns, key } of next) ordered.set(name, { name, columns, key })
  }
  return [...ordered.values()]
}
