import { DomainError } from '../errors.ts'
import type { Observation } from '../market/dataset.ts'
import type { Label } from '../units.ts'

/** Something dated and sourced about a company: a number with its unit, or words. */
export interface CompanyFigure {
  readonly id: string
  /** What it is: `revenue`, `net-profit`, … */
  readonly fact: string
  readonly label: Label
  /** What of the company it is about, as a product; null for the whole. */
  readonly subject: Label | null
  /** Null where only bounds are known. */
  readonly value: number | string | null
  readonly low: number | null
  readonly high: number | null
  readonly unit: string | null
  /** As its source divides time: `2024`, `2025H1`, `FY2025`, `TTM 2025-12`. */
  readonly period: string
  /** How it is counted: standards, fiscal year, what is left in or out. */
  readonly basis: string | null
  readonly status: Observation['status']
  readonly vintage: string | null
  readonly provenance: Observation['provenance']
  readonly source: string | null
  readonly note: string | null
}

/** The year of a whole year, calendar (`2024`) or fiscal (`FY2024`); null for any other period. */
export function wholeYear(period: string): { readonly year: number; readonly fiscal: boolean } | null {
  const [, fiscal, year] = /^(FY)?(\d{4})$/.exec(period) ?? []
  return year === undefined ? null : { year: Number(year), fiscal: fiscal !== undefined }
}

/**
 * Refuses a figure that says nothing (`missing-value`), or whose bounds are the wrong way round or exclude its
 * value (`inconsistent-inputs`).
 */
export function checkFigure({ value, low, high }: CompanyFigure): void {
  if (value === null && low === null && high === null) {
    throw new DomainError(
      'missing-value',
      '/value is null, and there is neither low nor high; give one of them.',
      { pointer: '/value' },
    )
  }
  const given = Object.entries({ low, value, high }).filter(
    (entry): entry is [string, number] => typeof entry[1] === 'number',
  )
  for (const [index, [name, smaller]] of given.entries()) {
    const above = given.slice(index + 1).find(([, larger]) => larger < smaller)
    if (above === undefined) continue
    throw new DomainError(
      'inconsistent-inputs',
      `/${name} is ${smaller} and /${above[0]} is ${above[1]}; low ≤ value ≤ high must hold.`,
      { pointer: `/${name}`, facts: { [name]: smaller, [above[0]]: above[1] } },
    )
  }
}
