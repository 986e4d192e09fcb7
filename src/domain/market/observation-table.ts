import { DomainError } from '../errors.ts'
import type { Observation } from './dataset.ts'
import {
  columnLetters,
  type ObservationColumn,
  observationColumns,
  readCell,
  shownCell,
  type TableCell,
  type TableRules,
  textOf,
} from './observation-cell.ts'
import { checkObservation, observationKey } from './observations.ts'

export interface TableLine {
  /** The number that a spreadsheet shows for the row. */
  readonly row: number
  readonly cells: readonly TableCell[]
}

/** Columns without which a table says nothing. */
const needed = ['period', 'value', 'status'] as const

/** A cell that cannot be taken over, and why. */
export interface BadCell {
  readonly row: number
  readonly column: string
  readonly value: string | null
  readonly reason: string
}

/** An observation as it is kept, with the confidence that a recalled one may have. */
export type TableObservation = Observation & { readonly confidence?: string }

/** Observations of a table, and the row that each is from. */
export interface ReadObservations {
  readonly observations: readonly { readonly row: number; readonly observation: TableObservation }[]
  readonly badCells: readonly BadCell[]
}

/** Reads a table whose first row names its columns. Every cell that is wrong is listed; nothing is thrown. */
export function readObservations(lines: readonly TableLine[], rules: TableRules): ReadObservations {
  const badCells: BadCell[] = []
  const [header, ...rest] = lines
  if (header === undefined) {
    return {
      observations: [],
      badCells: [
        {
          row: 1,
          column: 'period',
          value: null,
          reason: `the table is empty; its first row names its columns: ${observationColumns.join(', ')}`,
        },
      ],
    }
  }
  const columns = columnsOf(header, badCells)
  if (badCells.length > 0) return { observations: [], badCells }
  const observations: { row: number; observation: TableObservation }[] = []
  const places = new Map<string, number>()
  for (const line of rest) {
    const observation = observationOf(line, columns, rules, badCells)
    if (observation === undefined) continue
    const earlier = places.get(observationKey(observation))
    if (earlier !== undefined) {
      badCells.push({
        row: line.row,
        column: 'period',
        value: observation.period,
        reason: `row ${earlier} has the same period, status, vintage and source; leave one out, or tell them apart`,
      })
      continue
    }
    places.set(observationKey(observation), line.row)
    observations.push({ row: line.row, observation })
  }
  return { observations, badCells }
}

function columnsOf({ row, cells }: TableLine, badCells: BadCell[]): (ObservationColumn | undefined)[] {
  const names = cells.map(cell => (cell === null ? null : textOf(cell).trim().toLowerCase()))
  const columns = names.map((name, index) => {
    if (name === null) return undefined
    const column = observationColumns.find(each => each === name)
    if (column === undefined) {
      badCells.push({
        row,
        column: columnLetters(index),
        value: shownCell(cells[index] ?? null),
        reason: `is no column; known are ${observationColumns.join(', ')}`,
      })
    } else if (names.indexOf(name) !== index) {
      badCells.push({
        row,
        column: columnLetters(index),
        value: name,
        reason: `stands in column ${columnLetters(names.indexOf(name))} already; leave one out`,
      })
    }
    return column
  })
  for (const column of needed) {
    if (!columns.includes(column))
      badCells.push({ row, column, value: null, reason: 'the column is missing; add it' })
  }
  return columns
}

function observationOf(
  { row, cells }: TableLine,
  columns: readonly (ObservationColumn | undefined)[],
  rules: TableRules,
  badCells: BadCell[],
): TableObservation | undefined {
  const before = badCells.length
  const read = new Map<ObservationColumn, string | number | null>()
  for (const [index, cell] of cells.entries()) {
    const column = columns[index]
    if (cell === null) continue
    const value =
      column === undefined
        ? { reason: 'stands in a column without a name; name it or clear the cell' }
        : readCell(column, cell, rules)
    if (value !== null && typeof value === 'object')
      badCells.push({
        row,
        column: column ?? columnLetters(index),
        value: shownCell(cell),
        reason: value.reason,
      })
    else if (column !== undefined) read.set(column, value)
  }
  for (const column of ['period', 'status'] as const) {
    if (!read.has(column) && !badCells.slice(before).some(bad => bad.column === column))
      badCells.push({ row, column, value: null, reason: 'is empty; every observation needs it' })
  }
  if (badCells.length > before) return undefined
  const { confidence, ...members } = Object.fromEntries(read)
  const observation = {
    value: null,
    low: null,
    high: null,
    vintage: null,
    provenance: 'read',
    source: null,
    note: null,
    ...members,
    ...(confidence !== undefined && { confidence }),
  } as unknown as TableObservation
  try {
    checkObservation(observation, '')
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    const column = error.pointer?.slice(1) ?? 'value'
    badCells.push({
      row,
      column,
      value: shownCell(read.get(column as ObservationColumn) ?? null),
      reason: error.message.replaceAll(/(^| )\//g, '$1'),
    })
    return undefined
  }
  return observation
}
