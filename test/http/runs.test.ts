import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { useService } from '../support/service.ts'

const service = useService()
const inputs = { trainingPfDays: 268, throughput: { flopPerSecond: 125e12 }, devices: 8 }
let count = 0
async function scenario(more: object = inputs): Promise<string> {
  const { body } = await service.http
    .post('/v1/scenarios')
    .send({ name: `run me ${++count}`, estimator: 'training', inputs: more })
    .expect(201)
  return body.id
}
const start = (id: string, seconds = 10) =>
  service.http.post(`/v1/scenarios/${id}/runs`).set('prefer', `wait=${seconds}`)

describe('POST /v1/scenarios/{id}/runs', () => {
  it('queues a run, says where it is, and brings it to its end', async () => {
    const id = await scenario()
    const { body, headers } = await service.http.post(`/v1/scenarios/${id}/runs`).expect(202)
    expect(headers.location).toBe(`/v1/runs/${body.id}`)
    expect(headers['retry-after']).toBe('1')
    expect(body).toMatchObject({ scenario: id, scenarioVersion: 1, status: 'queued', result: null, inputs })
    let run = body
    for (let tries = 0; run.status !== 'succeeded' && tries < 100; tries++) {
      await sleep(50)
      run = (await service.http.get(headers.location as string).expect(200)).body
    }
    expect(run).toMatchObject({ status: 'succeeded', progress: 1, attempt: 1, problem: null })
    expect(run.result.results.deviceDays.value).toBeCloseTo(2144, 6)
    expect(run.result.results.wallClockDays.value).toBeCloseTo(268, 6)
  })

  it('waits for the end when Prefer asks for it, and says so', async () => {
    const { body, headers } = await start(await scenario()).expect(201)
    expect(headers['preference-applied']).toBe('wait=10')
    expect(headers['retry-after']).toBeUndefined()
    expect(body.status).toBe('succeeded')
  })

  it('bounds the wait, and ignores preferences that it does not know', async () => {
    const { headers } = await service.http
      .post(`/v1/scenarios/${await scenario()}/runs`)
      .set('prefer', 'respond-async, wait=99999')
      .expect(201)
    expect(headers['preference-applied']).toBe('wait=10')
    await service.http
      .post(`/v1/scenarios/${await scenario()}/runs`)
      .set('prefer', 'handling=lenient')
      .expect(202)
  })

  it('evaluates an older version on request, and refuses one that there is not', async () => {
    const id = await scenario()
    await service.http
      .patch(`/v1/scenarios/${id}`)
      .set('if-match', '"1"')
      .set('content-type', 'application/merge-patch+json')
      .send(JSON.stringify({ inputs: { devices: 16 } }))
      .expect(200)
    const { body } = await start(id).send({ scenarioVersion: 1 }).expect(201)
    expect(body).toMatchObject({ scenarioVersion: 1, inputs: { devices: 8 } })
    await start(id).send({ scenarioVersion: 9 }).expect(404)
    await start(id).send({ scenarioVersion: 0 }).expect(422)
    await start('nothing-here').expect(404)
  })

  it('gives byte-identical results to the same inputs', async () => {
    const [first, second] = [await scenario(), await scenario()]
    await start(first).expect(201)
    await start(second).expect(201)
    const [a, b] = await Promise.all(
      [first, second].map(id => service.http.get(`/v1/scenarios/${id}/result`).expect(200)),
    )
    expect(a?.text).toBe(b?.text)
  })
})

describe('GET /v1/scenarios/{id}/result', () => {
  it('is 404 no-result-yet before any run has succeeded', async () => {
    const { body } = await service.http.get(`/v1/scenarios/${await scenario()}/result`).expect(404)
    expect(body.code).toBe('no-result-yet')
  })

  it('follows the latest run that succeeded, and costs nothing to who has it', async () => {
    const id = await scenario()
    const { body: run } = await start(id).expect(201)
    const { body, headers } = await service.http.get(`/v1/scenarios/${id}/result`).expect(200)
    expect(headers.etag).toBe(`"${run.id}"`)
    expect(headers['content-location']).toBe(`/v1/runs/${run.id}`)
    expect(body).toEqual(run.result)
    await service.http
      .get(`/v1/scenarios/${id}/result`)
      .set('if-none-match', headers.etag as string)
      .expect(304)
    const { body: next } = await start(id).expect(201)
    await service.http
      .get(`/v1/scenarios/${id}/result`)
      .set('if-none-match', headers.etag as string)
      .expect(200)
      .expect('etag', `"${next.id}"`)
  })

  it('reads no result to answer 304', async () => {
    const id = await scenario()
    await start(id).expect(201)
    const { headers } = await service.http.get(`/v1/scenarios/${id}/result`).expect(200)
    const { runs } = service.installation.store
    const original = runs.result
    let reads = 0
    runs.result = (viewer, run) => {
      reads++
      return original(viewer, run)
    }
    await service.http
      .get(`/v1/scenarios/${id}/result`)
      .set('if-none-match', headers.etag as string)
      .expect(304)
    runs.result = original
    expect(reads).toBe(0)
  })
})

describe('runs', () => {
  it('lists those of a scenario, page by page', async () => {
    const id = await scenario()
    const made = []
    for (let run = 0; run < 3; run++) made.push((await start(id).expect(201)).body.id)
    const { body: first, headers } = await service.http.get(`/v1/scenarios/${id}/runs?limit=2`).expect(200)
    expect(headers.link).toContain('rel="next"')
    const { body: rest } = await service.http
      .get(`/v1/scenarios/${id}/runs?limit=2&cursor=${first.nextCursor}`)
      .expect(200)
    expect([...first.items, ...rest.items].map(({ id: run }: { id: string }) => run)).toEqual(made)
    expect(rest.nextCursor).toBeNull()
    const { body: all } = await service.http
      .get(`/v1/runs?scenario=${id}&status=succeeded&sort=-createdAt`)
      .expect(200)
    expect(all.items.map(({ id: run }: { id: string }) => run)).toEqual(made.toReversed())
  })

  it('stay when their scenario is deleted', async () => {
    const id = await scenario()
    const { body: run } = await start(id).expect(201)
    await service.http.delete(`/v1/scenarios/${id}`).set('if-match', '*').expect(204)
    const { body } = await service.http.get(`/v1/runs/${run.id}`).expect(200)
    expect(body).toEqual(run)
  })

  it('answer 304 to who has their version', async () => {
    const { body: run, headers } = await start(await scenario()).expect(201)
    await service.http
      .get(`/v1/runs/${run.id}`)
      .set('if-none-match', headers.etag as string)
      .expect(304)
    await service.http.get('/v1/runs/run_nothing').expect(404)
  })

  it('are left as they are by cancelling after the end', async () => {
    const { body: run } = await start(await scenario()).expect(201)
    const { body } = await service.http.delete(`/v1/runs/${run.id}`).expect(200)
    expect(body.status).toBe('succeeded')
  })
})
