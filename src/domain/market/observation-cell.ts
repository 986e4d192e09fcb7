/** A cell as a table holds it: text, a number, a truth value, a day or month, what could not be read, or nothing. */
export type TableCell =
  | string
  | number
  | boolean
  | { readonly date: string }
  | { readonly unread: string }
  | null

/** The columns of a table of observations, in the order in which they are written. */
export const observationColumns = [
  'period',
  'value',
  'low',
  'high',
  'status',
  'vintage',
  'provenance',
  'source',
  'note',
  'confidence',
] as const
export type ObservationColumn = (typeof observationColumns)[number]

/** What a table may hold, as far as it lies outside of it. */
export interface TableRules {
  readonly period: RegExp
  readonly vintage: RegExp
  readonly sources: ReadonlySet<string>
  readonly mostNote: number
}

const choices: Readonly<Record<string, readonly string[]>> = {
  status: ['actual', 'estimate', 'forecast'],
  provenance: ['read', 'recalled', 'derived'],
  confidence: ['high', 'medium', 'low'],
}
const mostValue = 1e18

/** Why a cell cannot be taken over. */
export type Refused = { readonly reason: string }

/** A cell as its column takes it: text or a number, or the reason why it cannot be. */
export function readCell(
  column: ObservationColumn,
  cell: TableCell,
  rules: TableRules,
): string | number | null | Refused {
  if (cell !== null && typeof cell === 'object' && 'unread' in cell) return { reason: cell.unread }
  switch (column) {
    case 'value':
    case 'low':
    case 'high':
      return numberOf(cell)
    case 'period': {
      // A month that a spreadsheet has made a day of is its first day.
      const text = textOf(cell)
        .trim()
        .replace(/^(\d{4}-\d\d)-01$/, '$1')
      return rules.period.test(text)
        ? text
        : { reason: 'is no period; write 2022, 2022H1, 2022Q3 or 2024-12' }
    }
    case 'vintage': {
      const text = textOf(cell).trim()
      return rules.vintage.test(text) ? text : { reason: 'is no date; write 2023, 2023-02 or 2023-02-10' }
    }
    case 'source': {
      const text = textOf(cell).trim()
      return rules.sources.has(text)
        ? text
        : { reason: 'is no source of GET /v1/sources; leave it empty for a value of your own' }
    }
    case 'note': {
      const text = textOf(cell)
      if (text.includes('\u0000')) return { reason: 'holds the character U+0000; remove it' }
      const length = [...text].length
      return length <= rules.mostNote
        ? text
        : { reason: `has ${length} characters; at most ${rules.mostNote} are kept` }
    }
    default: {
      const text = textOf(cell).trim().toLowerCase()
      const known = choices[column] ?? []
      return known.includes(text) ? text : { reason: `must be one of ${known.join(', ')}` }
    }
  }
}

/** A number as tables write it; separators and per cent signs are refused, as they may mean several things. */
const decimal = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/

function numberOf(cell: TableCell): number | Refused {
  const number =
    typeof cell === 'number' ? cell : decimal.test(textOf(cell).trim()) ? Number(textOf(cell)) : Number.NaN
  if (Number.isNaN(number)) {
    return { reason: 'is no number; write it as 1234.5, without separators, per cent signs or units' }
  }
  return Math.abs(number) <= mostValue
    ? number
    : { reason: `must lie between -${mostValue} and ${mostValue}` }
}

/** A cell as text; a day or month as ISO 8601 writes it. */
export function textOf(cell: TableCell): string {
  if (cell !== null && typeof cell === 'object') return 'date' in cell ? cell.date : ''
  return cell === null ? '' : String(cell)
}

const mostShown = 60
/** A cell as a message repeats it: no more than shows which one is meant. */
export function shownCell(cell: TableCell): string | null {
  if (cell === null) return null
  const text = textOf(cell).replaceAll('\u0000', '\ufffd').toWellFormed()
  return text.length > mostShown ? `${text.slice(0, mostShown).toWellFormed()}…` : text
}

/** The letters of a column as a spreadsheet shows them: A, B, …, AA. */
export function columnLetters(index: number): string {
  const rest = Math.floor(index / 26)
  return (rest > 0 ? columnLetters(rest - 1) : '') + String.fromCharCode(65 + (index % 26))
}
