import { describe, expect, it } from 'vitest'
import { digest } from '../../../../src/digest.ts'
import {
  type ArchitectureRequest,
  architecture,
} from '../../../../src/domain/compute/architecture/architecture.ts'
import { diffusionModels } from '../../../../src/domain/compute/architecture/diffusion-models.ts'
import { imageFlopConventionNames } from '../../../../src/domain/compute/architecture/image-conventions.ts'
import { unetModels } from '../../../../src/domain/compute/architecture/unet-models.ts'
import { visionModels } from '../../../../src/domain/compute/architecture/vision-models.ts'
import { type Estimate, estimate } from '../../../../src/domain/estimate.ts'
import { lookupOfFiles } from '../../../support/lookup.ts'

const lookup = lookupOfFiles()
const ask = (request: ArchitectureRequest): Estimate =>
  estimate(architecture, request, lookup, { digest, trace: true })
const resultOf = (answer: Estimate, id: string): number => answer.results[id]?.value ?? Number.NaN

/** Papers on vision count a multiply-add as one. */
const multiplyAdds = (answer: Estimate): number =>
  answer.tables?.conventions?.rows.find(({ key }) => key === 'multiply-add-as-one')?.values[0] ?? Number.NaN

const apart = (value: number, published: number): number => Math.abs(value / published - 1)

describe('vision transformers', () => {
  // torchvision, vision_transformer.py: `num_params`, and `_ops` in G multiply-adds, of its weights by `min_size`.
  it.each([
    ['vit-b-16', 224, 86_567_656, 17.6],
    ['vit-b-16', 384, 86_859_496, 55.5],
    ['vit-b-32', 224, 88_224_232, 4.4],
    ['vit-l-16', 224, 304_326_632, 61.6],
    ['vit-l-16', 512, 305_174_504, 362],
    ['vit-l-32', 224, 306_535_400, 15.4],
    ['vit-h-14', 224, 632_045_800, 167.3],
    ['vit-h-14', 518, 633_470_440, 1016.7],
  ] as const)(
    '%s at %d pixels has exactly the parameters of its published weights',
    (id, side, parameters, published) => {
      const answer = ask({ model: { vision: { id } }, height: side, width: side })
      expect(resultOf(answer, 'parameters')).toBe(parameters)
      expect(apart(multiplyAdds(answer) / 1e9, published)).toBeLessThan(0.005)
    },
  )

  // Touvron et al. 2021 (DeiT), table 1: 22 M parameters; 4.6 G multiply-adds.
  it('may be described', () => {
    const transformer = { layers: 12, hidden: 384, ffn: 1536, patch: 16, classes: 1000 }
    const answer = ask({ model: { vision: { transformer } } })
    expect(apart(resultOf(answer, 'parameters'), 22e6)).toBeLessThan(0.01)
    expect(apart(multiplyAdds(answer) / 1e9, 4.6)).toBeLessThan(0.01)
    expect(answer.assumptions.find(({ name }) => name === 'height')?.status).toBe('default')
  })

  it('take an image as a count of products by hand does', () => {
    const transformer = { layers: 2, hidden: 8, ffn: 32, patch: 4, classes: 3 }
    const answer = ask({ model: { vision: { transformer } }, height: 8, width: 12 })
    // Six patches of 48 numbers; seven tokens through 4 · 8² and 2 · 8 · 32 in two layers; one token to three classes.
    expect(resultOf(answer, 'matmulFlop')).toBe(2 * (6 * 48 * 8 + 2 * 7 * (256 + 512) + 8 * 3))
    // Each of seven tokens looks at all seven, for scores and for values, 8 wide.
    expect(resultOf(answer, 'attentionFlop')).toBe(2 * 2 * 2 * 7 * 7 * 8)
  })

  it('see an image of any shape', () => {
    const { transformer } = visionModels['vit-b-16']
    const wide = ask({ model: { vision: { transformer } }, height: 224, width: 448 })
    expect(wide.trace?.find(({ id }) => id === 'tokens')?.value).toBe(14 * 28 + 1)
  })
})

