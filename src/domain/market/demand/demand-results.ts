import type { Handle } from '../../sheet/sheet.ts'
import type { Chain } from './chain.ts'

type ByYear = ReadonlyMap<number, Handle> | undefined

/** What the answer says of the target year, in the order of the chain. */
export function demandResults(chain: Chain): Handle[] {
  const { window, users, operation, use, served, trained, terms, bought, vendors, market, economy } = chain
  const { performance } = operation
  const { serving, training } = bought
  const inTarget = (...quantities: ByYear[]): (Handle | undefined)[] =>
    quantities.map(byYear => byYear?.get(window.target))
  const results: (Handle | undefined)[] = [
    ...inTarget(users.byYear, use.dailyUsers, use.sessions, use.requests),
    ...inTarget(use.inputTokens, use.outputTokens, use.tokens),
    served.requestFlop,
    ...inTarget(served.meanFlop, served.requiredFlop, served.devices),
    ...[
      served.flopUtilisation,
      served.fleet.copies,
      served.fleet.peak,
      served.fleet.waits,
      served.fleet.wait,
    ],
    ...[performance.firstToken, performance.token, performance.request, performance.rate],
    ...[performance.ratePerDevice, performance.devicesPerCopy, performance.sequences, ...operation.money],
    terms.price,
    ...inTarget(serving.servers, serving.bought, serving.spending, serving.capital),
    ...inTarget(bought.capitalInYuan, bought.purchasePrice),
    bought.ofWindow,
    ...inTarget(trained?.flop, trained?.deviceDays, trained?.devices, trained?.daysOnFleet),
    ...inTarget(training?.servers, training?.bought, training?.spending, training?.capital),
    ...(training === undefined ? [] : inTarget(bought.spending, bought.totalCapital)),
    ...vendors.flatMap(({ revenue, inYuan }) => [...inTarget(revenue), inYuan]),
    ...[market?.size, market?.share],
    ...inTarget(economy.energy, economy.electricity, economy.rent, economy.owning),
    ...inTarget(economy.cost, economy.costPerUser, economy.revenue, economy.margin),
    economy.breakEven,
  ]
  return results.filter(handle => handle !== undefined)
}
