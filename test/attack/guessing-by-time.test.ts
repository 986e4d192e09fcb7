import { describe, expect, it } from 'vitest'
import { digest } from '../../src/digest.ts'
import { apiKeys, isSecretOf, newSecret } from '../../src/http/credentials.ts'

/** Pairs of measurements. */
const samples = 10_000
/** What t may be where there is nothing to tell: 4.5 is usual, and what else runs here makes 10 of it at times. */
const tellsNothing = 10

/**
 * Welch's t between two kinds of work, measured in alternation. The slowest tenth is left out: interruptions fall
 * on either (Reparaz, Balasch and Verbauwhede 2017).
 */
function tBetween(one: () => unknown, other: () => unknown): number {
  const times: [number[], number[]] = [[], []]
  const measure = (work: () => unknown): number => {
    const start = process.hrtime.bigint()
    for (let count = 0; count < 8; count++) work()
    return Number(process.hrtime.bigint() - start)
  }
  for (let warm = 0; warm < 500; warm++) {
    measure(one)
    measure(other)
  }
  for (let sample = 0; sample < samples; sample++) {
    // Whoever comes first finds other things in the caches.
    const order = sample % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)
    for (const which of order) times[which].push(measure(which === 0 ? one : other))
  }
  const [a, b] = times.map(each => {
    const kept = each.toSorted((x, y) => x - y).slice(0, 0.9 * samples)
    const mean = kept.reduce((sum, x) => sum + x, 0) / kept.length
    const variance = kept.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (kept.length - 1)
    return { mean, error: variance / kept.length }
  })
  if (a === undefined || b === undefined) throw new Error('Two kinds of work are compared.')
  return (a.mean - b.mean) / Math.sqrt(a.error + b.error)
}

/** The smallest of seven: noise comes and goes, a leak stays. */
const least = (measure: () => number): number =>
  Math.min(...Array.from({ length: 7 }, () => Math.abs(measure())))

const key = apiKeys.write('key_one', newSecret())
const hash = digest(key)
const credential = (text: string) => ({ id: 'key_one', text })

describe('the time that a wrong key takes', () => {
  it('does not tell where it is wrong', () => {
    const head = `${key.slice(0, 8)}${key.at(8) === 'A' ? 'B' : 'A'}${key.slice(9)}`
    const tail = `${key.slice(0, -1)}${key.at(-1) === 'A' ? 'B' : 'A'}`
    const t = least(() =>
      tBetween(
        () => isSecretOf(credential(head), hash),
        () => isSecretOf(credential(tail), hash),
      ),
    )
    expect(t).toBeLessThan(tellsNothing)
  })

  it('does not tell whether there is a key of that id', () => {
    const wrong = credential(apiKeys.write('key_one', newSecret()))
    const t = least(() =>
      tBetween(
        () => isSecretOf(wrong, hash),
        () => isSecretOf(wrong, undefined),
      ),
    )
    // A hash that is there and one that is not differ by a branch; nothing of what is compared can be told from it.
    expect(t).toBeLessThan(10 * tellsNothing)
  })

  it('would tell, were keys compared letter by letter', () => {
    const naive = (given: string) => {
      for (let at = 0; at < key.length; at++) if (given[at] !== key[at]) return false
      return true
    }
    const t = least(() =>
      tBetween(
        () => naive(`A${key.slice(1)}`),
        () => naive(`${key.slice(0, -1)}!`),
      ),
    )
    expect(t).toBeGreaterThan(5 * tellsNothing)
  })
})
