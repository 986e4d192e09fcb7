import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib'
import { UnreadableTable } from './table.ts'

/** An entry of an archive, as the central directory states it. */
interface ZipEntry {
  readonly name: string
  readonly method: number
  readonly crc: number
  readonly compressedBytes: number
  readonly bytes: number
  readonly offset: number
}

/** Most entries of an archive: a workbook has some twenty. */
const mostEntries = 1_000
/** Most bytes that one entry, and all of them, may unpack to: a workbook of 20,000 rows needs a tenth. */
const mostEntryBytes = 48 * 1024 * 1024
const mostBytes = 96 * 1024 * 1024
/** How much smaller than its content an entry may be: XML packs to a twentieth, and a bomb to a thousandth. */
const mostRatio = 200
/** Content below this size is let through at any ratio. */
const smallBytes = 1024 * 1024

const endSignature = 0x06054b50
const centralSignature = 0x02014b50
const localSignature = 0x04034b50
const endBytes = 22
const mostComment = 0xffff

/**
 * An archive whose central directory has been read and found within bounds before anything is unpacked. Entries
 * are unpacked when asked for, each no further than it says itself. Throws `UnreadableTable`.
 */
export function openZip(archive: Buffer): { readonly read: (name: string) => Buffer | undefined } {
  const entries = directoryOf(archive)
  refuseBombs(entries)
  const byName = new Map(entries.map(entry => [entry.name, entry]))
  return {
    read: name => {
      const entry = byName.get(name)
      return entry && unpack(archive, entry)
    },
  }
}

function directoryOf(archive: Buffer): ZipEntry[] {
  const end = endOf(archive)
  const [disk, startDisk] = [archive.readUInt16LE(end + 4), archive.readUInt16LE(end + 6)]
  const count = archive.readUInt16LE(end + 10)
  const start = archive.readUInt32LE(end + 16)
  if (disk !== 0 || startDisk !== 0 || count === 0xffff || start === 0xffffffff) {
    throw new UnreadableTable(
      'The workbook is an archive of several parts or of the 64-bit kind; save it again.',
    )
  }
  if (count > mostEntries) {
    throw new UnreadableTable(`The workbook has ${count} parts; at most ${mostEntries} are read.`)
  }
  const entries: ZipEntry[] = []
  let at = start
  for (let index = 0; index < count; index++) {
    if (at + 46 > end || archive.readUInt32LE(at) !== centralSignature) throw damaged()
    const nameBytes = archive.readUInt16LE(at + 28)
    const more = archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32)
    const flags = archive.readUInt16LE(at + 8)
    const name = archive.toString('utf8', at + 46, at + 46 + nameBytes)
    if ((flags & 1) !== 0) throw new UnreadableTable('The workbook is encrypted; save it without a password.')
    entries.push({
      name,
      method: archive.readUInt16LE(at + 10),
      crc: archive.readUInt32LE(at + 16),
      compressedBytes: archive.readUInt32LE(at + 20),
      bytes: archive.readUInt32LE(at + 24),
      offset: archive.readUInt32LE(at + 42),
    })
    at += 46 + nameBytes + more
  }
  return entries
}

function endOf(archive: Buffer): number {
  const earliest = Math.max(0, archive.length - endBytes - mostComment)
  for (let at = archive.length - endBytes; at >= earliest; at--) {
    if (archive.readUInt32LE(at) === endSignature) return at
  }
  throw new UnreadableTable('The body is no workbook: it has no directory of an archive. Send an .xlsx file.')
}

function refuseBombs(entries: readonly ZipEntry[]): void {
  const total = entries.reduce((sum, { bytes }) => sum + bytes, 0)
  if (total > mostBytes) {
    throw new UnreadableTable(
      `The workbook unpacks to ${total} bytes; at most ${mostBytes} are read. Send it in parts, or as CSV.`,
    )
  }
  const names = new Set<string>()
  for (const { name, bytes, compressedBytes } of entries) {
    if (names.has(name)) throw damaged()
    names.add(name)
    if (bytes > mostEntryBytes || (bytes > smallBytes && bytes > mostRatio * compressedBytes)) {
      throw new UnreadableTable(
        `A part of the workbook unpacks from ${compressedBytes} to ${bytes} bytes; at most ${mostEntryBytes}, and ${mostRatio} times as many as it is packed in, are read. Send it as CSV.`,
      )
    }
  }
  // Parts that share their bytes are how an archive unpacks to more than it holds.
  const places = entries.map(({ offset, compressedBytes }) => [offset, offset + compressedBytes] as const)
  const sorted = places.toSorted(([a], [b]) => a - b)
  for (const [index, [offset]] of sorted.entries()) {
    const before = sorted[index - 1]
    if (before !== undefined && offset < before[1]) throw damaged()
  }
}

function unpack(archive: Buffer, { offset, method, compressedBytes, bytes, crc }: ZipEntry): Buffer {
  if (offset + 30 > archive.length || archive.readUInt32LE(offset) !== localSignature) throw damaged()
  const start = offset + 30 + archive.readUInt16LE(offset + 26) + archive.readUInt16LE(offset + 28)
  if (start + compressedBytes > archive.length) throw damaged()
  const packed = archive.subarray(start, start + compressedBytes)
  const content = method === 8 ? inflate(packed, bytes) : method === 0 ? packed : undefined
  if (content === undefined)
    throw new UnreadableTable('The workbook is packed in a way that is not read; save it again.')
  if (content.length !== bytes || crc32(content) !== crc) throw damaged()
  return content
}

/** Unpacks no further than the directory says: an entry that holds more than it states is damaged. */
function inflate(packed: Buffer, bytes: number): Buffer {
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(bytes, 1) })
  } catch (cause) {
    throw damaged(cause)
  }
}

const damaged = (cause?: unknown): UnreadableTable =>
  new UnreadableTable('The workbook is damaged: its parts are not where or what its directory says.', {
    cause,
  })

/** An archive of some texts. The same texts give the same bytes: no clock is read. */
export function writeZip(parts: readonly (readonly [name: string, text: string])[]): Buffer {
  const locals: Buffer[] = []
  const centrals: Buffer[] = []
  let offset = 0
  for (const [name, text] of parts) {
    const content = Buffer.from(text)
    const packed = deflateRawSync(content)
    const nameBytes = Buffer.from(name)
    const shared = Buffer.alloc(26)
    shared.writeUInt16LE(20, 0)
    shared.writeUInt16LE(0x0800, 2)
    shared.writeUInt16LE(8, 4)
    // 1 January 1980, the first day that an archive can state.
    shared.writeUInt16LE(0x0021, 8)
    shared.writeUInt32LE(crc32(content), 10)
    shared.writeUInt32LE(packed.length, 14)
    shared.writeUInt32LE(content.length, 18)
    shared.writeUInt16LE(nameBytes.length, 22)
    const local = Buffer.alloc(4)
    local.writeUInt32LE(localSignature)
    const central = Buffer.alloc(6)
    central.writeUInt32LE(centralSignature)
    central.writeUInt16LE(20, 4)
    const rest = Buffer.alloc(14)
    rest.writeUInt32LE(offset, 10)
    locals.push(local, shared, nameBytes, packed)
    centrals.push(central, shared, rest, nameBytes)
    offset += 30 + nameBytes.length + packed.length
  }
  const directory = Buffer.concat(centrals)
  const end = Buffer.alloc(endBytes)
  end.writeUInt32LE(endSignature)
  end.writeUInt16LE(parts.length, 8)
  end.writeUInt16LE(parts.length, 10)
  end.writeUInt32LE(directory.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...locals, directory, end])
}
