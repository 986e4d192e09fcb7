import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { dataFile, type Row, sourceRows } from '../support/reference-files.ts'

const directory = new URL('../../prisma/data/', import.meta.url)
const files = (readdirSync(directory, { recursive: true }) as string[]).filter(file => file.endsWith('.json'))

type Dataset = Row & { readonly observations: readonly unknown[] }
const datasets = dataFile<Dataset[]>('datasets.json')
const charts = dataFile<Dataset[]>('chart-datasets.json')

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
    ['accelerators', 64, dataFile('accelerators.json')],
    ['models', 153, dataFile('models.json')],
    ['dated prices', 420, dataFile('prices.json')],
    ['companies', 21, dataFile('companies.json')],
    ['applications', 63, dataFile('applications.json')],
    ['series', 38, datasets],
    ['observations of these series', 136, datasets.flatMap(({ observations }) => observations)],
    ['datasets in all', 74, [...datasets, ...charts]],
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
      [...datasets, ...charts],
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
})