describe('diffusion transformers', () => {
  const base = diffusionModels['dit-xl-2'].transformer
  // Peebles and Xie 2022, tables 1 and 4: M parameters, and GFLOPs of a pass with multiply-adds counted as one.
  it.each([
    ['DiT-S/2', 12, 384, 16, 256, 33, 6.06],
    ['DiT-B/2', 12, 768, 16, 256, 130, 23.01],
    ['DiT-L/2', 24, 1024, 16, 256, 458, 80.71],
    ['DiT-XL/2', 28, 1152, 16, 256, 675, 118.64],
    ['DiT-XL/4', 28, 1152, 32, 256, 676, 29.05],
    ['DiT-XL/8', 28, 1152, 64, 256, 676, 7.39],
    ['DiT-XL/2 at 512 pixels', 28, 1152, 16, 512, 675, 524.6],
  ])('%s has and takes what is published', (_, layers, hidden, pixelsPerToken, side, parameters, flop) => {
    const transformer = { ...base, layers, hidden, ffn: 4 * hidden, pixelsPerToken }
    const answer = ask({ model: { diffusion: { transformer } }, height: side, width: side })
    expect(apart(resultOf(answer, 'parameters') / 1e6, parameters)).toBeLessThan(0.02)
    expect(apart(multiplyAdds(answer) / 1e9, flop)).toBeLessThan(0.004)
  })

  // Model cards and papers, in the digits that they give; of Wan the sizes of the files of its weights, 28.6 GB in two
  // bytes each and 5.68 GB in four, as its smaller model has more than the 1.3 B of its name.
  it.each([
    ['flux.1-dev', 12e9],
    ['stable-diffusion-3.5-large', 8.1e9],
    ['stable-diffusion-3.5-medium', 2.5e9],
    ['hunyuan-dit-v1.2', 1.5e9],
    ['hunyuan-video', 13e9],
    ['wan2.1-t2v-14b', 28.6e9 / 2],
    ['wan2.1-t2v-1.3b', 5.68e9 / 4],
    ['cogvideox-5b', 5.6e9],
    ['cogvideox-2b', 1.7e9],
    ['pixart-alpha', 0.61e9],
    ['dit-xl-2', 675e6],
  ] as const)('%s has about the parameters that its publishers state', (id, published) => {
    const answer = ask({ model: { diffusion: { id } } })
    expect(apart(resultOf(answer, 'parameters'), published)).toBeLessThan(0.04)
  })

  it('say which of their numbers nobody gave', () => {
    const { assumptions } = ask({ model: { diffusion: { transformer: base } } })
    const statusOf = (name: string) => assumptions.find(each => each.name === name)?.status
    expect(['layers', 'classes'].map(statusOf)).toEqual(['input', 'input'])
    expect(['conditioningWidth', 'positions', 'textWidth'].map(statusOf)).toEqual(Array(3).fill('default'))
  })

  it('cut video into latent frames, the first by itself', () => {
    const { trace = [] } = ask({
      model: { diffusion: { id: 'hunyuan-video' } },
      ...{ height: 720, width: 1280, frames: 129 },
    })
    // 33 latent frames of 45 × 80 tokens; the HunyuanVideo paper trains on sequences of this length.
    expect(trace.find(({ id }) => id === 'imageTokens')?.value).toBe(118_800)
  })
})

