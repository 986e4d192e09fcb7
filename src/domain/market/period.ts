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
