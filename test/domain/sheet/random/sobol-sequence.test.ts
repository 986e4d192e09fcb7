import { describe, expect, it } from 'vitest'
import {
  directionsOf,
  fillScrambled,
  mostDimensions,
  scrambledDimension,
} from '../../../../src/domain/sheet/random/sobol-sequence.ts'

/** A coordinate of the sequence itself, as tables of it print it: not scrambled, at the start of its 2⁻³² cell. */
function sobolCoordinate(index: number, dimension: number): number {
  const column = new Float64Array(1)
  fillScrambled(column, 1, index, { directions: directionsOf(dimension), shift: 0 })
  return (column[0] as number) - 2 ** -33
}

describe("the Sobol' sequence", () => {
  it('has the points that Joe and Kuo print for five dimensions', () => {
    const points = Array.from({ length: 8 }, (_, index) =>
      [0, 1, 2, 3, 4].map(dimension => sobolCoordinate(index, dimension)),
    )
    expect(points).toEqual([
      [0, 0, 0, 0, 0],
      [0.5, 0.5, 0.5, 0.5, 0.5],
      [0.75, 0.25, 0.25, 0.25, 0.75],
      [0.25, 0.75, 0.75, 0.75, 0.25],
      [0.375, 0.375, 0.625, 0.875, 0.375],
      [0.875, 0.875, 0.125, 0.375, 0.875],
      [0.625, 0.125, 0.875, 0.625, 0.625],
      [0.125, 0.625, 0.375, 0.125, 0.125],
    ])
  })

  it('agrees with scipy.stats.qmc.Sobol in high dimensions and at high indices', () => {
    expect([1, 2, 3, 77, 1000].map(index => sobolCoordinate(index, 120))).toEqual([
      0.5, 0.25, 0.75, 0.1953125, 0.2548828125,
    ])
    expect([1, 2, 3, 77, 1000].map(index => sobolCoordinate(index, 127))).toEqual([
      0.5, 0.25, 0.75, 0.4140625, 0.5439453125,
    ])
  })

  it('has one point in each of 256 intervals in every dimension, scrambled or not', () => {
    const column = new Float64Array(256)
    for (let dimension = 0; dimension < mostDimensions; dimension++) {
      const plain = new Set(
        Array.from(column, (_, index) => Math.floor(256 * sobolCoordinate(index, dimension))),
      )
      expect(plain.size, `dimension ${dimension}`).toBe(256)
      fillScrambled(column, 256, 512, scrambledDimension(dimension, 7 + dimension))
      expect(new Set(column.map(u => Math.floor(256 * u))).size, `scrambled ${dimension}`).toBe(256)
    }
  })

  it('is a (0, 2)-net in its first two dimensions after scrambling: one of 64 points in every box of area 1/64', () => {
    const [x, y] = [new Float64Array(64), new Float64Array(64)]
    fillScrambled(x, 64, 0, scrambledDimension(0, 11))
    fillScrambled(y, 64, 0, scrambledDimension(1, 12))
    for (let bits = 0; bits <= 6; bits++) {
      const boxes = new Set(
        Array.from(
          x,
          (u, index) => `${Math.floor(u * 2 ** bits)} ${Math.floor((y[index] as number) * 2 ** (6 - bits))}`,
        ),
      )
      expect(boxes.size, `2^${bits} columns`).toBe(64)
    }
  })

  it('draws the same points from any start', () => {
    const whole = new Float64Array(1_000)
    fillScrambled(whole, 1_000, 0, scrambledDimension(5, 99))
    const part = new Float64Array(137)
    fillScrambled(part, 137, 500, scrambledDimension(5, 99))
    expect([...part]).toEqual([...whole.subarray(500, 637)])
  })
})
