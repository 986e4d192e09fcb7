import pg from 'pg'
import { pino } from 'pino'
import supertest from 'supertest'
import { describe, expect, it } from 'vitest'
import { buildApp } from '../../src/app.ts'
import { mergePatch } from '../support/changes.ts'
import { useService } from '../support/service.ts'

const service = useService({ worker: false })

let made = 0
async function dataset(): Promise<string> {
  const { body } = await service.http
    .post('/v1/datasets')
    .send({
      id: `series-${++made}`,
      segment: 'games',
      title: { en: 'Own series', zh: '自有序列' },
      metric: 'revenue',
      scope: { en: 'What we counted', zh: null },
      unit: '亿元',
      currency: 'CNY',
      region: 'CN',
      observations: [{ period: '2024', value: 10, status: 'actual' }],
    })
    .expect(201)
  return body.id
}
async function company(): Promise<string> {
  const id = `acme-${++made}`
  await service.http
    .post('/v1/companies')
    .send({ id, name: { en: 'Acme', zh: '顶点' } })
    .expect(201)
  return id
}
const scenario = (more: object = {}) => ({
  name: `refers ${++made}`,
  estimator: 'training',
  inputs: { trainingPfDays: 268, throughput: { flopPerSecond: 125e12 } },
  ...more,
})
const post = (more: object) => service.http.post('/v1/scenarios').send(scenario(more))
const create = async (more: object): Promise<string> => (await post(more).expect(201)).body.id
const remove = (address: string) => service.http.delete(address).set('if-match', '*')
const sizeOf = (id: string) => ({
  estimator: 'market',
  inputs: {
    baseYear: 2024,
    targetYear: 2024,
    segments: [{ id: 'games', size: { dataset: id, year: 2024 } }],
  },
})

describe('deleting what scenarios refer to', () => {
  it('is refused with their ids and the remedy, until none does any more', async () => {
    const [series, firm] = [await dataset(), await company()]
    const one = await create({ datasets: [series], companies: [firm] })
    const other = await create({ datasets: [series] })
    const { body } = await remove(`/v1/datasets/${series}`).expect(409)
    expect(body).toMatchObject({ code: 'conflict', detail: expect.stringContaining(`"${one}", "${other}"`) })
    expect(body.detail).toContain('take it out of them, or delete them, first')
    const { body: ofCompany } = await remove(`/v1/companies/${firm}`).expect(409)
    expect(ofCompany.detail).toContain(`("${one}")`)
    const { body: there } = await service.http.get(`/v1/datasets/${series}`).expect(200)
    expect(there.version).toBe(1)

    await remove(`/v1/scenarios/${one}`).expect(204)
    await remove(`/v1/companies/${firm}`).expect(204)
    await mergePatch(service, `/v1/scenarios/${other}`, '"1"', { datasets: [] }).expect(200)
    await remove(`/v1/datasets/${series}`).expect(204)
  })

  it('is refused where only the inputs refer to it', async () => {
    const series = await dataset()
    const id = await create(sizeOf(series))
    const { body } = await remove(`/v1/datasets/${series}`).expect(409)
    expect(body.detail).toContain(`"${id}"`)
  })

  it('is not held up by the same word in another place', async () => {
    const [series, firm] = [await dataset(), await company()]
    await create({ tags: [series, firm], description: series, companies: [firm] })
    await remove(`/v1/datasets/${series}`).expect(204)
  })

  it('names ten scenarios and says that there are others', async () => {
    const series = await dataset()
    for (let count = 0; count < 12; count++) await create({ datasets: [series] })
    const { body } = await remove(`/v1/datasets/${series}`).expect(409)
    expect(body.detail.match(/"refers-\d+"/g)).toHaveLength(10)
    expect(body.detail).toContain(', others)')
  })

  it("says of another workspace's scenarios only that there are some", async () => {
    const database = new pg.Client({ connectionString: service.databaseUrl })
    await database.connect()
    await database.query("INSERT INTO workspace (id, name) VALUES ('elsewhere', 'Elsewhere')")
    await database.end()
    const app = await buildApp({
      ...service.installation,
      log: pino({ level: 'silent' }),
      principal: {
        id: 'elsewhere',
        workspaceId: 'elsewhere',
        scopes: new Set(['read', 'write', 'run'] as const),
      },
    })
    try {
      const http = supertest(await app.listen({ host: '127.0.0.1', port: 0 }))
      const { body: list } = await http.get('/v1/companies?limit=1&sort=-position').expect(200)
      const [{ id: firm }] = list.items
      await http
        .post('/v1/scenarios')
        .send(scenario({ name: 'secret plan', companies: [firm] }))
        .expect(201)
      const { body } = await remove(`/v1/companies/${firm}`).expect(409)
      expect(body.detail).toContain('(some of other workspaces)')
      expect(JSON.stringify(body)).not.toContain('secret')
    } finally {
      await app.close()
    }
  })

  it('and writing the reference at the same time: one of the two is refused', async () => {
    const outcomes = []
    for (let round = 0; round < 15; round++) {
      const series = await dataset()
      const [written, deleted] = await Promise.all([
        post({ datasets: [series] }),
        remove(`/v1/datasets/${series}`),
      ])
      outcomes.push(`${written.status} ${deleted.status}`)
    }
    for (const outcome of outcomes) expect(['201 409', '422 204']).toContain(outcome)
  })
})

describe('running a scenario whose reference is gone', () => {
  it('is refused at once, with the place, and no run is made', async () => {
    const [series, firm] = [await dataset(), await company()]
    const id = await create({ ...sizeOf(series), datasets: [series], companies: [firm] })
    await service.http
      .put(`/v1/scenarios/${id}`)
      .set('if-match', '"1"')
      .send(scenario({ datasets: [] }))
      .expect(200)
    // Older versions hold nobody up.
    await remove(`/v1/datasets/${series}`).expect(204)
    await remove(`/v1/companies/${firm}`).expect(204)
    await service.http.post(`/v1/scenarios/${id}/runs`).expect(202)
    const again = async () =>
      (await service.http.post(`/v1/scenarios/${id}/runs`).send({ scenarioVersion: 1 }).expect(422)).body
    const computed = await again()
    expect(computed).toMatchObject({
      code: 'unknown-dataset',
      errors: [{ pointer: '/inputs/segments/0/size/dataset' }],
    })
    expect(computed.detail).toContain(`There is no dataset "${series}"`)
    const { body: runs } = await service.http.get(`/v1/scenarios/${id}/runs`).expect(200)
    expect(runs.items).toHaveLength(1)
  })

  it('is refused too where nothing is computed from it, naming every place', async () => {
    const [series, firm] = [await dataset(), await company()]
    const id = await create({ datasets: [series], companies: [firm] })
    await service.http
      .put(`/v1/scenarios/${id}`)
      .set('if-match', '"1"')
      .send(scenario({ datasets: [] }))
      .expect(200)
    await remove(`/v1/datasets/${series}`).expect(204)
    await remove(`/v1/companies/${firm}`).expect(204)
    const { body } = await service.http
      .post(`/v1/scenarios/${id}/runs`)
      .send({ scenarioVersion: 1 })
      .expect(422)
    expect(body).toMatchObject({
      code: 'unknown-reference',
      errors: [{ pointer: '/companies/0' }, { pointer: '/datasets/0' }],
    })
    expect(body.detail).toContain(`the dataset "${series}", which does not exist; change or remove it`)
  })
})
