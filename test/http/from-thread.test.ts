import { afterAll, describe, expect, it } from 'vitest'
import type { Chart } from '../../src/chart/chart.ts'
import { fromThread } from '../../src/http/from-thread.ts'
import { openThreads } from '../../src/jobs/threads.ts'

const threads = openThreads({ answering: 1, runs: 1, ways: 1 })
afterAll(() => threads.close())
const chart: Chart = { kind: 'bars', title: 'x', unit: 'USD', language: 'en', bars: [] }

describe('what a thread answers', () => {
  it('is passed on', async () => {
    expect(await fromThread(Promise.resolve('done'), 'Drawing')).toBe('done')
  })

  it('is 503 where too many wait for one', async () => {
    await expect(fromThread(Promise.resolve({ busy: true }), 'Drawing')).rejects.toMatchObject({
      code: 'unavailable',
      headers: { 'retry-after': '2' },
    })
  })

  it('is 503 where it was ended for taking too long, and never a failure of the service', async () => {
    // What draws takes longer than that to be loaded.
    const late = threads.drawChart({ chart, size: { width: 400, height: 300 } }, AbortSignal.timeout(20))
    await expect(fromThread(late, 'Drawing')).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('took too long'),
    })
  })

  it('leaves other failures as they are', async () => {
    await expect(fromThread(Promise.reject(new TypeError('x')), 'Drawing')).rejects.toThrow(TypeError)
  })
})
