import { describe, expect, it } from 'vitest'
import { copiesForWait, erlangB, erlangC, meanWait } from '../../../../src/domain/compute/serving/erlang.ts'

/** Erlang C by its definition, which factorials limit to few servers. */
function byDefinition(servers: number, load: number): number {
  let term = 1
  let below = 1
  for (let count = 1; count < servers; count++) {
    term *= load / count
    below += term
  }
  const all = ((term * load) / servers / (1 - load / servers)) as number
  return all / (below + all)
}

describe('Erlang', () => {
  it('gives the probabilities of published tables', () => {
    // Erlang B tables: 10 servers lose 1 % at 4.461 erlangs and 100 servers 1 % at 84.06 (Angus, 2001).
    expect(erlangB(10, 4.461)).toBeCloseTo(0.01, 4)
    expect(erlangB(100, 84.06)).toBeCloseTo(0.01, 4)
    // One server waits as often as it is busy (M/M/1).
    expect(erlangC(1, 0.7)).toBeCloseTo(0.7, 12)
  })

  it('is what its definition says, and does not overflow beyond it', () => {
    for (const [servers, load] of [
      [2, 1.5],
      [10, 8],
      [50, 45],
      [120, 100],
    ] as const) {
      expect(erlangC(servers, load)).toBeCloseTo(byDefinition(servers, load), 10)
    }
    expect(erlangC(10_000, 9_990)).toBeGreaterThan(0.8)
    expect(erlangC(10_000, 9_990)).toBeLessThan(1)
  })

  it('goes over into the limit of many servers without a step', () => {
    for (const slack of [0.1, 0.5, 1, 2, 3]) {
      const exact = erlangC(20_000, 20_000 - slack * Math.sqrt(20_000))
      const limit = erlangC(20_001, 20_001 - slack * Math.sqrt(20_001))
      expect(Math.abs(limit / exact - 1)).toBeLessThan(slack < 3 ? 0.02 : 0.05)
    }
    expect(erlangC(1e9, 0.9e9)).toBe(0)
    expect(erlangC(5, 5)).toBe(1)
  })
})

describe('waiting', () => {
  it('of one server is that of M/M/1, and half of it when service does not vary (M/D/1)', () => {
    // W = ρ · s / (1 − ρ).
    expect(meanWait(1, 0.5, 1, 1, 1)).toBeCloseTo(1, 12)
    expect(meanWait(1, 0.5, 1, 1, 0)).toBeCloseTo(0.5, 12)
    expect(meanWait(4, 4, 1, 1, 1)).toBe(Number.POSITIVE_INFINITY)
  })

  it('is kept by as few copies as possible', () => {
    for (const [places, rate, service, longest] of [
      [8, 3, 12, 0.5],
      [1, 100, 2, 0.01],
      [60, 4_513.9, 25.53, 1],
      [0.5, 1, 3, 2],
    ] as const) {
      const copies = copiesForWait(places, rate, service, 1, 1, longest)
      const wait = (count: number): number => meanWait(Math.floor(count * places), rate, service, 1, 1)
      expect(wait(copies)).toBeLessThanOrEqual(longest)
      expect(wait(copies - 1)).toBeGreaterThan(longest)
    }
  })

  it('of a load beyond whole numbers needs more copies than can be counted, and says so at once', () => {
    expect(copiesForWait(1, 1e12, 1e5, 1, 1, 1)).toBe(Number.POSITIVE_INFINITY)
    expect(copiesForWait(1, 1e9, 1e5, 1, 1, 1)).toBeGreaterThanOrEqual(1e14)
  })
})
