import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'
import { allComponents } from '../../src/schemas/components.ts'
import { everything } from '../support/lists.ts'
import { dataFile, type Row, sourceRows } from '../support/reference-files.ts'
import { useService } from '../support/service.ts'

const service = useService({ worker: false })

const byId = (rows: readonly { readonly id: string }[]) => rows.toSorted((a, b) => (a.id < b.id ? -1 : 1))

const kinds: readonly (readonly [path: string, component: string, rows: readonly Row[]])[] = [
  ['/v1/accelerators', 'Accelerator', dataFile('accelerators.json')],
  ['/v1/models', 'Model', dataFile('models.json')],
  ['/v1/prices', 'Price', dataFile('prices.json')],
  ['/v1/sources', 'Source', sourceRows()],
]

describe('the catalogue', () => {
  it.each(kinds)('%s serves every member of every row of its file', async (path, _component, rows) => {
    expect(byId(await everything(service, path))).toEqual(byId(rows))
  })

  it.each(kinds)('%s has rows that satisfy the component %s', (_path, component, rows) => {
    const ajv = new Ajv({
      strict: false,
      allErrors: true,
      formats: { double: true, int32: true, int64: true, date: true },
    })
    for (const each of allComponents) ajv.addSchema(each)
    const validate = ajv.getSchema(component)
    for (const row of rows)
      expect(validate?.(row), `${row.id}: ${ajv.errorsText(validate?.errors)}`).toBe(true)
  })

  it.each(kinds)(
    '%s serves an entry by its id, with the catalogue version as its tag',
    async (path, _, rows) => {
      const [row] = rows
      const { headers } = await service.http.get(`${path}/${row?.id}`).expect(200, row)
      expect(headers.etag).toBe(`"${service.installation.catalogue().version}"`)
      expect(headers['cache-control']).toBe('private, no-cache')
    },
  )

  it.each(kinds)('%s has nothing under an unknown id', async path => {
    const { body } = await service.http.get(`${path}/no-such-thing`).expect(404)
    expect(body).toMatchObject({ code: 'not-found', detail: expect.stringContaining('no-such-thing') })
  })

  it.each(kinds)('%s answers 304 to who has this version: weak, in a list, and *', async (path, _, rows) => {
    const { headers } = await service.http.get(path).expect(200)
    for (const address of [path, `${path}?limit=1`, `${path}/${rows[0]?.id}`]) {
      for (const tags of [headers.etag, `W/${headers.etag}`, `"other", ${headers.etag}`, '*']) {
        const answer = await service.http.get(address).set('if-none-match', String(tags)).expect(304)
        expect(answer.text).toBe('')
        expect(answer.headers.etag).toBe(headers.etag)
      }
      await service.http.get(address).set('if-none-match', '"other"').expect(200)
    }
  })
})

const ids = async (path: string) => (await everything(service, path)).map(({ id }) => id)

describe('filters of the catalogue', () => {
  it('finds accelerators by vendor, kind and precision', async () => {
    const tpus = await everything(service, '/v1/accelerators?vendor=Google&kind=tpu')
    expect(tpus.length).toBeGreaterThan(3)
    for (const { vendor, kind } of tpus) expect([vendor, kind]).toEqual(['Google', 'tpu'])
    // Volta has no bf16 units, Ampere introduced them (NVIDIA's architecture white papers).
    const bf16 = await ids('/v1/accelerators?precision=bf16')
    expect(bf16).toContain('a100-sxm-80gb')
    expect(bf16).not.toContain('v100-sxm2-32gb')
  })

  it('finds models by organization and class', async () => {
    const found = await everything(service, '/v1/models?organization=OpenAI&class=decoder')
    expect(found.map(({ id }) => id)).toContain('gpt-3-175b')
    for (const model of found) expect([model.organization, model.class]).toEqual(['OpenAI', 'decoder'])
  })

  it('finds prices by accelerator, vendor, kind and days, oldest first', async () => {
    const found = await everything(
      service,
      '/v1/prices?accelerator=v100-sxm2-16gb&kind=onDemand&from=2019-01-01&to=2024-12-31',
    )
    expect(found.length).toBeGreaterThan(0)
    for (const price of found) {
      expect(price.accelerator).toBe('v100-sxm2-16gb')
      expect(price.onDemand).not.toBeNull()
      expect(String(price.date) >= '2019-01-01' && String(price.date) <= '2024-12-31').toBe(true)
    }
    const dates = found.map(({ date }) => String(date))
    expect(dates).toEqual(dates.toSorted())
    const purchases = await everything(service, '/v1/prices?kind=purchase')
    expect(purchases).toHaveLength(dataFile('prices.json').filter(({ purchase }) => purchase !== null).length)
  })

  it('keeps disagreements of sources, and shows them', async () => {
    const { body } = await service.http.get('/v1/accelerators/a100-sxm-80gb').expect(200)
    expect(body.conflicts).toContainEqual({
      member: 'memoryBandwidth',
      text: expect.stringContaining('2,048 GB/s'),
    })
    const { body: model } = await service.http.get('/v1/models/gpt-3-175b').expect(200)
    // Table D.1 of the GPT-3 paper and the row of Epoch AI each give a figure: both stay.
    expect([model.training.flop, ...model.training.otherFlop].map(({ source }) => source)).toEqual([
      'gpt-3-paper',
      'epoch-all-ml-systems',
    ])
  })

  it('gives the attribution that a CC-BY licence asks for', async () => {
    const sources = await everything(service, '/v1/sources?licence=CC-BY')
    expect(sources.length).toBeGreaterThan(3)
    for (const { attribution } of sources) expect(attribution).toMatch(/Epoch AI.*CC-BY/)
    for (const source of await everything(service, '/v1/sources')) {
      if (String(source.licence).startsWith('CC-BY')) expect(source.attribution, source.id).not.toBeNull()
    }
  })

  it.each([
    ['/v1/accelerators?precision=fp7', 'precision'],
    ['/v1/accelerators?colour=red', 'colour'],
    ['/v1/models?class=dense', 'class'],
    ['/v1/prices?from=yesterday', 'from'],
    ['/v1/prices?kind=free', 'kind'],
    ['/v1/sources?sort=licence', 'sort'],
  ])('refuses %s and names the parameter', async (path, parameter) => {
    const { body } = await service.http.get(path).expect(422)
    expect(body.errors).toMatchObject([{ parameter }])
  })
})
