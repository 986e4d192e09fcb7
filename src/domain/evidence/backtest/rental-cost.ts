import type { Catalogue } from '../../compute/catalogue.ts'
import { defaultPrice } from '../../compute/money/price.ts'
import { acceleratorOfSetup } from './accelerator-of-setup.ts'
import type { BacktestFamily, Estimable, MeasuredSetup, NotEstimable } from './measurement.ts'
import { trainingTimeFamily } from './training-time.ts'

/** Devices of a node where a row counts nodes. */
const devicesOfNode = 8
const hoursOfDay = 24

/** A number that a row's workload states under one of some names. */
function stated({ workload }: MeasuredSetup, ...names: readonly string[]): number | undefined {
  for (const name of names) {
    const value = workload?.[name]
    if (typeof value === 'number' && value > 0) return value
  }
  return undefined
}

/** Device-hours: as stated, of a day of so many devices, or as the training takes by the model of training time. */
function deviceHours(setup: MeasuredSetup, catalogue: Catalogue): number | NotEstimable {
  if (setup.key.includes('per_day')) {
    const nodes = stated(setup, 'avg_nodes', 'nodes')
    const devices = nodes === undefined ? setup.n_gpus : nodes * devicesOfNode
    return devices === undefined
      ? { reason: 'the row says neither how many devices nor how many nodes there are' }
      : devices * hoursOfDay
  }
  const hours = stated(setup, 'gpu_hours', 'chip_hours', 'device_hours')
  if (hours !== undefined) return hours
  const read = trainingTimeFamily.read({ ...setup, kind: 'training-time', key: 'gpu_hours' }, catalogue)
  if ('reason' in read) return read
  return read.estimate(catalogue.calibration.get(trainingTimeFamily.id)?.values ?? {})
}

/**
 * Money for rented devices: device-hours times the price that the row states, else the catalogue's. Without
 * constants of its own.
 */
export const rentalCostFamily: BacktestFamily = {
  id: 'rental-cost',
  parameters: [],
  covers: ({ kind, key }) => kind === 'training-cost' && key.startsWith('usd'),
  read: (setup, catalogue): Estimable | NotEstimable => {
    const hours = deviceHours(setup, catalogue)
    if (typeof hours !== 'number') return hours
    const device = acceleratorOfSetup(setup, catalogue)
    const price =
      stated(setup, 'gpu_hour_usd', 'usd_per_gpu_hour', 'price_per_gpu_hour') ??
      (device === undefined ? undefined : defaultPrice(catalogue, device.id)?.value)
    if (price === undefined)
      return { reason: 'neither the row nor the catalogue has a price of a device-hour' }
    return { estimate: () => hours * price, strata: ['rental cost'] }
  },
}
