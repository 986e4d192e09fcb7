import type { Check, Origin } from '../domain/evidence/claim.ts'
import { hasWords, type OriginAt, originsOf } from '../domain/evidence/origin.ts'
import { observationFor } from '../domain/market/dataset.ts'
import type { ReportRecord } from '../schemas/report.ts'
import { shown } from './problem.ts'
import {
  type Missing,
  missingDocuments,
  missingSources,
  type Reference,
  refuseMissing,
  type Shelves,
} from './references.ts'

/** Refuses a claim whose check refers to a claim, table, dataset, source or rate that does not exist. */
export async function refuseUnknownInClaim(
  check: Check,
  {
    report,
    own,
    tables,
  }: { readonly report: string; readonly own: string; readonly tables: ReportRecord['tables'] },
  shelves: Shelves,
): Promise<void> {
  const origins = originsOf(check)
  const claims = referencesTo(origins, 'claim')
  const circular = check.kind === 'formula' ? claims.filter(({ id }) => id === own) : []
  refuseMissing([
    ...circular.map(({ pointer }) => ({
      pointer,
      what: `names the claim "${own}" itself; take the operand from the words of its quote instead`,
    })),
    ...(await missingDocuments(
      'claim',
      claims.filter(({ id }) => id !== own),
      shelves,
      report,
    )),
    ...(await missingWords(origins, shelves, report)),
    ...(await missingPeriods(origins, shelves)),
    ...missingSources(referencesTo(origins, 'source'), shelves),
    ...origins.flatMap(at => [...missingRow(at, tables), ...missingRate(at, shelves)]),
  ])
}

/** Refuses a report that refers to companies, datasets or sources that do not exist. */
export async function refuseUnknownInReport(report: ReportRecord, shelves: Shelves): Promise<void> {
  const companies = report.recommendations.flatMap((recommendation, index) =>
    recommendation.companies.map(({ company }, at) => ({
      pointer: `/recommendations/${index}/companies/${at}/company`,
      id: company,
    })),
  )
  const datasets = report.figures.flatMap((figure, index) =>
    figure.datasets.map((id, at) => ({ pointer: `/figures/${index}/datasets/${at}`, id })),
  )
  const evidence = report.findings.flatMap((finding, index) =>
    finding.evidence.map((origin, at) => ({ pointer: `/findings/${index}/evidence/${at}`, origin })),
  )
  const source = report.source === null ? [] : [{ pointer: '/source', id: report.source }]
  refuseMissing([
    ...missingSources([...source, ...referencesTo(evidence, 'source')], shelves),
    ...(await missingDocuments('company', companies, shelves)),
    ...(await missingDocuments('dataset', datasets, shelves)),
    ...(await missingPeriods(evidence, shelves)),
    ...evidence.flatMap(at => missingRow(at, report.tables)),
  ])
}

function referencesTo(origins: readonly OriginAt[], member: 'claim' | 'source' | 'dataset'): Reference[] {
  return origins.flatMap(({ pointer, origin }) => {
    const id = origin[member]
    return id === undefined ? [] : [{ pointer: `${pointer}/${member}`, id }]
  })
}

async function missingWords(
  origins: readonly OriginAt[],
  { documents, viewer }: Shelves,
  parent: string,
): Promise<Missing[]> {
  const quoting = origins.filter(({ origin }) => origin.claim !== undefined && origin.quote !== undefined)
  const ids = [...new Set(quoting.map(({ origin }) => origin.claim ?? ''))]
  const found = await Promise.all(ids.map(id => documents.read(viewer, { kind: 'claim', parent, id })))
  const quotes = new Map(found.flatMap(claim => (claim === null ? [] : [[claim.id, claim.head.quote]])))
  return quoting.flatMap(({ pointer, origin: { claim = '', quote = '' } }) => {
    const said = quotes.get(claim)
    if (typeof said !== 'string' || hasWords(said, quote)) return []
    return [
      {
        pointer: `${pointer}/quote`,
        what: `is "${shown(quote)}", which the quote of "${claim}" does not contain`,
      },
    ]
  })
}

async function missingPeriods(
  origins: readonly OriginAt[],
  { documents, viewer }: Shelves,
): Promise<Missing[]> {
  const named = referencesTo(origins, 'dataset')
  const datasets = await documents.datasets(viewer, [...new Set(named.map(({ id }) => id))])
  return origins.flatMap(({ pointer, origin: { dataset: id, period = '' } }) => {
    if (id === undefined) return []
    const dataset = datasets.get(id)
    if (dataset === undefined)
      return [{ pointer: `${pointer}/dataset`, what: `is "${id}", and there is no such dataset` }]
    if (observationFor(dataset, period) !== undefined) return []
    return [{ pointer: `${pointer}/period`, what: `is "${period}", for which "${id}" has no value` }]
  })
}

function missingRow({ pointer, origin }: OriginAt, tables: ReportRecord['tables']): Missing[] {
  if (origin.table === undefined) return []
  const table = tables.find(({ no }) => no === origin.table)
  if (table === undefined)
    return [{ pointer: `${pointer}/table`, what: `is ${origin.table}, and the report has no such table` }]
  if (table.rows.some(({ id }) => id === origin.row)) return []
  return [
    { pointer: `${pointer}/row`, what: `is "${origin.row}", and table ${origin.table} has no such row` },
  ]
}

function missingRate({ pointer, origin }: OriginAt, { catalogue }: Shelves): Missing[] {
  const { exchangeRate, year }: Origin = origin
  if (exchangeRate === undefined) return []
  const [currency, per] = exchangeRate.split('/')
  const rates = catalogue.resources['exchange-rate'].map(({ document }) => document)
  const ofPair = rates.filter(rate => rate.currency === currency && rate.per === per)
  if (ofPair.some(rate => rate.year === year)) return []
  const years = ofPair.map(rate => rate.year).join(', ')
  return [
    {
      pointer: `${pointer}/exchangeRate`,
      what: `is ${exchangeRate} of ${year}, which is not known (${years === '' ? 'known is CNY/USD' : `known are ${years}`})`,
    },
  ]
}
