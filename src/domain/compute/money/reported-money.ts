import { DomainError } from '../../errors.ts'
import type { Warning } from '../../estimate.ts'
import { formula } from '../../sheet/formula.ts'
import { type QuantityDefinition, quantity } from '../../sheet/quantity.ts'
import type { Handle, Sheet } from '../../sheet/sheet.ts'
import type { Catalogue, ExchangeRate, PriceIndex } from '../catalogue.ts'
import { lastDayOf } from './calendar.ts'
import { writeCnyPerUsd } from './yuan-price.ts'

/** The money that costs are told in: a currency, at the prices of a year. */
export interface ReportedMoney {
  readonly currency?: 'USD' | 'CNY'
  readonly year?: number
}

const indexLabel = { en: 'US consumer prices, average of a year', zh: '美国消费物价指数年均值' }

const indexQuantity = (year: number): QuantityDefinition<'1'> => ({
  ...quantity(`priceIndex.${year}`, '1', indexLabel.en, indexLabel.zh),
  family: { id: 'priceIndex.{year}', label: indexLabel },
})

/** A cost and what it is in the money asked. */
const reportedQuantities = {
  trainingCost: {
    usd: quantity(
      'trainingCostReported',
      'USD',
      'Cost of the device-hours at the prices asked',
      '按所求价格年份的训练算力成本',
    ),
    cny: quantity(
      'trainingCostReportedCny',
      'CNY',
      'Cost of the device-hours at the prices asked, in yuan',
      '按所求价格年份的训练算力成本（人民币）',
    ),
  },
  ownershipCost: {
    usd: quantity(
      'ownershipCostReported',
      'USD',
      'Cost of training on devices of one’s own at the prices asked',
      '按所求价格年份的自有设备训练成本',
    ),
    cny: quantity(
      'ownershipCostReportedCny',
      'CNY',
      'Cost of training on devices of one’s own at the prices asked, in yuan',
      '按所求价格年份的自有设备训练成本（人民币）',
    ),
  },
} as const

const inflated = formula({
  text: 'K · I2 / I1',
  symbols: ['K', 'I1', 'I2'],
  inputUnits: ['USD', '1', '1'],
  unit: 'USD',
  fn: (cost, from, to) => (cost * to) / from,
})

/** Dollars in yuan at an average rate. */
export const inYuan = formula({
  text: 'K · r',
  symbols: ['K', 'r'],
  inputUnits: ['USD', 'CNY/USD'],
  unit: 'CNY',
  fn: (dollars, rate) => dollars * rate,
})

/** Costs as they were asked for, with what of that took a year other than its own. */
export interface Reported {
  readonly results: readonly Handle[]
  readonly borrowed: ReadonlyMap<number, ExchangeRate>
  readonly warnings: readonly Warning[]
}

/** A cost, and the year whose money it is in; undefined when nothing says. */
export interface DatedCost {
  readonly cost: Handle<'USD'>
  readonly year: number | undefined
}

/**
 * Writes costs, each of its year, at the prices of another, by US consumer prices, and then in yuan at the average
 * rate of that year. Throws `missing-value` when the year of a cost is not known.
 */
export function writeReportedMoney(
  sheet: Sheet,
  { currency, year: asked }: ReportedMoney,
  costs: Readonly<Partial<Record<keyof typeof reportedQuantities, DatedCost>>>,
  catalogue: Catalogue,
): Reported {
  const used = new Map<number, PriceIndex>()
  const borrowed = new Map<number, ExchangeRate>()
  const dollars: Handle[] = []
  const yuan: Handle[] = []
  const indexed = (year: number): Handle<'1'> => {
    const index = indexOf(catalogue, year)
    used.set(year, index)
    return writeIndex(sheet, year, index)
  }
  for (const [name, { cost, year: own }] of Object.entries(costs) as [keyof typeof costs, DatedCost][]) {
    if (own === undefined) {
      throw new DomainError(
        'missing-value',
        'Nothing says of which year the cost is; give priceAsOf, or ownership.trained.',
        { pointer: '/priceAsOf' },
      )
    }
    const year = asked ?? own
    const { usd, cny } = reportedQuantities[name]
    const reported = sheet.derive(usd, inflated, [cost, indexed(own), indexed(year)])
    dollars.push(reported)
    if (currency !== 'CNY') continue
    const rate = writeCnyPerUsd(sheet, catalogue, {
      asOf: lastDayOf(year),
      pointer: '/reportIn/currency',
    })
    for (const [of, value] of rate.borrowed) borrowed.set(of, value)
    yuan.push(sheet.derive(cny, inYuan, [reported, rate.perUsd]))
  }
  return { results: [...dollars, ...yuan], borrowed, warnings: borrowedIndices([...used]) }
}

/** The index of a year on a sheet, once. */
function writeIndex(sheet: Sheet, year: number, index: PriceIndex): Handle<'1'> {
  const definition = indexQuantity(year)
  const known = sheet.find(definition.id) as Handle<'1'> | undefined
  if (known !== undefined) return known
  const { source, provenance } = index
  const own = index.year === year
  return sheet.input(definition, index.value, {
    status: own ? 'catalogue' : 'default',
    source,
    provenance,
    note: { en: `average of ${index.year}`, zh: `${index.year} 年平均值` },
  })
}

/** The index of a year: its own, else the last known before it, else the first known. */
function indexOf({ priceIndex }: Catalogue, year: number): PriceIndex {
  const found = priceIndex.findLast(known => known.year <= year) ?? priceIndex[0]
  if (found === undefined) {
    throw new DomainError(
      'missing-value',
      'The catalogue has no index of US consumer prices; leave reportIn out.',
      {
        pointer: '/reportIn',
      },
    )
  }
  return found
}

function borrowedIndices(used: readonly (readonly [number, PriceIndex])[]): Warning[] {
  const borrowed = used.filter(([year, index]) => index.year !== year)
  if (borrowed.length === 0) return []
  const en = borrowed.map(([year, index]) => `${year} takes that of ${index.year}`).join(', ')
  const zh = borrowed.map(([year, index]) => `${year} 年采用 ${index.year} 年`).join('、')
  return [
    {
      code: 'price-index-of-another-year',
      message: {
        en: `US consumer prices of some years are not known: ${en}.`,
        zh: `部分年份的美国消费物价指数未知：${zh}。`,
      },
    },
  ]
}
