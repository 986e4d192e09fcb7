import type { Lookup } from '../../estimate.ts'
import type { Handle, Sheet } from '../../sheet/sheet.ts'
import type { Rates } from '../currency.ts'
import { knownSize, type Observed } from '../segment-size.ts'
import type { Window } from '../window.ts'
import type { DecidedDemand } from './decided-demand.ts'
import { demandFormulas as f } from './demand-formulas.ts'
import { economyQuantities as q } from './demand-quantities.ts'
import { at, type Yearly } from './yearly.ts'

/** The server market beside the spending, on a sheet. */
export interface ServerMarket {
  readonly size: Handle<'亿美元'>
  /** The size as published, in its own currency. */
  readonly published: Handle<'亿美元' | '亿元'>
  readonly share: Handle<'1'>
  readonly observed: Observed | undefined
  /** The year of the market, and that of the spending that is held against it. */
  readonly year: number
  readonly spendingYear: number
}

/**
 * Writes a server market and the share that the spending on servers makes up of it: that of the year of the market,
 * where the window has it, else of the target year. Throws what sizes of markets are refused for.
 */
export function writeServerMarket(
  sheet: Sheet,
  { market, asOf }: DecidedDemand,
  spending: Yearly<'USD'>,
  rates: Rates,
  window: Window,
  lookup: Lookup,
): ServerMarket | undefined {
  if (market === undefined) return undefined
  const context = { lookup, scale: '亿美元', baseYear: window.target, asOf } as const
  const { value, unit, year, provenance, observed } = knownSize(market, context, '/market')
  const published = sheet.input(unit === '亿美元' ? q.marketSize : q.marketSizeCny, value, provenance)
  const size =
    unit === '亿美元'
      ? (published as Handle<'亿美元'>)
      : rates.convert(published as Handle<'亿元'>, year, q.marketSize)
  const spendingYear = spending.has(year) ? year : window.target
  const share = sheet.derive(q.shareOfMarket, f.shareOfMarket, [at(spending, spendingYear), size])
  return { size, published, share, observed, year, spendingYear }
}
