import { describe, expect, it } from 'vitest'
import { useService } from '../support/service.ts'

const service = useService()

const inputs = { trainingPfDays: 268, throughput: { flopPerSecond: 125e12 }, devices: 8 }
let count = 0
const scenario = (more: object = {}) => ({
  name: `our 13B #${++count}`,
  estimator: 'training',
  inputs,
  ...more,
})
const create = (body: object = scenario()) => service.http.post('/v1/scenarios').send(body)
const patch = (id: string, tag: string, body: object) =>
  service.http
    .patch(`/v1/scenarios/${id}`)
    .set('if-match', tag)
    .set('content-type', 'application/merge-patch+json')
    .send(JSON.stringify(body))

describe('POST /v1/scenarios', () => {
  it('makes a scenario under an id from its name, with its defaults', async () => {
    const { body, headers } = await create({ name: 'Our 13B, 2026', estimator: 'training', inputs }).expect(
      201,
    )
    expect(body).toMatchObject({
      id: 'our-13b-2026',
      version: 1,
      inputs,
      description: '',
      tags: [],
      companies: [],
      datasets: [],
    })
    expect(headers.location).toBe('/v1/scenarios/our-13b-2026')
    expect(headers.etag).toBe('"1"')
    await service.http.get(headers.location as string).expect(200, body)
  })

  it('gives a Chinese name an id, and keeps the name', async () => {
    const { body } = await create(scenario({ name: '训练成本' })).expect(201)
    expect(body).toMatchObject({ name: '训练成本', id: 'scenario' })
    const again = await create(scenario({ name: '推理成本' })).expect(201)
    expect(again.body.id).toMatch(/^scenario-[0-9a-f]{6}$/)
  })

  it('refuses a name that is taken', async () => {
    const body = scenario()
    await create(body).expect(201)
    const { body: problem } = await create(body).expect(409)
    expect(problem).toMatchObject({ code: 'conflict', detail: expect.stringContaining(body.name) })
  })

  it("refuses inputs that the estimator's schema does not know, naming the place", async () => {
    const { body } = await create(scenario({ inputs: { ...inputs, devices: 0, gpus: 8 } })).expect(422)
    expect(body.errors.map(({ pointer }: { pointer: string }) => pointer).toSorted()).toEqual([
      '/inputs/devices',
      '/inputs/gpus',
    ])
    expect(body.detail).toContain('/inputs/devices is 0; it must be >= 1')
  })

  it('refuses what the estimator itself refuses, pointing into the inputs', async () => {
    const { body } = await create(
      scenario({ inputs: { trainingPfDays: 268, accelerator: { id: 'v100' } } }),
    ).expect(422)
    expect(body).toMatchObject({
      code: 'unknown-accelerator',
      errors: [{ pointer: '/inputs/accelerator/id' }],
    })
  })

  it('refuses an unknown estimator and lists those known', async () => {
    const { body } = await create(scenario({ estimator: 'astrology' })).expect(422)
    expect(body.errors).toMatchObject([
      { pointer: '/estimator', code: 'enum', detail: expect.stringContaining('training') },
    ])
  })

  it('refuses companies and datasets that do not exist', async () => {
    const { body } = await create(scenario({ companies: ['inspur', 'acme'], datasets: ['nothing'] })).expect(
      422,
    )
    expect(body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
      '/companies/1',
      '/datasets/0',
    ])
  })
})

