import { Type } from 'typebox'
import { architectureConventionNames } from '../domain/compute/architecture/architecture.ts'
import { ModelChoice } from './choices.ts'
import {
  count,
  DiffusionArchitecture,
  imageModelComponents,
  pictureSize,
  VisionArchitecture,
} from './image-model.ts'
import { choice, ref } from './reference.ts'

const ArchitectureModelChoice = Type.Object(
  {
    ...ModelChoice.properties,
    vision: Type.Optional(ref(VisionArchitecture)),
    diffusion: Type.Optional(ref(DiffusionArchitecture)),
  },
  {
    $id: 'ArchitectureModelChoice',
    additionalProperties: false,
    minProperties: 1,
    maxProperties: 1,
    description:
      'A language model (id, architecture), a vision transformer or a diffusion model: exactly one of the members. A count of parameters tells no architecture',
  },
)

export const ArchitectureRequest = Type.Object(
  {
    model: ref(ArchitectureModelChoice),
    sequence: Type.Optional(
      Type.Integer({
        format: 'int32',
        minimum: 1,
        maximum: 100_000_000,
        description: 'Tokens of a sequence, of language models; default 2048',
      }),
    ),
    height: Type.Optional({
      ...pictureSize.height,
      description: 'Height of a picture in pixels, of models of images; default: the usual one of the model',
    }),
    width: Type.Optional({
      ...pictureSize.width,
      description: 'Width of a picture in pixels, of models of images; default: the usual one of the model',
    }),
    frames: Type.Optional(
      count(
        1,
        100_000,
        'Frames of a video, of diffusion transformers; default: the usual number of the model; 1 is an image',
      ),
    ),
    convention: Type.Optional(
      choice(architectureConventionNames, {
        description:
          'What FLOP count. Of a token: `causal` (default), pairs that a causal kernel computes; `full`, all pairs (Megatron-LM, PaLM, MosaicML); `parameters-only`, two a multiplying parameter; each with the output head unless it says without. Of a picture: `multiply-add-as-two` (default); `multiply-add-as-one`, what papers on vision print as GFLOPs; each with attention unless it says without',
      }),
    ),
  },
  {
    $id: 'ArchitectureRequest',
    additionalProperties: false,
    description:
      'An architecture to count: a language model and a sequence, or a model of images and the size of a picture',
  },
)

export const architectureComponents = [...imageModelComponents, ArchitectureModelChoice, ArchitectureRequest]
