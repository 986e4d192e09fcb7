import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { simulationCost, tokenBuckets } from '../../src/http/rate-limit.ts'

describe('a token bucket', () => {
  it('never lets more through than its quota and what has flowed in since', () => {
    const asking = fc.array(
      fc.tuple(fc.integer({ min: 0, max: 40 }), fc.double({ min: 0, max: 5, noNaN: true })),
      {
        maxLength: 60,
      },
    )
    fc.assert(
      fc.property(
        asking,
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 1, max: 60 }),
        (asked, quota, window) => {
          let now = 0
          const { take } = tokenBuckets('test', { quota, window }, () => now)
          let spent = 0
          for (const [cost, wait] of asked) {
            now += wait
            const { allowed, remaining, resetsIn, retryAfter } = take('one', cost)
            if (allowed) spent += Math.min(cost, quota)
            const most = quota + (now * quota) / window
            expect(spent).toBeLessThanOrEqual(most + 1e-6)
            expect(remaining).toBeGreaterThanOrEqual(0)
            expect(remaining).toBeLessThanOrEqual(quota)
            expect(resetsIn).toBeLessThanOrEqual(window)
            // Waiting as long as it says is always enough.
            if (!allowed) {
              now += retryAfter
              expect(take('one', cost).allowed).toBe(true)
              spent += Math.min(cost, quota)
            }
          }
        },
      ),
      { numRuns: 1_000 },
    )
  })

  it('is one for each principal, and gives back at most what it holds', () => {
    const { take } = tokenBuckets('test', { quota: 2, window: 60 }, () => 0)
    expect(take('a', 2)).toMatchObject({ allowed: true, remaining: 0, resetsIn: 60 })
    expect(take('a', 1)).toMatchObject({ allowed: false, retryAfter: 30 })
    expect(take('b', 1)).toMatchObject({ allowed: true, remaining: 1 })
    expect(take('b', -5)).toMatchObject({ allowed: true, remaining: 2 })
    expect(take('c', 100)).toMatchObject({ allowed: true, remaining: 0 })
  })

  it('forgets who was seen first when too many are known, and nobody else', () => {
    const { take } = tokenBuckets('test', { quota: 2, window: 60 }, () => 0)
    for (let index = 0; index <= 20_000; index++) take(`p${index}`, 2)
    expect(take('p20000', 1).allowed).toBe(false)
    expect(take('p0', 1).allowed).toBe(true)
  })
})

it('a simulation costs by its samples, and never less than an estimate', () => {
  expect([1, 256, 257, 65_536].map(simulationCost)).toEqual([1, 1, 2, 256])
})
