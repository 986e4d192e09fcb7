import { describe, expect, it } from 'vitest'
import {
  type DiffusionTransformer,
  diffusionForward,
  generationFlop,
  imageTokens,
} from '../../../../src/domain/compute/architecture/diffusion.ts'
import {
  diffusionModels,
  diffusionUNets,
} from '../../../../src/domain/compute/architecture/diffusion-models.ts'
import { countUNet } from '../../../../src/domain/compute/architecture/unet.ts'
import { visionTransformerFlop } from '../../../../src/domain/compute/architecture/vit.ts'

/** Papers on vision count a multiply-add as one. */
const multiplyAdds = (flop: number): number => flop / 2

describe('vision transformers', () => {
  // Dosovitskiy et al. 2020 for the shapes; DeiT and DeiT III (Touvron et al.) and timm for GFLOPs at 224 pixels.
  it.each([
    ['ViT-S/16', 12, 384, 16, 4.6],
    ['ViT-B/32', 12, 768, 32, 4.4],
    ['ViT-B/16', 12, 768, 16, 17.6],
    ['ViT-L/16', 24, 1024, 16, 61.6],
    ['ViT-H/14', 32, 1280, 14, 167.4],
  ])('%s takes what is published', (_, layers, hidden, patch, published) => {
    const model = { layers, hidden, ffn: 4 * hidden, patch, classes: 1000 }
    const flop = visionTransformerFlop(model, { height: 224, width: 224 })
    expect(Math.abs(multiplyAdds(flop) / 1e9 / published - 1)).toBeLessThan(0.005)
  })
})

describe('diffusion transformers', () => {
  const base = diffusionModels['dit-xl-2'].transformer
  // Peebles and Xie 2022, tables 1 and 4: GFLOPs of a pass, multiply-adds counted as one.
  it.each([
    ['DiT-S/2', 12, 384, 16, 256, 6.06],
    ['DiT-B/2', 12, 768, 16, 256, 23.01],
    ['DiT-L/2', 24, 1024, 16, 256, 80.71],
    ['DiT-XL/2', 28, 1152, 16, 256, 118.64],
    ['DiT-XL/4', 28, 1152, 32, 256, 29.05],
    ['DiT-XL/8', 28, 1152, 64, 256, 7.39],
    ['DiT-XL/2 at 512 pixels', 28, 1152, 16, 512, 524.6],
  ])('%s takes what is published', (_, layers, hidden, pixelsPerToken, size, published) => {
    const model: DiffusionTransformer = { ...base, layers, hidden, ffn: 4 * hidden, pixelsPerToken }
    const { matmulFlop, attentionFlop } = diffusionForward(model, { height: size, width: size, frames: 1 })
    expect(Math.abs(multiplyAdds(matmulFlop + attentionFlop) / 1e9 / published - 1)).toBeLessThan(0.004)
  })

  it('cuts video into latent frames, the first by itself', () => {
    const tokens = imageTokens(diffusionModels['hunyuan-video'].transformer, {
      height: 720,
      width: 1280,
      frames: 129,
    })
    // 33 latent frames of 45 × 80 tokens; the HunyuanVideo paper trains on sequences of this length.
    expect(tokens).toBe(118_800)
  })

  it('has in its layers about the parameters that its publishers state', () => {
    for (const [id, { transformer, parameters }] of Object.entries(diffusionModels)) {
      const { layers, hidden, ffn, text, modulationMatrices } = transformer
      const block = 4 * hidden ** 2 + 2 * hidden * ffn + modulationMatrices * hidden ** 2
      const least = layers * (4 * hidden ** 2 + 2 * hidden * ffn)
      const most = layers * (block * (text === 'joint' ? 2 : 1) + (text === 'cross' ? 4 * hidden ** 2 : 0))
      expect(parameters, id).toBeGreaterThan(least * 0.9)
      expect(parameters, id).toBeLessThan(most * 1.35)
    }
  })

  it('takes every step once, or twice under guidance', () => {
    expect(generationFlop.fn(50, 2, 1e12)).toBe(1e14)
  })
})

describe('U-Nets of latent diffusion', () => {
  it.each([
    ['stable-diffusion-1.5', 859_520_964],
    ['stable-diffusion-xl', 2_567_463_684],
  ] as const)('%s has exactly the %d parameters of its published weights', (id, parameters) => {
    expect(countUNet(diffusionUNets[id], { height: 64, width: 64 }).parameters).toBe(parameters)
  })

  it('takes the 339 G multiply-adds that Kim et al. 2023 (BK-SDM) count outside attention', () => {
    const count = countUNet(diffusionUNets['stable-diffusion-1.5'], { height: 64, width: 64 })
    expect(Math.abs(multiplyAdds(count.matmulFlop) / 339e9 - 1)).toBeLessThan(0.01)
    expect(count.attentionFlop / count.matmulFlop).toBeGreaterThan(0.1)
  })
})
