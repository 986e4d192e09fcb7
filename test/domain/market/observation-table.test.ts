import { describe, expect, it } from 'vitest'
import { mergeObservations, observationRows } from '../../../src/domain/market/observation-merge.ts'
import {
  readObservations,
  type TableLine,
  type TableObservation,
} from '../../../src/domain/market/observation-table.ts'

const rules = {
  period: /^\d{4}(H[12]|Q[1-4]|-(0[1-9]|1[0-2]))?$/,
  vintage: /^\d{4}(-\d\d(-\d\d)?)?$/,
  sources: new Set(['s']),
  mostNote: 20,
}
const table = (...rows: TableLine['cells'][]): TableLine[] =>
  rows.map((cells, index) => ({ row: index + 1, cells }))
const read = (...rows: TableLine['cells'][]) => readObservations(table(...rows), rules)
const header = [
  'period',
  'value',
  'status',
  'vintage',
  'low',
  'high',
  'source',
  'note',
  'provenance',
  'confidence',
]
const bad = (...cells: TableLine['cells']) =>
  read(header, cells).badCells.map(({ row, column, reason }) => `${row} ${column}: ${reason}`)

describe('a table of observations', () => {
  it('takes cells of text and of numbers, dates for periods, and leaves the rest at its default', () => {
    const { observations, badCells } = read(
      ['Period', ' VALUE ', 'status'],
      [2024, '12.5', 'Actual'],
      [{ date: '2024-12' }, -3e2, 'forecast'],
      [{ date: '2024-11-01' }, 0, 'estimate'],
    )
    expect(badCells).toEqual([])
    expect(
      observations.map(({ row, observation: { period, value, status } }) => [row, period, value, status]),
    ).toEqual([
      [2, '2024', 12.5, 'actual'],
      [3, '2024-12', -300, 'forecast'],
      [4, '2024-11', 0, 'estimate'],
    ])
    expect(observations[0]?.observation).toEqual({
      period: '2024',
      value: 12.5,
      low: null,
      high: null,
      status: 'actual',
      vintage: null,
      provenance: 'read',
      source: null,
      note: null,
    })
  })

  it('lists every bad cell by row and column, and goes on behind it', () => {
    const { badCells, observations } = read(
      header,
      ['2024-13', '1,234', 'hoped', 'soon'],
      ['2024', '12 %', 'actual'],
      ['2025', 1, 'actual'],
    )
    expect(badCells.map(({ row, column, value }) => [row, column, value])).toEqual([
      [2, 'period', '2024-13'],
      [2, 'value', '1,234'],
      [2, 'status', 'hoped'],
      [2, 'vintage', 'soon'],
      [3, 'value', '12 %'],
    ])
    expect(observations).toHaveLength(1)
  })

  it.each([
    ['a source that there is not', ['2024', 1, 'actual', null, null, null, 'x'], '2 source: is no source'],
    [
      'a note that is too long',
      ['2024', 1, 'actual', null, null, null, null, 'x'.repeat(21)],
      '2 note: has 21 characters; at most 20',
    ],
    [
      'a provenance that is none',
      ['2024', 1, 'actual', null, null, null, null, null, 'heard'],
      'read, recalled, derived',
    ],
    ['a value beyond bounds', ['2024', 1e19, 'actual'], 'must lie between'],
    ['a number that is none', ['2024', Number.NaN, 'actual'], 'is no number'],
    ['bounds that exclude the value', ['2024', 5, 'actual', null, 6, null], '2 low: low is 6 and value is 5'],
    ['nothing but a period', ['2024', null, 'actual'], '2 value: value is null'],
    ['no status', ['2024', 1, null], '2 status: is empty'],
    ['a formula', ['2024', { unread: 'is a formula' }, 'actual'], '2 value: is a formula'],
    [
      'a cell beyond the header',
      ['2024', 1, 'actual', null, null, null, null, null, null, null, 'x'],
      '2 K: stands in a column without a name',
    ],
  ] as [string, TableLine['cells'], string][])('refuses %s', (_what, cells, said) => {
    expect(bad(...cells).join('\n')).toContain(said)
    expect(bad(...cells)).toHaveLength(1)
  })

  it.each([
    ['an empty table', [], 'the table is empty'],
    ['a column that is unknown', [['period', 'value', 'status', 'colour']], '1 D: is no column'],
    ['a column twice', [['period', 'value', 'status', 'value']], '1 D: stands in column B already'],
    ['a column that is missing', [['period', 'value']], '1 status: the column is missing'],
  ] as [string, TableLine['cells'][], string][])('refuses %s', (_what, rows, said) => {
    const { badCells } = read(...rows)
    expect(badCells.map(({ row, column, reason }) => `${row} ${column}: ${reason}`).join()).toContain(said)
  })

  it('names the row that a row repeats', () => {
    const { badCells } = read(header, ['2024', 1, 'actual'], ['2024', 2, 'actual'], ['2024', 2, 'forecast'])
    expect(badCells).toMatchObject([{ row: 3, column: 'period', value: '2024' }])
    expect(badCells[0]?.reason).toContain('row 2')
  })
})

describe('an import', () => {
  const one = (period: string, value: number): TableObservation => ({
    period,
    value,
    low: null,
    high: null,
    status: 'actual',
    vintage: null,
    provenance: 'read',
    source: null,
    note: null,
  })
  const present = [one('2023', 1), one('2024', 2)]

  it('merges: adds, replaces, and keeps what the table does not name', () => {
    const merged = mergeObservations(present, [one('2024', 3), one('2025', 4), one('2023', 1)], 'merge')
    expect(merged).toMatchObject({ added: 1, replaced: 1, unchanged: 1, removed: 0 })
    expect(merged.observations.map(({ period, value }) => [period, value])).toEqual([
      ['2023', 1],
      ['2024', 3],
      ['2025', 4],
    ])
    expect(mergeObservations(present, [one('2025', 4)], 'merge').observations).toHaveLength(3)
  })

  it('replaces: what the table does not name is gone', () => {
    const merged = mergeObservations(present, [one('2024', 2)], 'replace')
    expect(merged).toMatchObject({ added: 0, replaced: 0, unchanged: 1, removed: 1 })
    expect(merged.observations).toHaveLength(1)
  })

  it('of what was exported changes nothing', () => {
    const exported = observationRows([{ ...one('2024', 2), low: 1, note: 'n', confidence: 'high' }])
    const { observations } = readObservations(
      exported.map((cells, index) => ({ row: index + 1, cells })),
      rules,
    )
    const again = observations.map(({ observation }) => observation)
    expect(
      mergeObservations([{ ...one('2024', 2), low: 1, note: 'n', confidence: 'high' }], again, 'merge'),
    ).toMatchObject({ added: 0, replaced: 0, unchanged: 1 })
  })
})
