/** A cell as a table holds it: text, a number, a truth value, a day or month of the calendar, or nothing. */
export type Cell = string | number | boolean | { readonly date: string } | { readonly unread: string } | null

/** A row of a table under the number that a spreadsheet shows for it, from 1 on. */
export interface TableRow {
  readonly row: number
  readonly cells: readonly Cell[]
}

/** The formats that tables are read from and written to. */
export const tableFormats = ['csv', 'xlsx'] as const
export type TableFormat = (typeof tableFormats)[number]

/** The media type of each format. */
export const mediaTypes: Readonly<Record<TableFormat, string>> = {
  csv: 'text/csv',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
}

/** The largest table that is read, in bytes. */
export const mostTableBytes = 10 * 1024 * 1024
/** Most rows of a table, its header included: ten times as many as any series has. */
export const mostRows = 20_001
/** Most columns of a table. */
export const mostColumns = 40
/** Most characters of a cell; Excel itself takes 32,767. */
export const mostCharacters = 32_767

/** Why a table cannot be read at all. Its message is public: it names the place and the remedy. */
export class UnreadableTable extends Error {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super(message, options)
    this.name = 'UnreadableTable'
  }
}
