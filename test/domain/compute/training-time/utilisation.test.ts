import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { digest } from '../../../../src/digest.ts'
import { assertUtilisation } from '../../../../src/domain/compute/training-time/utilisation.ts'
import { estimate } from '../../../../src/domain/estimate.ts'
import { estimatorOf } from '../../../../src/domain/estimators.ts'
import { catalogueOfFiles } from '../../../../src/store/catalogue-files.ts'

const lookup = { catalogue: catalogueOfFiles(), datasets: new Map() }

describe('utilisation', () => {
  it('of a layout lies between nothing and what devices do, on sequences of up to a million tokens', () => {
    const drawn = fc.record({
      model: fc.constantFrom('llama-3-8b', 'llama-3-70b', 'mixtral-8x7b', 'gpt-3-175b'),
      accelerator: fc.constantFrom('a100-sxm-80gb', 'h100-sxm-80gb', 'b200-sxm-180gb', 'tpu-v4'),
      tensor: fc.constantFrom(1, 2, 8),
      exponent: fc.integer({ min: 7, max: 20 }),
      recompute: fc.constantFrom('none', 'selective', 'products', 'full'),
      flashAttention: fc.boolean(),
    })
    fc.assert(
      fc.property(drawn, ({ model, accelerator, exponent, ...layout }) => {
        const request = {
          ...{ model: { id: model }, accelerator: { id: accelerator }, tokens: 1e12 },
          throughput: { layout: { ...layout, data: 4, globalBatch: 16, sequence: 2 ** exponent } },
        }
        const { results } = estimate(estimatorOf('training'), request, lookup, { digest, trace: false })
        const [mfu, hfu] = [results.mfu?.value ?? Number.NaN, results.hfu?.value ?? Number.NaN]
        expect(mfu).toBeGreaterThan(0)
        expect(mfu).toBeLessThanOrEqual(hfu)
        expect(hfu).toBeLessThanOrEqual(1)
      }),
      { numRuns: 300 },
    )
  })

  it('that cannot be is refused with both numbers', () => {
    expect(() => assertUtilisation(0.4, 0.5)).not.toThrow()
    for (const [mfu, hfu] of [
      [0.9, 1.2],
      [0.5, 0.4],
      [0, 0.4],
      [Number.NaN, 0.4],
    ] as const) {
      expect(() => assertUtilisation(mfu, hfu)).toThrow(expect.objectContaining({ facts: { mfu, hfu } }))
    }
  })
})
