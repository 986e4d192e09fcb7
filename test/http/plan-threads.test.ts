import { describe, expect, it } from 'vitest'
import { complaintsDuring } from '../support/complaints.ts'
import { useService } from '../support/service.ts'

const service = useService({ worker: false })

const llama = { model: { id: 'llama-3-70b' }, accelerator: { id: 'h100-sxm-80gb' }, sequence: 8192 }
const search = (body: object) => service.http.post('/v1/plans').send(body)

describe('POST /v1/plans in a thread', () => {
  it('stays free for other requests while a thread searches', async () => {
    const long = search({
      model: { id: 'llama-3.1-405b' },
      accelerator: { id: 'h100-sxm-80gb' },
      maximumDevices: 16_384,
      sequence: 131_072,
    }).then(answer => answer)
    const waits: number[] = []
    for (let asked = 0; asked < 20; asked++) {
      const start = performance.now()
      await service.http.get('/livez').expect(200)
      waits.push(performance.now() - start)
    }
    expect((await long).status).toBe(200)
    expect(waits.toSorted((a, b) => a - b)[10]).toBeLessThan(100)
  })

  it('refuses a space in which more breaks rules than a search may look at', async () => {
    const many = Array.from({ length: 64 }, (_, index) => index + 1)
    const start = performance.now()
    const { body } = await search({
      ...llama,
      maximumDevices: 1_000_000,
      globalBatch: 99_999_989,
      space: {
        tensor: many,
        pipeline: many,
        context: many,
        expert: many,
        microBatch: many,
        virtualStages: many,
      },
    }).expect(422)
    expect(body.errors[0].pointer).toBe('/space')
    expect(performance.now() - start).toBeLessThan(5_000)
  })

  it('ends a search whose caller has gone away', async () => {
    await sendAndLeave(service.url)
    // The thread is free again: a small search is answered at once.
    const start = performance.now()
    await search({ ...llama, devices: 64 }).expect(200)
    expect(performance.now() - start).toBeLessThan(5_000)
  })

  it('does not take it for a failure of its own', async () => {
    expect(await complaintsDuring(service.installation, sendAndLeave)).toEqual([])
  })
})

/** Asks for a search of a second and more, and goes away after 50 ms. */
async function sendAndLeave(url: string): Promise<void> {
  const body = JSON.stringify({
    ...llama,
    maximumDevices: 100_000,
    globalBatch: 55_440 * 16,
    space: { microBatch: Array.from({ length: 24 }, (_, index) => index + 1) },
  })
  const gone = new AbortController()
  const sent = fetch(`${url}/v1/plans`, {
    ...{ method: 'POST', headers: { 'content-type': 'application/json' }, body, signal: gone.signal },
  })
  setTimeout(() => gone.abort(), 50)
  await expect(sent).rejects.toThrow()
}
