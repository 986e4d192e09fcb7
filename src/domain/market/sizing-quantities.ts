import { formula } from '../sheet/formula.ts'
import { type QuantityDefinition, quantity } from '../sheet/quantity.ts'
import type { Unit } from '../units.ts'
import type { Money } from './currency.ts'
import type { SegmentName } from './segment-quantities.ts'

/** The multiplier of all penetrations: the one number to turn when a total is to be met. */
export const penetrationMultiplier = quantity(
  'penetrationMultiplier',
  '1',
  'Multiplier of every penetration',
  '渗透率统一乘数',
)

/** Growth of the total between the base year and the target year. */
export const totalCagr = quantity(
  'cagr',
  '1',
  'Average growth of the total a year, base to target year',
  '合计年均复合增速（基准年至目标年）',
)

const totals = {
  total: { en: 'Total', zh: '合计' },
  totalCny: { en: 'Total in yuan', zh: '合计（人民币）' },
  totalUsd: { en: 'Total in dollars', zh: '合计（美元）' },
  totalReal: { en: 'Total at the prices of one year', zh: '合计（不变价）' },
  tam: { en: 'Sizes of all segments (TAM)', zh: '各细分市场规模合计（TAM）' },
  sam: { en: 'Serviceable sizes of all segments (SAM)', zh: '可服务规模合计（SAM）' },
} as const
export type TotalId = keyof typeof totals

const families = Object.fromEntries(
  Object.entries(totals).map(([id, label]) => [id, { id: `${id}.{year}`, label }]),
) as Record<TotalId, { id: string; label: { en: string; zh: string } }>

/** A total, by its plain id in the target year (`undefined`) and with the year behind it in the others. */
export function totalQuantity<const U extends Money>(
  id: TotalId,
  unit: U,
  year: number | undefined,
  display: Unit = unit,
): QuantityDefinition<U> {
  const { en, zh } = totals[id]
  if (year === undefined) return { id, unit, display, label: { en, zh } }
  return {
    id: `${id}.${year}`,
    unit,
    display,
    label: { en: `${en}, ${year}`, zh: `${year} 年${zh}` },
    family: families[id],
  }
}

const shareFamily = {
  id: 'shares.{segment}',
  label: { en: 'Share of the total in the target year', zh: '目标年份占合计比例' },
}

/** The share of a segment in the total of the target year, which must be more than nothing. */
export function shareQuantity({ id, label }: SegmentName): QuantityDefinition<'1'> {
  return {
    id: `shares.${id}`,
    unit: '1',
    display: '1',
    label: { en: `${label.en}: share of the total`, zh: `${label.zh}：占合计比例` },
    family: shareFamily,
  }
}

const shareIn = (unit: Money) =>
  formula({
    text: 'V / T',
    symbols: ['V', 'T'],
    inputUnits: [unit, unit],
    unit: '1',
    fn: (value, total) => value / total,
  })
export const shareOf = { 亿元: shareIn('亿元'), 亿美元: shareIn('亿美元') } as const

const sameIn = (unit: Money) =>
  formula({ text: 'T', symbols: ['T'], inputUnits: [unit], unit, fn: total => total })
/** The total under its other name, so that a reader of either currency finds it by a fixed id. */
export const same = { 亿元: sameIn('亿元'), 亿美元: sameIn('亿美元') } as const
