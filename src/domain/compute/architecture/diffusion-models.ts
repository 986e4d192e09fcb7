import type { Canvas, DiffusionTransformer } from './diffusion.ts'

/** A published diffusion model: its transformer, and how often a step passes through it. */
export interface PublishedDiffusionModel {
  readonly name: string
  /** Passes a step: 2 under classifier-free guidance, 1 where guidance is distilled into the model. */
  readonly passes: 1 | 2
  readonly transformer: DiffusionTransformer
  /** What its publishers' examples generate. */
  readonly canvas: Canvas
  readonly provenance: 'read' | 'recalled'
  readonly source: string
}

const image = {
  dualAttentionLayers: 0,
  parallelLayers: 0,
  skipLayers: 0,
  modulationMatrices: 6,
  pixelsPerToken: 16,
  framesPerLatent: 1,
} as const
const recalled = 'recalled' as const
const square = (side: number): Canvas => ({ height: side, width: side, frames: 1 })

/** Diffusion transformers by id, from memory of their papers and model cards. */
export const diffusionModels = {
  'flux.1-dev': {
    name: 'FLUX.1-dev',
    passes: 1,
    // 19 layers of two streams and 38 of one: for a token both are 4·h² and two feed-forward matrices of 4·h.
    transformer: {
      ...image,
      layers: 57,
      parallelLayers: 38,
      hidden: 3072,
      ffn: 12_288,
      text: 'joint',
      textTokens: 512,
      textWidth: 4096,
    },
    canvas: square(1024),
    provenance: recalled,
    source: 'flux.1-release',
  },
  'stable-diffusion-3.5-large': {
    name: 'Stable Diffusion 3.5 Large',
    passes: 2,
    transformer: {
      ...image,
      layers: 38,
      hidden: 2432,
      ffn: 9728,
      text: 'joint',
      textTokens: 333,
      textWidth: 4096,
      positions: 192 ** 2,
    },
    canvas: square(1024),
    provenance: recalled,
    source: 'esser-2024',
  },
  'stable-diffusion-3.5-medium': {
    name: 'Stable Diffusion 3.5 Medium',
    passes: 2,
    transformer: {
      ...image,
      layers: 24,
      hidden: 1536,
      ffn: 6144,
      text: 'joint',
      textTokens: 333,
      dualAttentionLayers: 13,
      textWidth: 4096,
      positions: 384 ** 2,
    },
    canvas: square(1024),
    provenance: recalled,
    source: 'esser-2024',
  },
  'hunyuan-dit-v1.2': {
    name: 'Hunyuan-DiT 1.2',
    passes: 2,
    transformer: {
      ...image,
      layers: 40,
      hidden: 1408,
      ffn: 6144,
      text: 'cross',
      textTokens: 333,
      skipLayers: 19,
      modulationMatrices: 1,
    },
    canvas: square(1024),
    provenance: recalled,
    source: 'hunyuan-dit-paper',
  },
  'hunyuan-video': {
    name: 'HunyuanVideo',
    passes: 1,
    transformer: {
      ...image,
      layers: 60,
      parallelLayers: 40,
      hidden: 3072,
      ffn: 12_288,
      text: 'joint',
      textTokens: 256,
      framesPerLatent: 4,
      textWidth: 4096,
    },
    canvas: { height: 720, width: 1280, frames: 129 },
    provenance: recalled,
    source: 'hunyuan-video-paper',
  },
  'wan2.1-t2v-14b': {
    name: 'Wan2.1 T2V 14B',
    passes: 2,
    transformer: {
      ...image,
      layers: 40,
      hidden: 5120,
      ffn: 13_824,
      text: 'cross',
      textTokens: 512,
      framesPerLatent: 4,
      sharedModulation: true,
      textWidth: 4096,
    },
    canvas: { height: 720, width: 1280, frames: 81 },
    provenance: recalled,
    source: 'wan-paper',
  },
  'wan2.1-t2v-1.3b': {
    name: 'Wan2.1 T2V 1.3B',
    passes: 2,
    transformer: {
      ...image,
      layers: 30,
      hidden: 1536,
      ffn: 8960,
      text: 'cross',
      textTokens: 512,
      framesPerLatent: 4,
      sharedModulation: true,
      textWidth: 4096,
    },
    canvas: { height: 480, width: 832, frames: 81 },
    provenance: recalled,
    source: 'wan-paper',
  },
  'cogvideox-5b': {
    name: 'CogVideoX 5B',
    passes: 2,
    transformer: {
      ...image,
      layers: 42,
      hidden: 3072,
      ffn: 12_288,
      text: 'joint',
      textTokens: 226,
      framesPerLatent: 4,
      textStreamLayers: 0,
      modulationMatrices: 12,
      conditioningWidth: 512,
      textWidth: 4096,
    },
    canvas: { height: 480, width: 720, frames: 49 },
    provenance: recalled,
    source: 'cogvideox-paper',
  },
  'cogvideox-2b': {
    name: 'CogVideoX 2B',
    passes: 2,
    transformer: {
      ...image,
      layers: 30,
      hidden: 1920,
      ffn: 7680,
      text: 'joint',
      textTokens: 226,
      framesPerLatent: 4,
      textStreamLayers: 0,
      modulationMatrices: 12,
      conditioningWidth: 512,
      textWidth: 4096,
    },
    canvas: { height: 480, width: 720, frames: 49 },
    provenance: recalled,
    source: 'cogvideox-paper',
  },
  'pixart-alpha': {
    name: 'PixArt-α',
    passes: 2,
    transformer: {
      ...image,
      layers: 28,
      hidden: 1152,
      ffn: 4608,
      text: 'cross',
      textTokens: 120,
      sharedModulation: true,
      textWidth: 4096,
    },
    canvas: square(1024),
    provenance: recalled,
    source: 'pixart-paper',
  },
  'dit-xl-2': {
    name: 'DiT-XL/2',
    passes: 2,
    transformer: {
      ...image,
      layers: 28,
      hidden: 1152,
      ffn: 4608,
      text: 'none',
      textTokens: 0,
      classes: 1001,
    },
    canvas: square(256),
    provenance: 'read',
    source: 'peebles-2022',
  },
} as const satisfies Record<string, PublishedDiffusionModel>

/** What is generated when nobody says, by a model that nobody published: the usual picture of latent diffusion. */
export const usualCanvas: Canvas = square(512)

export type DiffusionModelId = keyof typeof diffusionModels
