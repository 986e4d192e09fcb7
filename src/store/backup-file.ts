import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import type { CopiedTable } from './copy.ts'

/** Name and version of the form; a version that this release does not know is refused. */
export const backupFormat = 'reckon-backup/1'

/** The line that ends the rows of a table, as in PostgreSQL's text format: no row can say it. */
export const endOfTable = '\\.\n'

/** A table in a backup: its columns, and the primary key by which its rows are in order. */
export interface BackupTable extends CopiedTable {
  readonly key: readonly string[]
}

/** The first line of a backup. */
export interface BackupHeader {
  readonly format: typeof backupFormat
  readonly takenAt: string
  readonly postgres: string
  /** The migrations that the database had, with the SHA-256 of each. */
  readonly migrations: readonly { readonly name: string; readonly checksum: string }[]
  /** In an order in which rows find those that they refer to. */
  readonly tables: readonly BackupTable[]
}

/** Rows of a table, and the SHA-256 of their lines. */
export interface TableSum {
  readonly rows: number
  readonly sha256: string
}

/** The last line of a backup: without it, the file is not whole. */
export interface BackupTrailer {
  /** SHA-256 of the first line. */
  readonly header: string
  readonly tables: Readonly<Record<string, TableSum>>
}

/** A backup that was read to its end and is what was written. */
export interface Backup {
  readonly header: BackupHeader
  readonly trailer: BackupTrailer
}

/** Counts lines and sums them up. */
export function tableSum(): { add: (lines: Buffer) => void; end: () => TableSum } {
  const hash = createHash('sha256')
  let rows = 0
  return {
    add: lines => {
      hash.update(lines)
      for (let end = lines.indexOf(10); end !== -1; end = lines.indexOf(10, end + 1)) rows++
    },
    end: () => ({ rows, sha256: hash.digest('hex') }),
  }
}

/** Lines are passed on in pieces of about this size, in bytes. */
const pieceLength = 64 * 1024

/** What happens as a backup is read, in this order: `rows` for each piece of a table, then `end`. */
export interface BackupReader {
  readonly header?: (header: BackupHeader) => Promise<void>
  readonly rows?: (table: BackupTable, lines: Buffer) => Promise<void>
  readonly end?: (table: BackupTable) => Promise<void>
}

/** Reads a backup from its first line to its last. Throws when it is not whole, or not what was written. */
export async function readBackup(file: string, reader: BackupReader = {}): Promise<Backup> {
  let backup: Backup | undefined
  try {
    await pipeline(createReadStream(file), createGunzip(), async source => {
      backup = await readLines(linesOf(source as AsyncIterable<Buffer>), reader)
    })
  } catch (cause) {
    const { code } = cause as { code?: string }
    if (code === 'Z_BUF_ERROR' || code === 'Z_DATA_ERROR')
      throw damaged('it breaks off or was changed', cause)
    throw cause
  }
  if (backup === undefined) throw damaged('it has no end')
  return backup
}

async function readLines(lines: AsyncGenerator<Buffer>, reader: BackupReader): Promise<Backup> {
  const first = await nextOf(lines)
  const header = parsed<BackupHeader>(first)
  if (header.format !== backupFormat)
    throw new Error(`This is a ${header.format}, which this release does not read; it reads ${backupFormat}.`)
  await reader.header?.(header)
  const sums: Record<string, TableSum> = {}
  for (const table of header.tables) sums[table.name] = await readTable(lines, table, reader)
  const trailer = parsed<BackupTrailer>(await nextOf(lines))
  if (trailer.header !== createHash('sha256').update(first).digest('hex'))
    throw damaged('its first line was changed')
  for (const { name } of header.tables) {
    const [read, written] = [sums[name], trailer.tables[name]]
    if (read?.rows !== written?.rows || read?.sha256 !== written?.sha256)
      throw damaged(`the ${read?.rows} rows of ${name} are not the ${written?.rows} that were written`)
  }
  if (!(await lines.next()).done) throw damaged('it goes on after its end')
  return { header, trailer }
}

async function readTable(
  lines: AsyncGenerator<Buffer>,
  table: BackupTable,
  reader: BackupReader,
): Promise<TableSum> {
  const sum = tableSum()
  let piece: Buffer[] = []
  let length = 0
  const pass = async () => {
    const bytes = Buffer.concat(piece)
    sum.add(bytes)
    piece = []
    length = 0
    if (bytes.length > 0) await reader.rows?.(table, bytes)
  }
  for (;;) {
    const line = await nextOf(lines)
    if (line.equals(endLine)) break
    piece.push(line)
    length += line.length
    if (length >= pieceLength) await pass()
  }
  await pass()
  await reader.end?.(table)
  return sum.end()
}

const endLine = Buffer.from(endOfTable)

/** The lines of a stream, each with its line break. */
async function* linesOf(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest: Buffer[] = []
  for await (const chunk of source) {
    let from = 0
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, from)) {
      const line = chunk.subarray(from, end + 1)
      yield rest.length === 0 ? line : Buffer.concat([...rest, line])
      rest = []
      from = end + 1
    }
    if (from < chunk.length) rest.push(chunk.subarray(from))
  }
  if (rest.length > 0) throw damaged('it breaks off in the middle of a line')
}

async function nextOf(lines: AsyncGenerator<Buffer>): Promise<Buffer> {
  const { value, done } = await lines.next()
  if (done === true) throw damaged('it breaks off')
  return value
}

function parsed<T>(line: Buffer): T {
  try {
    return JSON.parse(line.toString('utf8')) as T
  } catch (cause) {
    throw damaged('it is no backup of Reckon', cause)
  }
}

const damaged = (how: string, cause?: unknown): Error =>
  new Error(`The backup cannot be used: ${how}.`, { cause })
