import { describe, expect, it } from 'vitest'
import { permuted } from '../../../../src/domain/sheet/random/permutation.ts'
import { philox } from '../../../../src/domain/sheet/random/philox.ts'

describe('philox', () => {
  // Known answers of Philox2x32-10 as published with Random123 (Salmon et al. 2011).
  it.each([
    [
      [0, 0, 0],
      [0xff1dae59, 0x6cd10df2],
    ],
    [
      [0xffffffff, 0xffffffff, 0xffffffff],
      [0x2c3f628b, 0xab4fd7ad],
    ],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e],
      [0xdd7ce038, 0xf62a4c12],
    ],
  ] as const)('%j gives the published words', ([first, second, key], words) => {
    expect(philox(first, second, key)).toEqual(words)
  })
})

describe('permuted', () => {
  it.each([1, 2, 7, 600, 4096])('sends %d indices to as many places', length => {
    const places = new Set(Array.from({ length }, (_, index) => permuted(index, length, 0xdecafbad)))
    expect(places.size).toBe(length)
    expect(Math.max(...places)).toBe(length - 1)
  })

  it('depends on the seed', () => {
    const order = (seed: number) => Array.from({ length: 64 }, (_, index) => permuted(index, 64, seed)).join()
    expect(new Set([1, 2, 3, 4].map(order)).size).toBe(4)
  })
})
