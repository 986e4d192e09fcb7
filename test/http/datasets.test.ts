import { describe, expect, it } from 'vitest'
import { mergePatch } from '../support/changes.ts'
import { everything } from '../support/lists.ts'
import { dataFile, datasetRows, type Row } from '../support/reference-files.ts'
import { useService } from '../support/service.ts'

const service = useService({ worker: false })

type Observation = Readonly<Record<string, unknown>> & {
  readonly period: string
  readonly vintage: string | null
}

let made = 0
const observation = (more: object = {}) => ({
  period: '2024',
  value: 10,
  status: 'actual',
  vintage: '2025-02',
  ...more,
})
const dataset = (more: object = {}) => ({
  id: `own-${++made}`,
  segment: 'games',
  title: { en: 'Own series', zh: '自有序列' },
  metric: 'revenue',
  scope: { en: 'What we counted', zh: null },
  unit: '亿元',
  currency: 'CNY',
  region: 'CN',
  observations: [observation()],
  ...more,
})
const create = (more: object = {}) => service.http.post('/v1/datasets').send(dataset(more))
const periods = async (path: string) =>
  (await everything<Observation>(service, path)).map(({ period }) => period)

describe('GET /v1/datasets', () => {
  it('lists all 400 series with all but their observations', async () => {
    const items = await everything(service, '/v1/datasets')
    const rows = datasetRows()
    expect(items).toHaveLength(400)
    expect(items).toEqual(
      rows.map(({ observations: _, ...row }) => ({
        ...row,
        version: 1,
        createdAt: expect.any(String),
        updatedAt: expect.any(String),
      })),
    )
  })

  it('serves a series with every member of every observation', async () => {
    for (const row of datasetRows()) {
      const { body, headers } = await service.http.get(`/v1/datasets/${row.id}`).expect(200)
      expect(body).toMatchObject(row)
      expect(body.observations).toEqual(row.observations)
      expect(headers.etag).toBe('"1"')
    }
  })

  it('filters by segment, metric, region, currency, unit and publisher', async () => {
    const rows: Row[] = datasetRows()
    for (const [member, value] of [
      ['segment', 'ai-software'],
      ['scopeId', 'ai-software-omdia'],
      ['metric', 'users'],
      ['region', 'WORLD'],
      ['currency', 'USD'],
      ['unit', '亿人'],
      ['publisher', 'IDC'],
    ] as const) {
      const found = await everything(service, `/v1/datasets?${new URLSearchParams({ [member]: value })}`)
      const expected = rows.filter(row => row[member] === value)
      expect(expected.length, member).toBeGreaterThan(0)
      expect(found.map(({ id }) => id)).toEqual(expected.map(({ id }) => id))
    }
  })
})

