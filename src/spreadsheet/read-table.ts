import { readCsv } from './csv.ts'
import { readXlsx } from './read-xlsx.ts'
import { type TableFormat, type TableRow, UnreadableTable } from './table.ts'

/** A table to be read, as it is handed to a thread. */
export interface TableBytes {
  readonly bytes: Uint8Array
  readonly format: TableFormat
  /** Encoding of a CSV. */
  readonly charset?: string
}

/** The rows of a table, or why it cannot be read. */
export type ReadTable = { readonly rows: readonly TableRow[] } | { readonly unreadable: string }

/** Reads a table; what a thread does with it. Errors go as values, as classes do not cross threads. */
export function readTable({ bytes, format, charset }: TableBytes): ReadTable {
  try {
    return { rows: format === 'csv' ? readCsv(bytes, charset) : readXlsx(bytes) }
  } catch (error) {
    if (error instanceof UnreadableTable) return { unreadable: error.message }
    throw error
  }
}
