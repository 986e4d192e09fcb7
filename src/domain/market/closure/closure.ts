import { borrowedRates } from '../../compute/money/exchange-rate.ts'
import { DomainError } from '../../errors.ts'
import { engineVersion, type Lookup, type Warning } from '../../estimate.ts'
import type { Label } from '../../units.ts'
import { type Amount, Amounts } from '../amounts.ts'
import type { MoneyScale } from '../currency.ts'
import { grown } from '../fit/rate.ts'
import { type BaseClosure, closeBase } from './close-base.ts'
import { combinationsOf, type SearchSegment, searchCombinations } from './search.ts'

/** A size that a segment may have had: as in a sizing, and grown over some years where it says so. */
export interface Candidate extends Amount {
  /** What it is, to tell it apart. */
  readonly name?: string
  readonly growth?: { readonly rate: number; readonly years: number }
}

/** A segment of a printed total: what it is multiplied with, and the sizes it may have had; null is unknown. */
export interface ClosureSegment {
  readonly id: string
  readonly label?: Label
  /** Default 1. */
  readonly penetration?: number
  /** Default 1. */
  readonly valueCapture?: number
  readonly candidates: readonly (Candidate | null)[]
}

/** Which combinations reproduce a printed total. */
export interface ClosureRequest {
  readonly total: number
  /** Of the total and of values without a unit; default 亿元. */
  readonly unit?: MoneyScale
  /** Share of the total; default 0.02. */
  readonly tolerance?: number
  readonly segments: readonly ClosureSegment[]
  /** Candidate of each segment, by its place, for the combination that is closed by a multiplier; default the first. */
  readonly base?: Readonly<Record<string, number>>
  /** How many combinations to list; default 20. */
  readonly show?: number
  /** Only observations that were published by then. */
  readonly asOf?: string
}

/** A combination as it is shown. */
export interface ShownCombination {
  readonly total: number
  /** Total less target. */
  readonly residual: number
  /** Residual as a share of the target. */
  readonly relativeError: number
  readonly candidates: Readonly<Record<string, number>>
  /** Segments whose size is not known in it. */
  readonly unknown: readonly string[]
}

export interface ClosureAnswer {
  readonly engineVersion: string
  readonly catalogueVersion: string
  readonly total: number
  readonly unit: MoneyScale
  readonly tolerance: number
  readonly combinations: number
  readonly least: number
  readonly most: number
  readonly closing: number
  readonly closingShare: number
  readonly closingComplete: number
  readonly segments: readonly {
    readonly id: string
    readonly label: Label
    readonly factor: number
    readonly candidates: readonly {
      readonly name: string
      readonly size: number | null
      readonly contribution: number
      readonly closing: number
    }[]
  }[]
  readonly closest: readonly ShownCombination[]
  readonly base: BaseClosure
  readonly warnings: readonly Warning[]
}

/** Most combinations that are tried: some tens of milliseconds of work. */
const mostCombinations = 2_000_000

/** Most that a size comes to, in any unit. */
const mostAmount = 1e22

/** Ids of the datasets that a closure needs. */
export const closureNeeds = ({ segments }: ClosureRequest): readonly string[] => [
  ...new Set(
    segments.flatMap(({ candidates }) =>
      candidates.flatMap(candidate => (candidate?.dataset === undefined ? [] : [candidate.dataset])),
    ),
  ),
]

/**
 * Which combinations of published sizes reproduce a printed total, and what closes one of them: a multiplier of
 * all, or a size of one. Throws `out-of-range` past `mostCombinations`, and what sizes are refused for.
 */
