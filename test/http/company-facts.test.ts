import { describe, expect, it } from 'vitest'
import { everything } from '../support/lists.ts'
import { dataFile } from '../support/reference-files.ts'
import { useService } from '../support/service.ts'

const service = useService({ worker: false })

interface Fact {
  readonly id: string
  readonly value: unknown
  readonly period: string
  readonly vintage: string | null
}
const facts = (path: string) => everything<Fact>(service, `/v1/companies/${path}`)
let made = 0
const fact = (more: object = {}) => ({
  id: `own-${++made}`,
  fact: 'revenue',
  label: { en: 'Revenue', zh: '营业收入' },
  value: 12,
  unit: '亿元',
  period: '2026',
  ...more,
})
const post = (company: string, body: object) => service.http.post(`/v1/companies/${company}/facts`).send(body)

describe('GET /v1/companies/{id}/facts', () => {
  it('serves all facts that the data has on each company', async () => {
    const groups =
      dataFile<{ company: string; facts: { id: string; value: unknown }[] }[]>('company-facts.json')
    for (const company of new Set(groups.map(group => group.company))) {
      const rows = groups.filter(group => group.company === company).flatMap(group => group.facts)
      const served = await facts(`${company}/facts`)
      expect(
        served.map(({ id, value }) => [id, value]),
        company,
      ).toEqual(rows.map(({ id, value }) => [id, value]))
    }
  })

  it('filters by fact, period, status and provenance', async () => {
    const forecasts = await facts('cloudwalk/facts?status=forecast')
    expect(forecasts.map(({ value }) => value)).toEqual([16.82, 25.01, 32.27, 40.11])
    expect(await facts('cloudwalk/facts?fact=revenue&period=2024')).toMatchObject([{ value: 3.976846 }])
    for (const { provenance } of await everything<{ provenance: string }>(
      service,
      '/v1/companies/baidu/facts?provenance=recalled',
    ))
      expect(provenance).toBe('recalled')
  })

  it('knows with asOf what was published by then; unknown vintages are left out', async () => {
    const known = async (asOf: string) =>
      (await facts(`goodwill-e-health/facts?fact=net-profit&period=2023&asOf=${asOf}`)).map(
        ({ value }) => value,
      )
    expect(await known('2024-03-31')).toEqual([])
    expect(await known('2024-04-29')).toEqual([])
    expect(await known('2024-04-30')).toEqual([0.4249744])
    expect(await known('2025-05')).toEqual([0.4249744, 0.32])
    const all = await facts('nvidia/facts')
    const dated = await facts('nvidia/facts?asOf=2099')
    expect(dated.map(({ id }) => id)).toEqual(
      all.filter(({ vintage }) => vintage !== null).map(({ id }) => id),
    )
  })

  it('takes vintages of days, months and years with asOf of each kind', async () => {
    for (const vintage of ['2027', '2028-02', '2029-03-15'])
      await post('amd', fact({ fact: 'own-dated', vintage })).expect(201)
    const known = async (asOf: string) =>
      (await facts(`amd/facts?fact=own-dated&asOf=${asOf}`)).map(({ vintage }) => vintage)
    expect(await known('2027-12-30')).toEqual([])
    expect(await known('2027-12-31')).toEqual(['2027'])
    expect(await known('2028-02-28')).toEqual(['2027'])
    expect(await known('2028-02-29')).toEqual(['2027', '2028-02'])
    expect(await known('2029')).toEqual(['2027', '2028-02', '2029-03-15'])
    expect(await known('2029-03-14')).toEqual(['2027', '2028-02'])
  })

  it('answers 404 for a company that is not there', async () => {
    await service.http.get('/v1/companies/atlantis/facts').expect(404)
  })
})

describe('writing a fact', () => {
  it('adds one of your own to a company of the knowledge base', async () => {
    const { body, headers } = await post('inspur', fact()).expect(201)
    expect(body).toMatchObject({ value: 12, status: 'actual', provenance: 'read', basis: null, low: null })
    await service.http.get(String(headers.location)).expect(200, body)
    await service.http.delete(String(headers.location)).set('if-match', '"1"').expect(204)
  })

  it.each([
    ['neither value nor bounds', { value: null }, '/value'],
    ['bounds that exclude the value', { low: 13 }, '/low'],
    ['an unknown source', { source: 'hearsay' }, '/source'],
    ['no period', { period: undefined }, '/period'],
    ['an unknown status', { status: 'hoped' }, '/status'],
    ['a vintage that is no date', { vintage: 'catalog v5' }, '/vintage'],
  ])('refuses %s', async (_what, more, pointer) => {
    const { body } = await post('inspur', fact(more)).expect(422)
    expect(body.errors).toMatchObject([{ pointer }])
  })
})
