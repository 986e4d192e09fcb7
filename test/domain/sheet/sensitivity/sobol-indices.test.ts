import { describe, expect, it } from 'vitest'
import { samplerOf } from '../../../../src/domain/sheet/random/sampler.ts'
import { type SobolIndex, sobolIndices } from '../../../../src/domain/sheet/sensitivity/sobol-indices.ts'

type Model = (x: readonly number[]) => number

/** Indices of a function of uniform numbers, over scrambled Sobol' points. */
function indicesOf(
  model: Model,
  inputs: number,
  samples: number,
  replicates: number,
  seed: string,
): readonly SobolIndex[] {
  const sampler = samplerOf('sobol', seed, samples, replicates)
  const columns = Array.from({ length: 2 * inputs }, () => new Float64Array(samples))
  const length = samples / replicates
  for (const [dimension, column] of columns.entries())
    for (let start = 0; start < samples; start += length)
      sampler.fill(column.subarray(start, start + length), length, start, dimension)
  const over = (take: (input: number) => number) =>
    Float64Array.from({ length: samples }, (_, index) =>
      model(
        Array.from(
          { length: inputs },
          (__, input) => (columns[take(input)] as Float64Array)[index] as number,
        ),
      ),
    )
  return sobolIndices(
    {
      a: over(input => input),
      b: over(input => inputs + input),
      mixed: Array.from({ length: inputs }, (_, from) =>
        over(input => (input === from ? inputs + input : input)),
      ),
    },
    replicates,
  )
}

const angle = (u: number) => Math.PI * (2 * u - 1)
/** Ishigami and Homma 1990, with a = 7 and b = 0.1. */
const ishigami: Model = ([a = 0, b = 0, c = 0]) =>
  Math.sin(angle(a)) + 7 * Math.sin(angle(b)) ** 2 + 0.1 * angle(c) ** 4 * Math.sin(angle(a))

const weights = [0, 1, 4.5, 9, 99, 99, 99, 99]
/** Sobol' G (Saltelli and Sobol' 1995). */
const sobolG: Model = x =>
  x.reduce(
    (product, u, index) =>
      product * ((Math.abs(4 * u - 2) + (weights[index] as number)) / (1 + (weights[index] as number))),
    1,
  )

const known = {
  ishigami: {
    first: [0.313905191148, 0.44241114479, 0],
    total: [0.55758885521, 0.44241114479, 0.243683664062],
  },
  sobolG: {
    first: [
      0.7161921689, 0.1790480422, 0.0236757742, 0.0071619217, 7.16192e-5, 7.16192e-5, 7.16192e-5, 7.16192e-5,
    ],
    total: [
      0.7871441267, 0.2421981928, 0.0343169102, 0.0104603871, 0.0001049491, 0.0001049491, 0.0001049491,
      0.0001049491,
    ],
  },
}

describe('sobolIndices', () => {
  it('are those of Ishigami', () => {
    for (const seed of ['1', '2', '3']) {
      const found = indicesOf(ishigami, 3, 8 * 16_384, 8, seed)
      for (const [input, { first, total }] of found.entries()) {
        expect(Math.abs(first.value - (known.ishigami.first[input] as number)), `S${input + 1}`).toBeLessThan(
          0.0069,
        )
        expect(Math.abs(total.value - (known.ishigami.total[input] as number)), `T${input + 1}`).toBeLessThan(
          0.0013,
        )
      }
    }
  })

  it("are those of Sobol' G within 0.01, in order", () => {
    const found = indicesOf(sobolG, 8, 8_192, 1, 'g')
    for (const [input, { first, total }] of found.entries()) {
      expect(Math.abs(first.value - (known.sobolG.first[input] as number)), `S${input + 1}`).toBeLessThan(
        0.01,
      )
      expect(Math.abs(total.value - (known.sobolG.total[input] as number)), `T${input + 1}`).toBeLessThan(
        0.002,
      )
    }
  })

  it('have intervals that hold the true index in about 95 of 100 cases', () => {
    let held = 0
    let tried = 0
    for (let seed = 0; seed < 12; seed++) {
      for (const [input, { total }] of indicesOf(ishigami, 3, 8_192, 8, `cover ${seed}`).entries()) {
        // Student's t with seven degrees of freedom.
        const away = Math.abs(total.value - (known.ishigami.total[input] as number))
        if (away <= 2.365 * total.standardError) held++
        tried++
      }
    }
    expect(held / tried).toBeGreaterThan(0.8)
  })

  it('are 0 where nothing varies', () => {
    for (const { first, total } of indicesOf(() => 4, 2, 256, 2, 'flat')) {
      expect([first.value, total.value]).toEqual([0, 0])
    }
  })
})
