import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { mostStreams } from '../../src/http/routes/run-events.ts'
import { runEvents } from '../../src/http/run-events.ts'
import { type EventStream, openEvents } from '../support/event-stream.ts'
import { useService } from '../support/service.ts'

const service = useService({ worker: false })
const inputs = { trainingPfDays: 268, throughput: { flopPerSecond: 125e12 }, devices: 8 }
const viewer = { workspaceId: 'default', mayWritePublic: true }
let count = 0

async function queuedRun(): Promise<string> {
  const { body } = await service.http
    .post('/v1/scenarios')
    .send({ name: `watched ${++count}`, estimator: 'training', inputs })
    .expect(201)
  return (await service.http.post(`/v1/scenarios/${body.id}/runs`).expect(202)).body.id
}
const open = (run: string, headers = {}): Promise<EventStream> =>
  openEvents(`${service.url}/v1/runs/${run}/events`, headers)
const claimed = async (run: string) => {
  const claim = await service.installation.store.runs.claim(run, new Date())
  if (claim === null) throw new Error('There is nothing to claim.')
  return claim
}
const statuses = (stream: EventStream) => stream.events().map(({ data }) => data.status)

describe('GET /v1/runs/{id}/events', () => {
  it('sends each state as it comes, under its version, and closes after the final one', async () => {
    const run = await queuedRun()
    const stream = await open(run)
    expect(stream.status).toBe(200)
    expect(stream.headers).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    })
    await expect.poll(() => statuses(stream)).toEqual(['queued'])
    const { runs } = service.installation.store
    const claim = await claimed(run)
    await expect.poll(() => statuses(stream)).toEqual(['queued', 'running'])
    expect(await runs.report(claim, 0.25)).toBe(true)
    await expect.poll(() => stream.events().at(-1)?.data.progress).toBe(0.25)
    await runs.succeed(claim, '{}', new Date())
    await stream.ended
    expect(statuses(stream)).toEqual(['queued', 'running', 'running', 'succeeded'])
    expect(stream.text()).toMatch(/^retry: 2000\n\n/)
    for (const { id, data } of stream.events()) expect(id).toBe(String(data.version))
    expect(stream.events().map(({ id }) => id)).toEqual(['1', '2', '3', '4'])
  })

  it('stays open longer than any handler may take, with comments so that no proxy closes it', async () => {
    const run = await queuedRun()
    const stream = await open(run)
    await sleep(33_000)
    expect(stream.text()).toMatch(/^: still here$/m)
    await service.http.delete(`/v1/runs/${run}`).expect(200)
    await stream.ended
    expect(statuses(stream)).toEqual(['queued', 'cancelled'])
  }, 60_000)

  it('resumes after the last event, leaves nothing current out, and is 204 to who has the end', async () => {
    const run = await queuedRun()
    const first = await open(run)
    await expect.poll(() => first.events().length).toBe(1)
    first.leave()
    const claim = await claimed(run)
    await service.installation.store.runs.report(claim, 0.5)
    // Two states were missed: the current one tells all.
    const second = await open(run, { 'last-event-id': '1' })
    await expect.poll(() => second.events().map(({ id }) => id)).toEqual(['3'])
    second.leave()
    // Nothing is repeated to who has it.
    const third = await open(run, { 'last-event-id': '3' })
    await service.http.delete(`/v1/runs/${run}`).expect(200)
    await third.ended
    expect(third.events().map(({ id, data }) => [id, data.status])).toEqual([['4', 'cancelled']])
    const fourth = await open(run, { 'last-event-id': '4' })
    expect([fourth.status, fourth.text()]).toEqual([204, ''])
    expect((await open(run)).status).toBe(200)
  })

  it('is told of changes at once', async () => {
    const run = await queuedRun()
    const stream = await open(run)
    await expect.poll(() => stream.events().length).toBe(1)
    const began = performance.now()
    await service.http.delete(`/v1/runs/${run}`).expect(200)
    await stream.ended
    expect(performance.now() - began).toBeLessThan(1_000)
  })

  it('bounds the streams that are open, and counts those out that have gone', async () => {
    const run = await queuedRun()
    const streams: EventStream[] = []
    for (let each = 0; each < mostStreams; each++) streams.push(await open(run))
    expect(streams.map(({ status }) => status)).toEqual(streams.map(() => 200))
    const refused = await open(run)
    expect(refused.status).toBe(429)
    expect(refused.headers['retry-after']).toBe('5')
    await refused.ended
    expect(JSON.parse(refused.text())).toMatchObject({ code: 'too-many-streams', status: 429 })
    for (const stream of streams) stream.leave()
    await expect.poll(async () => (await open(run)).status).toBe(200)
  })

  it('is 404 for a run that is not there, and 422 for an id that no event has', async () => {
    await service.http.get('/v1/runs/run_nothing/events').expect(404)
    await service.http
      .get(`/v1/runs/${await queuedRun()}/events`)
      .set('last-event-id', 'x')
      .expect(422)
  })
})

describe('a stream', () => {
  it('has a comment now and then when nothing happens, and finds changes that it was not told of', async () => {
    const { runs } = service.installation.store
    const id = await queuedRun()
    const run = await runs.read(viewer, id)
    if (run === null) throw new Error('The run is gone.')
    const gone = new AbortController()
    const stopping = new AbortController()
    // As if the connection that listens were away: nothing is told.
    const deaf = { ...runs, watch: () => () => {} }
    const events = runEvents({
      ...{ runs: deaf, viewer, run, since: run.version, gone: gone.signal, stopping: stopping.signal },
      ...{ heartbeatEvery: 200, lookEvery: 50 },
    })
    const next = async () => (await events.next()).value
    expect(await next()).toBe('retry: 2000\n\n')
    expect(await next()).toBe(': still here\n\n')
    await service.http.delete(`/v1/runs/${id}`).expect(200)
    let last = await next()
    while (last?.startsWith(':')) last = await next()
    expect(last).toMatch(/^id: 2\ndata: .*"status":"cancelled"/)
    expect(await events.next()).toEqual({ done: true, value: undefined })
  })
})

describe('stopping', () => {
  it('sends the last state and closes the streams', async () => {
    const run = await queuedRun()
    const stream = await open(run)
    await expect.poll(() => stream.events().length).toBe(1)
    await claimed(run)
    await service.app.close()
    await stream.ended
    expect(statuses(stream).at(-1)).toBe('running')
  })
})
