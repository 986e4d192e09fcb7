import type pg from 'pg'
import type { CalibrationProfile } from '../domain/compute/calibration/parameter.ts'
import type {
  Accelerator,
  Catalogue,
  CatalogueModel,
  CostConstant,
  ExchangeRate,
  PriceChange,
  PriceIndex,
  PriceObservation,
} from '../domain/compute/catalogue.ts'
import { strataByKey } from '../domain/evidence/backtest/backtest.ts'
import type { ErrorStratum } from '../domain/evidence/backtest/interval.ts'
import type { JsonObject } from './json.ts'
import { type CatalogueKind, catalogueKinds } from './reference-data.ts'
import { searchText } from './search-text.ts'

/** A catalogue resource as it is served, with its text for full-text search. */
export interface CatalogueResource {
  readonly id: string
  readonly document: JsonObject
  readonly searchText: string
}

/** One version of the catalogue, in memory: what estimators look up and lists are served from. */
export interface CatalogueSnapshot extends Catalogue {
  readonly resources: Readonly<Record<CatalogueKind, readonly CatalogueResource[]>>
  /** A published measurement by its id. */
  readonly measurement: (id: string) => PublishedMeasurement | undefined
}

/** Where a measurement was published, and on what model. */
export interface PublishedMeasurement {
  readonly id: string
  readonly model?: string
  readonly source: string
  readonly locator: string | null
}

/** One row of a version. */
export interface CatalogueItem {
  readonly kind: CatalogueKind
  readonly id: string
  readonly document: JsonObject
}

/** The version that was loaded last. */
export async function currentCatalogueVersion(pool: pg.Pool): Promise<string> {
  const { rows } = await pool.query<{ version: string }>({
    name: 'catalogue-current-version',
    text: 'SELECT version FROM catalogue_version ORDER BY loaded_at DESC, version DESC LIMIT 1',
  })
  const [row] = rows
  if (row === undefined) throw new Error('The database holds no catalogue; load the reference data first.')
  return row.version
}

/** A version of the catalogue; throws when the database has none of that name. */
export async function readCatalogue(pool: pg.Pool, version: string): Promise<CatalogueSnapshot> {
  const { rows } = await pool.query<CatalogueItem>({
    name: 'catalogue-items',
    text: 'SELECT kind, id, document FROM catalogue_item WHERE catalogue_version = $1 ORDER BY kind, position',
    values: [version],
  })
  if (rows.length === 0) throw new Error(`The database holds no catalogue ${version}.`)
  return catalogueOf(version, rows)
}

/** A version of the catalogue from its items, in their order. */
export function catalogueOf(version: string, items: Iterable<CatalogueItem>): CatalogueSnapshot {
  const resources = Object.fromEntries(
    catalogueKinds.map(kind => [kind, [] as CatalogueResource[]]),
  ) as Record<CatalogueKind, CatalogueResource[]>
  for (const { kind, id, document } of items) {
    const text = searched.has(kind) ? searchText(id, document) : ''
    resources[kind].push({ id, document: { id, ...document }, searchText: text })
  }
  const documents = <T>(kind: CatalogueKind): T[] => resources[kind].map(({ document }) => document as T)
  const measurements = byId<PublishedMeasurement>(resources.measurement)
  const accelerators = byId<Accelerator>(resources.accelerator)
  const models = byId<CatalogueModel>(resources.model)
  return {
    version,
    resources,
    accelerators,
    models,
    prices: pricesByAccelerator(resources.price),
    exchangeRates: resources['exchange-rate']
      .map(({ document }) => document as unknown as ExchangeRate & { currency: string; per: string })
      .filter(({ currency, per }) => currency === 'CNY' && per === 'USD')
      .toSorted((a, b) => a.year - b.year),
    costConstants: byId<CostConstant>(resources['cost-constant']),
    priceIndex: documents<PriceIndex & { region: string }>('price-index')
      .filter(({ region }) => region === 'US')
      .toSorted((a, b) => a.year - b.year),
    priceChanges: resources['price-index']
      .map(({ document }) => document as unknown as PriceChange & { region: string; index: string })
      .filter(({ region, index }) => region === 'CN' && index === 'CPI')
      .toSorted((a, b) => a.year - b.year),
    publishedMfu: [...models.values()]
      .map(model => model.training?.mfu?.value)
      .filter(mfu => mfu !== undefined)
      .toSorted((a, b) => a - b),
    calibration: new Map(
      documents<CalibrationProfile>('calibration-profile')
        .filter(({ leftOut }) => leftOut === null)
        .map(profile => [profile.family, profile]),
    ),
    measurement: id => measurements.get(id),
    errorStrata: strataByKey(documents<ErrorStratum>('error-stratum')),
  }
}

/** The kinds that lists search through. */
const searched: ReadonlySet<CatalogueKind> = new Set(['accelerator', 'model', 'price', 'source'])

function byId<T>(resources: readonly CatalogueResource[]): Map<string, T> {
  return new Map(resources.map(({ id, document }) => [id, document as unknown as T]))
}

function pricesByAccelerator(resources: readonly CatalogueResource[]): Map<string, PriceObservation[]> {
  const prices = new Map<string, PriceObservation[]>()
  for (const { document } of resources) {
    const price = document as unknown as PriceObservation
    const known = prices.get(price.accelerator)
    if (known === undefined) prices.set(price.accelerator, [price])
    else known.push(price)
  }
  for (const observations of prices.values()) observations.sort((a, b) => a.date.localeCompare(b.date))
  return prices
}
