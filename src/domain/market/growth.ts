import { DomainError } from '../errors.ts'
import { formula } from '../sheet/formula.ts'
import { convert, type Unit } from '../units.ts'
import { type Money, type MoneyScale, moneyBehind } from './currency.ts'
import { perYears, type Window, type YearValue } from './window.ts'

/** How the size of a segment changes: by a constant rate a year, or as a series of sizes by year. */
export type Growth = { readonly cagr: number } | { readonly series: readonly YearValue[] }

const stepIn = <const U extends Unit>(unit: U) =>
  perYears(years =>
    formula({
      text: growthText(years),
      symbols: ['V', 'g'],
      inputUnits: [unit, '1'],
      unit,
      fn:
        years === 1
          ? (size, rate) => size * (1 + rate)
          : years === -1
            ? (size, rate) => size / (1 + rate)
            : (size, rate) => size * (1 + rate) ** years,
    }),
  )

function growthText(years: number): string {
  const by = Math.abs(years) === 1 ? '(1 + g)' : `(1 + g)^${Math.abs(years)}`
  return years > 0 ? `V · ${by}` : `V / ${by}`
}

/** V(t + n) = V(t) · (1 + g)^n: a size some years on, or back when the years are negative. */
export const growthStep = { 亿元: stepIn<Money>('亿元'), 亿美元: stepIn<Money>('亿美元') } as const

/** The same for people. */
export const peopleStep = stepIn('person')

const rateIn = (unit: Money) =>
  perYears(years =>
    formula({
      text: `(V / V0)^(1 / ${years}) − 1`,
      symbols: ['V', 'V0'],
      inputUnits: [unit, unit],
      unit: '1',
      fn: (end, start) => (end / start) ** (1 / years) - 1,
    }),
  )

/** The constant rate that leads from one size to another in some years (CAGR). Both must be positive. */
export const growthRate = { 亿元: rateIn('亿元'), 亿美元: rateIn('亿美元') } as const

/** The size that a segment is known by, beside its series, in the unit of calculation. */
interface OwnSize extends YearValue {
  readonly unit: Money
}

/**
 * The sizes of a series in `scale` by year, in the unit of calculation behind it. Throws `missing-value` naming the
 * years of the window that neither the series nor the size itself is given for, and `inconsistent-inputs` for years
 * out of order and a year with two sizes. Years outside the window are left alone.
 */
export function sizesByYear(
  series: readonly YearValue[],
  size: OwnSize,
  window: Window,
  scale: MoneyScale,
  pointer: string,
): Map<number, number> {
  const unit = moneyBehind(scale)
  const sizes = new Map<number, number>()
  refuseDisorder(series, pointer)
  for (const [index, { year, value: written }] of series.entries()) {
    const value = scale === unit ? written : convert(written, scale, unit)
    const earlier = sizes.get(year)
    if (earlier !== undefined)
      refuseTwoSizes(year, `${earlier} ${unit}`, `${value} ${unit}`, `${pointer}/${index}`)
    if (year === size.year && (size.unit !== unit || size.value !== value)) {
      refuseTwoSizes(year, `${size.value} ${size.unit}`, `${value} ${unit}`, `${pointer}/${index}`)
    }
    sizes.set(year, value)
  }
  const missing = window.years.filter(year => !sizes.has(year) && year !== size.year)
  if (missing.length > 0) {
    throw new DomainError(
      'missing-value',
      `The series has no size for ${missing.join(', ')}; add ${missing.length === 1 ? 'it' : 'them'}, or grow by a cagr instead.`,
      { pointer, facts: { missing } },
    )
  }
  return sizes
}

/** Refuses a series whose years go back (`inconsistent-inputs`), with the place and both years. */
export function refuseDisorder(series: readonly YearValue[], pointer: string): void {
  for (const [index, { year }] of series.entries()) {
    const before = series[index - 1]?.year
    if (before === undefined || before <= year) continue
    throw new DomainError(
      'inconsistent-inputs',
      `${pointer}/${index} is of ${year}, but ${pointer}/${index - 1} before it is of ${before}; give the years in order.`,
      { pointer: `${pointer}/${index}/year`, facts: { year, before } },
    )
  }
}

function refuseTwoSizes(year: number, one: string, other: string, pointer: string): never {
  throw new DomainError(
    'inconsistent-inputs',
    `${year} has two sizes, ${one} and ${other}; keep one of them.`,
    { pointer, facts: { year, sizes: [one, other] } },
  )
}
