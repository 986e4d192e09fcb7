import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { digest } from '../digest.ts'
import type { Json, JsonObject } from './json.ts'

/** The reference data of the project, as files. */
const directory = new URL('../../prisma/data/', import.meta.url)

type Row = JsonObject & { readonly id: string }

/** The kinds of catalogue resources, each versioned with the whole. */
export const catalogueKinds = [
  'accelerator',
  'model',
  'price',
  'source',
  'exchange-rate',
  'price-index',
  'cost-constant',
  'measurement',
  'calibration-profile',
  'error-stratum',
  'forecast',
] as const
export type CatalogueKind = (typeof catalogueKinds)[number]

/** A document of the public workspace, as its file gives it. */
export interface LoadedDocument {
  readonly kind: DocumentKind
  readonly parent: string
  readonly id: string
  readonly position: number
  readonly head: JsonObject
  readonly body: JsonObject | null
}

export type DocumentKind =
  | 'company'
  | 'company-fact'
  | 'application'
  | 'industry-chain'
  | 'scope'
  | 'dataset'
  | 'report'
  | 'claim'

/** A scenario that every installation starts with. */
export interface LoadedScenario {
  readonly id: string
  readonly estimator: string
  readonly description: string
  readonly tags: readonly string[]
  readonly inputs: JsonObject
  readonly companies: readonly string[]
  readonly datasets: readonly string[]
}

export interface ReferenceData {
  /** Of all files together: equal hashes mean that there is nothing to load. */
  readonly hash: string
  /** The day of the edition that `catalogue.json` names. */
  readonly madeAt: Date
  readonly catalogue: {
    readonly version: string
    readonly contentHash: string
    readonly items: Readonly<Record<CatalogueKind, readonly Row[]>>
  }
  readonly documents: readonly LoadedDocument[]
  readonly scenarios: readonly LoadedScenario[]
}

const read = (path: string): string => readFileSync(new URL(path, directory), 'utf8')
const rows = (path: string): Row[] => JSON.parse(read(path)) as Row[]
const filesIn = (folder: string): string[] =>
  readdirSync(new URL(`${folder}/`, directory))
    .filter(file => file.endsWith('.json'))
    .sort()
    .map(file => `${folder}/${file}`)

/** Hash of the data files, without parsing them: what a second start compares. */
export function referenceDataHash(): string {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => `${entry.parentPath}/${entry.name}`)
    .sort()
  const hash = createHash('sha256')
  for (const file of files) hash.update(readFileSync(file))
  return hash.digest('hex')
}

/** Reads all data files. */
export function readReferenceData(): ReferenceData {
  const items = {
    accelerator: rows('accelerators.json'),
    model: rows('models.json'),
    price: rows('prices.json'),
    source: filesIn('sources').flatMap(rows),
    'exchange-rate': rows('exchange-rates.json').map(rate => ({
      ...rate,
      id: `${rate.currency}-${rate.per}-${rate.year}`,
    })),
    'price-index': rows('price-indices.json').map(index => ({
      ...index,
      id: `${index.region}-${index.index}-${index.year}`,
    })),
    'cost-constant': Object.entries(
      JSON.parse(read('cost-constants.json')) as Record<string, JsonObject>,
    ).map(([id, constant]) => ({ ...constant, id })),
    measurement: rows('measurements.json'),
    forecast: rows('forecasts.json'),
    'calibration-profile': filesIn('calibration')
      .flatMap(rows)
      .map(profile => ({ ...profile, id: `${profile.family}~${profile.leftOut ?? 'none'}` })),
    'error-stratum': rows('error-strata.json').map(stratum => ({
      ...stratum,
      id: `${stratum.family}~${stratum.stratum}`,
    })),
  }
  const contentHash = digest(JSON.stringify(items))
  const { edition } = JSON.parse(read('catalogue.json')) as { edition: string }
  return {
    hash: referenceDataHash(),
    madeAt: new Date(`${edition}T00:00:00Z`),
    catalogue: { version: `${edition}.${contentHash.slice(0, 8)}`, contentHash, items },
    documents: [
      ...rows('companies.json').map((head, position) => document('company', head, position)),
      ...rows('applications.json').map((head, position) => document('application', head, position)),
      document('industry-chain', JSON.parse(read('industry-chain.json')) as Row, 0),
      ...rows('scopes.json').map((head, position) => document('scope', head, position)),
      ...datasetFiles
        .flatMap(rows)
        .map((dataset, position) => split('dataset', dataset, position, ['observations'])),
      ...rows('company-facts.json').flatMap(companyFacts),
      ...filesIn('reports').flatMap(reportDocuments),
    ],
    scenarios: JSON.parse(read('scenarios.json')) as LoadedScenario[],
  }
}

/** The files of market series, in the order of their list. */
const datasetFiles = [
  'datasets.json',
  'chart-datasets.json',
  'infrastructure-datasets.json',
  'usage-datasets.json',
] as const

/** The facts of a file's entry, each with what the entry says once for all of them. */
function companyFacts(entry: JsonObject, order: number): LoadedDocument[] {
  const { company, facts, ...shared } = entry as JsonObject & { company: string; facts: readonly Row[] }
  return facts.map(({ id, ...fact }, index) =>
    document('company-fact', { id, ...shared, ...fact }, order * 1_000 + index, company),
  )
}

function reportDocuments(path: string, position: number): LoadedDocument[] {
  const { claims, ...report } = JSON.parse(read(path)) as Row & { claims: Row[] }
  return [
    split('report', report as Row, position, ['tables', 'figures', 'findings', 'alternatives']),
    ...claims.map((claim, order) => document('claim', claim, order, report.id)),
  ]
}

function document(kind: DocumentKind, { id, ...head }: Row, position: number, parent = ''): LoadedDocument {
  return { kind, parent, id, position, head, body: null }
}

/** A document whose large members stand apart, so that lists need not read them. */
function split(
  kind: DocumentKind,
  { id, ...members }: Row,
  position: number,
  large: readonly string[],
): LoadedDocument {
  const isLarge = ([member]: [string, Json]) => large.includes(member)
  const entries = Object.entries(members)
  return {
    kind,
    parent: '',
    id,
    position,
    head: Object.fromEntries(entries.filter(entry => !isLarge(entry))),
    body: Object.fromEntries(entries.filter(isLarge)),
  }
}
