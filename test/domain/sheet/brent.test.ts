import { describe, expect, it } from 'vitest'
import { brent } from '../../../src/domain/sheet/brent.ts'

const rootOf = (f: (x: number) => number, [low, high]: readonly [number, number]) =>
  brent(f, [low, high], [f(low), f(high)])

describe('brent', () => {
  it.each([
    ["Wallis's cubic x³ − 2x − 5", (x: number) => x ** 3 - 2 * x - 5, [2, 3], 2.0945514815423265],
    ['cos x − x', (x: number) => Math.cos(x) - x, [0, 1], 0.7390851332151607],
    ['a simple root beside a double one', (x: number) => (x + 3) * (x - 1) ** 2, [-4, 4 / 3], -3],
  ] as const)('finds the root of %s', async (_, f, ends, root) => {
    expect((await rootOf(f, ends)).at).toBeCloseTo(root, 13)
  })

  it('needs far fewer steps than halving would', async () => {
    expect((await rootOf(x => Math.exp(x) - 5, [0, 10])).calls).toBeLessThan(15)
  })

  it('finds the place where a step crosses zero', async () => {
    expect((await rootOf(x => (x < Math.PI ? -1 : 1), [0, 10])).at).toBeCloseTo(Math.PI, 12)
  })
})
