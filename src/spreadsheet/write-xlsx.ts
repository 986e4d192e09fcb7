import { formulaSafe } from './formula-safe.ts'
import { writeZip } from './zip.ts'

/** A sheet of a workbook that is written: its name, and its cells row by row. */
export interface Sheet {
  readonly name: string
  readonly rows: readonly (readonly (string | number | null)[])[]
}

const declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const relation = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const packageRelations = 'http://schemas.openxmlformats.org/package/2006/relationships'
const contentTypes = 'http://schemas.openxmlformats.org/package/2006/content-types'
const sheetType = 'application/vnd.openxmlformats-officedocument.spreadsheetml'

/**
 * A workbook (ECMA-376). Texts are text cells and never formulas, and are made safe for whoever saves the sheet
 * as CSV; numbers are numeric cells. The same sheets give the same bytes.
 */
export function writeXlsx(sheets: readonly Sheet[]): Buffer {
  const numbered = sheets.map((sheet, index) => ({ ...sheet, no: index + 1 }))
  return writeZip([
    [
      '[Content_Types].xml',
      `${declaration}<Types xmlns="${contentTypes}"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${sheetType}.sheet.main+xml"/>${numbered
        .map(
          ({ no }) =>
            `<Override PartName="/xl/worksheets/sheet${no}.xml" ContentType="${sheetType}.worksheet+xml"/>`,
        )
        .join('')}</Types>`,
    ],
    [
      '_rels/.rels',
      `${declaration}<Relationships xmlns="${packageRelations}"><Relationship Id="rId1" Type="${relation}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    ],
    [
      'xl/workbook.xml',
      `${declaration}<workbook xmlns="${main}" xmlns:r="${relation}"><sheets>${numbered
        .map(({ name, no }) => `<sheet name="${xmlText(name)}" sheetId="${no}" r:id="rId${no}"/>`)
        .join('')}</sheets></workbook>`,
    ],
    [
      'xl/_rels/workbook.xml.rels',
      `${declaration}<Relationships xmlns="${packageRelations}">${numbered
        .map(
          ({ no }) =>
            `<Relationship Id="rId${no}" Type="${relation}/worksheet" Target="worksheets/sheet${no}.xml"/>`,
        )
        .join('')}</Relationships>`,
    ],
    ...numbered.map(({ no, rows }): [string, string] => [
      `xl/worksheets/sheet${no}.xml`,
      `${declaration}<worksheet xmlns="${main}"><sheetData>${rows
        .map(
          (cells, index) =>
            `<row r="${index + 1}">${cells.map((cell, at) => cellXml(cell, at, index + 1)).join('')}</row>`,
        )
        .join('')}</sheetData></worksheet>`,
    ]),
  ])
}

function cellXml(cell: string | number | null, column: number, row: number): string {
  if (cell === null) return ''
  const reference = `${columnLetters(column + 1)}${row}`
  return typeof cell === 'number'
    ? `<c r="${reference}"><v>${cell}</v></c>`
    : `<c r="${reference}" t="inlineStr"><is><t xml:space="preserve">${xmlText(formulaSafe(cell))}</t></is></c>`
}

function columnLetters(column: number): string {
  const rest = Math.floor((column - 1) / 26)
  return (rest > 0 ? columnLetters(rest) : '') + String.fromCharCode(65 + ((column - 1) % 26))
}

/** Text as XML 1.0 takes it: what it cannot hold at all is left out. */
function xmlText(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\r', '&#13;')
}