export function closure(request: ClosureRequest, lookup: Lookup): ClosureAnswer {
  const { total, unit = '亿元', tolerance = 0.02, show = 20 } = request
  checkWork(request)
  const money = new Amounts(unit, lookup, request.asOf)
  const segments = request.segments.map((segment, index) => readSegment(segment, money, `/segments/${index}`))
  const found = searchCombinations(segments, total, tolerance, show)
  return {
    engineVersion,
    catalogueVersion: lookup.catalogue.version,
    ...{ total, unit, tolerance },
    combinations: found.combinations,
    least: found.least,
    most: found.most,
    closing: found.closing,
    closingShare: found.closing / found.combinations,
    closingComplete: found.closingComplete,
    segments: segments.map(({ id, label, factor, names, sizes, contributions }, s) => ({
      id,
      label,
      factor,
      candidates: sizes.map((size, c) => ({
        name: names[c] as string,
        size,
        contribution: contributions[c] as number,
        closing: found.usage[s]?.[c] ?? 0,
      })),
    })),
    closest: found.closest.map(({ choice, total: sum }) => ({
      total: sum,
      residual: sum - total,
      relativeError: sum / total - 1,
      candidates: Object.fromEntries(segments.map(({ id }, s) => [id, choice[s] as number])),
      unknown: segments.flatMap(({ id, known }, s) => (known[choice[s] as number] ? [] : [id])),
    })),
    base: closeBase(segments, total, request.base),
    warnings: borrowedRates(money.borrowed),
  }
}

function checkWork({ segments }: ClosureRequest): void {
  const seen = new Map<string, number>()
  for (const [index, { id }] of segments.entries()) {
    const earlier = seen.get(id)
    if (earlier !== undefined) {
      throw new DomainError(
        'duplicate-quantity',
        `/segments/${earlier} and /segments/${index} both have the id "${id}"; ids of segments must differ.`,
        { pointer: `/segments/${index}/id`, facts: { id, first: earlier, second: index } },
      )
    }
    seen.set(id, index)
  }
  const combinations = combinationsOf(
    segments.map(({ candidates }) => ({ contributions: { length: candidates.length } })),
  )
  if (combinations > mostCombinations) {
    throw new DomainError(
      'out-of-range',
      `There are ${combinations} combinations of the candidates; at most ${mostCombinations} are tried. Leave candidates out.`,
      { pointer: '/segments', facts: { combinations, most: mostCombinations } },
    )
  }
}

/** A segment that has been read: its sizes in the unit of the request. */
export interface ReadSegment extends SearchSegment {
  readonly id: string
  readonly label: Label
  readonly factor: number
  readonly names: readonly string[]
  readonly sizes: readonly (number | null)[]
}

function readSegment(segment: ClosureSegment, money: Amounts, pointer: string): ReadSegment {
  const { id, label = { en: id, zh: id }, penetration = 1, valueCapture = 1, candidates } = segment
  const factor = penetration * valueCapture
  const sizes = candidates.map((candidate, index) =>
    candidate === null ? null : sizeOf(candidate, money, `${pointer}/candidates/${index}`),
  )
  return {
    ...{ id, label, factor, sizes },
    names: candidates.map(nameOf),
    known: sizes.map(size => size !== null),
    contributions: Float64Array.from(sizes, size => (size ?? 0) * factor),
  }
}

function sizeOf(candidate: Candidate, money: Amounts, pointer: string): number {
  const { growth } = candidate
  const { value } = money.read(candidate, pointer)
  if (growth === undefined) return value
  const size = grown.fn(value, growth.rate, growth.years)
  if (size <= mostAmount) return size
  throw new DomainError(
    'out-of-range',
    `The size of ${value} comes to ${size} in ${growth.years} years at ${growth.rate} a year; a size is at most ${mostAmount}. Lower the rate.`,
    { pointer: `${pointer}/growth/rate`, facts: { size, most: mostAmount } },
  )
}

function nameOf(candidate: Candidate | null): string {
  if (candidate === null) return 'unknown'
  const { name, dataset, year, growth } = candidate
  const of = [dataset ?? 'value', year].filter(part => part !== undefined).join(' ')
  return name ?? (growth === undefined ? of : `${of}, ${growth.years} years at ${growth.rate}`)
}
