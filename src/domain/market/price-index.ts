import type { Catalogue, PriceChange } from '../compute/catalogue.ts'
import { DomainError } from '../errors.ts'
import type { Warning } from '../estimate.ts'
import { byDefault, type Provenance } from '../sheet/quantity.ts'

/** The level of prices in a year. */
export interface IndexOfYear {
  /** 100 in the year before the first change that is known. */
  readonly value: number
  readonly provenance: Provenance
  /** The change that stood in for those not known between this year and the last known one, if any. */
  readonly borrowed: PriceChange | undefined
}

/**
 * The consumer price index of each year, chained from the yearly changes of the catalogue. Years past the last
 * change known grow by it, and those before the first shrink by it; both are defaults. Throws `missing-value`
 * when there are no changes at all.
 */
export function priceIndices(
  { priceChanges }: Pick<Catalogue, 'priceChanges'>,
  years: Iterable<number>,
): ReadonlyMap<number, IndexOfYear> {
  const [first] = priceChanges
  const last = priceChanges.at(-1)
  if (first === undefined || last === undefined) {
    throw new DomainError('missing-value', 'The catalogue has no price index; leave priceYear out.', {
      pointer: '/priceYear',
    })
  }
  const levels = new Map([[first.year - 1, 100]])
  let level = 100
  for (const { year, value } of priceChanges) {
    level *= 1 + value / 100
    levels.set(year, level)
  }
  const indexOf = (year: number): IndexOfYear => {
    const known = levels.get(year)
    if (known !== undefined) {
      const { source, provenance } = priceChanges.find(change => change.year === year) ?? first
      return {
        value: known,
        provenance: { status: 'catalogue', source, provenance, note: null },
        borrowed: undefined,
      }
    }
    const [from, change] = year > last.year ? [last.year, last] : [first.year - 1, first]
    const value = (levels.get(from) as number) * (1 + change.value / 100) ** (year - from)
    const note = byDefault(
      `changed by the ${change.value} % of ${change.year}, the nearest year known`,
      `按已知最近年份 ${change.year} 年的 ${change.value} % 推算`,
      change.source,
    )
    return { value, provenance: { ...note, provenance: change.provenance }, borrowed: change }
  }
  return new Map([...new Set(years)].toSorted((a, b) => a - b).map(year => [year, indexOf(year)]))
}

/** Most years that a warning names one by one. */
const mostNamed = 5

/** That the prices of some years are not known, or nothing when they are. */
export function borrowedIndices(indices: ReadonlyMap<number, IndexOfYear>): Warning[] {
  const years = [...indices].flatMap(([year, { borrowed }]) =>
    borrowed === undefined ? [] : [{ year, borrowed }],
  )
  if (years.length === 0) return []
  const shown = years.slice(0, mostNamed)
  const more = years.length - shown.length
  const en = shown
    .map(({ year, borrowed }) => `${year} takes the ${borrowed.value} % of ${borrowed.year}`)
    .join(', ')
  const zh = shown
    .map(({ year, borrowed }) => `${year} 年采用 ${borrowed.year} 年的 ${borrowed.value} %`)
    .join('、')
  return [
    {
      code: 'price-index-of-another-year',
      message: {
        en: `The change of prices in some years is not known: ${en}${more > 0 ? ` and ${more} more` : ''}.`,
        zh: `部分年份的价格涨幅未知：${zh}${more > 0 ? `，另有 ${more} 个年份` : ''}。`,
      },
    },
  ]
}
