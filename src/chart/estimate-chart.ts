import type { AnswerTable, Estimate, TableColumn } from '../domain/estimate.ts'
import type { ExplainedQuantity } from '../domain/sheet/evaluate.ts'
import type { Bars, Chart, Language, Lines, NoChart } from './chart.ts'

/** More bars than this cannot be read; those nearest to the quantity asked for are kept. */
const mostBars = 40

/** What a caller wants to see of a result; null for what shows most of it. */
export interface AskedChart {
  readonly title: string
  readonly quantity: string | null
  readonly language: Language
}

/**
 * The chart of an estimate: a table as lines over its rows where it has one, else the quantities of one unit as
 * bars. Without a quantity these are the columns in the unit of the first, up to their total, or the unit that most quantities have.
 */
export function estimateChart(
  { results, intervals = {}, tables = {} }: Pick<Estimate, 'results' | 'intervals' | 'tables'>,
  asked: AskedChart,
): Chart | NoChart {
  const { quantity } = asked
  const shown = Object.values(tables).filter(({ rows }) => rows.length > 1)
  const table = shown.find(({ columns }) => quantity === null || columns.some(({ id }) => id === quantity))
  if (table !== undefined) return linesOf(table, asked)
  const all = Object.values(results)
  const unit = quantity === null ? commonestUnit(all) : all.find(({ id }) => id === quantity)?.unit
  if (unit === undefined) {
    const columns = shown.flatMap(each => each.columns.map(({ id }) => id))
    return { missing: 'quantity', quantities: [...new Set([...Object.keys(results), ...columns])] }
  }
  const alike = all.filter(each => each.unit === unit)
  const from = Math.max(
    0,
    Math.min(
      alike.findIndex(({ id }) => id === quantity),
      alike.length - mostBars,
    ),
  )
  return {
    kind: 'bars',
    ...headOf(asked, unit),
    bars: alike.slice(from, from + mostBars).map(each => barOf(each, intervals[each.id], asked.language)),
  }
}

const headOf = ({ title, language }: AskedChart, unit: string) => ({ title, language, unit })

function barOf(
  { label, value }: ExplainedQuantity,
  interval: { readonly low: number; readonly high: number } | undefined,
  language: Language,
): Bars['bars'][number] {
  return {
    name: label[language],
    value,
    interval: interval === undefined ? null : [interval.low, interval.high],
  }
}

function linesOf({ columns, rows }: AnswerTable, asked: AskedChart): Lines {
  const unit = columns.find(({ id }) => asked.quantity === null || id === asked.quantity)?.unit as string
  // What stands behind a total is the same money again, wider or in other prices.
  const parts = columns.findIndex(({ id }) => id === 'total') + 1 || columns.length
  const isWanted = ({ id, unit: its }: TableColumn, index: number): boolean =>
    asked.quantity === null ? its === unit && index < parts : id === asked.quantity
  const wanted = columns.flatMap((column, index) => (isWanted(column, index) ? [{ column, index }] : []))
  return {
    kind: 'lines',
    ...headOf(asked, unit),
    keys: rows.map(({ key }) => key),
    lines: wanted.map(({ column, index }) => ({
      name: column.label[asked.language],
      values: rows.map(({ values }) => values[index] as number),
    })),
  }
}

/** The unit that most quantities have, the earlier of two with as many. */
function commonestUnit(quantities: readonly ExplainedQuantity[]): string | undefined {
  const count = new Map<string, number>()
  for (const { unit } of quantities) count.set(unit, (count.get(unit) ?? 0) + 1)
  return [...count].reduce<[string, number] | undefined>(
    (most, each) => (most === undefined || each[1] > most[1] ? each : most),
    undefined,
  )?.[0]
}
