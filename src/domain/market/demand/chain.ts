import { acceleratorOf } from '../../compute/accelerator.ts'
import type { Accelerator, ExchangeRate } from '../../compute/catalogue.ts'
import { type Operation, writeOperation } from '../../compute/serving/operation.ts'
import { writeFormat, writeParameters } from '../../compute/serving/weights.ts'
import type { Lookup } from '../../estimate.ts'
import type { Sheet } from '../../sheet/sheet.ts'
import { Rates } from '../currency.ts'
import type { Window } from '../window.ts'
import { type Bought, writeBought } from './bought.ts'
import type { DecidedDemand } from './decided-demand.ts'
import { type Economy, writeEconomy } from './economy.ts'
import { type FleetByYear, writeFleetByYear } from './fleet-by-year.ts'
import { type ServerMarket, writeServerMarket } from './server-market.ts'
import { type ServerTerms, writeServerTerms } from './servers.ts'
import { type TrainingByYear, writeTraining } from './training-demand.ts'
import { type Use, writeUse } from './use.ts'
import { type UserPath, writeUsers } from './user-path.ts'
import { type WrittenVendor, writeVendors } from './vendors.ts'

/** The chain from users to vendors on a sheet, link by link. */
export interface Chain {
  readonly window: Window
  readonly users: UserPath
  readonly operation: Operation
  readonly use: Use
  readonly served: FleetByYear
  readonly trained: TrainingByYear | undefined
  readonly terms: ServerTerms
  readonly bought: Bought
  /** None when nobody knows what a server costs. */
  readonly vendors: readonly WrittenVendor[]
  readonly market: ServerMarket | undefined
  readonly economy: Economy
  /** Rates of exchange that are of another year than asked. */
  readonly borrowed: ReadonlyMap<number, ExchangeRate>
}

/** Writes the whole chain for the years of a window. */
export function writeChain(sheet: Sheet, request: DecidedDemand, window: Window, lookup: Lookup): Chain {
  const accelerator = acceleratorOf(lookup.catalogue, request.accelerator.id)
  const rates = new Rates(sheet, lookup.catalogue)
  const users = writeUsers(sheet, request, window, lookup)
  const operation = writeServing(sheet, request, accelerator, lookup)
  const use = writeUse(sheet, request, users, operation.performance, window)
  const served = writeFleetByYear(sheet, request, operation, use.mean, window, lookup)
  const terms = writeServerTerms(sheet, request, accelerator, lookup)
  const trained = writeTraining(sheet, request, served, window, lookup)
  const devices = { serving: served.devices, training: trained?.devices }
  const bought = writeBought(sheet, request, devices, terms, rates, window)
  const { spending, purchasePrice } = bought
  const vendors = spending === undefined ? [] : writeVendors(sheet, request, spending, rates, window)
  const market = spending && writeServerMarket(sheet, request, spending, rates, window, lookup)
  const years = {
    ...{ users: users.byYear, devices: served.devices, purchasePrice },
    ...{ perDeviceHour: operation.perDeviceHour, lifetime: terms.lifetimeHandle },
  }
  const economy = writeEconomy(sheet, request, years, accelerator, window, lookup)
  const borrowed = new Map<number, ExchangeRate>()
  for (const part of [operation, terms, economy, rates])
    for (const [year, rate] of part.borrowed) borrowed.set(year, rate)
  return {
    ...{ window, users, operation, use, served, trained, terms, bought, vendors, market, economy, borrowed },
  }
}

/**
 * The day that prices of devices are of: as asked, else the end of the base year, or the last day that the catalogue
 * has a price of where the year is not over by then.
 */
function dayOfPrices(
  { priceAsOf, baseYear }: DecidedDemand,
  id: string,
  { catalogue }: Lookup,
): string | undefined {
  if (priceAsOf !== undefined) return priceAsOf
  const last = (catalogue.prices.get(id) ?? []).at(-1)?.date
  const end = `${baseYear}-12-31`
  return last === undefined || last < end ? undefined : end
}

/** Writes what serving a request takes, by the serving engine. */
function writeServing(
  sheet: Sheet,
  request: DecidedDemand,
  accelerator: Accelerator,
  lookup: Lookup,
): Operation {
  writeParameters(sheet, request, lookup)
  const bytes = writeFormat(sheet, request, accelerator)
  const { fleet: _fleet, priceAsOf: _day, workload = {}, ...rest } = request
  const day = dayOfPrices(request, accelerator.id, lookup)
  const asked = { ...rest, workload, ...(day !== undefined && { priceAsOf: day }) }
  // A workload is asked for, so that what cannot be served is refused.
  return writeOperation(sheet, asked, accelerator, bytes, undefined, lookup) as Operation
}
