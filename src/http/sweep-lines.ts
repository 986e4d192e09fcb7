import { setImmediate } from 'node:timers/promises'
import type { Sweep, SweepColumn, SweepRow } from '../domain/uncertainty/sweep.ts'

/** Milliseconds of calculation after which other requests get their turn, and what was written is sent. */
const slice = 8

/** How the rows of a sweep are written. */
export interface SweepFormat {
  readonly mediaType: string
  readonly head: (sweep: Sweep, about: object) => string
  readonly row: (sweep: Sweep, row: SweepRow) => string
}

/** One JSON object a line: the head first, then the rows. */
export const ndjson: SweepFormat = {
  mediaType: 'application/x-ndjson',
  head: ({ rows, over, outputs }, about) => `${JSON.stringify({ ...about, rows, over, outputs })}\n`,
  row: (sweep, { over, results, refused }) => {
    const named = Object.fromEntries(sweep.over.map(({ id }, index) => [id, over[index]]))
    const outcome =
      refused === null
        ? { results: Object.fromEntries(sweep.outputs.map(({ id }, index) => [id, results[index]])) }
        : { problem: { code: refused.code, detail: refused.message, pointer: refused.pointer } }
    return `${JSON.stringify({ over: named, ...outcome })}\n`
  },
}

/** Comma-separated values after RFC 4180, with a header line. */
export const csv: SweepFormat = {
  mediaType: 'text/csv',
  head: ({ over, outputs }) => line([...over.map(heading), ...outputs.map(heading), 'problem']),
  row: (_, { over, results, refused }) => line([...over, ...results, refused?.message ?? '']),
}

const heading = ({ id, unit }: SweepColumn): string =>
  unit === null || unit === '1' ? id : `${id} [${unit}]`

const line = (cells: readonly unknown[]): string => `${cells.map(cell).join(',')}\r\n`

function cell(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'number') return String(value)
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  // A spreadsheet would take these for the start of a formula.
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** The lines of a sweep, some at a time: only what is sent next is ever held, whatever the number of rows. */
export async function* sweepLines(sweep: Sweep, format: SweepFormat, about: object): AsyncGenerator<string> {
  let text = format.head(sweep, about)
  let until = performance.now() + slice
  for (let index = 0; index < sweep.rows; index++) {
    text += format.row(sweep, sweep.row(index))
    if (performance.now() < until) continue
    yield text
    text = ''
    await setImmediate()
    until = performance.now() + slice
  }
  yield text
}
