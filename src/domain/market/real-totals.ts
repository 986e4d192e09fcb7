import type { Catalogue } from '../compute/catalogue.ts'
import { formula } from '../sheet/formula.ts'
import type { QuantityDefinition } from '../sheet/quantity.ts'
import type { Handle, Sheet } from '../sheet/sheet.ts'
import { type Money, type MoneyScale, moneyBehind } from './currency.ts'
import { type IndexOfYear, priceIndices } from './price-index.ts'
import { totalQuantity } from './sizing-quantities.ts'
import type { Window } from './window.ts'

/** Totals at the prices of one year, and the indices that they were brought there by. */
export interface RealTotals {
  readonly byYear: ReadonlyMap<number, Handle<Money>>
  readonly results: readonly Handle[]
  readonly indices: ReadonlyMap<number, IndexOfYear>
}

const none: RealTotals = { byYear: new Map(), results: [], indices: new Map() }

/** A total of a year at the prices of another: by the ratio of the two years' indices. */
const atPricesIn = (unit: Money) =>
  formula({
    text: 'V · J / I',
    symbols: ['V', 'J', 'I'],
    inputUnits: [unit, '1', '1'],
    unit,
    fn: (nominal, index, own) => (nominal * index) / own,
  })
const atPricesOf = { 亿元: atPricesIn('亿元'), 亿美元: atPricesIn('亿美元') } as const

const family = { id: 'priceIndex.{year}', label: { en: 'Consumer price index', zh: '居民消费价格指数' } }

/**
 * Writes the totals at the prices of `priceYear`: of China for yuan, of the United States for dollars. Nothing
 * without a year.
 */
export function writeReal(
  sheet: Sheet,
  catalogue: Catalogue,
  priceYear: number | undefined,
  totals: ReadonlyMap<number, Handle<Money>>,
  window: Window,
  scale: MoneyScale,
): RealTotals {
  if (priceYear === undefined) return none
  const money = moneyBehind(scale)
  const indices = priceIndices(catalogue, money, [...window.years, priceYear])
  const handles = new Map(
    [...indices].map(([year, { value, provenance }]) => [
      year,
      sheet.input(indexQuantity(year), value, provenance),
    ]),
  )
  const reference = handles.get(priceYear) as Handle<'1'>
  const byYear = new Map<number, Handle<Money>>()
  for (const year of window.years) {
    const named = year === window.target ? undefined : year
    const operands = [totals.get(year) as Handle<Money>, reference, handles.get(year) as Handle<'1'>] as const
    byYear.set(
      year,
      sheet.derive(totalQuantity<Money>('totalReal', money, named, scale), atPricesOf[money], operands),
    )
  }
  return { byYear, results: [byYear.get(window.target) as Handle], indices }
}

function indexQuantity(year: number): QuantityDefinition<'1'> {
  return {
    id: `priceIndex.${year}`,
    unit: '1',
    display: '1',
    label: { en: `Consumer price index of ${year}`, zh: `${year} 年居民消费价格指数` },
    family,
  }
}
