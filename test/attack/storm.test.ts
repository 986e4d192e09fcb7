import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { makeKey, useKeyedService, withKey } from '../support/keys.ts'

/** A simulation of 65,536 samples costs 256 units. */
const service = useKeyedService({ worker: false, limits: { unitsPerMinute: 8_000 } })

const inputs = {
  trainingPfDays: 268,
  accelerator: { id: 'v100-sxm2-32gb' },
  throughput: { mfu: { triangular: { low: 0.2, mode: 0.35, high: 0.5 } } },
  devices: 1_000,
  price: { perDeviceHour: { uniform: { low: 1, high: 4 } }, currency: 'USD' },
}

describe('a storm of the dearest requests', () => {
  it('is answered with 429 and 503 while /livez goes on, and is over when it is over', async () => {
    const send = withKey(service, (await makeKey(service, { scopes: ['read', 'run'] })).key)
    const dearest = {
      simulate: { inputs, samples: 65_536, seed: '1' },
      sensitivity: { inputs, samples: 4_096, seed: '1' },
      sweep: {
        inputs,
        over: [
          { member: '/devices', from: 1, to: 100, steps: 100 },
          { input: 'perDeviceHour', from: 1, to: 100, steps: 100 },
        ],
      },
    }
    const kinds = ['simulate', 'simulate', 'simulate', 'sensitivity', 'sweep'] as const
    let isOver = false
    const waits: number[] = []
    const watch = (async () => {
      while (!isOver) {
        const start = performance.now()
        await service.http.get('/livez').expect(200)
        waits.push(performance.now() - start)
        await sleep(20)
      }
    })()
    const answers = await Promise.all(
      Array.from({ length: 150 }, async (_, index) => {
        const kind = kinds[index % kinds.length] ?? 'simulate'
        return send('post', `/v1/estimates/training/${kind}`).send(dearest[kind])
      }),
    )
    isOver = true
    await watch
    const statuses = new Map<number, number>()
    for (const { status } of answers) statuses.set(status, (statuses.get(status) ?? 0) + 1)
    for (const { status, headers, body } of answers) {
      expect([200, 429, 503], JSON.stringify(body)).toContain(status)
      if (status === 429 || status === 503) expect(Number(headers['retry-after'])).toBeGreaterThan(0)
    }
    expect(
      (statuses.get(429) ?? 0) + (statuses.get(503) ?? 0),
      JSON.stringify([...statuses]),
    ).toBeGreaterThan(50)
    const sorted = waits.toSorted((a, b) => a - b)
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThan(500)
    expect(sorted.at(-1)).toBeLessThan(5_000)
    const other = withKey(service, (await makeKey(service, { scopes: ['read', 'run'] })).key)
    await expect
      .poll(
        async () => (await other('post', '/v1/estimates/training/simulate').send(dearest.simulate)).status,
        {
          timeout: 10_000,
        },
      )
      .toBe(200)
  })
})
