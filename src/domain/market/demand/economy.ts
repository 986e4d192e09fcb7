import type { Accelerator, ExchangeRate } from '../../compute/catalogue.ts'
import { energyFormulas } from '../../compute/energy/energy-formulas.ts'
import { writePowerPerDevice, writePue } from '../../compute/energy/power.ts'
import { tariffOf } from '../../compute/money/ownership.ts'
import { ownershipFormulas, ownershipQuantities } from '../../compute/money/ownership-formulas.ts'
import { writeYuanPrice } from '../../compute/money/yuan-price.ts'
import { fleetFormulas } from '../../compute/serving/fleet-formulas.ts'
import type { Lookup } from '../../estimate.ts'
import { sumFormula } from '../../sheet/formula.ts'
import { given } from '../../sheet/quantity.ts'
import type { Handle, Sheet } from '../../sheet/sheet.ts'
import type { Window } from '../window.ts'
import { type DecidedDemand, reportedService } from './decided-demand.ts'
import { demandFormulas as f } from './demand-formulas.ts'
import { economyQuantities as q } from './demand-quantities.ts'
import { at, type Yearly, yearly } from './yearly.ts'

/** What the devices of each year cost, and what the servers that hold them cost to buy. */
export interface ServedYears {
  readonly users: Yearly<'person'>
  readonly devices: Yearly<'device'>
  readonly perDeviceHour: Handle<'USD/(device·hour)'> | undefined
  readonly purchasePrice: Yearly<'USD'> | undefined
  readonly lifetime: Handle<'year'>
}

/** Cost and revenue of serving, on a sheet; what nothing is known for is undefined. */
export interface Economy {
  readonly energy: Yearly<'MWh'> | undefined
  readonly electricity: Yearly<'USD'> | undefined
  readonly owning: Yearly<'USD'> | undefined
  readonly rent: Yearly<'USD'> | undefined
  readonly cost: Yearly<'USD'> | undefined
  readonly costPerUser: Yearly<'USD/person'> | undefined
  readonly revenue: Yearly<'USD'> | undefined
  readonly margin: Yearly<'USD'> | undefined
  readonly breakEven: Handle<'1'> | undefined
  readonly borrowed: ReadonlyMap<number, ExchangeRate>
}

/** Writes what serving costs a year, rented and on servers of one's own, and what subscriptions bring against it. */
export function writeEconomy(
  sheet: Sheet,
  request: DecidedDemand,
  served: ServedYears,
  accelerator: Accelerator,
  window: Window,
  lookup: Lookup,
): Economy {
  const { users, devices, perDeviceHour } = served
  const power = writeElectricity(sheet, request, devices, accelerator, window, lookup)
  const owning = writeOwning(sheet, served, power?.electricity, window)
  const rentPerDay =
    perDeviceHour &&
    yearly(window, q.costPerDay, (as, year) =>
      sheet.derive(as, fleetFormulas.fleetCost, [at(devices, year), perDeviceHour]),
    )
  const rent =
    rentPerDay && yearly(window, q.rent, (as, year) => sheet.derive(as, f.yearOfDays, [at(rentPerDay, year)]))
  const known = rent ?? owning
  const cost = known && yearly(window, q.cost, (as, year) => sheet.derive(as, f.same, [at(known, year)]))
  const costPerUser =
    cost &&
    yearly(window, q.costPerUser, (as, year) =>
      sheet.derive(as, f.costPerUser, [at(cost, year), at(users, year)]),
    )
  return {
    ...{ energy: power?.energy, electricity: power?.electricity, owning, rent, cost, costPerUser },
    ...writeSubscriptions(sheet, request, users, cost, window, lookup),
  }
}

function writeElectricity(
  sheet: Sheet,
  { energy = {}, electricityPrice, baseYear }: DecidedDemand,
  devices: Yearly<'device'>,
  accelerator: Accelerator,
  window: Window,
  { catalogue }: Lookup,
): { readonly energy: Yearly<'MWh'>; readonly electricity: Yearly<'USD'> } | undefined {
  const watts = writePowerPerDevice(sheet, energy, accelerator, catalogue)
  if (watts === undefined) return undefined
  const pue = writePue(sheet, energy, catalogue)
  const { value, provenance } =
    electricityPrice === undefined
      ? tariffOf(catalogue, baseYear)
      : { value: electricityPrice, provenance: given }
  const tariff = sheet.input(ownershipQuantities.electricityPrice, value, provenance)
  const deviceDays = yearly(window, q.deviceDays, (as, year) =>
    sheet.derive(as, f.deviceDays, [at(devices, year)]),
  )
  return {
    energy: yearly(window, q.energy, (as, year) =>
      sheet.derive(as, energyFormulas.trainingEnergy, [at(deviceDays, year), watts, pue]),
    ),
    electricity: yearly(window, q.electricity, (as, year) =>
      sheet.derive(as, ownershipFormulas.electricityCost, [at(deviceDays, year), watts, pue, tariff]),
    ),
  }
}

function writeOwning(
  sheet: Sheet,
  { purchasePrice, lifetime }: ServedYears,
  electricity: Yearly<'USD'> | undefined,
  window: Window,
): Yearly<'USD'> | undefined {
  if (purchasePrice === undefined || electricity === undefined) return undefined
  const depreciation = yearly(window, q.depreciation, (as, year) =>
    sheet.derive(as, f.depreciation, [at(purchasePrice, year), lifetime]),
  )
  return yearly(window, q.owning, (as, year) =>
    sheet.derive(as, sumFormula('USD', 2), [at(depreciation, year), at(electricity, year)]),
  )
}

function writeSubscriptions(
  sheet: Sheet,
  { subscription, baseYear, assumed }: DecidedDemand,
  users: Yearly<'person'>,
  cost: Yearly<'USD'> | undefined,
  window: Window,
  { catalogue }: Lookup,
): Pick<Economy, 'revenue' | 'margin' | 'breakEven' | 'borrowed'> {
  const none = { revenue: undefined, margin: undefined, borrowed: new Map() }
  const { pricePerMonth, currency, payerRate } = subscription
  const asked = { value: pricePerMonth, asOf: `${baseYear}`, pointer: '/subscription/currency' }
  const { handle: price, borrowed } =
    currency === 'CNY'
      ? writeYuanPrice(sheet, catalogue, asked, q.priceCny, q.price)
      : {
          handle: sheet.input(
            q.price,
            pricePerMonth,
            assumed.has('subscription') ? reportedService.subscription : given,
          ),
          borrowed: none.borrowed,
        }
  const { target } = window
  const breakEven =
    cost && sheet.derive(q.breakEven, f.breakEven, [at(cost, target), at(users, target), price])
  if (payerRate === undefined) return { ...none, breakEven, borrowed }
  const payers = sheet.input(q.payerRate, payerRate, given)
  const revenue = yearly(window, q.revenue, (as, year) =>
    sheet.derive(as, f.revenue, [at(users, year), payers, price]),
  )
  const margin =
    cost &&
    yearly(window, q.margin, (as, year) => sheet.derive(as, f.margin, [at(revenue, year), at(cost, year)]))
  return { revenue, margin, breakEven, borrowed }
}
