import { describe, expect, it } from 'vitest'
import {
  type Attribution,
  attribute,
  mostExact,
  type ResultsAfter,
} from '../../../src/domain/sheet/attribution.ts'

function attributed(count: number, results: number, after: ResultsAfter): Attribution {
  const steps = attribute(count, results, after)
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}

/** All orders of 0 … n − 1. */
function* orders(n: number, chosen: readonly number[] = []): Generator<readonly number[]> {
  if (chosen.length === n) yield chosen
  for (let next = 0; next < n; next++) if (!chosen.includes(next)) yield* orders(n, [...chosen, next])
}

/** The definition, order by order: nothing of it is shared with what is tested. */
function byDefinition(count: number, value: (made: readonly boolean[]) => number): number[] {
  const sums = new Array<number>(count).fill(0)
  let many = 0
  for (const order of orders(count)) {
    const made = new Array<boolean>(count).fill(false)
    for (const change of order) {
      const before = value(made)
      made[change] = true
      sums[change] = (sums[change] as number) + value(made) - before
    }
    many++
  }
  return sums.map(sum => sum / many)
}

const from = [3, 2, 5, 7, 1.5, 4]
const to = [4, 3, 4, 9, 2.5, 1]
const mixed = (made: ArrayLike<unknown>) =>
  from.map((value, index) => (made[index] ? (to[index] as number) : value))
const cost = ([a = 0, b = 0, c = 0, d = 0, e = 0, f = 0]: readonly number[]) =>
  (6 * a * b) / c + d ** e - f * a

describe('attribution', () => {
  it('is the Shapley value by its definition, over all 720 orders of six changes', () => {
    const { method, parts, alone, standardErrors } = attributed(6, 1, made => [cost(mixed(made))])
    const expected = byDefinition(6, made => cost(mixed(made)))
    expect(method).toBe('exact')
    expect(standardErrors).toBeNull()
    for (const [change, part] of parts.entries()) expect(part[0]).toBeCloseTo(expected[change] as number, 10)
    const only = (change: number) => cost(mixed(from.map((_, index) => index === change))) - cost(from)
    for (const [change, own] of alone.entries()) expect(own[0]).toBeCloseTo(only(change), 12)
  })

  it('is known in closed form for a product of two and for the glove game', () => {
    // xy from (2, 3) to (5, 7): each has its change times the mean of the other.
    const { parts } = attributed(2, 1, made => [(made[0] ? 5 : 2) * (made[1] ? 7 : 3)])
    expect(parts.map(part => part[0])).toEqual([3 * 5, 4 * 3.5])
    // One left glove, two right ones: 2/3, 1/6, 1/6 (Shapley 1953, in any textbook).
    const gloves = attributed(3, 1, made => [made[0] && (made[1] || made[2]) ? 1 : 0])
    for (const [change, share] of [2 / 3, 1 / 6, 1 / 6].entries())
      expect(gloves.parts[change]?.[0]).toBeCloseTo(share, 14)
  })

  it('sums to the whole for every result, exact and sampled', () => {
    for (const count of [1, 5, mostExact, mostExact + 1, 40]) {
      const resultsAfter: ResultsAfter = made => {
        let [product, sum] = [1, 0]
        for (let change = 0; change < count; change++) {
          product *= made[change] ? 1 + change / 20 : 1
          sum += made[change] ? Math.sqrt(change + 1) * product : 0
        }
        return [product, sum]
      }
      const { parts, method } = attributed(count, 2, resultsAfter)
      expect(method).toBe(count <= mostExact ? 'exact' : 'sampled')
      const none = [...Array.from(resultsAfter(new Uint8Array(count)))]
      const all = Array.from(resultsAfter(new Uint8Array(count).fill(1)))
      for (const result of [0, 1]) {
        const whole = (all[result] as number) - (none[result] as number)
        const total = parts.reduce((sum, part) => sum + (part[result] as number), 0)
        expect(Math.abs(total - whole)).toBeLessThan(1e-12 * Math.abs(whole) + 1e-12)
      }
    }
  })

  it('when sampled lies within its own error of what is exact, and tells the error honestly', () => {
    // Twelve changes in pairs that only count together: each has exactly half of its pair.
    const count = 12
    const weights = [1, 2, 3, 4, 5, 6]
    const {
      parts,
      standardErrors,
      orders: many,
    } = attributed(count, 1, made => [
      weights.reduce((sum, weight, pair) => sum + (made[2 * pair] && made[2 * pair + 1] ? weight : 0), 0) **
        2,
    ])
    expect(many).toBe(256)
    // The game is symmetric within a pair, so the exact values of the two are equal.
    for (let pair = 0; pair < weights.length; pair++) {
      const [one, other] = [parts[2 * pair]?.[0] as number, parts[2 * pair + 1]?.[0] as number]
      const error = Math.hypot(
        standardErrors?.[2 * pair]?.[0] as number,
        standardErrors?.[2 * pair + 1]?.[0] as number,
      )
      expect(error).toBeGreaterThan(0)
      expect(Math.abs(one - other)).toBeLessThan(4 * error)
    }
  })

  it('gives nothing to a change that does nothing, and samples alike each time', () => {
    const resultsAfter: ResultsAfter = made => [
      made.reduce((sum, each, change) => sum + (change === 3 ? 0 : each * change), 0) ** 2,
    ]
    const [one, again] = [attributed(15, 1, resultsAfter), attributed(15, 1, resultsAfter)]
    expect(one.parts[3]?.[0]).toBe(0)
    expect(one.alone[3]?.[0]).toBe(0)
    expect(again).toEqual(one)
  })
})
