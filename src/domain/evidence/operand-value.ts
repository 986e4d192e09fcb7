import { type Dataset, observationFor } from '../market/dataset.ts'
import { convert, isUnit } from '../units.ts'
import type { Check, Claim, Operand, Origin } from './claim.ts'
import { pointerStep } from './comparison.ts'

/** Where the operands of a claim may stand; undefined for a place that does not exist. */
export interface Places {
  readonly claim: (id: string) => Pick<Claim, 'printed'> | undefined
  readonly row: (table: number, row: string) => object | undefined
  readonly dataset: (id: string) => Dataset | undefined
  readonly exchangeRate: (pair: string, year: number) => number | undefined
}

/** Numbers that a place states, and their unit where it gives one. */
interface Statement {
  readonly numbers: readonly number[]
  readonly unit: string | null
}

/** What words after a number make of it. Longer ones first: 万亿 is not 万. */
const scales: readonly (readonly [word: string, factor: number])[] = [
  ['万亿', 1e12],
  ['千亿', 1e11],
  ['百亿', 1e10],
  ['十亿', 1e9],
  ['千万', 1e7],
  ['百万', 1e6],
  ['亿', 1e8],
  ['万', 1e4],
  ['千', 1e3],
  ['trillion', 1e12],
  ['billion', 1e9],
  ['million', 1e6],
  ['thousand', 1e3],
  ['%', 1e-2],
]

const scaleWords = scales.map(([word]) => word).join('|')
const written = new RegExp(
  `(\\d{1,3}(?:,\\d{3})+(?:\\.\\d+)?|\\d+(?:\\.\\d+)?(?:[eE][-+]?\\d+)?)\\s*(${scaleWords})?`,
  'g',
)

/** Numbers in words, such as 五亿: which ones is for a reader to say. */
const inWords =
  /[〇零一二两三四五六七八九十百千半]|\b(one|two|three|four|five|six|seven|eight|nine|ten|dozen|half|hundred)\b/i

/**
 * Numbers that a value states: itself, or each that its words write in digits, bare and with its scale. None where
 * other words are numbers too, as these are not read.
 */
export function numbersIn(value: unknown): number[] {
  if (typeof value === 'number') return [value]
  if (typeof value === 'string') {
    if (inWords.test(value.replaceAll(written, ''))) return []
    return [...value.matchAll(written)].flatMap(([, digits = '', word]) => {
      const number = Number(digits.replaceAll(',', ''))
      const factor = scales.find(([known]) => known === word)?.[1]
      return factor === undefined ? [number] : [number, number * factor]
    })
  }
  return value !== null && typeof value === 'object' ? Object.values(value).flatMap(numbersIn) : []
}

/** Quotes and rates are copied, not computed: what differs by more than this is another number. */
const relativeTolerance = 1e-9

const same = (one: number, other: number): boolean =>
  Math.abs(one - other) <= relativeTolerance * Math.max(Math.abs(one), Math.abs(other))

/**
 * Operands whose value is none of the numbers that stand where it is said to be from, and what stands there. A place
 * that states no number in digits says nothing against an operand, and neither does a source, which is not kept.
 */
export function misquotedOperands(check: Check, places: Places): { pointer: string; what: string }[] {
  if (check.kind !== 'formula') return []
  return check.comparisons.flatMap(({ operands }, index) =>
    Object.entries(operands).flatMap(([name, operand]) => {
      const stated = statementAt(operand.from, places)
      if (stated === undefined || stated.numbers.length === 0 || agrees(operand, stated)) return []
      const unit = stated.unit === null ? '' : ` ${stated.unit}`
      return [
        {
          pointer: `/check/comparisons/${index}/operands/${pointerStep(name)}/value`,
          what: `is ${operand.value}, and where it is from stands ${listed(stated.numbers)}${unit}; take the number as it stands there and compute in the expression`,
        },
      ]
    }),
  )
}

function agrees({ value, unit }: Operand, stated: Statement): boolean {
  return stated.numbers.some(number => same(number, value) || same(inUnit(number, stated.unit, unit), value))
}

/** A number in another unit of the table, or NaN when one of the two is none or they measure different things. */
function inUnit(number: number, from: string | null, to: string | null): number {
  if (from === null || to === null || !isUnit(from) || !isUnit(to)) return Number.NaN
  try {
    return convert(number, from, to)
  } catch {
    return Number.NaN
  }
}

function statementAt(origin: Origin, places: Places): Statement | undefined {
  const { claim: id, quote, table, row, dataset: series, period, exchangeRate, year } = origin
  if (quote !== undefined) return { numbers: numbersIn(quote), unit: null }
  if (id !== undefined) {
    const claim = places.claim(id)
    return claim && { numbers: numbersIn(claim.printed.value), unit: claim.printed.unit }
  }
  if (table !== undefined && row !== undefined)
    return { numbers: numbersIn(places.row(table, row) ?? null), unit: null }
  if (series !== undefined && period !== undefined) {
    const dataset = places.dataset(series)
    const value = dataset && observationFor(dataset, period)?.value
    return value == null ? undefined : { numbers: [value], unit: dataset?.unit ?? null }
  }
  if (exchangeRate !== undefined && year !== undefined) {
    const rate = places.exchangeRate(exchangeRate, year)
    return rate === undefined ? undefined : { numbers: [rate], unit: exchangeRate }
  }
  return undefined
}

/** Most numbers that a message repeats. */
const mostListed = 5

const listed = (numbers: readonly number[]): string =>
  `${numbers.slice(0, mostListed).join(', ')}${numbers.length > mostListed ? ', …' : ''}`
