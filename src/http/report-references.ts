import type { Check, Claim } from '../domain/evidence/claim.ts'
import { pointerStep } from '../domain/evidence/comparison.ts'
import type { MarketCheck } from '../domain/evidence/market-check.ts'
import { misquotedOperands, type Places } from '../domain/evidence/operand-value.ts'
import { hasWords, type OriginAt, originsOf } from '../domain/evidence/origin.ts'
import { type Dataset, observationFor } from '../domain/market/dataset.ts'
import type { ReportRecord } from '../schemas/report.ts'
import { HttpProblem, shown } from './problem.ts'
import {
  type Missing,
  missingDocuments,
  missingSources,
  mostErrors,
  type Reference,
  refuseMissing,
  type Shelves,
} from './references.ts'

/**
 * Refuses a claim whose check refers to a claim, table, dataset, source or rate that does not exist
 * (`unknown-reference`), or takes from one of them a number that does not stand there (`inconsistent-inputs`).
 */
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
  const [quoted, datasets] = await Promise.all([
    claimsAt(origins, shelves, report),
    datasetsAt(origins, shelves),
  ])
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
    ...missingWords(origins, quoted),
    ...missingPeriods(origins, datasets),
    ...missingSources(referencesTo(origins, 'source'), shelves),
    ...origins.flatMap(at => [...missingRow(at, tables), ...missingRate(at, shelves)]),
  ])
  refuseMisquoted(check, {
    claim: id => quoted.get(id),
    row: (table, row) => rowOf(tables, table, row),
    dataset: id => datasets.get(id),
    exchangeRate: (pair, year) => ratesOf(pair, shelves).find(rate => rate.year === year)?.value,
  })
}

function refuseMisquoted(check: Check, places: Places): void {
  const errors = misquotedOperands(check, places).map(({ pointer, what }) => ({
    pointer,
    code: 'inconsistent-inputs',
    detail: `${pointer} ${what}.`,
  }))
  if (errors.length > 0)
    throw new HttpProblem('inconsistent-inputs', errors.map(({ detail }) => detail).join(' '), {
      errors: errors.slice(0, mostErrors),
    })
}

/** Refuses a report that refers to companies, datasets, sources or claims of its own that do not exist. */
export async function refuseUnknownInReport(
  id: string,
  report: ReportRecord,
  shelves: Shelves,
): Promise<void> {
  const companies = report.recommendations.flatMap((recommendation, index) =>
    recommendation.companies.map(({ company }, at) => ({
      pointer: `/recommendations/${index}/companies/${at}/company`,
      id: company,
    })),
  )
  const datasets = report.figures.flatMap((figure, index) =>
    figure.datasets.map((id, at) => ({ pointer: `/figures/${index}/datasets/${at}`, id })),
  )
  const claims = report.findings.flatMap((finding, index) =>
    finding.claims.map((claim, at) => ({ pointer: `/findings/${index}/claims/${at}`, id: claim })),
  )
  const evidence = report.findings.flatMap((finding, index) =>
    finding.evidence.map((origin, at) => ({ pointer: `/findings/${index}/evidence/${at}`, origin })),
  )
  const source = report.source === null ? [] : [{ pointer: '/source', id: report.source }]
  refuseMissing([
    ...missingSources([...source, ...referencesTo(evidence, 'source')], shelves),
    ...(await missingDocuments('company', companies, shelves)),
    ...(await missingDocuments('dataset', datasets, shelves)),
    ...(await missingDocuments('claim', claims, shelves, id)),
    ...missingPeriods(evidence, await datasetsAt(evidence, shelves)),
    ...evidence.flatMap(at => missingRow(at, report.tables)),
  ])
}

function referencesTo(origins: readonly OriginAt[], member: 'claim' | 'source' | 'dataset'): Reference[] {
  return origins.flatMap(({ pointer, origin }) => {
    const id = origin[member]
    return id === undefined ? [] : [{ pointer: `${pointer}/${member}`, id }]
  })
}

type Quoted = ReadonlyMap<string, Pick<Claim, 'quote' | 'printed'>>

