import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { dataFile, datasetRows, type Row, sourceRows } from '../support/reference-files.ts'

const directory = new URL('../../prisma/data/', import.meta.url)
const files = (readdirSync(directory, { recursive: true }) as string[]).filter(file => file.endsWith('.json'))

type Dataset = Row & { readonly observations: readonly unknown[] }
const datasets = dataFile<Dataset[]>('datasets.json')
const observationsOf = (file: string) => dataFile<Dataset[]>(file).flatMap(({ observations }) => observations)

interface CompanyFacts {
  readonly company: string
  readonly fact: string
  readonly facts: readonly (Row & { readonly period: string; readonly value: unknown })[]
}
const companyFacts = dataFile<CompanyFacts[]>('company-facts.json').flatMap(({ facts, ...shared }) =>
  facts.map(fact => ({ ...shared, ...fact })),
)

/** Every member called `source` (or as `name` says) below a node, with where it stands. */
function* membersCalled(name: string, node: unknown, at: string): Generator<[string, unknown]> {
  if (node === null || typeof node !== 'object') return
  for (const [member, value] of Object.entries(node)) {
    if (member === name && !Array.isArray(node)) yield [`${at}/${member}`, value]
    yield* membersCalled(name, value, `${at}/${member}`)
  }
}

describe('the reference data', () => {
  it.each([
    ['accelerators', 81, dataFile('accelerators.json')],
    ['models', 153, dataFile('models.json')],
    ['dated prices', 420, dataFile('prices.json')],
    ['companies', 23, dataFile('companies.json')],
    ['applications', 63, dataFile('applications.json')],
    ['series', 38, datasets],
    ['observations of these series', 137, datasets.flatMap(({ observations }) => observations)],
    // 120 of the 125 facts on infrastructure bear a date, and 338 of the 343 on usage, prices and energy; three
    // of the latter are users of generative AI, whose series was there, and ten values of CloudWalk are beside.
    ['observations on infrastructure', 130, observationsOf('infrastructure-datasets.json')],
    ['observations on usage and prices', 335, observationsOf('usage-datasets.json')],
    ['datasets in all', 400, datasetRows()],
    ['facts on companies', 555, companyFacts],
    ['market definitions', 156, dataFile('scopes.json')],
  ])('has %s: %i', (_what, count, rows) => {
    expect(rows).toHaveLength(count)
  })

  it('gives every row an id of its own', () => {
    for (const rows of [
      dataFile('accelerators.json'),
      dataFile('models.json'),
      dataFile('prices.json'),
      dataFile('companies.json'),
      dataFile('applications.json'),
      datasetRows(),
      dataFile('scopes.json'),
      sourceRows(),
    ]) {
      expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length)
    }
  })

  it('names only sources that there are', () => {
    const known = new Set(sourceRows().map(({ id }) => id))
    const unknown: string[] = []
    let named = 0
    for (const file of files) {
      // What a table or figure of the report is captioned with is a quotation, not an id.
      const captions = /^\/(tables|figures)\/\d+\/source$/
      for (const [at, source] of membersCalled('source', dataFile<unknown>(file), '')) {
        if (source === null || captions.test(at)) continue
        named++
        if (!known.has(String(source))) unknown.push(`${file}${at}: ${String(source)}`)
      }
    }
    expect(unknown).toEqual([])
    expect(named).toBeGreaterThan(1_000)
  })

  it('says of every value whether it was read, recalled or derived', () => {
    for (const file of [
      'accelerators.json',
      'models.json',
      'prices.json',
      'companies.json',
      'datasets.json',
    ]) {
      for (const [at, provenance] of membersCalled('provenance', dataFile<unknown>(file), '')) {
        expect(['read', 'recalled', 'derived', null], `${file}${at}`).toContain(provenance)
      }
    }
  })

  it('prices accelerators that there are', () => {
    const known = new Set(dataFile('accelerators.json').map(({ id }) => id))
    for (const { id, accelerator } of dataFile('prices.json')) {
      expect(known.has(String(accelerator)), id).toBe(true)
    }
    for (const { id, training } of dataFile('models.json')) {
      const on = (training as { accelerator: string | null } | null)?.accelerator ?? null
      if (on !== null) expect(known.has(on), id).toBe(true)
    }
  })

  it('places companies that there are in the layers, and each in the layers that it names', () => {
    const companies = dataFile<(Row & { layers: string[] })[]>('companies.json')
    const { layers } = dataFile<{ layers: { id: string; companies: string[] }[] }>('industry-chain.json')
    const placed = layers.flatMap(({ id, companies: of }) => of.map(company => `${company} ${id}`)).toSorted()
    expect(placed).toEqual(
      companies.flatMap(({ id, layers: of }) => of.map(layer => `${id} ${layer}`)).toSorted(),
    )
  })

  it('counts every series by a market definition that there is', () => {
    const known = new Set(dataFile('scopes.json').map(({ id }) => id))
    const used = datasetRows().map(({ scopeId }) => String(scopeId))
    expect(used.filter(id => !known.has(id))).toEqual([])
    expect([...known].filter(id => !used.includes(id))).toEqual([])
  })

  it('states facts of companies that there are, each once', () => {
    const companies = new Set(dataFile('companies.json').map(({ id }) => id))
    const named = companyFacts.map(({ company, id }) => `${company} ${id}`)
    expect(companyFacts.filter(({ company }) => !companies.has(company))).toEqual([])
    expect(new Set(named).size).toBe(555)
  })

  it('keeps what sources say differently of one thing', () => {
    const said = (company: string, fact: string, period: string) =>
      companyFacts
        .filter(each => each.company === company && each.fact === fact && each.period === period)
        .map(({ value }) => value)
    // Three figures of one year: two of the profit of 2023 (first reported, restated), and of 2021.
    expect(said('goodwill-e-health', 'net-profit', '2023')).toEqual([0.4249744, 0.32])
    expect(said('wondershare', 'net-profit', '2021')).toEqual([0.278455, -0.344944])
  })
})
