/** Days from one day of the calendar to another, negative backwards; both as `2019-10-01`. */
export function daysBetween(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / 86_400_000
}

/** The day so many days after another. */
export function dayAfter(date: string, days: number): string {
  return new Date(Date.parse(date) + days * 86_400_000).toISOString().slice(0, 10)
}

/** Whether a date is a full day: the catalogue knows some releases by month or year alone. */
export function isDay(date: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(date)
}

export const yearOf = (date: string): number => Number(date.slice(0, 4))

/** A day of a date so many years before it, as text that sorts among dates: years have four digits, from 0000. */
export function yearsBefore(date: string, years: number): string {
  return `${fourDigits(yearOf(date) - years)}${date.slice(4)}`
}

/** The last day of a year. */
export const lastDayOf = (year: number): string => `${fourDigits(year)}-12-31`

const fourDigits = (year: number): string => String(Math.max(0, year)).padStart(4, '0')
