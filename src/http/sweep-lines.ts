import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { Sweep } from '../domain/uncertainty/sweep.ts'
import {
  csv,
  ndjson,
  readHead,
  readRow,
  type SweepColumns,
  type SweepFormat,
} from '../domain/uncertainty/sweep-format.ts'
import { firstSlice, nextSlice, slice } from './in-slices.ts'

/** The header by which rows are asked for as NDJSON or as CSV. */
export const acceptedRows = Type.Object({
  accept: Type.Optional(
    Type.String({
      maxLength: 500,
      description:
        'text/csv for CSV, unless application/x-ndjson is wanted as much; default application/x-ndjson',
    }),
  ),
})

/** How much a caller wants a media type that it names (RFC 9110, section 12.5.1), from 0 to 1; 0 where it does not. */
function quality(accept: string, mediaType: string): number {
  const named = accept.split(',').find(range => range.split(';')[0]?.trim().toLowerCase() === mediaType)
  const q = named === undefined ? '0' : (/;\s*q=([\d.]+)/i.exec(named)?.[1] ?? '1')
  return Number(q) || 0
}

/** The format that a caller wants rows in: CSV where it is named, and named before NDJSON. */
export function acceptedFormat({ headers: { accept = '' } }: FastifyRequest): SweepFormat {
  return quality(accept, csv.mediaType) > quality(accept, ndjson.mediaType) ? csv : ndjson
}

/** The lines of a sweep, some at a time: only what is sent next is ever held, whatever the number of rows. */
export async function* sweepLines(sweep: Sweep, format: SweepFormat, about: object): AsyncGenerator<string> {
  await firstSlice()
  let text = format.head(sweep, about)
  let until = performance.now() + slice
  for (let index = 0; index < sweep.rows; index++) {
    text += format.row(sweep, sweep.row(index))
    if (performance.now() < until) continue
    yield text
    text = ''
    await nextSlice()
    until = performance.now() + slice
  }
  yield text
}

const unzipped = promisify(gunzip)

/** The lines of a sweep that is kept, part by part: the next is read when the one before has been taken. */
export async function* keptLines(
  read: (part: number) => Promise<Uint8Array | null>,
  format: SweepFormat,
): AsyncGenerator<Buffer | string> {
  let columns: SweepColumns | undefined
  for (let part = 0; ; part++) {
    const bytes = await read(part)
    if (bytes === null) return
    const text = await unzipped(bytes)
    if (format === ndjson) {
      yield text
      continue
    }
    const lines = text.toString().trimEnd().split('\n')
    if (columns === undefined) {
      const [head = ''] = lines.splice(0, 1)
      columns = readHead(head)
      yield csv.head(columns, {})
    }
    const sweep = columns
    yield lines.map(line => csv.row(sweep, readRow(sweep, line))).join('')
  }
}
