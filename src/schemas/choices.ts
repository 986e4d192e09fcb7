import { Type } from 'typebox'
import { precisions } from '../domain/compute/catalogue.ts'
import { idPattern } from './common.ts'
import { ModelArchitecture } from './model.ts'
import { choice, ref } from './reference.ts'

/** A model by its catalogue id or by its parameter count. */
export const ModelChoice = Type.Object(
  {
    id: Type.Optional(
      Type.String({ pattern: idPattern, maxLength: 100, description: 'Id of a model of GET /v1/models' }),
    ),
    parameters: Type.Optional(
      Type.Number({
        format: 'double',
        minimum: 1,
        maximum: 1e16,
        description:
          'Number of parameters; of a mixture of experts, those active per token for training, all of them for serving',
      }),
    ),
    architecture: Type.Optional(ref(ModelArchitecture)),
  },
  {
    $id: 'ModelChoice',
    additionalProperties: false,
    minProperties: 1,
    maxProperties: 1,
    description: 'A model: exactly one of the members',
  },
)

export const AcceleratorChoice = Type.Object(
  {
    id: Type.String({
      pattern: idPattern,
      maxLength: 100,
      description: 'Id of an accelerator of GET /v1/accelerators',
    }),
  },
  { $id: 'AcceleratorChoice', additionalProperties: false, description: 'A device of the catalogue' },
)

export const precisionChoice = choice(precisions, {
  description: 'Number format that the device computes in; default: the 16-bit format that it has a peak for',
})
