import type { Warning } from '../../estimate.ts'
import type { Catalogue, ExchangeRate } from '../catalogue.ts'

/** The average rate of a year: its own, else the last known before it, else the first known; undefined for none. */
export function exchangeRateOf(
  { exchangeRates }: Pick<Catalogue, 'exchangeRates'>,
  year: number,
): ExchangeRate | undefined {
  return exchangeRates.findLast(known => known.year <= year) ?? exchangeRates[0]
}

/** Most years that a warning names one by one. */
const mostNamed = 5

/** That some years took the rate of another, or nothing when none did. */
export function borrowedRates(borrowed: ReadonlyMap<number, ExchangeRate>): Warning[] {
  if (borrowed.size === 0) return []
  const years = [...borrowed].toSorted(([a], [b]) => a - b)
  const named = years.slice(0, mostNamed)
  const more = years.length - named.length
  const en = named.map(([year, { year: of, value }]) => `${year} takes ${value} of ${of}`).join(', ')
  const zh = named.map(([year, { year: of, value }]) => `${year} 年采用 ${of} 年的 ${value}`).join('、')
  return [
    {
      code: 'exchange-rate-of-another-year',
      message: {
        en: `The average yuan-dollar rate of some years is not known: ${en}${more > 0 ? ` and ${more} more` : ''}.`,
        zh: `部分年份的人民币兑美元平均汇率未知：${zh}${more > 0 ? `，另有 ${more} 个年份` : ''}。`,
      },
    },
  ]
}
