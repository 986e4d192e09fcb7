import { readFileSync } from 'node:fs'
import type { ExchangeRate, PriceChange } from '../../src/domain/compute/catalogue.ts'
import type { Lookup } from '../../src/domain/estimate.ts'
import type { Dataset } from '../../src/domain/market/dataset.ts'
import { type MarketRequest, market } from '../../src/domain/market/sizing.ts'
import { evaluate, trace } from '../../src/domain/sheet/evaluate.ts'

const rates = JSON.parse(
  readFileSync(new URL('../../prisma/data/exchange-rates.json', import.meta.url), 'utf8'),
) as ExchangeRate[]

const prices = JSON.parse(
  readFileSync(new URL('../../prisma/data/price-indices.json', import.meta.url), 'utf8'),
) as (PriceChange & { readonly region: string })[]

/** What a sizing may look up: the exchange rates and prices of the project, and the datasets given. */
export function marketLookup(datasets: readonly Dataset[] = []): Lookup {
  return {
    catalogue: {
      version: 'test',
      accelerators: new Map(),
      models: new Map(),
      prices: new Map(),
      exchangeRates: rates,
      costConstants: new Map(),
      priceIndex: prices.filter(({ region }) => region === 'US'),
      priceChanges: prices.filter(({ region }) => region === 'CN'),
      publishedMfu: [],
      calibration: new Map(),
      errorStrata: new Map(),
    },
    datasets: new Map(datasets.map(dataset => [dataset.id, dataset])),
  }
}

/** Every quantity of a sizing by id, in its display unit. */
export function sized(request: MarketRequest, datasets: readonly Dataset[] = []): Record<string, number> {
  const { sheet } = market.build(request, marketLookup(datasets))
  return Object.fromEntries(trace(sheet, evaluate(sheet)).map(({ id, value }) => [id, value]))
}
