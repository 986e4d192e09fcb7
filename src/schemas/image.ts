import { Type } from 'typebox'
import { type DiffusionModelId, diffusionModels } from '../domain/compute/architecture/diffusion-models.ts'
import { choice, ref } from './reference.ts'
import { AcceleratorChoice, date, precisionChoice, RentalPrice, rentalTerms } from './training.ts'

const count = (minimum: number, maximum: number, description: string) =>
  Type.Integer({ format: 'int32', minimum, maximum, description })

const DiffusionTransformer = Type.Object(
  {
    layers: count(1, 1_000, 'Layers'),
    hidden: count(1, 100_000, 'Width of a token'),
    ffn: count(1, 1_000_000, 'Width inside the feed-forward part, which has two matrices'),
    text: choice(['joint', 'cross', 'none'], {
      description: 'Whether text is tokens beside those of the image, attended to apart, or not there',
    }),
    textTokens: count(0, 100_000, 'Tokens of the prompt that the transformer sees'),
    dualAttentionLayers: count(0, 1_000, 'Layers with a second attention among the image tokens alone'),
    parallelLayers: count(0, 1_000, 'Layers whose attention and feed-forward part stand side by side'),
    skipLayers: count(0, 1_000, "Layers that take in an earlier layer's output through a matrix"),
    modulationMatrices: count(0, 100, 'Matrices of the width that the time step passes through in a layer'),
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

const DiffusionModelChoice = Type.Object(
  {
    id: Type.Optional(
      choice(Object.keys(diffusionModels) as DiffusionModelId[], { description: 'A published model' }),
    ),
    transformer: Type.Optional(ref(DiffusionTransformer)),
  },
  {
    $id: 'DiffusionModelChoice',
    additionalProperties: false,
    minProperties: 1,
    maxProperties: 1,
    description: 'A diffusion model: exactly one of the members',
  },
)

export const ImageRequest = Type.Object(
  {
    model: ref(DiffusionModelChoice),
    height: count(1, 65_536, 'Height in pixels'),
    width: count(1, 65_536, 'Width in pixels'),
    frames: Type.Optional(count(1, 100_000, 'Frames of a video; default 1, an image')),
    steps: count(1, 10_000, 'Denoising steps'),
    passes: Type.Optional(
      count(
        1,
        8,
        'Passes through the model a step: 2 under classifier-free guidance; default by model, else 2',
      ),
    ),
    batch: Type.Optional(count(1, 10_000, 'Pictures made together; default 1')),
    accelerator: ref(AcceleratorChoice),
    precision: Type.Optional(precisionChoice),
    devices: Type.Optional(count(1, 1_024, 'Devices that share each batch; default 1')),
    price: Type.Optional(ref(RentalPrice)),
    priceAsOf: Type.Optional(
      date(
        "Day of the catalogue price, when no price is given: the median of vendors' on-demand prices in the twelve months before",
      ),
    ),
    ...rentalTerms,
  },
  {
    $id: 'ImageRequest',
    additionalProperties: false,
    description: 'An image or a video that a diffusion transformer makes on devices',
  },
)

export const imageComponents = [DiffusionTransformer, DiffusionModelChoice, ImageRequest]
