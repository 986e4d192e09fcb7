import { describe, expect, it } from 'vitest'
import { useService } from '../support/service.ts'

const service = useService({ worker: false, mostQueued: 3 })

describe('a full queue', () => {
  it('is 429 with Retry-After, and takes runs again once one is gone', async () => {
    const { body: scenario } = await service.http
      .post('/v1/scenarios')
      .send({
        name: 'queued',
        estimator: 'training',
        inputs: { trainingFlop: 1e23, throughput: { flopPerSecond: 1e14 } },
      })
      .expect(201)
    const start = () => service.http.post(`/v1/scenarios/${scenario.id}/runs`)
    const { body: first } = await start().expect(202)
    await start().expect(202)
    await start().expect(202)
    const { body, headers } = await start().expect(429)
    expect(body).toMatchObject({ code: 'queue-full', status: 429 })
    expect(body.detail).toMatch(/^3 runs wait/)
    expect(headers['retry-after']).toBe('5')
    await service.http.delete(`/v1/runs/${first.id}`).expect(200)
    await start().expect(202)
  })
})
