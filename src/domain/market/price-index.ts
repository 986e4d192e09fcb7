import type { Catalogue, PriceChange, PriceIndex } from '../compute/catalogue.ts'
import { DomainError } from '../errors.ts'
import type { Warning } from '../estimate.ts'
import { byDefault, type Provenance } from '../sheet/quantity.ts'
import type { Label } from '../units.ts'
import type { Money } from './currency.ts'

/** The level of prices in a year. */
export interface IndexOfYear {
  readonly value: number
  readonly provenance: Provenance
  /** Why the level is a default, if it is one. */
  readonly borrowed: Label | undefined
}

/**
 * The consumer price index of each year, of China for yuan and of the United States for dollars. Throws
 * `missing-value` when the catalogue has none.
 */
export function priceIndices(
  catalogue: Pick<Catalogue, 'priceChanges' | 'priceIndex'>,
  money: Money,
  years: Iterable<number>,
): ReadonlyMap<number, IndexOfYear> {
  const indexOf = money === '亿元' ? chained(catalogue.priceChanges) : published(catalogue.priceIndex)
  if (indexOf === undefined) {
    throw new DomainError('missing-value', 'The catalogue has no price index; leave priceYear out.', {
      pointer: '/priceYear',
    })
  }
  return new Map([...new Set(years)].toSorted((a, b) => a - b).map(year => [year, indexOf(year)]))
}

/**
 * Levels chained from yearly changes, 100 in the year before the first. Years past the last change known grow by
 * it, and those before the first shrink by it; both are defaults. Undefined without changes.
 */
function chained(changes: readonly PriceChange[]): ((year: number) => IndexOfYear) | undefined {
  const [first] = changes
  const last = changes.at(-1)
  if (first === undefined || last === undefined) return undefined
  const levels = new Map([[first.year - 1, 100]])
  let level = 100
  for (const { year, value } of changes) {
    level *= 1 + value / 100
    levels.set(year, level)
  }
  return year => {
    const known = levels.get(year)
    if (known !== undefined) {
      const { source, provenance } = changes.find(change => change.year === year) ?? first
      return asPublished(known, source, provenance)
    }
    const [from, change] = year > last.year ? [last.year, last] : [first.year - 1, first]
    const value = (levels.get(from) as number) * (1 + change.value / 100) ** (year - from)
    return byNeighbour(value, change, {
      en: `the ${change.value} % of ${change.year}`,
      zh: `${change.year} 年的涨幅 ${change.value} %`,
    })
  }
}

/** Levels as they were published; another year takes the last known before it, else the first known. */
function published(indices: readonly PriceIndex[]): ((year: number) => IndexOfYear) | undefined {
  const [first] = indices
  if (first === undefined) return undefined
  return year => {
    const known = indices.findLast(index => index.year <= year) ?? first
    if (known.year === year) return asPublished(known.value, known.source, known.provenance)
    return byNeighbour(known.value, known, {
      en: `the ${known.value} of ${known.year}`,
      zh: `${known.year} 年的 ${known.value}`,
    })
  }
}

function asPublished(value: number, source: string, provenance: PriceIndex['provenance']): IndexOfYear {
  return { value, provenance: { status: 'catalogue', source, provenance, note: null }, borrowed: undefined }
}

function byNeighbour(value: number, { source, provenance }: PriceIndex, taken: Label): IndexOfYear {
  const note = byDefault(`by ${taken.en}, the nearest year known`, `按已知最近年份${taken.zh}`, source)
  return { value, provenance: { ...note, provenance }, borrowed: taken }
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
  const en = shown.map(({ year, borrowed }) => `${year} takes ${borrowed.en}`).join(', ')
  const zh = shown.map(({ year, borrowed }) => `${year} 年采用${borrowed.zh}`).join('、')
  return [
    {
      code: 'price-index-of-another-year',
      message: {
        en: `The consumer prices of some years are not known: ${en}${more > 0 ? ` and ${more} more` : ''}.`,
        zh: `部分年份的消费价格未知：${zh}${more > 0 ? `，另有 ${more} 个年份` : ''}。`,
      },
    },
  ]
}
