import pg from 'pg'
import { describe, expect, it } from 'vitest'
import { mergePatch } from '../support/changes.ts'
import { makeKey, useKeyedService, withKey } from '../support/keys.ts'
import { everything } from '../support/lists.ts'
import { label } from '../support/reports.ts'
import { useService } from '../support/service.ts'

const service = useService({ worker: false })
const keyed = useKeyedService({ worker: false })

const inputs = { trainingPfDays: 268, throughput: { flopPerSecond: 125e12 }, devices: 8 }

interface Entry {
  readonly id: string
  readonly action: string
  readonly kind: string
  readonly resource: string
  readonly requestId: string
  readonly [member: string]: unknown
}
const entries = (query = '') => everything<Entry>(service, `/v1/audit-log${query}`)
const entry = async (id: string) => (await service.http.get(`/v1/audit-log/${id}`).expect(200)).body

describe('the log of writes', () => {
  it('has every write with who, what, before and after, and the request', async () => {
    const content = { name: 'logged', estimator: 'training', inputs }
    const made = await service.http.post('/v1/scenarios').send(content).expect(201)
    const changed = await mergePatch(service, '/v1/scenarios/logged', '"1"', {
      inputs: { devices: 16 },
    }).expect(200)
    await service.http.post('/v1/scenarios/logged/runs').send({}).expect(202)
    await service.http.delete('/v1/scenarios/logged').set('if-match', '"2"').expect(204)

    const [first, second, third, ...rest] = await entries('?kind=scenario&resource=logged')
    expect([first, second, third].map(each => each?.action)).toEqual(['create', 'replace', 'delete'])
    expect(rest).toEqual([])
    expect(first).toMatchObject({ actor: 'local', requestId: made.headers['x-request-id'] })
    expect(second?.requestId).toBe(changed.headers['x-request-id'])
    expect(first).not.toHaveProperty('before')
    expect(await entry(first?.id ?? '')).toMatchObject({ before: null, after: content })
    expect(await entry(second?.id ?? '')).toMatchObject({
      before: { inputs: { devices: 8 } },
      after: { inputs: { devices: 16 } },
    })
    expect(await entry(third?.id ?? '')).toMatchObject({ before: { inputs: { devices: 16 } }, after: null })
    expect(await entries('?kind=run&action=start')).toHaveLength(1)
  })

  it('has the writes of every kind of document, and of runs, keys and links', async () => {
    const id = 'seen'
    await service.http
      .post('/v1/companies')
      .send({ id, name: label('Seen') })
      .expect(201)
    await service.http
      .put('/v1/companies/seen')
      .set('if-match', '*')
      .send({ name: label('Again') })
      .expect(200)
    const report = { id, title: label('Seen'), publisher: label('Us'), date: '2026-11' }
    await service.http.post('/v1/reports').send(report).expect(201)
    await service.http.delete('/v1/reports/seen').set('if-match', '*').expect(204)
    const scenario = { name: id, estimator: 'training', inputs }
    await service.http.put('/v1/scenarios/seen').set('if-none-match', '*').send(scenario).expect(201)
    const { body: run } = await service.http.post('/v1/scenarios/seen/runs').send({}).expect(202)
    await service.http.delete(`/v1/runs/${run.id}`).expect(200)
    await service.http.delete(`/v1/runs/${run.id}`).expect(200)
    const { body: share } = await service.http.post('/v1/scenarios/seen/shares').send({}).expect(201)
    await service.http.delete(`/v1/scenarios/seen/shares/${share.id}`).expect(200)
    const { body: key } = await service.http
      .post('/v1/keys')
      .send({ name: id, scopes: ['read'] })
      .expect(201)
    await service.http.delete(`/v1/keys/${key.id}`).expect(200)
    const done = async (kind: string, resource: string) =>
      (await entries(`?kind=${kind}&resource=${resource}`)).map(({ action }) => action)
    expect(await done('company', id)).toEqual(['create', 'replace'])
    expect(await done('report', id)).toEqual(['create', 'delete'])
    expect(await done('scenario', id)).toEqual(['create'])
    expect(await done('run', run.id)).toEqual(['start', 'cancel'])
    expect(await done('share', share.id)).toEqual(['create', 'revoke'])
    expect(await done('key', key.id)).toEqual(['create', 'revoke'])
    const all = JSON.stringify(await Promise.all((await entries()).map(each => entry(each.id))))
    for (const secret of [key.key, share.link]) expect(all).not.toContain(secret.slice(-43))
  })

  it('has nothing of what was refused', async () => {
    const before = (await entries()).length
    await service.http.post('/v1/scenarios').send({ name: 'x' }).expect(422)
    await service.http
      .put('/v1/companies/seen')
      .set('if-match', '"9"')
      .send({ name: label('No') })
      .expect(412)
    await service.http
      .post('/v1/companies')
      .send({ id: 'seen', name: label('No') })
      .expect(409)
    expect(await entries()).toHaveLength(before)
  })

  it('is filtered by time, in pages', async () => {
    expect(await entries('?until=2020-01-01T00:00:00Z')).toEqual([])
    const all = await entries()
    expect(await entries('?since=2020-01-01T00:00:00Z')).toEqual(all)
    expect(await everything<Entry>(service, '/v1/audit-log', 3)).toEqual(all)
    expect(await entries('?sort=-at')).toEqual(all.toReversed())
    await service.http.get('/v1/audit-log?since=yesterday').expect(422)
    await service.http.get('/v1/audit-log?since=2026-13-41T00:00:00Z').expect(422)
  })

  it('can be changed by nobody, not even in the database', async () => {
    const client = new pg.Client({ connectionString: service.databaseUrl })
    await client.connect()
    const count = async () => (await client.query('SELECT count(*)::int AS n FROM audit_entry')).rows[0].n
    const before = await count()
    for (const change of [
      `UPDATE audit_entry SET actor = 'another'`,
      'DELETE FROM audit_entry',
      'TRUNCATE audit_entry',
    ])
      await expect(client.query(change), change).rejects.toThrow('append-only')
    expect(await count()).toBe(before)
    expect(before).toBeGreaterThan(0)
    await client.end()
  })
})

it('names the key that wrote, and is for admins of the workspace alone', async () => {
  const writer = await makeKey(keyed)
  const admin = withKey(keyed, (await makeKey(keyed, { scopes: ['admin'] })).key)
  const foreign = withKey(keyed, (await makeKey(keyed, { workspace: 'far', scopes: ['admin'] })).key)
  const send = withKey(keyed, writer.key)
  await send('post', '/v1/companies')
    .send({ id: 'named', name: label('Named') })
    .expect(201)
  await send('get', '/v1/audit-log').expect(403)
  const { body } = await admin('get', `/v1/audit-log?actor=key:${writer.id}`).expect(200)
  expect(body.items).toMatchObject([{ actor: `key:${writer.id}`, kind: 'company', resource: 'named' }])
  const { body: theirs } = await foreign('get', '/v1/audit-log?kind=company').expect(200)
  expect(theirs.items).toEqual([])
  await foreign('get', `/v1/audit-log/${body.items[0].id}`).expect(404)
})
