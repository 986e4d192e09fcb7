import type { UNet } from './unet.ts'

/** A published U-Net of latent diffusion. */
export interface PublishedUNet {
  readonly name: string
  readonly unet: UNet
  /** Pixels along one side of the pictures that it was trained on last. */
  readonly side: number
  readonly provenance: 'read'
  readonly source: string
}

const latents = { pixelsPerLatent: 8, latentChannels: 4, channels: 320, residualBlocks: 2 } as const

/** U-Nets of latent diffusion by id, from their published configurations. */
export const unetModels = {
  'stable-diffusion-1.5': {
    name: 'Stable Diffusion 1.5',
    unet: {
      ...latents,
      multipliers: [1, 2, 4, 4],
      transformerDepth: [1, 1, 1, 0],
      middleDepth: 1,
      contextTokens: 77,
      contextWidth: 768,
    },
    side: 512,
    provenance: 'read',
    source: 'stable-diffusion-v1-config',
  },
  'stable-diffusion-xl': {
    name: 'Stable Diffusion XL',
    unet: {
      ...latents,
      multipliers: [1, 2, 4],
      transformerDepth: [0, 2, 10],
      middleDepth: 10,
      contextTokens: 77,
      contextWidth: 2048,
      vectorWidth: 2816,
    },
    side: 1024,
    provenance: 'read',
    source: 'sdxl-config',
  },
} as const satisfies Record<string, PublishedUNet>

export type UNetModelId = keyof typeof unetModels
