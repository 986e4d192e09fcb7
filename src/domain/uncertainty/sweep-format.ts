import type { DomainErrorCode } from '../errors.ts'
import type { Sweep, SweepColumn, SweepRow } from './sweep.ts'

/** What the lines of a sweep need to know of it. */
export type SweepColumns = Pick<Sweep, 'over' | 'outputs' | 'rows'>

/** How the rows of a sweep are written. */
export interface SweepFormat {
  readonly name: 'ndjson' | 'csv'
  readonly mediaType: string
  readonly head: (sweep: SweepColumns, about: object) => string
  readonly row: (sweep: SweepColumns, row: SweepRow) => string
}

/** One JSON object a line: the head first, then the rows. */
export const ndjson: SweepFormat = {
  name: 'ndjson',
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

/** What a sweep is, from its head as a line of JSON. */
export const readHead = (line: string): SweepColumns => JSON.parse(line) as SweepColumns

/** A row of a sweep, from its line of JSON. */
export function readRow({ over, outputs }: SweepColumns, line: string): SweepRow {
  const row = JSON.parse(line) as {
    readonly over: Readonly<Record<string, unknown>>
    readonly results?: Readonly<Record<string, number | null>>
    readonly problem?: {
      readonly code: DomainErrorCode
      readonly detail: string
      readonly pointer: string | null
    }
  }
  return {
    over: over.map(({ id }) => row.over[id]),
    results: outputs.map(({ id }) => row.results?.[id] ?? null),
    refused:
      row.problem === undefined
        ? null
        : { code: row.problem.code, message: row.problem.detail, pointer: row.problem.pointer },
  }
}

/** Comma-separated values after RFC 4180, with a header line. */
export const csv: SweepFormat = {
  name: 'csv',
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
