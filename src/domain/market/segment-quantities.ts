import type { QuantityDefinition, QuantityFamily } from '../sheet/quantity.ts'
import type { Label, Unit } from '../units.ts'

interface SegmentFamily extends QuantityFamily {
  /** What stands between the segment's id and the year. */
  readonly part: string
}

const family = (part: string, en: string, zh: string, year: '' | '.{year}' = ''): SegmentFamily => ({
  id: `segments.{segment}${part}${year}`,
  part,
  label: { en, zh },
})

/** The quantities that each segment has, some of them by year. */
export const segmentFamilies = {
  size: family('.size', 'Size in the year that it is known for', '已知年份的规模'),
  sizeCny: family('.sizeCny', 'Size as published, in yuan', '公布的人民币规模'),
  sizeUsd: family('.sizeUsd', 'Size as published, in dollars', '公布的美元规模'),
  users: family('.users', 'Users', '用户数'),
  payerRate: family('.payerRate', 'Share of users who pay', '付费率'),
  revenuePerPayer: family(
    '.revenuePerPayer',
    'Revenue per payer and payment (ARPPU)',
    '每付费用户每次支付（ARPPU）',
  ),
  paymentsPerYear: family('.paymentsPerYear', 'Payments a year', '每年支付次数'),
  addressableShare: family('.addressableShare', 'Share of the size that is addressable', '可服务比例'),
  serviceableOfYear: family('.serviceable', 'Serviceable size (SAM)', '可服务规模（SAM）', '.{year}'),
  sizeOfYear: family('.size', 'Size', '规模', '.{year}'),
  growth: family('.growth', 'Growth of the size a year', '规模年增速'),
  penetration: family('.penetration', 'Penetration', '渗透率'),
  penetrationOfYear: family('.penetration', 'Penetration', '渗透率', '.{year}'),
  penetrationRate: family(
    '.penetration.rate',
    'Constant of the penetration path, a year',
    '渗透路径的年常数',
  ),
  penetrationOffset: family(
    '.penetration.offset',
    'Exponent of the penetration curve at its origin',
    '渗透曲线原点处的指数',
  ),
  innovation: family('.innovation', 'Coefficient of innovation a year', '年创新系数'),
  imitation: family('.imitation', 'Coefficient of imitation a year', '年模仿系数'),
  penetrationCeiling: family('.penetration.ceiling', 'Share that penetration cannot exceed', '渗透率上限'),
  valueCapture: family(
    '.valueCapture',
    'Share of the penetrated size that is captured as revenue',
    '渗透部分转化为收入的比例',
  ),
  value: family('', 'Value in the target year', '目标年份价值'),
  valueOfYear: family('', 'Value', '价值', '.{year}'),
} as const

/** What a segment is called: the id in ids, the label in labels. */
export interface SegmentName {
  readonly id: string
  readonly label: Label
}

/** Most segments whose ids are kept before all are dropped: with windows of 60 years, some 20 MB. */
const mostKept = 500
const kept = new Map<string, Map<SegmentFamily, Map<number, string>>>()

/**
 * The id of a quantity. Ids are kept, as joining and hashing their parts anew for each request would take a third
 * of its time.
 */
function idOf(segment: string, of: SegmentFamily, year: number | undefined): string {
  let families = kept.get(segment)
  if (families === undefined) {
    if (kept.size >= mostKept) kept.clear()
    families = new Map()
    kept.set(segment, families)
  }
  let years = families.get(of)
  if (years === undefined) {
    years = new Map()
    families.set(of, years)
  }
  let id = years.get(year ?? 0)
  if (id === undefined) {
    id = `segments.${segment}${of.part}${year === undefined ? '' : `.${year}`}`
    years.set(year ?? 0, id)
  }
  return id
}

/** A quantity of a segment. Its label is put together when somebody reads it: most are never shown. */
class SegmentQuantity<U extends Unit> implements QuantityDefinition<U> {
  readonly id: string
  readonly unit: U
  readonly display: Unit
  readonly family: SegmentFamily
  readonly #segment: Label
  readonly #year: number | undefined

  constructor(segment: SegmentName, of: SegmentFamily, unit: U, year: number | undefined, display: Unit) {
    this.id = idOf(segment.id, of, year)
    this.unit = unit
    this.display = display
    this.family = of
    this.#segment = segment.label
    this.#year = year
  }

  get label(): Label {
    const { en, zh } = this.family.label
    const year = this.#year
    return {
      en: `${this.#segment.en}: ${en}${year === undefined ? '' : `, ${year}`}`,
      zh: `${this.#segment.zh}：${year === undefined ? '' : `${year} 年`}${zh}`,
    }
  }
}

/** The quantity of a segment, of a year or of the segment as a whole, shown in `display` (default: its unit). */
export function segmentQuantity<const U extends Unit>(
  segment: SegmentName,
  of: SegmentFamily,
  unit: U,
  year?: number,
  display: Unit = unit,
): QuantityDefinition<U> {
  return new SegmentQuantity(segment, of, unit, year, display)
}
