import { Type } from 'typebox'
import { type DiffusionModelId, diffusionModels } from '../domain/compute/architecture/diffusion-models.ts'
import { AcceleratorChoice, precisionChoice } from './choices.ts'
import { date } from './common.ts'
import { RentalPrice, rentalTerms } from './device-money.ts'
import { count, DiffusionTransformer, pictureSize } from './image-model.ts'
import { choice, ref } from './reference.ts'

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
    height: pictureSize.height,
    width: pictureSize.width,
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

export const imageComponents = [DiffusionModelChoice, ImageRequest]
