import { SaxesParser, type SaxesTagPlain } from 'saxes'
import { withoutFormulaGuard } from './formula-safe.ts'
import { type Cell, mostCharacters, mostColumns, mostRows, type TableRow, UnreadableTable } from './table.ts'
import { openZip } from './zip.ts'

/** What an element of a part makes of itself. */
interface Handlers {
  readonly open?: (name: string, attributes: Readonly<Record<string, string>>) => void
  readonly text?: (text: string) => void
  readonly close?: (name: string) => void
}

/** The sheet that is read where a workbook has it; otherwise its first one. */
export const observationSheet = 'observations'

/**
 * Reads the sheet `observations` of a workbook, or its first one. Formulas are not read, as nobody here computes
 * them: such a cell says so. Throws `UnreadableTable`.
 */
export function readXlsx(bytes: Uint8Array): TableRow[] {
  const archive = openZip(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  const partOf = (name: string): string | undefined => archive.read(name)?.toString('utf8')
  const workbook = partOf('xl/workbook.xml')
  const relations = partOf('xl/_rels/workbook.xml.rels')
  if (workbook === undefined || relations === undefined) {
    throw new UnreadableTable('The archive is no workbook: xl/workbook.xml is missing. Send an .xlsx file.')
  }
  const { path, from1904 } = sheetOf(workbook, relations)
  const sheet = partOf(path)
  if (sheet === undefined) throw new UnreadableTable('The workbook names a sheet that it does not have.')
  const strings = sharedStrings(partOf('xl/sharedStrings.xml'))
  const dates = dateStyles(partOf('xl/styles.xml'))
  return rowsOf(sheet, { strings, dates, from1904 })
}

/** Walks a part. Names are without prefixes; a document type is refused, so that no entity is ever expanded. */
function walk(xml: string, { open, text, close }: Handlers): void {
  const parser = new SaxesParser()
  const refuse = (why: string): never => {
    throw new UnreadableTable(`A part of the workbook is not XML that is read: ${why}.`)
  }
  const local = (name: string) => name.slice(name.indexOf(':') + 1)
  parser.on('doctype', () => refuse('it declares a document type'))
  parser.on('error', () => refuse('it is not well formed'))
  parser.on('opentag', ({ name, attributes }: SaxesTagPlain) =>
    open?.(local(name), attributes as Record<string, string>),
  )
  parser.on('text', characters => text?.(characters))
  parser.on('cdata', characters => text?.(characters))
  parser.on('closetag', ({ name }: SaxesTagPlain) => close?.(local(name)))
  parser.write(xml).close()
}

function sheetOf(workbook: string, relations: string): { readonly path: string; readonly from1904: boolean } {
  const sheets: { readonly name: string; readonly relation: string }[] = []
  let from1904 = false
  walk(workbook, {
    open: (name, attributes) => {
      if (name === 'workbookPr') from1904 = /^(1|true)$/.test(attributes.date1904 ?? '')
      if (name !== 'sheet') return
      const relation = Object.entries(attributes).find(([key]) => /(^|:)id$/.test(key))?.[1] ?? ''
      sheets.push({ name: attributes.name ?? '', relation })
    },
  })
  const wanted = sheets.find(({ name }) => name === observationSheet) ?? sheets[0]
  let path: string | undefined
  walk(relations, {
    open: (name, { Id, Target }) => {
      if (name === 'Relationship' && Id === wanted?.relation) path = Target
    },
  })
  if (path === undefined) throw new UnreadableTable('The workbook has no sheet.')
  return { path: path.startsWith('/') ? path.slice(1) : `xl/${path}`, from1904 }
}

function sharedStrings(xml: string | undefined): string[] {
  const strings: string[] = []
  if (xml === undefined) return strings
  let current = ''
  let inText = false
  let phonetic = 0
  walk(xml, {
    open: name => {
      if (name === 'si') current = ''
      if (name === 'rPh') phonetic++
      inText = name === 't' && phonetic === 0
    },
    text: characters => {
      if (inText) current += characters
    },
    close: name => {
      if (name === 't') inText = false
      if (name === 'rPh') phonetic--
      if (name === 'si') strings.push(current)
    },
  })
  return strings
}

/** How finely the formats of a workbook show dates, by the number that Excel gives to the format. */
const monthFormats = new Set([17, 27, 36, 50, 52, 57])
const dayFormats = new Set([14, 15, 16, 22, 28, 29, 30, 31, 51, 53, 54, 58])
type Fineness = 'day' | 'month' | null

/** For each cell style, whether its numbers are days or months of the calendar. */
function dateStyles(xml: string | undefined): Fineness[] {
  const styles: Fineness[] = []
  if (xml === undefined) return styles
  const own = new Map<number, Fineness>()
  let inCells = false
  walk(xml, {
    open: (name, attributes) => {
      if (name === 'numFmt') own.set(Number(attributes.numFmtId), finenessOf(attributes.formatCode ?? ''))
      if (name === 'cellXfs') inCells = true
      if (name !== 'xf' || !inCells) return
      const id = Number(attributes.numFmtId)
      styles.push(own.get(id) ?? (monthFormats.has(id) ? 'month' : dayFormats.has(id) ? 'day' : null))
    },
    close: name => {
      if (name === 'cellXfs') inCells = false
    },
  })
  return styles
}

function finenessOf(code: string): Fineness {
  const plain = code.replaceAll(/"[^"]*"|\[[^\]]*\]|\\./g, '').toLowerCase()
  if (!plain.includes('y')) return null
  return plain.includes('d') ? 'day' : plain.includes('m') ? 'month' : null
}

interface SheetContext {
  readonly strings: readonly string[]
  readonly dates: readonly Fineness[]
  readonly from1904: boolean
}

function rowsOf(xml: string, context: SheetContext): TableRow[] {
  const rows: TableRow[] = []
  let row = 0
  let cells: Cell[] = []
  let column = 0
  let cell: { type: string; style: number; text: string; formula: boolean } | undefined
  let inValue = false
  walk(xml, {
    open: (name, attributes) => {
      if (name === 'row') {
        row = Number(attributes.r ?? row + 1)
        cells = []
        column = 0
      } else if (name === 'c') {
        column = attributes.r === undefined ? column + 1 : columnOf(attributes.r)
        if (column > mostColumns)
          throw new UnreadableTable(
            `Row ${row} has more than ${mostColumns} columns, which is the most of a table.`,
          )
        cell = { type: attributes.t ?? 'n', style: Number(attributes.s ?? 0), text: '', formula: false }
      } else if (name === 'f' && cell !== undefined) cell.formula = true
      inValue = name === 'v' || name === 't'
    },
    text: characters => {
      if (inValue && cell !== undefined) cell.text += characters
    },
    close: name => {
      if (name === 'v' || name === 't') inValue = false
      if (name === 'c' && cell !== undefined) {
        while (cells.length < column - 1) cells.push(null)
        cells[column - 1] = cellOf(cell, context)
        cell = undefined
      }
      if (name !== 'row' || cells.every(each => each === null)) return
      rows.push({ row, cells })
      if (rows.length > mostRows)
        throw new UnreadableTable(`The table has more than ${mostRows} rows; send it in parts.`)
    },
  })
  return rows
}

/** The number of the column of a cell such as `AB12`, from 1 on. */
function columnOf(reference: string): number {
  const letters = /^[A-Z]{1,3}/.exec(reference)?.[0] ?? ''
  if (letters === '') throw new UnreadableTable('The workbook has a cell without a place.')
  return [...letters].reduce((column, letter) => column * 26 + letter.charCodeAt(0) - 64, 0)
}

function cellOf(
  { type, style, text, formula }: { type: string; style: number; text: string; formula: boolean },
  { strings, dates, from1904 }: SheetContext,
): Cell {
  if (formula) return { unread: 'is a formula; paste its value instead' }
  if (text === '') return null
  switch (type) {
    case 's':
      return bounded(strings[Number(text)] ?? '')
    case 'inlineStr':
    case 'str':
      return bounded(text)
    case 'b':
      return text === '1'
    case 'e':
      return { unread: `is the error ${text.slice(0, 20)}` }
    case 'd':
      return { date: text.slice(0, 10) }
    default: {
      const number = Number(text)
      const fineness = dates[style] ?? null
      return fineness === null ? number : { date: dateOf(number, fineness, from1904) }
    }
  }
}

const bounded = (text: string): Cell =>
  text === '' ? null : withoutFormulaGuard(text.slice(0, mostCharacters + 1))

const dayMilliseconds = 86_400_000

/** The day or month behind a serial number: days since the end of 1899, or since the start of 1904. */
function dateOf(serial: number, fineness: 'day' | 'month', from1904: boolean): string {
  const epoch = from1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, 30)
  const date = new Date(epoch + Math.floor(serial) * dayMilliseconds)
  if (Number.isNaN(date.getTime())) return String(serial)
  return date.toISOString().slice(0, fineness === 'day' ? 10 : 7)
}