/** The claims of a report that origins name, by id. */
async function claimsAt(
  origins: readonly OriginAt[],
  { documents, viewer }: Shelves,
  parent: string,
): Promise<Quoted> {
  const ids = [...new Set(referencesTo(origins, 'claim').map(({ id }) => id))]
  const found = await Promise.all(ids.map(id => documents.read(viewer, { kind: 'claim', parent, id })))
  return new Map(found.flatMap(claim => (claim === null ? [] : [[claim.id, claim.head as unknown as Claim]])))
}

function missingWords(origins: readonly OriginAt[], claims: Quoted): Missing[] {
  return origins.flatMap(({ pointer, origin: { claim = '', quote } }) => {
    const said = claims.get(claim)?.quote
    if (said === undefined || quote === undefined || hasWords(said, quote)) return []
    return [
      {
        pointer: `${pointer}/quote`,
        what: `is "${shown(quote)}", which the quote of "${claim}" does not contain`,
      },
    ]
  })
}

function datasetsAt(
  origins: readonly OriginAt[],
  { documents, viewer }: Shelves,
): Promise<ReadonlyMap<string, Dataset>> {
  return documents.datasets(viewer, [...new Set(referencesTo(origins, 'dataset').map(({ id }) => id))])
}

function missingPeriods(origins: readonly OriginAt[], datasets: ReadonlyMap<string, Dataset>): Missing[] {
  return origins.flatMap(({ pointer, origin: { dataset: id, period = '' } }) => {
    if (id === undefined) return []
    const dataset = datasets.get(id)
    if (dataset === undefined)
      return [{ pointer: `${pointer}/dataset`, what: `is "${id}", and there is no such dataset` }]
    if (observationFor(dataset, period) !== undefined) return []
    return [{ pointer: `${pointer}/period`, what: `is "${period}", for which "${id}" has no value` }]
  })
}

function rowOf(tables: ReportRecord['tables'], no: number, row: string): object | undefined {
  return tables.find(table => table.no === no)?.rows.find(({ id }) => id === row)
}

function missingRow(
  { pointer, origin: { table, row = '' } }: OriginAt,
  tables: ReportRecord['tables'],
): Missing[] {
  if (table === undefined) return []
  if (!tables.some(({ no }) => no === table))
    return [{ pointer: `${pointer}/table`, what: `is ${table}, and the report has no such table` }]
  if (rowOf(tables, table, row) !== undefined) return []
  return [{ pointer: `${pointer}/row`, what: `is "${row}", and table ${table} has no such row` }]
}

/** The rates of a pair such as `CNY/USD` that the catalogue has. */
function ratesOf(pair: string, { catalogue }: Pick<Shelves, 'catalogue'>): { year: number; value: number }[] {
  return catalogue.resources['exchange-rate']
    .map(
      ({ document }) => document as unknown as { currency: string; per: string; year: number; value: number },
    )
    .filter(({ currency, per }) => `${currency}/${per}` === pair)
}

function missingRate({ pointer, origin: { exchangeRate, year } }: OriginAt, shelves: Shelves): Missing[] {
  if (exchangeRate === undefined) return []
  const rates = ratesOf(exchangeRate, shelves)
  if (rates.some(rate => rate.year === year)) return []
  const years = rates.map(rate => rate.year).join(', ')
  return [
    {
      pointer: `${pointer}/exchangeRate`,
      what: `is ${exchangeRate} of ${year}, which is not known (${years === '' ? 'known is CNY/USD' : `known are ${years}`})`,
    },
  ]
}

/** Refuses a check of a market that names series that do not exist. */
export async function refuseUnknownSeries(market: MarketCheck, shelves: Shelves): Promise<void> {
  const compared = (['known', 'outcome'] as const).flatMap(member =>
    market[member].flatMap(({ operands }, index) =>
      Object.entries(operands).map(([name, { dataset }]) => ({
        pointer: `/market/${member}/${index}/operands/${pointerStep(name)}/dataset`,
        id: dataset,
      })),
    ),
  )
  const proxies = market.proxies.map(({ dataset: id }, index) => ({
    pointer: `/market/proxies/${index}/dataset`,
    id,
  }))
  refuseMissing(await missingDocuments('dataset', [...compared, ...proxies], shelves))
}
