import { Type } from 'typebox'
import { defaultScalingLaw, scalingLawNames } from '../domain/compute/scaling/laws.ts'
import { AcceleratorChoice, precisionChoice } from './choices.ts'
import { date } from './common.ts'
import { RentalPrice, rentalTerms } from './device-money.ts'
import { choice, ref } from './reference.ts'
import { TrainingThroughput } from './training.ts'

export const ComputeBudget = Type.Object(
  {
    amount: Type.Number({
      format: 'double',
      minimum: 0.01,
      maximum: 1e15,
      description: 'Money for the device-hours of training, in `currency`',
    }),
    currency: Type.Optional(
      choice(['USD', 'CNY'], { description: 'Currency of the amount', default: 'USD' }),
    ),
  },
  { $id: 'ComputeBudget', additionalProperties: false, description: 'Money to be spent on training compute' },
)

const tokens = (description: string) =>
  Type.Optional(Type.Number({ format: 'double', minimum: 1, maximum: 1e18, description }))

export const ScalingRequest = Type.Object(
  {
    law: Type.Optional(
      choice(scalingLawNames, { description: 'Scaling law, by name', default: defaultScalingLaw }),
    ),
    trainingFlop: Type.Optional(
      Type.Number({
        format: 'double',
        minimum: 1e6,
        maximum: 1e35,
        description: 'Training compute in FLOP',
      }),
    ),
    trainingPfDays: Type.Optional(
      Type.Number({
        format: 'double',
        minimum: 1e-12,
        maximum: 1e15,
        description: 'Training compute in petaFLOP/s-days of 8.64e19 FLOP',
      }),
    ),
    budget: Type.Optional(ref(ComputeBudget)),
    parameters: Type.Optional(
      Type.Number({
        format: 'double',
        minimum: 1,
        maximum: 1e16,
        description: 'Parameters of a model whose loss is asked; goes with tokens',
      }),
    ),
    tokens: tokens('Tokens that it is trained on, repeats included'),
    accelerator: Type.Optional(ref(AcceleratorChoice)),
    precision: Type.Optional(precisionChoice),
    throughput: Type.Optional(ref(TrainingThroughput)),
    devices: Type.Optional(
      Type.Integer({
        format: 'int32',
        minimum: 1,
        maximum: 100_000_000,
        description: 'Devices that train at once, for the wall-clock time',
      }),
    ),
    price: Type.Optional(ref(RentalPrice)),
    priceAsOf: Type.Optional(
      date(
        "Day of the catalogue price, when no price is given: the median of vendors' on-demand prices in the twelve months before",
      ),
    ),
    ...rentalTerms,
    inferenceTokens: tokens(
      'Tokens, read and written, that the model processes over its lifetime; adds what serving takes and the inference-aware optimum',
    ),
    inferenceUtilisation: Type.Optional(
      Type.Number({
        format: 'double',
        minimum: 1e-6,
        maximum: 1,
        description:
          "Share of the dense peak that inference keeps up; default: what DeepSeek's published day of serving comes to",
      }),
    ),
    uniqueTokens: tokens('Distinct tokens that there are; adds what repeating them is worth'),
  },
  {
    $id: 'ScalingRequest',
    additionalProperties: false,
    description:
      'A training budget to be spent well: exactly one of trainingFlop, trainingPfDays, budget, and parameters with tokens. A budget needs a device and a price',
  },
)

export const scalingComponents = [ComputeBudget, ScalingRequest]
