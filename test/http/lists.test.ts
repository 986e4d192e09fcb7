import { describe, expect, it } from 'vitest'
import { everything } from '../support/lists.ts'
import { dataFile, sourceRows } from '../support/reference-files.ts'
import { useService } from '../support/service.ts'

const service = useService({ worker: false })

const lists = [
  '/v1/accelerators',
  '/v1/models',
  '/v1/prices',
  '/v1/sources',
  '/v1/companies',
  '/v1/applications',
  '/v1/datasets',
  '/v1/datasets/games_gpc/observations',
] as const

const ids = async (path: string, limit?: number) =>
  (await everything(service, path, limit)).map(({ id }) => id)
const first = async (path: string) => (await service.http.get(path).expect(200)).body

describe('paging', () => {
  it.each(lists)('%s gives each element once, whatever the length of a page', async path => {
    const all = await everything(service, path)
    const small = await everything(service, path, path === '/v1/prices' ? 17 : 4)
    expect(small).toEqual(all)
    expect(new Set(all.map(each => JSON.stringify(each))).size).toBe(all.length)
  })

  it('gives 50 elements unless asked otherwise, and 200 at most', async () => {
    expect((await first('/v1/prices')).items).toHaveLength(50)
    expect((await first('/v1/prices?limit=200')).items).toHaveLength(200)
    for (const limit of ['0', '201', '1.5', 'all', '']) {
      const { body } = await service.http.get(`/v1/prices?limit=${limit}`).expect(422)
      expect(body.errors).toMatchObject([{ parameter: 'limit' }])
    }
  })

  it('links to the first and the next page (RFC 8288), with the filters', async () => {
    for (const path of ['/v1/companies', '/v1/accelerators']) {
      const { body, headers } = await service.http.get(`${path}?q=ai&sort=-name&limit=1`).expect(200)
      expect(headers.link).toBe(
        [
          `<${path}?q=ai&sort=-name&limit=1>; rel="first"`,
          `<${path}?q=ai&sort=-name&limit=1&cursor=${body.nextCursor}>; rel="next"`,
        ].join(', '),
      )
      const next = /<([^>]+)>; rel="next"/.exec(String(headers.link))?.[1] ?? ''
      const { body: second } = await service.http.get(next).expect(200)
      expect(second.items).toHaveLength(1)
      expect(second.items[0].id).not.toBe(body.items[0].id)
    }
  })

  it('has neither a cursor nor a link to a next page on the last', async () => {
    for (const path of ['/v1/companies', '/v1/accelerators']) {
      const { body, headers } = await service.http.get(`${path}?limit=200`).expect(200)
      expect(body.nextCursor).toBeNull()
      expect(headers.link).toBe(`<${path}?limit=200>; rel="first"`)
    }
  })
})

describe('a cursor', () => {
  it.each(lists)('of %s is refused when it was changed', async path => {
    const { nextCursor } = await first(`${path}?limit=1`)
    const bytes = Buffer.from(nextCursor, 'base64url')
    for (const at of [0, 12, bytes.length - 2]) {
      const tampered = Buffer.from(bytes)
      tampered[at] = (tampered[at] ?? 0) ^ 1
      const { body } = await service.http
        .get(`${path}?limit=1&cursor=${tampered.toString('base64url')}`)
        .expect(422)
      expect(body.errors).toMatchObject([{ parameter: 'cursor', code: 'cursor' }])
    }
    await service.http.get(`${path}?limit=1&cursor=${nextCursor.slice(0, 8)}`).expect(422)
    await service.http.get(`${path}?limit=1&cursor=${nextCursor}`).expect(200)
  })

  it('is refused by another list, with other filters and in another order', async () => {
    const { nextCursor } = await first('/v1/companies?limit=1&q=ai')
    for (const path of [
      '/v1/companies?limit=1',
      '/v1/companies?limit=1&q=cloud',
      '/v1/companies?limit=1&q=ai&layer=middle',
      '/v1/companies?limit=1&q=ai&sort=-name',
      '/v1/applications?limit=1&q=ai',
    ]) {
      await service.http.get(`${path}&cursor=${nextCursor}`).expect(422)
    }
    // How long a page is does not matter.
    await service.http.get(`/v1/companies?limit=2&q=ai&cursor=${nextCursor}`).expect(200)
  })

  it('goes on after its element although others were made and deleted meanwhile', async () => {
    const make = (id: string) =>
      service.http
        .post('/v1/companies')
        .send({ id, name: { en: id, zh: id } })
        .expect(201)
    for (const id of ['moving-1', 'moving-3', 'moving-5']) await make(id)
    const { items, nextCursor } = await first('/v1/companies?sort=-id&limit=1&q=moving-')
    expect(items[0].id).toBe('moving-5')
    await make('moving-4')
    await make('moving-6')
    await service.http.delete('/v1/companies/moving-5').set('if-match', '*').expect(204)
    const { items: rest } = await first(`/v1/companies?sort=-id&limit=3&q=moving-&cursor=${nextCursor}`)
    expect(rest.map(({ id }: { id: string }) => id)).toEqual(['moving-4', 'moving-3', 'moving-1'])
  })
})

