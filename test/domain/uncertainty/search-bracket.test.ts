import { describe, expect, it } from 'vitest'
import { DomainError } from '../../../src/domain/errors.ts'
import { searchBracket } from '../../../src/domain/uncertainty/search-bracket.ts'

const everywhere = { low: -1e12, high: 1e12 }
const aboveZero = { low: 0, high: 1e12 }

/** The two ends of the bracket around a root of a function. */
async function bracketOf(gap: (x: number) => number, start: number, range = everywhere) {
  const found = await searchBracket(async x => gap(x), start, range)
  if (!('bracket' in found)) throw new Error(`There is no bracket: ${found.refusals}`)
  return found.bracket.map(({ at }) => at).toSorted((a, b) => a - b)
}

describe('a search for where a sign changes', () => {
  it.each([
    [7, 1],
    [-7, 1],
    [0.003, 1],
    [1e9, 1],
    [-1e9, -3],
    [5, 0],
    [-1e-5, 0],
  ])('finds a root at %d from %d', async (root, start) => {
    const [low = Number.NaN, high = Number.NaN] = await bracketOf(x => x - root, start)
    expect(low).toBeLessThanOrEqual(root)
    expect(high).toBeGreaterThanOrEqual(root)
  })

  it('goes by half as much again where numbers keep their sign, up and down', async () => {
    expect(await bracketOf(x => x - 2, 1, aboveZero)).toEqual([1.5, 2.25])
    expect(await bracketOf(x => 0.5 - x, 1, aboveZero)).toEqual([1 / 1.5 / 1.5, 1 / 1.5])
  })

  it('goes by a quarter of the start, then by twice that, where they do not', async () => {
    // 4, 5, 7, 11: steps of 1, 2 and 4.
    expect(await bracketOf(x => x - 8, 4)).toEqual([7, 11])
    expect(await bracketOf(x => x + 8, 4)).toEqual([-11, -3])
  })

  it('ends at once on a root, there or on the way', async () => {
    expect(await bracketOf(x => x - 1, 1)).toEqual([1, 1])
    expect(await bracketOf(x => x - 1.5, 1, aboveZero)).toEqual([1, 1.5])
  })

  it('takes the nearer of two roots', async () => {
    const [low = Number.NaN, high = Number.NaN] = await bracketOf(x => (x - 3) * (x - 1_000), 1, aboveZero)
    expect(low).toBeLessThanOrEqual(3)
    expect(high).toBeLessThan(10)
  })

  it('never leaves its range, and gives its ends where no sign changes', async () => {
    const seen: number[] = []
    const range = { low: 2, high: 50 }
    const found = await searchBracket(
      async x => {
        seen.push(x)
        return x + 1
      },
      10,
      range,
    )
    expect(Math.min(...seen)).toBe(2)
    expect(Math.max(...seen)).toBe(50)
    expect(found).toEqual({
      ends: [
        { at: 2, gap: 3 },
        { at: 50, gap: 51 },
      ],
      refusals: [],
    })
  })

  it('ends at the last value that is accepted, says why, and finds a root just before it', async () => {
    const refusing = (limit: number, root: number) => async (x: number) => {
      if (x > limit) throw new DomainError('missing-value', 'too much')
      return x - root
    }
    const found = await searchBracket(refusing(20, 1_000), 1, aboveZero)
    if (!('ends' in found)) throw new Error('There is a bracket where there can be none.')
    expect(found.ends[1].at).toBeCloseTo(20, 9)
    expect(found.refusals).toEqual([expect.stringMatching(/^at \d.*: too much$/)])
    const near = await searchBracket(refusing(20, 19.999), 1, aboveZero)
    if (!('bracket' in near)) throw new Error('The root before the limit is missed.')
    expect(near.bracket[1].at).toBeGreaterThanOrEqual(19.999)
  })

  it('lets a failure of another kind through', async () => {
    const failing = searchBracket(
      async x => {
        if (x > 5) throw new TypeError('broken')
        return 1
      },
      1,
      aboveZero,
    )
    await expect(failing).rejects.toThrow(TypeError)
  })
})
