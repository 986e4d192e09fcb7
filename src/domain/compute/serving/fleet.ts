import { byDefault, given } from '../../sheet/quantity.ts'
import type { Handle, Sheet } from '../../sheet/sheet.ts'
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

/** Writes the devices for daily users: by load, by the wait of a queue (Erlang C), with spares (F11). */
export function writeFleet(
  sheet: Sheet,
  fleet: FleetRequest,
  performance: Performance,
  perDeviceHour: Handle<'USD/(device·hour)'> | undefined,
  perDevice: Handle<'USD/device'> | undefined,
): Handle[] {
  const own = <K extends keyof typeof defaults>(id: K): Handle<(typeof q)[K]['unit']> => {
    const [usual, why] = defaults[id]
    const value = fleet[id]
    const handle = sheet.input(q[id], value ?? usual, value === undefined ? why : given)
    return handle as Handle as Handle<(typeof q)[K]['unit']>
  }
  const { rate, request, output, sequences, devicesPerCopy } = performance
  const users = sheet.input(q.dailyUsers, fleet.dailyUsers, given)
  const mean = sheet.derive(q.meanRequestsPerSecond, g.meanRequests, [users, own('requestsPerUser')])
  const peak = sheet.derive(q.peakRequestsPerSecond, g.peakRequests, [mean, own('peakFactor')])
  const progress = sheet.derive(q.requestsInProgress, g.inProgress, [peak, request])
  const arrivals = own('arrivalVariation')
  const services = own('serviceVariation')
  const forLoad = sheet.derive(q.copiesForLoad, g.copiesForLoad, [peak, output, rate, own('loadTarget')])
  const forWait = sheet.derive(q.copiesForWait, g.copiesForWait, [
    ...([sequences, peak, request, arrivals, services, own('maximumWait')] as const),
  ])
  const copies = sheet.derive(q.fleetCopies, g.most, [forLoad, forWait, own('spareCopies')])
  const places = sheet.derive(q.fleetPlaces, g.places, [copies, sequences])
  const waits = sheet.derive(q.waitProbability, g.waitProbability, [places, progress])
  const wait = sheet.derive(q.meanWait, g.meanWait, [places, peak, request, arrivals, services])
  const devices = sheet.derive(q.fleetDevices, f.devicesServing, [devicesPerCopy, copies])
  const results: Handle[] = [mean, peak, progress, copies, devices, waits, wait]
  if (perDeviceHour !== undefined) {
    results.push(sheet.derive(q.fleetCostPerDay, g.fleetCost, [devices, perDeviceHour]))
  }
  if (perDevice !== undefined) {
    results.push(sheet.derive(q.fleetHardwareCost, g.fleetPurchase, [devices, perDevice]))
  }
  return results
}
