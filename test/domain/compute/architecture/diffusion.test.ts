import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type DiffusionTransformer,
  diffusionForward,
} from '../../../../src/domain/compute/architecture/diffusion.ts'
import { diffusionFormulas } from '../../../../src/domain/compute/architecture/diffusion-formulas.ts'
import { diffusionModels } from '../../../../src/domain/compute/architecture/diffusion-models.ts'
import { writeDiffusionTransformer } from '../../../../src/domain/compute/architecture/diffusion-sheet.ts'
import { imageShapeQuantities } from '../../../../src/domain/compute/architecture/image-model-quantities.ts'
import { evaluate } from '../../../../src/domain/sheet/evaluate.ts'
import { given } from '../../../../src/domain/sheet/quantity.ts'
import { Sheet } from '../../../../src/domain/sheet/sheet.ts'

const upTo = (most: number) => fc.integer({ min: 0, max: most })
const transformers: fc.Arbitrary<DiffusionTransformer> = fc
  .record({
    layers: fc.integer({ min: 4, max: 60 }),
    hidden: fc.integer({ min: 8, max: 4096 }),
    ffn: fc.integer({ min: 8, max: 16_384 }),
    text: fc.constantFrom('joint', 'cross', 'none'),
    textTokens: upTo(512),
    dualAttentionLayers: upTo(4),
    parallelLayers: upTo(4),
    skipLayers: upTo(4),
    modulationMatrices: upTo(12),
    sharedModulation: fc.boolean(),
    pixelsPerToken: fc.integer({ min: 4, max: 32 }),
    framesPerLatent: fc.integer({ min: 1, max: 8 }),
  })
  .map(each => each as DiffusionTransformer)

describe('a pass of a diffusion transformer', () => {
  it('is on its sheet what the hot loop computes', () => {
    const canvases = fc.record({
      height: fc.integer({ min: 32, max: 2048 }),
      width: fc.integer({ min: 32, max: 2048 }),
      frames: fc.integer({ min: 1, max: 129 }),
    })
    fc.assert(
      fc.property(transformers, canvases, (model, canvas) => {
        const sheet = new Sheet()
        const written = writeDiffusionTransformer(
          sheet,
          model,
          {
            height: sheet.input(imageShapeQuantities.height, canvas.height, given),
            width: sheet.input(imageShapeQuantities.width, canvas.width, given),
            frames: sheet.input(imageShapeQuantities.frames, canvas.frames, given),
          },
          given,
          '/model',
        )
        const values = evaluate(sheet)
        const { matmulFlop, attentionFlop, elements } = diffusionForward(model, canvas)
        expect((values[written.matmul] as number) / matmulFlop).toBeCloseTo(1, 12)
        expect((values[written.attention] as number) / attentionFlop).toBeCloseTo(1, 12)
        expect((values[written.elements] as number) / elements).toBeCloseTo(1, 12)
      }),
      { numRuns: 200, seed: 20_251_125 },
    )
  })

  it('modulates once a sample, whatever the size of the picture', () => {
    const model = diffusionModels['dit-xl-2'].transformer
    const once = (m: DiffusionTransformer) =>
      diffusionForward(m, { height: 64, width: 64, frames: 1 }).matmulFlop -
      diffusionForward({ ...m, modulationMatrices: 0 }, { height: 64, width: 64, frames: 1 }).matmulFlop
    // 28 layers of six matrices of 1,152 × 1,152; or six in all.
    expect(once(model)).toBe(2 * 28 * 6 * 1152 ** 2)
    expect(once({ ...model, sharedModulation: true })).toBe(2 * 6 * 1152 ** 2)
  })

  it('takes every step once, or twice under guidance', () => {
    expect(diffusionFormulas.generationFlop.fn(50, 2, 1e12)).toBe(1e14)
  })
})