describe('versions', () => {
  it('keeps every version readable, also after the scenario has moved on', async () => {
    const { body: made } = await create(scenario({ tags: ['plan'] })).expect(201)
    const { body: patched } = await patch(made.id, '"1"', {
      inputs: { devices: 16 },
      description: 'more devices',
    }).expect(200)
    expect(patched).toMatchObject({
      version: 2,
      inputs: { ...inputs, devices: 16 },
      description: 'more devices',
      tags: ['plan'],
    })
    const { body: replaced } = await service.http
      .put(`/v1/scenarios/${made.id}`)
      .set('if-match', '"2"')
      .send({
        name: made.name,
        estimator: 'training',
        inputs: { trainingFlop: 1e21, throughput: { flopPerSecond: 1e12 } },
      })
      .expect(200)
    expect(replaced).toMatchObject({ version: 3, tags: [], inputs: { trainingFlop: 1e21 } })
    const { body: versions } = await service.http.get(`/v1/scenarios/${made.id}/versions`).expect(200)
    expect(versions.items.map((each: { version: number }) => each.version)).toEqual([1, 2, 3])
    const { body: first, headers } = await service.http.get(`/v1/scenarios/${made.id}/versions/1`).expect(200)
    expect(first).toMatchObject({ version: 1, inputs })
    expect(headers['cache-control']).toContain('immutable')
    await service.http.get(`/v1/scenarios/${made.id}/versions/4`).expect(404)
  })

  it('removes an input by a null in a merge patch, and refuses a result that is not valid', async () => {
    const { body: made } = await create().expect(201)
    const { body } = await patch(made.id, '"1"', { inputs: { devices: null } }).expect(200)
    expect(body.inputs).toEqual({ trainingPfDays: 268, throughput: { flopPerSecond: 125e12 } })
    const { body: problem } = await patch(made.id, '"2"', { inputs: { throughput: { mfu: 0.5 } } }).expect(
      422,
    )
    expect(problem.errors).toMatchObject([{ pointer: '/inputs/throughput', code: 'maxProperties' }])
  })
})

describe('concurrency', () => {
  it('needs If-Match for a change, and refuses another version', async () => {
    const { body: made } = await create().expect(201)
    const address = `/v1/scenarios/${made.id}`
    await service.http.put(address).send(scenario()).expect(428)
    await service.http.delete(address).expect(428)
    await patch(made.id, '"7"', { description: 'x' }).expect(412)
    await patch(made.id, 'W/"1"', { description: 'x' }).expect(412)
    await patch(made.id, '"5", "1"', { description: 'x' }).expect(200)
    await patch(made.id, '*', { description: 'y' }).expect(200)
    await patch(made.id, '1', { description: 'z' }).expect(400)
  })

  it('lets one of many changes to the same version through', async () => {
    const { body: made } = await create().expect(201)
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) => patch(made.id, '"1"', { description: `change ${index}` })),
    )
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, ...Array(9).fill(412)])
    const winner = answers.find(({ status }) => status === 200)
    const { body } = await service.http.get(`/v1/scenarios/${made.id}`).expect(200)
    expect(body.description).toBe(winner?.body.description)
    expect(body.version).toBe(2)
  })

  it('creates at an id by PUT with If-None-Match: *, once', async () => {
    const body = scenario()
    const put = () => service.http.put('/v1/scenarios/chosen-id').set('if-none-match', '*').send(body)
    await put().expect(201).expect('location', '/v1/scenarios/chosen-id')
    await put().expect(412)
  })
})

describe('reading', () => {
  it('answers 304 to who has the version, weak and in a list too', async () => {
    const { body: made } = await create().expect(201)
    for (const tags of ['"1"', 'W/"1"', '"9", "1"', '*']) {
      await service.http
        .get(`/v1/scenarios/${made.id}`)
        .set('if-none-match', tags)
        .expect(304)
        .expect('etag', '"1"')
    }
    await service.http.get(`/v1/scenarios/${made.id}`).set('if-none-match', '"2"').expect(200)
  })

  it('filters by estimator, tag and text', async () => {
    const { body: made } = await create(
      scenario({ tags: ['needle'], description: 'A 针 in a haystack' }),
    ).expect(201)
    for (const query of ['tag=needle', 'q=haystack%20针', 'estimator=training&tag=needle']) {
      const { body } = await service.http.get(`/v1/scenarios?${query}`).expect(200)
      expect(body.items.map(({ id }: { id: string }) => id)).toEqual([made.id])
    }
  })

  it('is gone after deletion, and its name is free again', async () => {
    const body = scenario()
    const { body: made } = await create(body).expect(201)
    await service.http.delete(`/v1/scenarios/${made.id}`).set('if-match', '"1"').expect(204)
    for (const path of ['', '/versions', '/versions/1', '/runs', '/result']) {
      await service.http.get(`/v1/scenarios/${made.id}${path}`).expect(404)
    }
    await service.http.delete(`/v1/scenarios/${made.id}`).set('if-match', '"2"').expect(404)
    const { body: again } = await create(body).expect(201)
    expect(again.id).not.toBe(made.id)
  })
})