describe('GET /v1/datasets/{id}/observations', () => {
  it('gives every observation, by period and then by firmness', async () => {
    const rows = await everything<Observation>(service, '/v1/datasets/idc_ai_total_2021/observations')
    // IDC printed 327.5 and 341.8 bn USD in advance and 383.3 bn afterwards, for the one year 2021.
    expect(rows.map(({ value, status }) => [value, status])).toEqual([
      [3833, 'actual'],
      [3275, 'forecast'],
      [3418, 'forecast'],
    ])
  })

  it('sorts by vintage, unknown ones first, and backwards', async () => {
    const vintages = async (sort: string) =>
      (
        await everything<Observation>(service, `/v1/datasets/idc_ai_total_2021/observations?sort=${sort}`)
      ).map(({ vintage }) => vintage)
    expect(await vintages('vintage')).toEqual(['2021-02', '2021-08', '2022'])
    expect(await vintages('-vintage')).toEqual(['2022', '2021-08', '2021-02'])
  })

  it('filters by status and provenance', async () => {
    const path = '/v1/datasets/idc_ai_total_2021/observations'
    expect(await everything(service, `${path}?status=forecast`)).toHaveLength(2)
    expect(await everything(service, `${path}?status=forecast&provenance=recalled`)).toHaveLength(0)
    expect(await everything(service, `${path}?provenance=read`)).toHaveLength(3)
  })

  it('takes periods that lie within from and to, whatever they are made of', async () => {
    const { body } = await create({
      observations: ['2023', '2023H2', '2024-03', '2024Q1', '2024H1', '2024Q4', '2024', '2025'].map(period =>
        observation({ period }),
      ),
    }).expect(201)
    const path = `/v1/datasets/${body.id}/observations`
    expect(await periods(`${path}?from=2024&to=2024`)).toEqual([
      '2024',
      '2024-03',
      '2024H1',
      '2024Q1',
      '2024Q4',
    ])
    expect(await periods(`${path}?from=2023H2&to=2024Q1`)).toEqual(['2023H2', '2024-03', '2024Q1'])
    expect(await periods(`${path}?from=2024-12`)).toEqual(['2025'])
    expect(await periods(`${path}?to=2023`)).toEqual(['2023', '2023H2'])
  })

  it('knows with asOf what was published by then, and leaves unknown vintages out', async () => {
    const { body } = await create({
      observations: [null, '2022', '2022-06', '2022-06-15', '2023-01'].map(vintage =>
        observation({ vintage }),
      ),
    }).expect(201)
    const known = async (asOf: string) =>
      (await everything<Observation>(service, `/v1/datasets/${body.id}/observations?asOf=${asOf}`)).map(
        ({ vintage }) => vintage,
      )
    expect(await known('2022-06-14')).toEqual([])
    expect(await known('2022-06-15')).toEqual(['2022-06-15'])
    expect(await known('2022-06')).toEqual(['2022-06', '2022-06-15'])
    expect(await known('2022-12-30')).toEqual(['2022-06', '2022-06-15'])
    expect(await known('2022')).toEqual(['2022', '2022-06', '2022-06-15'])
    expect(await known('2030')).toHaveLength(4)
  })

  it('pages with a cursor, and carries the version of the dataset as its tag', async () => {
    const path = '/v1/datasets/games_gpc/observations'
    const all = await everything<Observation>(service, path)
    expect(await everything(service, path, 3)).toEqual(all)
    const { headers, body } = await service.http.get(`${path}?limit=3`).expect(200).expect('etag', '"1"')
    expect(headers.link).toContain(`<${path}?limit=3&cursor=${body.nextCursor}>; rel="next"`)
    await service.http.get(`${path}?limit=3`).set('if-none-match', 'W/"1"').expect(304)
  })

  it('is not there for a dataset that is not', async () => {
    await service.http.get('/v1/datasets/none/observations').expect(404)
  })

  it.each(['status=maybe', 'from=2024-13', 'to=24', 'asOf=soon', 'year=2024'])('refuses ?%s', async query => {
    const { body } = await service.http.get(`/v1/datasets/games_gpc/observations?${query}`).expect(422)
    expect(body.errors).toMatchObject([{ parameter: query.split('=')[0] }])
  })
})

