import { inYuan } from '../../compute/money/reported-money.ts'
import { DomainError } from '../../errors.ts'
import { given, type Provenance, type QuantityDefinition } from '../../sheet/quantity.ts'
import type { Handle, Sheet } from '../../sheet/sheet.ts'
import type { Label, Unit } from '../../units.ts'
import type { Rates } from '../currency.ts'
import type { Window } from '../window.ts'
import type { DecidedDemand } from './decided-demand.ts'
import { demandFormulas as f } from './demand-formulas.ts'
import type { ReportedShareId, Vendor } from './demand-request.ts'
import { at, type Yearly, yearly } from './yearly.ts'

/** A share of a server market that the founding report prints, with the market that it is of. */
interface ReportedShare {
  readonly vendor: string
  readonly value: number
  readonly region: 'CN' | 'WORLD'
  readonly market: Label
}

/** Inspur's shares in section 4.1 of the founding report, by the claims that print them. */
const reportedShares: Readonly<Record<ReportedShareId, ReportedShare>> = {
  N081: {
    vendor: 'inspur',
    value: 0.5,
    region: 'CN',
    market: {
      en: 'AI servers in China, five years in a row, as a lower bound',
      zh: '中国 AI 服务器市场，连续五年，为下限',
    },
  },
  N082: {
    vendor: 'inspur',
    value: 0.099,
    region: 'WORLD',
    market: { en: 'all servers worldwide, 2022', zh: '2022 年全球服务器市场' },
  },
  N083: {
    vendor: 'inspur',
    value: 0.356,
    region: 'CN',
    market: { en: 'all servers in China, 2020', zh: '2020 年中国服务器市场' },
  },
}

const inspur: Vendor = { id: 'inspur', label: { en: 'Inspur', zh: '浪潮信息' } }

/** A vendor with its revenue on a sheet, and the share of the report that it takes, if any. */
export interface WrittenVendor {
  readonly id: string
  readonly label: Label
  readonly reported: ReportedShare | undefined
  readonly revenue: Yearly<'USD'>
  readonly inYuan: Handle<'CNY'>
}

interface KnownShare {
  readonly value: number
  readonly provenance: Provenance
  readonly reported: ReportedShare | undefined
}

/**
 * Writes what each vendor earns of the spending. Without vendors that is Inspur, by its share in the report: of AI
 * servers in China for that region, else of all servers worldwide. Throws `missing-value` for a vendor without a share,
 * `duplicate-quantity` for one that stands twice, and `inconsistent-inputs` for shares of more than the whole.
 */
export function writeVendors(
  sheet: Sheet,
  { vendors = [inspur], region }: DecidedDemand,
  spending: Yearly<'USD'>,
  rates: Rates,
  window: Window,
): WrittenVendor[] {
  const shares = vendors.map((vendor, index) => shareOf(vendor, region, index))
  checkVendors(vendors, shares)
  return vendors.map((vendor, index) => {
    const { value, provenance, reported } = shares[index] as KnownShare
    const { id } = vendor
    const label = vendor.label ?? (id === inspur.id ? inspur.label : undefined) ?? { en: id, zh: id }
    const named = <U extends Unit>(part: keyof typeof parts, unit: U): QuantityDefinition<U> => {
      const { en, zh } = parts[part].label
      return {
        id: `${part}.${id}`,
        unit,
        display: unit === 'CNY' ? '亿元' : unit,
        label: { en: `${label.en}: ${en}`, zh: `${label.zh}：${zh}` },
        family: { id: `${part}.{vendor}`, label: parts[part].family },
      }
    }
    const share = sheet.input(named('vendorShares', '1'), value, provenance)
    const revenue = yearly(window, named('vendorRevenue', 'USD'), (as, year) =>
      sheet.derive(as, f.vendorRevenue, [at(spending, year), share]),
    )
    const inYuanOfYear = sheet.derive(named('vendorRevenueCny', 'CNY'), inYuan, [
      at(revenue, window.target),
      rates.of(window.target),
    ])
    return { id, label, reported, revenue, inYuan: inYuanOfYear }
  })
}

const parts = {
  vendorShares: {
    label: { en: 'share of the spending on servers', zh: '服务器支出份额' },
    family: { en: 'Share of a vendor in the spending on servers', zh: '厂商服务器支出份额' },
  },
  vendorRevenue: {
    label: { en: 'revenue from these servers', zh: '服务器收入' },
    family: { en: 'Revenue of a vendor from the servers bought', zh: '厂商服务器收入' },
  },
  vendorRevenueCny: {
    label: { en: 'the same in yuan', zh: '服务器收入（人民币）' },
    family: { en: 'Revenue of a vendor in yuan', zh: '厂商服务器收入（人民币）' },
  },
} as const

function shareOf({ id, share, claim }: Vendor, region: string | undefined, index: number): KnownShare {
  const pointer = `/vendors/${index}`
  if (share !== undefined && claim !== undefined) {
    throw new DomainError(
      'inconsistent-inputs',
      `${id} has the share ${share} and that of claim ${claim}, ${reportedShares[claim].value}; keep one of them.`,
      { pointer: `${pointer}/claim`, facts: { share, claim } },
    )
  }
  if (share !== undefined) return { value: share, provenance: given, reported: undefined }
  const chosen = claim ?? (id === inspur.id ? (region === 'CN' ? 'N081' : 'N082') : undefined)
  if (chosen === undefined) {
    throw new DomainError(
      'missing-value',
      `${id} has no share, and the founding report prints shares of ${inspur.id} alone; give ${pointer.slice(1).replace('/', '.')}.share.`,
      { pointer: `${pointer}/share`, facts: { vendor: id } },
    )
  }
  const reported = reportedShares[chosen]
  if (reported.vendor !== id) {
    throw new DomainError(
      'inconsistent-inputs',
      `Claim ${chosen} is the share of ${reported.vendor}, ${reported.value}, and not of ${id}; give a share, or name ${reported.vendor}.`,
      { pointer: `${pointer}/claim`, facts: { vendor: id, claim: chosen, of: reported.vendor } },
    )
  }
  const { en, zh } = reported.market
  return {
    value: reported.value,
    reported,
    provenance: {
      status: claim === undefined ? 'default' : 'catalogue',
      source: 'galaxy-2023',
      provenance: 'read',
      note: { en: `section 4.1, claim ${chosen}: ${en}`, zh: `4.1 节，论断 ${chosen}：${zh}` },
    },
  }
}

function checkVendors(vendors: readonly Vendor[], shares: readonly KnownShare[]): void {
  for (const [index, { id }] of vendors.entries()) {
    const first = vendors.findIndex(other => other.id === id)
    if (first === index) continue
    throw new DomainError(
      'duplicate-quantity',
      `/vendors/${first} and /vendors/${index} both have the id "${id}"; ids of vendors must differ.`,
      { pointer: `/vendors/${index}/id`, facts: { id, first, second: index } },
    )
  }
  const sum = shares.reduce((total, { value }) => total + value, 0)
  // Ten shares of a tenth are a hair more than 1 in doubles.
  if (sum <= 1 + 1e-9) return
  throw new DomainError(
    'inconsistent-inputs',
    `The shares of the vendors add up to ${Number(sum.toPrecision(6))}, and the whole is 1; lower some of them.`,
    { pointer: '/vendors', facts: { sum, whole: 1 } },
  )
}
