import { describe, expect, it } from 'vitest'
import { mergePatch } from '../support/changes.ts'
import { everything } from '../support/lists.ts'
import { dataFile } from '../support/reference-files.ts'
import { useService } from '../support/service.ts'

const service = useService({ worker: false })

const scope = {
  id: 'own-scope',
  name: { en: 'Ours', zh: '自有' },
  definition: { en: 'What we count', zh: '我们的口径' },
  revenueKind: 'consumer-spending',
}
const series = (...ids: string[]) => ids.map(dataset => ({ dataset }))
const combine = (body: object) => service.http.post('/v1/combinations').send(body)

describe('/v1/scopes', () => {
  it('lists every market definition with all that it says', async () => {
    const items = await everything(service, '/v1/scopes')
    const metadata = { version: 1, createdAt: expect.any(String), updatedAt: expect.any(String) }
    expect(items).toEqual(dataFile('scopes.json').map(row => ({ ...row, ...metadata })))
    const shares = dataFile('scopes.json').filter(({ revenueKind }) => revenueKind === 'share')
    expect(await everything(service, '/v1/scopes?revenueKind=share')).toHaveLength(shares.length)
  })

  it('takes one of your own, changes and deletes it', async () => {
    const { body, headers } = await service.http.post('/v1/scopes').send(scope).expect(201)
    expect(body).toMatchObject({ ...scope, platforms: null, geography: null, excludes: null, source: null })
    const address = String(headers.location)
    const { body: patched } = await mergePatch(service, address, '"1"', {
      excludes: { en: 'Hardware', zh: '硬件' },
    }).expect(200)
    expect(patched).toMatchObject({ version: 2, excludes: { zh: '硬件' } })
    await service.http.delete(address).set('if-match', '"2"').expect(204)
    await service.http.get(address).expect(404)
  })

  it.each([
    ['an unknown kind', { revenueKind: 'wishes' }, '/revenueKind'],
    ['a definition in one language', { definition: { en: 'x' } }, '/definition/zh'],
    ['an unknown source', { source: 'hearsay' }, '/source'],
  ])('refuses %s', async (_what, more, pointer) => {
    const { body } = await service.http
      .post('/v1/scopes')
      .send({ ...scope, id: 'other', ...more })
      .expect(422)
    expect(body.errors).toMatchObject([{ pointer }])
  })

  it('is what a dataset names: an unknown one is refused', async () => {
    const dataset = {
      id: 'own-scoped',
      segment: 'games',
      title: { en: 'x', zh: 'x' },
      metric: 'revenue',
      scope: { en: 'x', zh: null },
      unit: '亿元',
      region: 'CN',
    }
    const { body } = await service.http
      .post('/v1/datasets')
      .send({ ...dataset, scopeId: 'atlantis' })
      .expect(422)
    expect(body).toMatchObject({ code: 'unknown-reference', errors: [{ pointer: '/scopeId' }] })
    const made = await service.http
      .post('/v1/datasets')
      .send({ ...dataset, scopeId: 'games-cn-all' })
      .expect(201)
    expect(made.body.scopeId).toBe('games-cn-all')
  })
})

describe('POST /v1/combinations', () => {
  it('refuses two scopes and says what each counts', async () => {
    const { body } = await combine({ combine: 'compare', series: series('music_frost', 'music_total_cadpa') })
      .expect(422)
      .expect('content-type', /problem\+json/)
    expect(body).toMatchObject({ code: 'mixed-scopes', errors: [{ pointer: '/series/1/dataset' }] })
    expect(body.detail).toContain('Frost & Sullivan')
    expect(body.detail).toContain('online karaoke')
  })

  it('compares them when told to, and carries both definitions and a warning', async () => {
    const { body } = await combine({
      combine: 'compare',
      series: series('music_frost', 'music_total_cadpa'),
      allowMixedScopes: true,
    }).expect(200)
    expect(body.scopes.map(({ id }: { id: string }) => id)).toEqual([
      'music-online-frost',
      'music-total-cadpa',
    ])
    expect(body.warnings).toMatchObject([{ code: 'mixed-scopes' }])
    expect(body.periods.length).toBeGreaterThan(3)
  })

  it('changes with the registry: a definition that is corrected is the one shown', async () => {
    const address = '/v1/scopes/music-online-frost'
    await mergePatch(service, address, '"1"', { note: null, name: { en: 'Corrected', zh: '已更正' } }).expect(
      200,
    )
    const { body } = await combine({
      combine: 'compare',
      series: series('music_frost', 'frost_music_rights'),
      allowMixedScopes: true,
    }).expect(200)
    expect(body.scopes[0].name.en).toBe('Corrected')
  })

  it.each([
    ['one series alone', { series: series('games_gpc') }, '/series'],
    ['an unknown operation', { combine: 'divide' }, '/combine'],
    ['an unknown member', { weights: [1, 2] }, '/weights'],
  ])('refuses %s', async (_what, more, pointer) => {
    const { body } = await combine({
      combine: 'sum',
      series: series('games_gpc', 'games_h1'),
      ...more,
    }).expect(422)
    expect(body.errors).toMatchObject([{ pointer }])
  })
})

describe('a market of several scopes', () => {
  const segments = [
    { id: 'games', size: { dataset: 'games_gpc' } },
    { id: 'music', size: { dataset: 'iimedia_digital_music' } },
  ]
  const request = { region: 'CN', baseYear: 2021, targetYear: 2021, segments }
  const market = (body: object) => service.http.post('/v1/estimates/market').send(body)

  it('is sized with a warning, as naming each dataset says so', async () => {
    const { body } = await market(request).expect(200)
    expect(body.warnings.map(({ code }: { code: string }) => code)).toContain('mixed-scopes')
    await market({ ...request, allowMixedScopes: true }).expect(200)
  })

  it('is refused with both definitions when the caller asks for one scope', async () => {
    const { body } = await market({ ...request, allowMixedScopes: false }).expect(422)
    expect(body).toMatchObject({
      code: 'mixed-scopes',
      errors: [{ pointer: '/segments/1/size/dataset' }],
    })
    expect(body.detail).toContain('all platforms')
    expect(body.detail).toContain('42.89 billion yuan')
    await market({ ...request, segments: segments.slice(0, 1), allowMixedScopes: false }).expect(200)
  })
})