describe('U-Nets of latent diffusion', () => {
  // Tensors of the published weights; CompVis prints 859.52 M when it loads the first.
  it.each([
    ['stable-diffusion-1.5', 859_520_964],
    ['stable-diffusion-xl', 2_567_463_684],
  ] as const)('%s has exactly the %d parameters of its published weights', (id, parameters) => {
    const answer = ask({ model: { diffusion: { id } } })
    expect(resultOf(answer, 'parameters')).toBe(parameters)
    const described = ask({ model: { diffusion: { unet: unetModels[id].unet } } })
    expect(resultOf(described, 'parameters')).toBe(parameters)
  })

  it('take the 339 G multiply-adds that Kim et al. 2023 (BK-SDM) count outside attention', () => {
    const answer = ask({
      model: { diffusion: { id: 'stable-diffusion-1.5' } },
      convention: 'multiply-add-as-one-without-attention',
    })
    const forward = resultOf(answer, 'conventions.multiply-add-as-one-without-attention.forward')
    expect(apart(forward, 339e9)).toBeLessThan(0.01)
    expect(resultOf(answer, 'attentionFlop')).toBeGreaterThan(0.1 * resultOf(answer, 'matmulFlop'))
  })

  it('take a block as a count of products by hand does', () => {
    const unet = {
      ...{ pixelsPerLatent: 8, latentChannels: 4, channels: 2, multipliers: [1, 3], residualBlocks: 1 },
      ...{ transformerDepth: [0, 2], middleDepth: 0, contextTokens: 5, contextWidth: 7 },
    }
    // A latent of 3 × 5 places, then of 2 × 3.
    const { trace = [] } = ask({ model: { diffusion: { unet } }, height: 24, width: 40 })
    const at = (id: string) => trace.find(each => each.id === id)?.value
    expect(at('levels.1.places')).toBe(6)
    // From 2 to 6 channels: convolutions of 9·2·6 and 9·6·6, a matrix of 8·6 for the step and 2·6 past them.
    const products = 6 * (9 * 2 * 6 + 9 * 6 * 6 + 2 * 6) + 8 * 6
    expect(at('blocks.down.1.0.residualFlop')).toBe(2 * products)
    // Each of two layers has matrices of 36: 4 among the places, 2 towards the prompt, 8 into the gated part and 4 out
    // of it; 2 more stand around them. Keys and values of the prompt are of 5 tokens of 7.
    const ofPlaces = 6 * (2 * (4 + 2 + 8 + 4) * 36 + 2 * 36)
    expect(at('blocks.down.1.0.transformerFlop')).toBe(2 * (ofPlaces + 2 * 2 * 5 * 7 * 6))
    expect(at('blocks.down.1.0.attentionFlop')).toBe(2 * 4 * 6 * (6 + 5) * 6)
    // On the way up the outer level joins 6 channels with the 2 that were kept, then 2 with the first 2.
    expect(at('blocks.up.0.0.inputWidth')).toBe(8)
    expect(at('blocks.up.0.1.inputWidth')).toBe(4)
    expect(trace.some(({ id }) => id === 'blocks.middle.0.transformerParameters')).toBe(false)
  })
})

describe('conventions of images', () => {
  const models: readonly ArchitectureRequest['model'][] = [
    { vision: { id: 'vit-b-16' } },
    { diffusion: { id: 'dit-xl-2' } },
    { diffusion: { id: 'stable-diffusion-1.5' } },
  ]

  it.each(models)('convert into one another and back, of %j', model => {
    const ratios = imageFlopConventionNames.map(convention => {
      const { tables } = ask({ model, convention })
      return tables?.conventions?.rows.map(({ values }) => values[2] as number) ?? []
    })
    for (const [from, row] of ratios.entries()) {
      expect(row[from]).toBe(1)
      for (const [to, ratio] of row.entries()) expect(ratio * (ratios[to]?.[from] ?? 0)).toBeCloseTo(1, 12)
    }
  })

  it.each(models)(
    'take three forward passes for training, and two operations for a multiply-add, of %j',
    model => {
      const rows = new Map(ask({ model }).tables?.conventions?.rows.map(({ key, values }) => [key, values]))
      const [forward = 0, training] = rows.get('multiply-add-as-two') ?? []
      expect(training).toBe(3 * forward)
      expect(rows.get('multiply-add-as-one')?.[0]).toBe(forward / 2)
      expect(rows.get('multiply-add-as-one')?.[2]).toBe(0.5)
      const [layers = 0] = rows.get('multiply-add-as-two-without-attention') ?? []
      expect(layers).toBeLessThan(forward)
      expect(rows.get('multiply-add-as-one-without-attention')?.[0]).toBe(layers / 2)
    },
  )
})