describe('order', () => {
  it.each([
    ['/v1/accelerators', 'name', dataFile('accelerators.json').map(({ name }) => String(name))],
    ['/v1/models', 'organization', dataFile('models.json').map(({ organization }) => String(organization))],
    ['/v1/prices', 'date', dataFile('prices.json').map(({ date }) => String(date))],
    ['/v1/sources', 'title', sourceRows().map(({ title }) => String(title))],
  ])('%s goes by %s, and with a minus from the end', async (path, sort, values) => {
    const ascending = await everything(service, `${path}?sort=${sort}`)
    expect(ascending.map(each => each[sort])).toEqual(values.toSorted())
    const descending = await everything(service, `${path}?sort=-${sort}`)
    expect(descending.map(({ id }) => id)).toEqual(ascending.map(({ id }) => id).toReversed())
  })

  it('goes by release date, unknown ones first', async () => {
    const dates = (
      await everything<{ id: string; releaseDate: { value: string } | null }>(
        service,
        '/v1/models?sort=releaseDate',
      )
    ).map(({ releaseDate }) => releaseDate?.value ?? '')
    expect(dates).toEqual(dates.toSorted())
    expect(dates.filter(date => date === '')).toHaveLength(
      dataFile('models.json').filter(({ releaseDate }) => releaseDate === null).length,
    )
  })

  it('of stored documents is that of the data, by id or by English name', async () => {
    const rows = dataFile('companies.json')
    expect((await ids('/v1/companies')).slice(0, rows.length)).toEqual(rows.map(({ id }) => id))
    const byId = await ids('/v1/companies?sort=id', 7)
    expect(byId).toEqual(byId.toSorted())
    const names = (
      await everything<{ id: string; name: { en: string } }>(service, '/v1/companies?sort=-name', 5)
    ).map(({ name }) => name.en)
    expect(names).toEqual(names.toSorted().toReversed())
  })
})

describe('q', () => {
  it('finds Chinese text', async () => {
    expect(await ids('/v1/companies?q=浪潮')).toEqual(['inspur'])
    expect(await ids('/v1/applications?q=绘画')).not.toHaveLength(0)
    expect(await ids('/v1/datasets?q=中国音数协游戏工委')).toContain('games_gpc')
    expect(await ids('/v1/sources?q=中国银河证券')).toContain('galaxy-2023')
  })

  it('finds English text, case aside', async () => {
    for (const q of ['inspur', 'INSPUR', 'Inspur'])
      expect(await ids(`/v1/companies?q=${q}`)).toContain('inspur')
    expect(await ids('/v1/accelerators?q=v100 SXM2 32gb')).toContain('v100-sxm2-32gb')
    expect(await ids('/v1/models?q=GPT-3 175b')).toContain('gpt-3-175b')
    expect(await ids('/v1/prices?q=p100 google oregon')).not.toHaveLength(0)
  })

  it('wants every word, in either language', async () => {
    expect(await ids('/v1/companies?q=inspur 服务器')).toContain('inspur')
    expect(await ids('/v1/companies?q=inspur nothing-of-the-kind')).toEqual([])
    expect(await ids('/v1/models?q=openai nothing-of-the-kind')).toEqual([])
  })

  it('takes the signs of patterns for themselves', async () => {
    for (const path of ['/v1/companies', '/v1/accelerators']) {
      expect(await ids(`${path}?q=%25%25%25`)).toEqual([])
      expect(await ids(`${path}?q=in__ur`)).toEqual([])
      await service.http.get(`${path}?q=%5C`).expect(200)
      await service.http.get(`${path}?q=%27%3B--`).expect(200)
    }
  })

  it('works together with filters', async () => {
    expect(await ids('/v1/companies?q=服务器&layer=foundation&market=A-share&rating=recommended')).toEqual([
      'inspur',
    ])
  })
})

describe('unknown query parameters', () => {
  it.each(lists)('of %s are refused by name', async path => {
    const { body } = await service.http.get(`${path}?page=2`).expect(422)
    expect(body).toMatchObject({ code: 'invalid-request', errors: [{ parameter: 'page' }] })
  })

  it('are refused where a single resource is read', async () => {
    await service.http.get('/v1/companies/inspur?fields=name').expect(422)
    await service.http.get('/v1/accelerators/v100-sxm2-32gb?fields=name').expect(422)
  })
})
