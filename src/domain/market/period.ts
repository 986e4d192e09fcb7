const lastDayOfMonth = (year: number, month: number): number =>
  new Date(Date.UTC(year, month, 0)).getUTCDate()

const two = (number: number): string => String(number).padStart(2, '0')

/**
 * The first and last day of a period: of a year (`2022`), half-year (`2022H1`), quarter (`2022Q3`), month
 * (`2024-12`) or day (`2024-12-31`). Days are text, so that they compare as such.
 */
export function daysOf(period: string): { readonly first: string; readonly last: string } {
  const [, year = '', division, part, month, day] =
    /^(\d{4})(?:([HQ])(\d)|-(\d\d)(?:-(\d\d))?)?$/.exec(period) ?? []
  if (day !== undefined) return { first: period, last: period }
  const months = division === 'H' ? 6 : division === 'Q' ? 3 : month === undefined ? 12 : 1
  const start = month === undefined ? (Number(part ?? 1) - 1) * months + 1 : Number(month)
  const end = start + months - 1
  return {
    first: `${year}-${two(start)}-01`,
    last: `${year}-${two(end)}-${two(lastDayOfMonth(Number(year), end))}`,
  }
}

const lengths = { year: 1, 'half-year': 1 / 2, quarter: 1 / 4, month: 1 / 12 } as const

/** Where a period starts, in years of our era (2022H2 at 2022.5), and how long it is, in words and in years. */
export function spanOf(period: string): {
  readonly start: number
  readonly every: keyof typeof lengths
  readonly years: number
} {
  const [, year = '', division, part] = /^(\d{4})(?:(H|Q|-)(\d\d?))?/.exec(period) ?? []
  const every =
    division === 'H' ? 'half-year' : division === 'Q' ? 'quarter' : division === '-' ? 'month' : 'year'
  return { start: Number(year) + (Number(part ?? 1) - 1) * lengths[every], every, years: lengths[every] }
}
