import type { VisionTransformer } from './vision-transformer.ts'

/** A published vision transformer. */
export interface PublishedVisionModel {
  readonly name: string
  readonly transformer: VisionTransformer
  readonly provenance: 'read'
  readonly source: string
}

const published = { provenance: 'read', source: 'torchvision-vit' } as const
const base = { layers: 12, hidden: 768, ffn: 3072, classes: 1000 } as const
const large = { layers: 24, hidden: 1024, ffn: 4096, classes: 1000 } as const

/** Pixels along one side of the images of ImageNet that classifiers are compared on. */
export const usualVisionSide = 224

/** Vision transformers of Dosovitskiy et al. by id, with the classifier of ImageNet, as torchvision publishes them. */
export const visionModels = {
  'vit-b-16': { ...published, name: 'ViT-B/16', transformer: { ...base, patch: 16 } },
  'vit-b-32': { ...published, name: 'ViT-B/32', transformer: { ...base, patch: 32 } },
  'vit-l-16': { ...published, name: 'ViT-L/16', transformer: { ...large, patch: 16 } },
  'vit-l-32': { ...published, name: 'ViT-L/32', transformer: { ...large, patch: 32 } },
  'vit-h-14': {
    ...published,
    name: 'ViT-H/14',
    transformer: { layers: 32, hidden: 1280, ffn: 5120, classes: 1000, patch: 14 },
  },
} as const satisfies Record<string, PublishedVisionModel>

export type VisionModelId = keyof typeof visionModels
