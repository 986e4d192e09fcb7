import { describe, expect, it } from 'vitest'
import { mergePatch } from '../support/changes.ts'
import { everything } from '../support/lists.ts'
import { dataFile } from '../support/reference-files.ts'
import { useService } from '../support/service.ts'

const service = useService({ worker: false })

const content = {
  field: 'audio',
  fieldLabel: { en: 'AI audio', zh: 'AI音频' },
  scenario: { en: 'Voices', zh: '人声' },
  company: 'Acme',
}

describe('GET /v1/applications', () => {
  it('serves all 63 applications as the tables of the report list them', async () => {
    const items = await everything(service, '/v1/applications')
    expect(items).toHaveLength(63)
    expect(items).toEqual(
      dataFile('applications.json').map(row => ({
        ...row,
        version: 1,
        createdAt: expect.any(String),
        updatedAt: expect.any(String),
      })),
    )
  })

  it('filters by field, company and table', async () => {
    const found = async (query: string) => (await everything(service, `/v1/applications?${query}`)).length
    const rows = dataFile('applications.json')
    for (const table of [3, 4, 5, 6, 7]) {
      expect(await found(`table=${table}`)).toBe(rows.filter(row => row.table === table).length)
    }
    expect(await found('field=painting')).toBe(rows.filter(({ field }) => field === 'painting').length)
    expect(await found('field=painting&company=OpenAI')).toBe(
      rows.filter(({ field, company }) => field === 'painting' && company === 'OpenAI').length,
    )
  })

  it('refuses a table that is no number, and a filter that there is none of', async () => {
    for (const [query, parameter] of [
      ['table=three', 'table'],
      ['fields=audio', 'fields'],
    ]) {
      const { body } = await service.http.get(`/v1/applications?${query}`).expect(422)
      expect(body.errors).toMatchObject([{ parameter }])
    }
  })
})

describe('an application of your own', () => {
  it('is made, changed and deleted', async () => {
    const address = '/v1/applications/acme-voices'
    const { body } = await service.http
      .post('/v1/applications')
      .send({ id: 'acme-voices', name: 'Acme Voices', ...content })
      .expect(201)
      .expect('location', address)
    expect(body).toMatchObject({
      ...content,
      version: 1,
      basis: null,
      table: null,
      source: null,
      remark: null,
    })
    const { body: changed } = await mergePatch(service, address, '"1"', { name: null, table: 5 }).expect(200)
    expect(changed).toMatchObject({ name: null, table: 5, version: 2 })
    await service.http.delete(address).set('if-match', '"2"').expect(204)
    await service.http.get(address).expect(404)
  })

  it('names a source of the catalogue, or none', async () => {
    const address = '/v1/applications/acme-images'
    const put = (source: string | null) =>
      service.http
        .put(address)
        .set('if-none-match', '*')
        .send({ ...content, source })
    const { body } = await put('hearsay').expect(422)
    expect(body).toMatchObject({ code: 'unknown-reference', errors: [{ pointer: '/source' }] })
    await put('galaxy-2023').expect(201)
  })

  it('cannot take an id of the public ones', async () => {
    await service.http
      .post('/v1/applications')
      .send({ id: 'copy-ai', ...content })
      .expect(409)
  })
})
