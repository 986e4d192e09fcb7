import { sumFormula } from '../sheet/formula.ts'
import type { Handle, Sheet } from '../sheet/sheet.ts'
import { type Money, type MoneyScale, moneyBehind, type Rates } from './currency.ts'
import { growthRate } from './growth.ts'
import type { WrittenSegment } from './segment.ts'
import { same, shareOf, shareQuantity, type TotalId, totalCagr, totalQuantity } from './sizing-quantities.ts'
import type { Window } from './window.ts'

/** A market as the sum of its segments, by year. */
export interface Totals {
  readonly byYear: ReadonlyMap<number, Handle<Money>>
  readonly otherByYear: ReadonlyMap<number, Handle<Money>>
  /** The sizes behind the total: of the segments whole, and what of them can be served where that is less. */
  readonly marketByYear: Readonly<Record<'tam' | 'sam', ReadonlyMap<number, Handle<Money>>>>
  readonly other: Money
  readonly results: readonly Handle[]
}

/** The total of each year, in the unit of the request and in the other currency at the rate of the year. */
export function writeTotals(
  sheet: Sheet,
  segments: readonly WrittenSegment[],
  scale: MoneyScale,
  window: Window,
  rates: Rates,
): Totals {
  const unit = moneyBehind(scale)
  const sum = sumFormula(unit, segments.length)
  const [own, otherId, other] =
    unit === '亿元'
      ? (['totalCny', 'totalUsd', '亿美元'] as const)
      : (['totalUsd', 'totalCny', '亿元'] as const)
  const byYear = new Map<number, Handle<Money>>()
  const otherByYear = new Map<number, Handle<Money>>()
  const marketByYear = { tam: new Map<number, Handle<Money>>(), sam: new Map<number, Handle<Money>>() }
  const partly = segments.some(({ sizes, serviceable }) => sizes !== serviceable)
  const summed = (
    id: TotalId,
    year: number,
    from: (segment: WrittenSegment) => ReadonlyMap<number, Handle<Money>>,
  ) =>
    sheet.derive(
      totalQuantity<Money>(id, unit, year === window.target ? undefined : year, scale),
      sum,
      segments.map(segment => from(segment).get(year) as Handle<Money>),
    )
  for (const year of window.years) {
    const named = year === window.target ? undefined : year
    marketByYear.tam.set(
      year,
      summed('tam', year, ({ sizes }) => sizes),
    )
    if (partly)
      marketByYear.sam.set(
        year,
        summed('sam', year, ({ serviceable }) => serviceable),
      )
    const total = summed('total', year, ({ values }) => values)
    byYear.set(year, total)
    otherByYear.set(year, rates.convert(total, year, totalQuantity<Money>(otherId, other, named)))
  }
  const total = byYear.get(window.target) as Handle<Money>
  const renamed = sheet.derive(totalQuantity<Money>(own, unit, undefined, scale), same[unit], [total])
  const converted = otherByYear.get(window.target) as Handle<Money>
  return {
    byYear,
    otherByYear,
    marketByYear,
    other,
    results: [
      ...(unit === '亿元' ? [total, renamed, converted] : [total, converted, renamed]),
      ...Object.values(marketByYear).flatMap(market => market.get(window.target) ?? []),
    ],
  }
}

/**
 * The shares of the segments in the total, where that is more than nothing, and the growth of the total, where
 * both ends of it are and no rate is too great for a number.
 */
export function writeRatios(
  sheet: Sheet,
  segments: readonly WrittenSegment[],
  totals: Totals,
  unit: Money,
  { base, target }: Window,
  values: Float64Array,
): readonly Handle[] {
  const [first, last] = [totals.byYear.get(base), totals.byYear.get(target)] as [Handle<Money>, Handle<Money>]
  const [start, end] = [values[first] as number, values[last] as number]
  if (!(end > 0)) return []
  const shares = segments.map(segment =>
    sheet.derive(shareQuantity(segment.name), shareOf[unit], [
      segment.values.get(target) as Handle<Money>,
      last,
    ]),
  )
  if (target === base || !(start > 0)) return shares
  const rate = growthRate[unit](target - base)
  return Number.isFinite(rate.fn(end, start))
    ? [...shares, sheet.derive(totalCagr, rate, [last, first])]
    : shares
}
