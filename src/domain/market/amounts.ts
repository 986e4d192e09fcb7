import type { Catalogue, ExchangeRate } from '../compute/catalogue.ts'
import { exchangeRateOf } from '../compute/money/exchange-rate.ts'
import { DomainError } from '../errors.ts'
import type { Lookup } from '../estimate.ts'
import { convert } from '../units.ts'
import { conversions, type MoneyScale, moneyBehind } from './currency.ts'
import { knownSize, type Observed, type SegmentSize } from './segment-size.ts'

/** An amount of money: exactly one of a value and a dataset. */
export type Amount = Pick<SegmentSize, 'value' | 'unit' | 'dataset' | 'year'>

/** Reads amounts into one unit, each at the exchange rate of its own year. */
export class Amounts {
  /** Years that took the rate of another, with that rate. */
  readonly borrowed = new Map<number, ExchangeRate>()
  readonly #unit: MoneyScale
  readonly #lookup: Lookup
  readonly #asOf: string | undefined

  constructor(unit: MoneyScale, lookup: Lookup, asOf: string | undefined) {
    this.#unit = unit
    this.#lookup = lookup
    this.#asOf = asOf
  }

  /**
   * The amount in the unit. Throws `missing-value` for a dataset or another currency without a year, and what
   * sizes are refused for.
   */
  read(
    { value, unit, dataset, year }: Amount,
    pointer: string,
  ): { readonly value: number; readonly observed: Observed | undefined } {
    if (dataset !== undefined && year === undefined) refuseYearless(`in the dataset ${dataset}`, pointer)
    const size: SegmentSize = {
      ...(value !== undefined && { value }),
      ...(unit !== undefined && { unit }),
      ...(dataset !== undefined && { dataset }),
    }
    // A size in the unit's own currency needs no year; where the context wants one, nothing then reads it.
    const context = { lookup: this.#lookup, scale: this.#unit, baseYear: year ?? 0, asOf: this.#asOf }
    const known = knownSize(size, context, pointer)
    const money = moneyBehind(this.#unit)
    if (known.unit !== money && year === undefined) refuseYearless(`in ${known.unit}`, pointer)
    const inMoney =
      known.unit === money ? known.value : conversions[money].fn(known.value, this.#rate(known.year))
    return {
      value: money === this.#unit ? inMoney : convert(inMoney, money, this.#unit),
      observed: known.observed,
    }
  }

  #rate(year: number): number {
    const rate = rateOf(this.#lookup.catalogue, year)
    if (rate.year !== year) this.borrowed.set(year, rate)
    return rate.value
  }
}

function rateOf(catalogue: Catalogue, year: number): ExchangeRate {
  const rate = exchangeRateOf(catalogue, year)
  if (rate !== undefined) return rate
  throw new DomainError(
    'missing-value',
    'The catalogue has no exchange rate, so yuan and dollars cannot be converted.',
  )
}

function refuseYearless(where: string, pointer: string): never {
  throw new DomainError(
    'missing-value',
    `The amount is ${where} and has no year; name the year that it is of.`,
    {
      pointer: `${pointer}/year`,
    },
  )
}
