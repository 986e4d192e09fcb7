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

/** A day. */
export const date = (description: string) =>
  Type.String({
    format: 'date',
    pattern: '^\\d{4}-\\d{2}-\\d{2}$',
    minLength: 10,
    maxLength: 10,
    description,
  })

export const TrainingThroughput = Type.Object(
  {
    flopPerSecond: Type.Optional(
      Type.Number({
        format: 'double',
        minimum: 1e3,
        maximum: 1e22,
        description: 'Effective throughput of one device in FLOP/s',
      }),
    ),
    mfu: Type.Optional(
      Type.Number({
        format: 'double',
        minimum: 1e-6,
        maximum: 1,
        description: 'Share of the dense peak that model FLOP make up (MFU)',
      }),
    ),
  },
  {
    $id: 'TrainingThroughput',
    additionalProperties: false,
    minProperties: 1,
    maxProperties: 1,
    description: 'How fast a device computes: exactly one of the members',
  },
)

export const RentalPrice = Type.Object(
  {
    perDeviceHour: Type.Number({
      format: 'double',
      minimum: 0,
      maximum: 1e6,
      description: 'Price of one device for one hour',
    }),
    currency: Type.Optional(choice(['USD', 'CNY'], { description: 'Currency of the price', default: 'USD' })),
  },
  { $id: 'RentalPrice', additionalProperties: false, description: 'What a device costs to rent' },
)

export const TrainingRequest = Type.Object(
  {
    model: Type.Optional(ref(ModelChoice)),
    trainingFlop: Type.Optional(
      Type.Number({ format: 'double', minimum: 1, maximum: 1e35, description: 'Training compute in FLOP' }),
    ),
    trainingPfDays: Type.Optional(
      Type.Number({
        format: 'double',
        minimum: 1e-15,
        maximum: 1e15,
        description: 'Training compute in petaFLOP/s-days of 8.64e19 FLOP',
      }),
    ),
    tokens: Type.Optional(
      Type.Number({
        format: 'double',
        minimum: 1,
        maximum: 1e18,
        description: 'Tokens seen in training; default: what the catalogue gives for the model',
      }),
    ),
    accelerator: Type.Optional(ref(AcceleratorChoice)),
    precision: Type.Optional(precisionChoice),
    throughput: Type.Optional(ref(TrainingThroughput)),
    devices: Type.Optional(
      Type.Integer({
        format: 'int32',
        minimum: 1,
        maximum: 100_000_000,
        description: 'Devices that train at once; default 1',
      }),
    ),
    price: Type.Optional(ref(RentalPrice)),
    priceAsOf: Type.Optional(
      date(
        "Day of the catalogue price, when no price is given: the median of vendors' on-demand prices in the twelve months before",
      ),
    ),
  },
  {
    $id: 'TrainingRequest',
    additionalProperties: false,
    description:
      'A training run. At most one of trainingFlop, trainingPfDays and tokens; with none, the tokens of the catalogue model',
  },
)

export const trainingComponents = [
  ModelChoice,
  AcceleratorChoice,
  TrainingThroughput,
  RentalPrice,
  TrainingRequest,
]
