import type { Lookup, Warning } from '../../estimate.ts'
import type { Handle, Sheet } from '../../sheet/sheet.ts'
import type { Accelerator, ExchangeRate, PriceObservation } from '../catalogue.ts'
import { type EnergyRequest, noPower, writeTrainingEnergy } from '../energy/training-energy.ts'
import { yearOf } from '../money/calendar.ts'
import { type Ownership, type OwnershipRequest, writeOwnership } from '../money/ownership.ts'
import type { RentalPrice } from '../money/rental-price.ts'
import { type ReportedMoney, writeReportedMoney } from '../money/reported-money.ts'

/** What a training run costs beyond rented hours, as far as a request asks for it. */
export interface BeyondRentalRequest {
  readonly ownership?: OwnershipRequest
  readonly energy?: EnergyRequest
  readonly reportIn?: ReportedMoney
}

/** The run that these are of. */
export interface TrainingRun {
  readonly deviceDays: Handle<'day'>
  readonly devices: Handle<'device'>
  readonly accelerator: Accelerator | undefined
  readonly cost: Handle<'USD'> | undefined
  readonly rental: RentalPrice
}

/** What was written, and what to say about it. */
export interface BeyondRental {
  readonly results: readonly Handle[]
  readonly warnings: readonly Warning[]
  readonly borrowed: ReadonlyMap<number, ExchangeRate>
  readonly devicePrices: readonly PriceObservation[]
}

const notOwned: Ownership = {
  results: [],
  cost: undefined,
  trained: undefined,
  behind: [],
  borrowed: new Map(),
  warnings: [],
}

/** Writes energy, carbon and water, owned devices, and costs in other money. */
export function writeBeyondRental(
  sheet: Sheet,
  { ownership, energy, reportIn }: BeyondRentalRequest,
  run: TrainingRun,
  { catalogue }: Lookup,
): BeyondRental {
  const used =
    energy === undefined
      ? undefined
      : writeTrainingEnergy(sheet, energy, run.deviceDays, run.accelerator, catalogue)
  const owned =
    ownership === undefined ? notOwned : writeOwnership(sheet, ownership, energy ?? {}, run, catalogue)
  const inYear = (date: string | undefined) => (date === undefined ? undefined : yearOf(date))
  const costs = {
    ...(run.cost !== undefined && {
      trainingCost: { cost: run.cost, year: inYear(run.rental.asOf ?? owned.trained) },
    }),
    ...(owned.cost !== undefined && { ownershipCost: { cost: owned.cost, year: inYear(owned.trained) } }),
  }
  const reported = reportIn === undefined ? undefined : writeReportedMoney(sheet, reportIn, costs, catalogue)
  return {
    results: [...owned.results, ...(used ?? []), ...(reported?.results ?? [])],
    warnings: [
      ...(used !== undefined && used.length === 0 ? [noPower] : []),
      ...owned.warnings.filter(({ code }) => !(code === noPower.code && used?.length === 0)),
      ...(reported?.warnings ?? []),
    ],
    borrowed: new Map([...owned.borrowed, ...(reported?.borrowed ?? [])]),
    devicePrices: owned.behind,
  }
}
