import { describe, expect, it } from 'vitest'
import { type SearchSegment, searchCombinations } from '../../../../src/domain/market/closure/search.ts'

/** The candidates of the founding report's six segments in 亿元, from published series; 0 is not known. */
const weblit = [267.2, 358.5, 389.3, 430.6, 436.1, 495.5, 358.5 * 1.086 ** 4]
const text = [0, 207, 460, 598]
const painting = [0, 11.2 * 67.261, 13.4 * 64.515]
const music = [180.2, 293.5, 387, 697, 387 * 1.314 ** 5, 1554.9 / 1.168, 1554.9, 2113.5]
const video = [1190.3, 1313.5, 2594, 2337.5, 7472.7, 7274.4, 12200]
const games = [2658.84, 2965.13, 3257.83, 3507.89, 2965.13 * 1.064 ** 4]
const segment = (factor: number, sizes: readonly number[]): SearchSegment => ({
  contributions: Float64Array.from(sizes, size => size * factor),
  known: sizes.map(size => size > 0),
})
const six = [
  segment(0.7, weblit),
  segment(0.6, text),
  segment(0.6, painting),
  segment(0.5, music),
  segment(0.3, video),
  segment(0.25, games),
]

describe('the combinations of the RMB 1,600 亿', () => {
  const found = searchCombinations(six, 1600, 0.02, 10)

  it('are 23,520 between 1,299 and 6,893, of which 68 come within 2 %', () => {
    expect(found).toMatchObject({ combinations: 23_520, closing: 68, closingComplete: 0 })
    expect(Math.round(found.least)).toBe(1299)
    expect(Math.round(found.most)).toBe(6893)
  })

  it('close without painting, with long video and narrow music alone, 40 of them without text', () => {
    const [, texts, paintings, musics, videos] = found.usage
    expect(paintings).toEqual([68, 0, 0])
    expect(texts?.[0]).toBe(40)
    expect(videos?.slice(2).every(count => count === 0)).toBe(true)
    expect(musics?.slice(4).every(count => count === 0)).toBe(true)
  })

  it('come nearest with 430.6 of web literature, 180.2 of music, 1,313.5 of video and 3,257.83 of games', () => {
    const [nearest] = found.closest
    expect(nearest?.total).toBeCloseTo(1600.0275, 9)
    expect(nearest?.choice).toEqual([3, 0, 0, 0, 1, 2])
    const apart = found.closest.map(({ total }) => Math.abs(total - 1600))
    expect(apart).toEqual(apart.toSorted((a, b) => a - b))
    expect(found.closest).toHaveLength(10)
  })

  it('count each closing combination once for every segment', () => {
    for (const counts of found.usage) expect(counts.reduce((sum, count) => sum + count, 0)).toBe(68)
  })
})

describe('a search', () => {
  it('counts a target at the edge of the tolerance in, and keeps the first of equals', () => {
    const both = segment(1, [90, 110, 100])
    const found = searchCombinations([both], 100, 0.1, 2)
    expect(found.closing).toBe(3)
    expect(found.closest.map(({ choice }) => choice[0])).toEqual([2, 0])
  })

  it('lists all when there are fewer than asked for', () => {
    expect(searchCombinations([segment(1, [1, 2])], 5, 0, 10).closest).toHaveLength(2)
  })
})
