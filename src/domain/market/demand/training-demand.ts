import { fromCatalogue, modelOf } from '../../compute/model.ts'
import { writeDeviceThroughput } from '../../compute/training/device-throughput.ts'
import { formulas, quantities } from '../../compute/training/training-formulas.ts'
import { DomainError } from '../../errors.ts'
import type { Lookup } from '../../estimate.ts'
import { byDefault, given } from '../../sheet/quantity.ts'
import type { Handle, Sheet } from '../../sheet/sheet.ts'
import { placedUnder } from '../../uncertainty/distributions-in-request.ts'
import type { Window } from '../window.ts'
import type { DecidedDemand } from './decided-demand.ts'
import { demandFormulas as f } from './demand-formulas.ts'
import { trainingQuantities as q } from './demand-quantities.ts'
import type { TrainingDemand } from './demand-request.ts'
import type { FleetByYear } from './fleet-by-year.ts'
import { at, type Yearly, yearly } from './yearly.ts'

const defaultDays = 90

/** What a run of each year takes, the devices that train, and how long it would take on those that serve. */
export interface TrainingByYear {
  readonly flop: Yearly<'FLOP'>
  readonly deviceDays: Yearly<'day'>
  readonly devices: Yearly<'device'>
  readonly daysOnFleet: Yearly<'day'>
}

/** Writes the devices that training takes each year, at the throughput of `training`; none where it is not asked for. */
export function writeTraining(
  sheet: Sheet,
  { training, model, accelerator }: DecidedDemand,
  { activeParameters, devices: serving }: Pick<FleetByYear, 'activeParameters' | 'devices'>,
  window: Window,
  lookup: Lookup,
): TrainingByYear | undefined {
  if (training === undefined) return undefined
  const flop = writeFlop(sheet, training, model, activeParameters, lookup)
  const { effective } = placedUnder('/training', () =>
    writeDeviceThroughput(
      sheet,
      {
        accelerator,
        ...(training.precision !== undefined && { precision: training.precision }),
        ...(training.throughput !== undefined && { throughput: training.throughput }),
      },
      lookup,
    ),
  )
  const growth = sheet.input(
    q.growth,
    training.growth ?? 0,
    training.growth === undefined ? byDefault('runs take as much every year', '每次训练算力不变') : given,
  )
  const days = sheet.input(
    q.days,
    training.days ?? defaultDays,
    training.days === undefined ? byDefault('a quarter of a year', '一个季度') : given,
  )
  const runs = sheet.input(
    q.runs,
    training.runsPerYear ?? 1,
    training.runsPerYear === undefined ? byDefault('one run a year', '每年一次') : given,
  )
  const scale = yearly(window, q.scale, (as, year) => sheet.derive(as, f.grown(year - window.base), [growth]))
  const flopByYear = yearly(window, q.flop, (as, year) =>
    sheet.derive(as, f.scaledFlop, [flop, at(scale, year)]),
  )
  const deviceDays = yearly(window, q.deviceDays, (as, year) =>
    sheet.derive(as, formulas.deviceDays, [at(flopByYear, year), effective]),
  )
  const devices = yearly(window, q.devices, (as, year) =>
    sheet.derive(as, f.trainingDevices, [at(deviceDays, year), days, runs]),
  )
  const daysOnFleet = yearly(window, q.daysOnFleet, (as, year) =>
    sheet.derive(as, f.daysOnFleet, [at(deviceDays, year), at(serving, year)]),
  )
  return { flop: flopByYear, deviceDays, devices, daysOnFleet }
}

function writeFlop(
  sheet: Sheet,
  { trainingFlop, tokens }: TrainingDemand,
  model: DecidedDemand['model'],
  activeParameters: Handle<'parameter'>,
  { catalogue }: Lookup,
): Handle<'FLOP'> {
  if (trainingFlop !== undefined && tokens !== undefined) {
    throw new DomainError(
      'inconsistent-inputs',
      `training.trainingFlop = ${trainingFlop} and training.tokens = ${tokens} both decide the training compute; keep one of them.`,
      { pointer: '/training/tokens', facts: { trainingFlop, tokens } },
    )
  }
  if (trainingFlop !== undefined) return sheet.input(quantities.trainingFlop, trainingFlop, given)
  const own = 'id' in model ? (modelOf(catalogue, model.id).training?.tokens ?? null) : null
  if (tokens === undefined && own === null) {
    throw new DomainError(
      'missing-value',
      `Nothing says how many tokens ${'id' in model ? model.id : 'the model'} is trained on; give training.tokens or training.trainingFlop.`,
      { pointer: '/training/tokens' },
    )
  }
  const trained =
    tokens !== undefined
      ? sheet.input(quantities.trainingTokens, tokens, given)
      : sheet.input(quantities.trainingTokens, own?.value ?? 0, own === null ? given : fromCatalogue(own))
  return sheet.derive(quantities.trainingFlop, formulas.flopOfTokens, [activeParameters, trained])
}
