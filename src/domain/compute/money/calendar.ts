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
