import { describe, expect, it } from 'vitest'
import { countRequests, durationBounds, noRoute } from '../../src/telemetry/request-counts.ts'

describe('counts of requests', () => {
  it('are kept by route, method and status', () => {
    const requests = countRequests()
    requests.count('GET', '/a', 200, 1)
    requests.count('GET', '/a', 200, 1)
    requests.count('GET', '/a', 404, 1)
    requests.count('POST', '/a', 200, 1)
    requests.count('GET', undefined, 404, 1)
    const all = [...requests.all()].map(({ method, route, statuses }) => [
      method,
      route,
      Object.fromEntries(statuses),
    ])
    expect(all).toEqual([
      ['GET', '/a', { 200: 2, 404: 1 }],
      ['POST', '/a', { 200: 1 }],
      ['GET', noRoute, { 404: 1 }],
    ])
  })

  it('put a duration into the class whose bound it does not pass', () => {
    expect(durationBounds).toEqual(durationBounds.toSorted((a, b) => a - b))
    for (const [index, bound] of durationBounds.entries()) {
      const requests = countRequests()
      requests.count('GET', '/a', 200, bound * 1_000)
      requests.count('GET', '/a', 200, bound * 1_000 * 1.001)
      const [counted] = requests.all()
      const expected = durationBounds.map(() => 0).concat(0)
      expected[index] = 1
      expected[index + 1] = 1
      expect(counted?.classes).toEqual(expected)
      expect(counted?.seconds).toBeCloseTo(bound * 2.001, 9)
    }
  })
})