describe('writing a dataset', () => {
  it('makes one, changes and deletes it', async () => {
    const { body } = await create({ currency: undefined, unit: 'share', observations: undefined }).expect(201)
    expect(body).toMatchObject({ version: 1, currency: null, publisher: null, note: null, observations: [] })
    const address = `/v1/datasets/${body.id}`
    const { body: changed } = await mergePatch(service, address, '"1"', {
      observations: [{ period: '2025', value: 0.2, status: 'estimate' }],
    }).expect(200)
    expect(changed.observations).toEqual([
      { period: '2025', value: 0.2, status: 'estimate', vintage: null, provenance: 'read', source: null },
    ])
    await service.http.delete(address).set('if-match', '"1"').expect(412)
    await service.http.delete(address).set('if-match', '"2"').expect(204)
    await service.http.get(`${address}/observations`).expect(404)
  })

  it('refuses two observations that nothing tells apart, and names both', async () => {
    const { body } = await create({
      observations: [observation(), observation({ period: '2025' }), observation({ value: 11 })],
    }).expect(422)
    expect(body).toMatchObject({ code: 'inconsistent-inputs', errors: [{ pointer: '/observations/2' }] })
    expect(body.detail).toContain('/observations/0 and /observations/2')
  })

  it('refuses a currency that is not that of the unit, or that nothing converts', async () => {
    const { body: other } = await create({ currency: 'USD' }).expect(422)
    expect(other).toMatchObject({ code: 'inconsistent-inputs', errors: [{ pointer: '/currency' }] })
    expect(other.detail).toContain('The unit 亿元 is a scale of CNY, but the currency is USD')
    const { body: unknown } = await create({ unit: '亿欧元', currency: 'EUR' }).expect(422)
    expect(unknown).toMatchObject({ code: 'unknown-unit', errors: [{ pointer: '/currency' }] })
    await create({ unit: '亿美元', currency: 'USD' }).expect(201)
    await create({ unit: '万人', currency: null }).expect(201)
  })

  it('keeps what differs in status, vintage or source', async () => {
    const source = 'mk-idc-not-there'
    const [known] = dataFile('sources/market.json')
    const observations = [
      observation(),
      observation({ status: 'forecast' }),
      observation({ vintage: null }),
      observation({ source: known?.id, value: 12 }),
    ]
    await create({ observations }).expect(201)
    const { body } = await create({ observations: [observation({ source })] }).expect(422)
    expect(body).toMatchObject({ code: 'unknown-reference', errors: [{ pointer: '/observations/0/source' }] })
  })

  it('needs bounds or a note in place of a value', async () => {
    for (const more of [{ low: 1 }, { high: 2 }, { low: 1, high: 2 }, { note: 'withdrawn' }]) {
      await create({ observations: [observation({ value: null, ...more })] }).expect(201)
    }
    const { body } = await create({ observations: [observation({ value: null })] }).expect(422)
    expect(body).toMatchObject({ code: 'missing-value', errors: [{ pointer: '/observations/0/value' }] })
  })

  it('refuses bounds that exclude the value or each other, with both numbers', async () => {
    for (const [more, pointer, numbers] of [
      [{ low: 12 }, '/observations/0/low', ['12', '10']],
      [{ high: 9 }, '/observations/0/value', ['10', '9']],
      [{ value: null, low: 3, high: 2 }, '/observations/0/low', ['3', '2']],
    ] as const) {
      const { body } = await create({ observations: [observation(more)] }).expect(422)
      expect(body).toMatchObject({ code: 'inconsistent-inputs', errors: [{ pointer }] })
      for (const number of numbers) expect(body.detail).toContain(`is ${number}`)
    }
  })

  it.each([
    ['a period', { period: '2024Q5' }, '/observations/0/period'],
    ['a month without its zero', { period: '2024-1' }, '/observations/0/period'],
    ['a vintage', { vintage: 'May' }, '/observations/0/vintage'],
    ['a status', { status: 'guess' }, '/observations/0/status'],
    ['a value', { value: '10' }, '/observations/0/value'],
    ['a member', { reliability: 1 }, '/observations/0/reliability'],
  ])('refuses %s that is none', async (_what, more, pointer) => {
    const { body } = await create({ observations: [observation(more)] }).expect(422)
    expect(body.errors).toMatchObject([{ pointer }])
  })

  it('reserves the ids of the public series', async () => {
    await create({ id: 'games_gpc' }).expect(409)
  })

  it('lets one of many changes to the same version through', async () => {
    const { body } = await create().expect(201)
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        mergePatch(service, `/v1/datasets/${body.id}`, '"1"', {
          observations: [observation({ value: index })],
        }),
      ),
    )
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, ...Array(9).fill(412)])
  })
})
