import { inYuan } from '../../compute/money/reported-money.ts'
import { sumFormula } from '../../sheet/formula.ts'
import { byDefault, given } from '../../sheet/quantity.ts'
import type { Handle, Sheet } from '../../sheet/sheet.ts'
import type { Rates } from '../currency.ts'
import type { Window } from '../window.ts'
import type { DecidedDemand } from './decided-demand.ts'
import { demandFormulas as f } from './demand-formulas.ts'
import { serverQuantities as q, trainingQuantities } from './demand-quantities.ts'
import { type Purchases, type Purpose, writePurchases } from './purchases.ts'
import type { ServerTerms } from './servers.ts'
import { at, type Yearly, yearly } from './yearly.ts'

/** What is bought to serve and to train, and what both come to; money is undefined when nobody knows a price. */
export interface Bought {
  readonly serving: Purchases
  readonly training: Purchases | undefined
  /** On servers of both kinds. */
  readonly spending: Yearly<'USD'> | undefined
  readonly totalCapital: Yearly<'USD'> | undefined
  readonly capitalInYuan: Yearly<'CNY'> | undefined
  /** What all servers of a year that serve would cost to buy. */
  readonly purchasePrice: Yearly<'USD'> | undefined
  /** Capital expenditure of serving of all years together. */
  readonly ofWindow: Handle<'USD'> | undefined
}

/** Writes the servers that are bought to serve and, if it is asked for, to train. */
export function writeBought(
  sheet: Sheet,
  { server, training: asked }: DecidedDemand,
  devices: { readonly serving: Yearly<'device'>; readonly training: Yearly<'device'> | undefined },
  terms: ServerTerms,
  rates: Rates,
  window: Window,
): Bought {
  const none = byDefault('none', '无')
  const buy = (purpose: Purpose, needed: Yearly<'device'>): Purchases => {
    const before = (purpose === 'serving' ? server : asked)?.installed
    const { installed } = purpose === 'serving' ? q : trainingQuantities
    const handle = sheet.input(installed, before ?? 0, before === undefined ? none : given)
    return writePurchases(sheet, purpose, needed, terms, handle, window)
  }
  const serving = buy('serving', devices.serving)
  const training = devices.training && buy('training', devices.training)
  const both = (
    named: 'totalSpending' | 'totalCapital',
    part: 'spending' | 'capital',
  ): Yearly<'USD'> | undefined => {
    const [one, other] = [serving[part], training?.[part]]
    if (one === undefined || other === undefined) return undefined
    return yearly(window, trainingQuantities[named], (as, year) =>
      sheet.derive(as, sumFormula('USD', 2), [at(one, year), at(other, year)]),
    )
  }
  const { price, network } = terms
  const { capital } = serving
  return {
    serving,
    training,
    spending: training === undefined ? serving.spending : both('totalSpending', 'spending'),
    totalCapital: training && both('totalCapital', 'capital'),
    capitalInYuan:
      capital &&
      yearly(window, q.capitalCny, (as, year) =>
        sheet.derive(as, inYuan, [at(capital, year), rates.of(year)]),
      ),
    purchasePrice:
      price &&
      yearly(window, q.purchasePrice, (as, year) =>
        sheet.derive(as, f.purchasePrice, [at(serving.servers, year), price, network]),
      ),
    ofWindow:
      capital && sheet.derive(q.windowCapital, sumFormula('USD', window.years.length), [...capital.values()]),
  }
}
