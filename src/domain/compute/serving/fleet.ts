import { byDefault, given, type QuantityDefinition } from '../../sheet/quantity.ts'
import type { Handle, Sheet } from '../../sheet/sheet.ts'
import type { Unit } from '../../units.ts'
import { fleetFormulas as g } from './fleet-formulas.ts'
import { operationFormulas as f } from './operation-formulas.ts'
import { operationQuantities as q } from './operation-quantities.ts'
import type { Performance } from './performance.ts'
import type { FleetRequest } from './performance-request.ts'

const defaults = {
  requestsPerUser: [10, byDefault('a handful of questions with their follow-ups', '若干问题及追问')],
  peakFactor: [2, byDefault('the busiest hour has twice the mean of a day', '最忙小时为日均的两倍')],
  loadTarget: [0.8, byDefault('a fifth is kept for bursts', '为突发预留五分之一')],
  maximumWait: [1, byDefault('a user notices a second', '用户可感知一秒')],
  arrivalVariation: [1, byDefault('independent users (Poisson)', '用户相互独立（泊松到达）')],
  serviceVariation: [
    1,
    byDefault('lengths of answers vary as much as their mean', '输出长度标准差与均值相当'),
  ],
  spareCopies: [1, byDefault('one copy may fail', '允许一个副本故障')],
} as const

type Assumption = keyof typeof defaults

/** The assumptions of a fleet, each written on the sheet when it is first asked for. */
export type FleetAssumptions = <K extends Assumption>(id: K) => Handle<(typeof q)[K]['unit']>

/** What a request assumes of a fleet, and the defaults for what it does not. */
export function fleetAssumptions(sheet: Sheet, fleet: Partial<Record<Assumption, number>>): FleetAssumptions {
  return id => {
    const known = sheet.find(q[id].id)
    const [usual, why] = defaults[id]
    const value = fleet[id]
    return (known ??
      sheet.input(q[id], value ?? usual, value === undefined ? why : given)) as Handle as Handle<
      (typeof q)[typeof id]['unit']
    >
  }
}

/** What one copy of the model delivers, as far as a fleet is sized by it. */
export type CopyPerformance = Pick<
  Performance,
  'rate' | 'request' | 'output' | 'sequences' | 'devicesPerCopy'
>

/** Renames the quantities of a fleet, where a sheet has one a year. */
export type FleetNames = <U extends Unit>(definition: QuantityDefinition<U>) => QuantityDefinition<U>

/** A fleet on a sheet. */
export interface Fleet {
  readonly peak: Handle<'1/s'>
  readonly progress: Handle<'count'>
  readonly copies: Handle<'count'>
  readonly devices: Handle<'device'>
  readonly waits: Handle<'1'>
  readonly wait: Handle<'s'>
}

/** Writes the devices for a mean rate of requests: by load, by the wait of a queue (Erlang C), with spares (F11). */
export function sizeFleet(
  sheet: Sheet,
  mean: Handle<'1/s'>,
  { rate, request, output, sequences, devicesPerCopy }: CopyPerformance,
  own: FleetAssumptions,
  named: FleetNames = definition => definition,
): Fleet {
  const peak = sheet.derive(named(q.peakRequestsPerSecond), g.peakRequests, [mean, own('peakFactor')])
  const progress = sheet.derive(named(q.requestsInProgress), g.inProgress, [peak, request])
  const arrivals = own('arrivalVariation')
  const services = own('serviceVariation')
  const forLoad = sheet.derive(named(q.copiesForLoad), g.copiesForLoad, [
    ...([peak, output, rate, own('loadTarget')] as const),
  ])
  const forWait = sheet.derive(named(q.copiesForWait), g.copiesForWait, [
    ...([sequences, peak, request, arrivals, services, own('maximumWait')] as const),
  ])
  const copies = sheet.derive(named(q.fleetCopies), g.most, [forLoad, forWait, own('spareCopies')])
  const places = sheet.derive(named(q.fleetPlaces), g.places, [copies, sequences])
  const waits = sheet.derive(named(q.waitProbability), g.waitProbability, [places, progress])
  const wait = sheet.derive(named(q.meanWait), g.meanWait, [places, peak, request, arrivals, services])
  const devices = sheet.derive(named(q.fleetDevices), f.devicesServing, [devicesPerCopy, copies])
  return { peak, progress, copies, devices, waits, wait }
}

/** Writes the fleet for daily users, and what it costs. */
export function writeFleet(
  sheet: Sheet,
  fleet: FleetRequest,
  performance: Performance,
  perDeviceHour: Handle<'USD/(device·hour)'> | undefined,
  perDevice: Handle<'USD/device'> | undefined,
): Handle[] {
  const own = fleetAssumptions(sheet, fleet)
  const users = sheet.input(q.dailyUsers, fleet.dailyUsers, given)
  const mean = sheet.derive(q.meanRequestsPerSecond, g.meanRequests, [users, own('requestsPerUser')])
  const { peak, progress, copies, devices, waits, wait } = sizeFleet(sheet, mean, performance, own)
  const results: Handle[] = [mean, peak, progress, copies, devices, waits, wait]
  if (perDeviceHour !== undefined) {
    results.push(sheet.derive(q.fleetCostPerDay, g.fleetCost, [devices, perDeviceHour]))
  }
  if (perDevice !== undefined) {
    results.push(sheet.derive(q.fleetHardwareCost, g.fleetPurchase, [devices, perDevice]))
  }
  return results
}
