import type { Formula } from '../sheet/formula.ts'
import type { Handle } from '../sheet/sheet.ts'
import type { Unit } from '../units.ts'

/** The years that a sizing covers, both ends included. */
export interface Window {
  readonly base: number
  readonly target: number
  /** All of them, in order. */
  readonly years: readonly number[]
}

/** A value of a year. */
export interface YearValue {
  readonly year: number
  readonly value: number
}

/** The window from one year to another, which must not be earlier. */
export function windowOf(base: number, target: number): Window {
  return { base, target, years: Array.from({ length: target - base + 1 }, (_, index) => base + index) }
}

/**
 * One formula for each number of years, made when it is first needed. Requests keep their years within three
 * centuries, so there are at most some hundreds.
 */
export function perYears<F extends Formula>(make: (years: number) => F): (years: number) => F {
  const made = new Map<number, F>()
  return years => {
    let formula = made.get(years)
    if (formula === undefined) {
      formula = make(years)
      made.set(years, formula)
    }
    return formula
  }
}

/**
 * Fills the years from `first` to `last`, in either direction, each from the one before it, and the first from
 * the year `start`, which may lie further away. `start` must be in `byYear`; years that are there stay.
 */
export function walk<U extends Unit>(
  byYear: Map<number, Handle<U>>,
  start: number,
  [first, last]: readonly [first: number, last: number],
  step: (from: Handle<U>, years: number, year: number) => Handle<U>,
): void {
  const direction = first > start ? 1 : -1
  let at = start
  let handle = byYear.get(start) as Handle<U>
  for (let year = first; direction * (last - year) >= 0; year += direction) {
    handle = byYear.get(year) ?? step(handle, year - at, year)
    byYear.set(year, handle)
    at = year
  }
}
