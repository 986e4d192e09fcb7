import { sumFormula } from '../../sheet/formula.ts'
import type { QuantityDefinition } from '../../sheet/quantity.ts'
import type { Handle, Sheet } from '../../sheet/sheet.ts'
import type { Window } from '../window.ts'
import { demandFormulas as f } from './demand-formulas.ts'
import { serverQuantities, trainingQuantities } from './demand-quantities.ts'
import type { ServerTerms } from './servers.ts'
import { at, ofYear, type Yearly, yearly } from './yearly.ts'

/** What servers are bought for. */
export type Purpose = 'serving' | 'training'

type PurchaseQuantities = Readonly<
  Record<'servers' | 'kept' | 'bought' | 'owned', QuantityDefinition<'server'>>
> &
  Readonly<Record<'spending' | 'capital', QuantityDefinition<'USD'>>>

/** Servers needed, and those bought for it, by year. */
export interface Purchases {
  readonly servers: Yearly<'server'>
  readonly bought: Yearly<'server'>
  readonly spending: Yearly<'USD'> | undefined
  readonly capital: Yearly<'USD'> | undefined
}

/**
 * Writes the servers of each year and what is bought of them: what is needed beyond those still in use. Servers of the
 * window are replaced after their years of use, those from before it are not; none is given back when users go.
 */
export function writePurchases(
  sheet: Sheet,
  purpose: Purpose,
  devices: Yearly<'device'>,
  { devices: each, price, network, lifetime }: ServerTerms,
  installed: Handle<'server'>,
  window: Window,
): Purchases {
  const names: PurchaseQuantities = purpose === 'serving' ? serverQuantities : trainingQuantities
  const servers = yearly(window, names.servers, (as, year) =>
    sheet.derive(as, f.servers, [at(devices, year), each]),
  )
  const bought = new Map<number, Handle<'server'>>()
  let owned = installed
  for (const year of window.years) {
    const retired = bought.get(year - lifetime)
    const kept =
      retired === undefined ? owned : sheet.derive(ofYear(names.kept, year, window), f.kept, [owned, retired])
    const now = sheet.derive(ofYear(names.bought, year, window), f.bought, [at(servers, year), kept])
    bought.set(year, now)
    owned = sheet.derive(ofYear(names.owned, year, window), sumFormula('server', 2), [kept, now])
  }
  if (price === undefined) return { servers, bought, spending: undefined, capital: undefined }
  const spending = yearly(window, names.spending, (as, year) =>
    sheet.derive(as, f.spending, [at(bought, year), price]),
  )
  const capital = yearly(window, names.capital, (as, year) =>
    sheet.derive(as, f.withNetwork, [at(spending, year), network]),
  )
  return { servers, bought, spending, capital }
}
