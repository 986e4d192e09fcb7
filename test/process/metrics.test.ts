import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { describe, expect, it } from 'vitest'
import { databaseForTest } from '../support/database.ts'
import { samplesOf, sampleValue } from '../support/metrics.ts'
import { spawnMain } from '../support/process.ts'

describe('a worker', () => {
  it('has its metrics at an address of its own, without a key, and nothing else there', async () => {
    const DATABASE_URL = await databaseForTest()
    const child = spawnMain({ DATABASE_URL, ROLE: 'worker', AUTH: 'keys', METRICS_PORT: '0' })
    let address: string | undefined
    for await (const line of createInterface({ input: child.stdout as NodeJS.ReadableStream })) {
      address ??= (JSON.parse(line) as { metrics?: string }).metrics
      if (line.includes('worker is ready')) break
    }
    expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/metrics$/)
    const answer = await fetch(address ?? '')
    expect(answer.headers.get('content-type')).toContain('text/plain; version=0.0.4')
    const samples = samplesOf(await answer.text())
    expect(sampleValue(samples, 'reckon_database_up')).toBe(1)
    expect(sampleValue(samples, 'reckon_queue_jobs', { state: 'ready' })).toBe(0)
    const resident = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1])
    const told = (sampleValue(samples, 'process_resident_memory_bytes') ?? 0) / 1_024
    expect(told / resident).toBeGreaterThan(0.5)
    expect(told / resident).toBeLessThan(2)
    expect((await fetch(`${address}/elsewhere`)).status).toBe(404)
    expect((await fetch(address ?? '', { method: 'POST' })).status).toBe(404)
  })
})
