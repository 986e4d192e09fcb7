import { DomainError } from '../../errors.ts'
import { formula } from '../../sheet/formula.ts'
import { given, type QuantityDefinition, quantity } from '../../sheet/quantity.ts'
import type { Handle, Sheet } from '../../sheet/sheet.ts'
import type { Catalogue, ExchangeRate } from '../catalogue.ts'
import { exchangeRateOf } from './exchange-rate.ts'

const cnyPerUsd = quantity(
  'cnyPerUsd',
  'CNY/USD',
  'Yuan per US dollar, average of a year',
  '美元兑人民币年均汇率',
)

const cnyPerUsdOf = (year: number): QuantityDefinition<'CNY/USD'> => ({
  ...cnyPerUsd,
  id: `cnyPerUsd.${year}`,
  family: { id: 'cnyPerUsd.{year}', label: cnyPerUsd.label },
})

type YuanUnit = 'CNY/device' | 'CNY/(device·hour)' | 'CNY/server' | 'CNY/person'
type DollarUnit = 'USD/device' | 'USD/(device·hour)' | 'USD/server' | 'USD/person'

const dollarPriceIn = <From extends YuanUnit, To extends DollarUnit>(from: From, to: To) =>
  formula({
    text: 'p / r',
    symbols: ['p', 'r'],
    inputUnits: [from, 'CNY/USD'],
    unit: to,
    fn: (yuan, rate) => yuan / rate,
  })

const dollarPrice = {
  'USD/device': dollarPriceIn('CNY/device', 'USD/device'),
  'USD/(device·hour)': dollarPriceIn('CNY/(device·hour)', 'USD/(device·hour)'),
  'USD/server': dollarPriceIn('CNY/server', 'USD/server'),
  'USD/person': dollarPriceIn('CNY/person', 'USD/person'),
} as const

/** A price that was given in yuan, and the rate it took when that is of another year than asked. */
export interface YuanPrice<To extends DollarUnit> {
  readonly handle: Handle<To>
  readonly borrowed: ReadonlyMap<number, ExchangeRate>
}

/**
 * Writes a price in yuan and in dollars, at the average rate of the year of `asOf`, or of the last year known
 * without one. Throws `missing-value` for a catalogue without rates.
 */
export function writeYuanPrice<To extends DollarUnit>(
  sheet: Sheet,
  catalogue: Catalogue,
  price: { readonly value: number; readonly asOf: string | undefined; readonly pointer: string },
  yuan: QuantityDefinition<YuanUnit>,
  dollars: QuantityDefinition<To>,
): YuanPrice<To> {
  const { perUsd, borrowed } = writeCnyPerUsd(sheet, catalogue, price)
  const figure = sheet.input(yuan, price.value, given)
  const handle = sheet.derive(
    dollars as QuantityDefinition<'USD/device'>,
    dollarPrice[dollars.unit as 'USD/device'],
    [figure, perUsd] as unknown as readonly [Handle<'CNY/device'>, Handle<'CNY/USD'>],
  ) as Handle as Handle<To>
  return { handle, borrowed }
}

/** The rate between yuan and dollars on a sheet, and what it stands in for when it is of another year than asked. */
export interface CnyPerUsd {
  readonly perUsd: Handle<'CNY/USD'>
  readonly borrowed: ReadonlyMap<number, ExchangeRate>
}

/**
 * The average rate of the year of `asOf`, or of the last year known without one; written once on a sheet. Throws
 * `missing-value` for a catalogue without rates.
 */
export function writeCnyPerUsd(
  sheet: Sheet,
  catalogue: Catalogue,
  { asOf, pointer }: { readonly asOf: string | undefined; readonly pointer: string },
): CnyPerUsd {
  const year = asOf === undefined ? undefined : Number(asOf.slice(0, 4))
  const rate = year === undefined ? catalogue.exchangeRates.at(-1) : exchangeRateOf(catalogue, year)
  if (rate === undefined) {
    throw new DomainError('missing-value', 'The catalogue has no exchange rate; give the price in USD.', {
      pointer: pointer,
    })
  }
  const own = rate.year === year
  const why = year === undefined ? { en: 'the last year known', zh: '已知的最近一年' } : nearest
  const borrowed = new Map(year === undefined || own ? [] : [[year, rate]])
  // A sheet that needs the rates of two years names the second by its year.
  const first = sheet.find(cnyPerUsd.id) as Handle<'CNY/USD'> | undefined
  if (first !== undefined && sheet.inputs[first] === rate.value) return { perUsd: first, borrowed }
  const definition = first === undefined ? cnyPerUsd : cnyPerUsdOf(rate.year)
  const known = sheet.find(definition.id) as Handle<'CNY/USD'> | undefined
  if (known !== undefined) return { perUsd: known, borrowed }
  const perUsd = sheet.input(definition, rate.value, {
    status: own ? 'catalogue' : 'default',
    source: rate.source,
    provenance: rate.provenance,
    note: {
      en: `average of ${rate.year}${own ? '' : `, ${why.en}`}`,
      zh: `${rate.year} 年平均值${own ? '' : `，${why.zh}`}`,
    },
  })
  return { perUsd, borrowed }
}

const nearest = { en: 'the nearest year known', zh: '已知的最近年份' }
