import { Type } from 'typebox'
import { diffusionModels } from '../domain/compute/architecture/diffusion-models.ts'
import { mostLevels } from '../domain/compute/architecture/unet.ts'
import { unetModels } from '../domain/compute/architecture/unet-models.ts'
import { visionModels } from '../domain/compute/architecture/vision-models.ts'
import { choice, ref } from './reference.ts'

/** A whole number with its bounds. */
export const count = (minimum: number, maximum: number, description: string) =>
  Type.Integer({ format: 'int32', minimum, maximum, description })

/** The size of a picture. */
export const pictureSize = {
  height: count(1, 65_536, 'Height in pixels'),
  width: count(1, 65_536, 'Width in pixels'),
}

const layers = count(1, 1_000, 'Layers')
const hidden = count(1, 100_000, 'Width of a token')
const ffn = count(1, 1_000_000, 'Width inside the feed-forward part, which has two matrices')

export const DiffusionTransformer = Type.Object(
  {
    layers,
    hidden,
    ffn,
    text: choice(['joint', 'cross', 'none'], {
      description: 'Whether text is tokens beside those of the image, attended to apart, or not there',
    }),
    textTokens: count(0, 100_000, 'Tokens of the prompt that the transformer sees'),
    dualAttentionLayers: count(0, 1_000, 'Layers with a second attention among the image tokens alone'),
    parallelLayers: count(0, 1_000, 'Layers whose attention and feed-forward part stand side by side'),
    skipLayers: count(0, 1_000, "Layers that take in an earlier layer's output through a matrix"),
    textStreamLayers: Type.Optional(
      count(
        0,
        1_000,
        'Layers where text beside the image passes through matrices of its own; default all but the parallel ones',
      ),
    ),
    modulationMatrices: count(
      0,
      100,
      'Matrices as wide as a token that the conditioning vector passes through in a layer, for image and for text',
    ),
    sharedModulation: Type.Optional(
      Type.Boolean({
        default: false,
        description: 'Whether all layers have these matrices in common, as in PixArt-α',
      }),
    ),
    conditioningWidth: Type.Optional(
      count(1, 100_000, 'Width of the conditioning vector, which tells the step; default that of a token'),
    ),
    textWidth: Type.Optional(
      count(
        0,
        100_000,
        'Width of what the text encoder gives, projected to that of a token; default 0: not counted',
      ),
    ),
    classes: Type.Optional(count(0, 1_000_000, 'Labels with a vector each; default 0')),
    positions: Type.Optional(
      count(0, 100_000_000, 'Positions with a vector each; default 0: they are computed'),
    ),
    pixelsPerToken: count(
      1,
      1_024,
      "Pixels along one side of a token: the encoder's reduction times the patch",
    ),
    framesPerLatent: count(1, 64, 'Frames that the encoder folds into one, after the first; 1 for images'),
  },
  {
    $id: 'DiffusionTransformer',
    additionalProperties: false,
    description: 'A diffusion transformer over patches of a latent image or video',
  },
)

const VisionTransformer = Type.Object(
  {
    layers,
    hidden,
    ffn,
    patch: count(1, 1_024, 'Pixels along one side of a patch'),
    classes: count(1, 1_000_000, 'Classes that it tells apart'),
  },
  {
    $id: 'VisionTransformer',
    additionalProperties: false,
    description: 'A vision transformer: an encoder over the patches of a colour image and a class token',
  },
)

const UNet = Type.Object(
  {
    pixelsPerLatent: count(
      1,
      1_024,
      "Pixels along one side of a place of the latent: the encoder's reduction",
    ),
    latentChannels: count(1, 1_024, 'Channels of the latent'),
    channels: count(1, 10_000, 'Channels of the first level'),
    multipliers: Type.Array(count(1, 64, 'Channels of a level by those of the first'), {
      minItems: 1,
      maxItems: mostLevels,
      description: 'One number a level, from the outermost; each level halves the sides',
    }),
    residualBlocks: count(1, 6, 'Residual blocks of a level on the way down; one more on the way up'),
    transformerDepth: Type.Array(count(0, 100, 'Transformer layers in a block of a level; 0 for none'), {
      minItems: 1,
      maxItems: mostLevels,
      description: 'One number a level, as many as multipliers',
    }),
    middleDepth: count(0, 100, 'Transformer layers between the way down and the way up; 0 for none'),
    contextTokens: count(1, 100_000, 'Tokens of the prompt that transformers look at'),
    contextWidth: count(1, 100_000, 'Width of these tokens'),
    vectorWidth: Type.Optional(
      count(0, 100_000, 'Width of a vector that conditions on size and pooled text; default 0: none'),
    ),
  },
  {
    $id: 'UNet',
    additionalProperties: false,
    description: 'A U-Net of latent diffusion: residual blocks on levels, some with transformers',
  },
)

const keysOf = <Key extends string>(models: Readonly<Record<Key, unknown>>) => Object.keys(models) as Key[]

const exactlyOne = { additionalProperties: false, minProperties: 1, maxProperties: 1 } as const

export const VisionArchitecture = Type.Object(
  {
    id: Type.Optional(choice(keysOf(visionModels), { description: 'A published model' })),
    transformer: Type.Optional(ref(VisionTransformer)),
  },
  {
    $id: 'VisionArchitecture',
    ...exactlyOne,
    description: 'A vision transformer: exactly one of the members',
  },
)

export const DiffusionArchitecture = Type.Object(
  {
    id: Type.Optional(
      choice([...keysOf(diffusionModels), ...keysOf(unetModels)], { description: 'A published model' }),
    ),
    transformer: Type.Optional(ref(DiffusionTransformer)),
    unet: Type.Optional(ref(UNet)),
  },
  {
    $id: 'DiffusionArchitecture',
    ...exactlyOne,
    description: 'A diffusion model: exactly one of the members',
  },
)

export const imageModelComponents = [
  DiffusionTransformer,
  VisionTransformer,
  UNet,
  VisionArchitecture,
  DiffusionArchitecture,
]
