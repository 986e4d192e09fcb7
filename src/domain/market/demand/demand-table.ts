import type { TableColumn, TableView } from '../../estimate.ts'
import type { QuantityDefinition } from '../../sheet/quantity.ts'
import type { Handle } from '../../sheet/sheet.ts'
import type { Chain } from './chain.ts'
import {
  computeQuantities,
  economyQuantities,
  serverQuantities,
  trainingQuantities,
  useQuantities,
} from './demand-quantities.ts'

/** The chain as a table: a year a row, with the columns that the request leads to. */
export function demandTable(chain: Chain): TableView {
  const { window, users, use, served, trained, bought, economy, vendors } = chain
  const { serving, training } = bought
  const plain: readonly (readonly [QuantityDefinition, ReadonlyMap<number, Handle> | undefined])[] = [
    [useQuantities.users, users.byYear],
    [useQuantities.dailyTokens, use.tokens],
    [computeQuantities.requiredFlop, served.requiredFlop],
    [computeQuantities.devices, served.devices],
    [serverQuantities.servers, serving.servers],
    [serverQuantities.bought, serving.bought],
    [serverQuantities.capital, serving.capital],
    [serverQuantities.capitalCny, bought.capitalInYuan],
    [trainingQuantities.devices, trained?.devices],
    [trainingQuantities.servers, training?.servers],
    [trainingQuantities.capital, training?.capital],
    [trainingQuantities.totalCapital, bought.totalCapital],
    [economyQuantities.cost, economy.cost],
    [economyQuantities.revenue, economy.revenue],
    [economyQuantities.margin, economy.margin],
  ]
  const columns: TableColumn[] = []
  const cells: ReadonlyMap<number, Handle>[] = []
  for (const [{ id, label, display }, byYear] of plain) {
    if (byYear === undefined) continue
    columns.push({ id, label, unit: display })
    cells.push(byYear)
  }
  for (const { id, label, revenue } of vendors) {
    columns.push({
      id: `vendorRevenue.${id}`,
      label: { en: `${label.en}: revenue from these servers`, zh: `${label.zh}：服务器收入` },
      unit: 'USD',
    })
    cells.push(revenue)
  }
  return {
    columns,
    rows: window.years.map(year => ({
      key: String(year),
      cells: cells.map(byYear => byYear.get(year) as Handle),
    })),
  }
}
