import { Type } from 'typebox'
import { precisions } from '../domain/compute/catalogue.ts'
import { choice, ref } from './reference.ts'
import { AcceleratorChoice, date, ModelChoice } from './training.ts'

export const PurchasePrice = Type.Object(
  {
    perDevice: Type.Number({
      format: 'double',
      minimum: 0,
      maximum: 1e9,
      description: 'Price of one device, in `currency`',
    }),
    currency: Type.Optional(choice(['USD', 'CNY'], { description: 'Currency of the price', default: 'USD' })),
  },
  { $id: 'PurchasePrice', additionalProperties: false, description: 'What a device costs to buy' },
)

export const ServingRequest = Type.Object(
  {
    model: ref(ModelChoice),
    precision: Type.Optional(
      choice(precisions, {
        description:
          'Number format of the weights; default: the 16-bit format that the device has a peak for',
      }),
    ),
    bytesPerParameter: Type.Optional(
      Type.Number({
        format: 'double',
        minimum: 0.05,
        maximum: 64,
        description: 'Bytes that a parameter is held in, in place of a precision',
      }),
    ),
    accelerator: ref(AcceleratorChoice),
    memoryReserve: Type.Optional(
      Type.Number({
        format: 'double',
        minimum: 0,
        maximum: 0.99,
        description: 'Share of the memory of each device that weights may not take; default 0.1',
      }),
    ),
    purchase: Type.Optional(ref(PurchasePrice)),
    priceAsOf: Type.Optional(
      date(
        "Day of the catalogue price, when no price is given: the median of vendors' latest purchase prices in the twelve months before",
      ),
    ),
  },
  {
    $id: 'ServingRequest',
    additionalProperties: false,
    description: 'A model to be held on devices',
  },
)

export const servingComponents = [PurchasePrice, ServingRequest]
