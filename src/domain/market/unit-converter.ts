import type { Catalogue, ExchangeRate } from '../compute/catalogue.ts'
import { exchangeRateOf } from '../compute/money/exchange-rate.ts'
import { DomainError } from '../errors.ts'
import { convert, isUnit, type Unit, unitDefinition } from '../units.ts'

/** A value of a year in another unit. */
export type UnitConverter = (value: number, year: number) => number

/**
 * From one unit to another; between yuan and dollars at the average rate of the year. Years that take the rate of
 * another are written into `borrowed`. Refuses units that measure different things (`unknown-unit`).
 */
export function unitConverter(
  from: string,
  to: string,
  pointer: string,
  catalogue: Pick<Catalogue, 'exchangeRates'>,
  borrowed: Map<number, ExchangeRate>,
): UnitConverter {
  if (from === to) return value => value
  const refuse = (why: string): never => {
    throw new DomainError('unknown-unit', `${pointer} is in ${from}, which ${why}; the answer is in ${to}.`, {
      pointer,
      facts: { from, to },
    })
  }
  if (!isUnit(from)) return refuse('the service cannot convert')
  if (!isUnit(to)) return refuse(`cannot be expressed in "${to}", as that is no unit of the service`)
  const [base, target] = [unitDefinition(from).base, unitDefinition(to).base]
  if (base === target) return value => convert(value, from, to)
  if (!isCurrency(base) || !isCurrency(target)) return refuse(`measures ${base} and not ${target}`)
  return (value, year) => {
    const rate = exchangeRateOf(catalogue, year)
    if (rate === undefined) return refuse('needs an exchange rate, and the catalogue has none')
    if (rate.year !== year) borrowed.set(year, rate)
    const inBase = convert(value, from, base as Unit)
    return convert(base === 'USD' ? inBase * rate.value : inBase / rate.value, target as Unit, to)
  }
}

const isCurrency = (base: string): boolean => base === 'USD' || base === 'CNY'
