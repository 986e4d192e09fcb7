import { CsvError, parse } from 'csv-parse/sync'
import { stringify } from 'csv-stringify/sync'
import { formulaSafe, withoutFormulaGuard } from './formula-safe.ts'
import { type Cell, mostCharacters, mostColumns, mostRows, type TableRow, UnreadableTable } from './table.ts'

/** Encodings that a table may come in: Excel writes the second in China. */
const encodings: Readonly<Record<string, string>> = {
  'utf-8': 'utf-8',
  utf8: 'utf-8',
  gbk: 'gb18030',
  gb2312: 'gb18030',
  gb18030: 'gb18030',
}

/** Reads comma-separated values (RFC 4180). Cells are text; an empty one is null. Throws `UnreadableTable`. */
export function readCsv(bytes: Uint8Array, charset = 'utf-8'): TableRow[] {
  const text = decode(bytes, charset)
  let records: string[][]
  try {
    records = parse(text, {
      bom: true,
      relax_column_count: true,
      skip_empty_lines: false,
      max_record_size: mostColumns * (mostCharacters + 3),
      to: mostRows + 1,
    })
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause
    throw new UnreadableTable(
      `The table stops being CSV in line ${Number(cause.lines ?? 0)}: ${reasonOf(cause)}.`,
      {
        cause,
      },
    )
  }
  if (records.length > mostRows) {
    throw new UnreadableTable(`The table has more than ${mostRows} rows; send it in parts.`)
  }
  return records.flatMap((record, index) => {
    const cells = record.map((cell): Cell => (cell === '' ? null : withoutFormulaGuard(cell)))
    return cells.every(cell => cell === null) ? [] : [{ row: index + 1, cells: bounded(cells, index + 1) }]
  })
}

function decode(bytes: Uint8Array, charset: string): string {
  const encoding = encodings[charset.toLowerCase()]
  if (encoding === undefined) {
    throw new UnreadableTable(`The charset ${charset} is not read; send UTF-8 or GB 18030.`)
  }
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new UnreadableTable(
      `The table is not ${encoding}; save it as UTF-8, or name its encoding in Content-Type (charset=gb18030).`,
      { cause },
    )
  }
}

function reasonOf({ code }: CsvError): string {
  switch (code) {
    case 'CSV_QUOTE_NOT_CLOSED':
      return 'a quotation mark is opened there and not closed before the end'
    case 'CSV_MAX_RECORD_SIZE':
      return 'the row is too long'
    default:
      return 'a quotation mark stands where none may; a cell with one is put in quotes, and the mark doubled'
  }
}

function bounded(cells: readonly Cell[], row: number): readonly Cell[] {
  if (cells.length <= mostColumns) return cells
  throw new UnreadableTable(`Row ${row} has ${cells.length} columns; a table has at most ${mostColumns}.`)
}

/** Writes comma-separated values (RFC 4180), with CRLF. Numbers stay numbers; texts are made safe. */
export function writeCsv(rows: readonly (readonly (string | number | null)[])[]): string {
  return stringify(
    rows.map(cells => cells.map(cell => (typeof cell === 'string' ? formulaSafe(cell) : cell))),
    // A line break alone ends a row for most readers, and what follows it would begin a cell.
    { record_delimiter: 'windows', quoted_match: /[\r\n]/, cast: { number: value => String(value) } },
  )
}
