import { DomainError } from '../../errors.ts'
import type { Warning } from '../../estimate.ts'
import { formula } from '../../sheet/formula.ts'
import { type QuantityDefinition, quantity } from '../../sheet/quantity.ts'
import type { Handle, Sheet } from '../../sheet/sheet.ts'
import type { Catalogue, ExchangeRate, PriceIndex } from '../catalogue.ts'
import { writeCnyPerUsd } from '../yuan-price.ts'

/** The money that costs are told in: a currency, at the prices of a year. */
export interface ReportedMoney {
  readonly currency?: 'USD' | 'CNY'
  readonly year?: number
}

const indexQuantities = {
  from: quantity(
    'priceIndexOfCost',
    '1',
    'US consumer prices in the year of the cost',
    '成本年份美国消费物价指数',
  ),
  to: quantity('priceIndexReported', '1', 'US consumer prices in the year asked', '所求年份美国消费物价指数'),
} as const

/** A cost and what it is in the money asked. */
export const reportedQuantities = {
  trainingCost: {
    usd: quantity(
      'trainingCostReported',
      'USD',
      'Cost of the device-hours at the prices asked',
      '按所求价格年份的训练算力成本',
    ),
    cny: quantity('trainingCostReportedCny', 'CNY', 'The same in yuan', '同上（人民币）'),
  },
  ownershipCost: {
    usd: quantity(
      'ownershipCostReported',
      'USD',
      'Cost of training on devices of one’s own at the prices asked',
      '按所求价格年份的自有设备训练成本',
    ),
    cny: quantity('ownershipCostReportedCny', 'CNY', 'The same in yuan', '同上（人民币）'),
  },
} as const

const inflated = formula({
  text: 'K · I2 / I1',
  symbols: ['K', 'I1', 'I2'],
  inputUnits: ['USD', '1', '1'],
  unit: 'USD',
  fn: (cost, from, to) => (cost * to) / from,
})

const inYuan = formula({
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

/**
 * Writes costs of a year at the prices of another, by US consumer prices, and then in yuan at the average rate of
 * that year. Throws `missing-value` when the year of the costs is not known.
 */
export function writeReportedMoney(
  sheet: Sheet,
  { currency, year: asked }: ReportedMoney,
  costs: Readonly<Partial<Record<keyof typeof reportedQuantities, Handle<'USD'>>>>,
  costYear: number | undefined,
  catalogue: Catalogue,
): Reported {
  const named = Object.entries(costs) as [keyof typeof reportedQuantities, Handle<'USD'>][]
  if (named.length === 0) return { results: [], borrowed: new Map(), warnings: [] }
  if (costYear === undefined) {
    throw new DomainError(
      'missing-value',
      'Nothing says of which year the cost is; give priceAsOf, or ownership.trained.',
      { pointer: '/priceAsOf' },
    )
  }
  const year = asked ?? costYear
  const from = indexOf(catalogue, costYear)
  const to = indexOf(catalogue, year)
  const write = (definition: QuantityDefinition<'1'>, index: PriceIndex) =>
    sheet.input(definition, index.value, {
      status: 'catalogue',
      source: index.source,
      provenance: index.provenance,
      note: { en: `average of ${index.year}`, zh: `${index.year} 年平均值` },
    })
  const before = write(indexQuantities.from, from)
  const after = write(indexQuantities.to, to)
  const dollars = named.map(([name, cost]) =>
    sheet.derive(reportedQuantities[name].usd, inflated, [cost, before, after]),
  )
  const warnings = borrowedIndices([
    [costYear, from],
    [year, to],
  ])
  if (currency !== 'CNY') return { results: dollars, borrowed: new Map(), warnings }
  const { perUsd, borrowed } = writeCnyPerUsd(sheet, catalogue, {
    asOf: `${year}-12-31`,
    pointer: '/reportIn/currency',
  })
  const yuan = named.map(([name], place) =>
    sheet.derive(reportedQuantities[name].cny, inYuan, [dollars[place] as Handle<'USD'>, perUsd]),
  )
  return { results: [...dollars, ...yuan], borrowed, warnings }
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
