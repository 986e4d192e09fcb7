import type { Catalogue, ExchangeRate } from '../compute/catalogue.ts'
import { exchangeRateOf } from '../compute/money/exchange-rate.ts'
import { DomainError } from '../errors.ts'
import { formula } from '../sheet/formula.ts'
import { byDefault, type Provenance, type QuantityDefinition } from '../sheet/quantity.ts'
import type { Handle, Sheet } from '../sheet/sheet.ts'
import { isUnit, type Unit, unitDefinition, units } from '../units.ts'

/** The units that markets are sized in: a hundred million yuan, or a hundred million dollars. */
const moneyUnits = ['亿元', '亿美元'] as const
export type Money = (typeof moneyUnits)[number]

/** The unit of the same currency as a unit symbol, whatever its scale; undefined when it is no money. */
export function moneyOf(unit: string): Money | undefined {
  if (!isUnit(unit)) return undefined
  const { base } = unitDefinition(unit)
  return base === 'CNY' ? '亿元' : base === 'USD' ? '亿美元' : undefined
}

/** Every unit that a dataset of money may be in. */
export const datasetMoneyUnits = units.filter(unit => moneyOf(unit) !== undefined)

/** The units that callers may give and get money in: each a scale of one of the two that are calculated in. */
export const moneyScales = [
  '元',
  '万元',
  '亿元',
  '千亿元',
  '万亿元',
  'USD',
  '万美元',
  '亿美元',
  '万亿美元',
] as const satisfies readonly Unit[]
export type MoneyScale = (typeof moneyScales)[number]

/** The unit of calculation behind a scale. */
export const moneyBehind = (scale: MoneyScale): Money => moneyOf(scale) ?? '亿元'

/** The largest size of a segment, in a hundred million yuan or dollars; the least is 0. */
export const mostMoney = 1e12

/** From one unit to the other at yuan per dollar. */
export const conversions = {
  亿元: formula({
    text: 'V · r',
    symbols: ['V', 'r'],
    inputUnits: ['亿美元', 'CNY/USD'],
    unit: '亿元',
    fn: (dollars, rate) => dollars * rate,
  }),
  亿美元: formula({
    text: 'V / r',
    symbols: ['V', 'r'],
    inputUnits: ['亿元', 'CNY/USD'],
    unit: '亿美元',
    fn: (yuan, rate) => yuan / rate,
  }),
} as const

const family = {
  id: 'cnyPerUsd.{year}',
  label: { en: 'Yuan per US dollar, average of a year', zh: '美元兑人民币年均汇率' },
}

/**
 * The exchange rates of a sheet: a figure of a year is converted at the average rate of that year, never at
 * today's. A year that the catalogue has no rate for takes that of the nearest year that it has.
 */
export class Rates {
  /** Years that took the rate of another, with that rate. */
  readonly borrowed = new Map<number, ExchangeRate>()
  readonly #sheet: Sheet
  readonly #catalogue: Catalogue
  readonly #byYear = new Map<number, Handle<'CNY/USD'>>()

  constructor(sheet: Sheet, catalogue: Catalogue) {
    this.#sheet = sheet
    this.#catalogue = catalogue
  }

  /** The rate of a year, written on the sheet when it is first asked for; throws `missing-value` without any. */
  of(year: number): Handle<'CNY/USD'> {
    const written = this.#byYear.get(year)
    if (written !== undefined) return written
    const rate = exchangeRateOf(this.#catalogue, year)
    if (rate === undefined) {
      throw new DomainError(
        'missing-value',
        'The catalogue has no exchange rate, so yuan and dollars cannot be converted.',
      )
    }
    if (rate.year !== year) this.borrowed.set(year, rate)
    const definition: QuantityDefinition<'CNY/USD'> = {
      id: `cnyPerUsd.${year}`,
      unit: 'CNY/USD',
      display: 'CNY/USD',
      label: { en: `Yuan per US dollar, average of ${year}`, zh: `${year} 年美元兑人民币平均汇率` },
      family,
    }
    // Prices that were given in yuan may have written the rate already.
    const known = this.#sheet.find(definition.id) as Handle<'CNY/USD'> | undefined
    const handle = known ?? this.#sheet.input(definition, rate.value, provenanceOf(rate, year))
    this.#byYear.set(year, handle)
    return handle
  }

  /** A figure of a year in another money unit. */
  convert<From extends Money, To extends Money>(
    figure: Handle<From>,
    year: number,
    as: QuantityDefinition<To>,
  ): Handle<To> {
    const operands = [figure, this.of(year)] as unknown as readonly [Handle<'亿元'>, Handle<'CNY/USD'>]
    return this.#sheet.derive(
      as as QuantityDefinition<'亿美元'>,
      conversions[as.unit as '亿美元'],
      operands,
    ) as Handle as Handle<To>
  }
}

function provenanceOf({ year, source, provenance }: ExchangeRate, wanted: number): Provenance {
  if (year === wanted) return { status: 'catalogue', source, provenance, note: null }
  const borrowed = byDefault(
    `average of ${year}, the nearest year known`,
    `${year} 年平均值，已知的最近年份`,
    source,
  )
  return { ...borrowed, provenance }
}
