import { Type } from 'typebox'
import { atLeast, date } from './common.ts'
import { choice, ref } from './reference.ts'

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

/** How the price of a device-hour lies below the one on demand. */
export const rentalTerms = {
  commitment: Type.Optional(
    choice(['1-year', '3-year'], {
      description:
        'Takes what vendors ask for a commitment of that length; where the catalogue has no such price, the price on demand less the mean discount of three clouds',
    }),
  ),
  discount: Type.Optional(
    Type.Number({
      format: 'double',
      minimum: 0,
      maximum: 0.99,
      description: 'Share by which the price lies below the one on demand, in place of a commitment',
    }),
  ),
}

const share = (description: string) =>
  Type.Optional(Type.Number({ format: 'double', minimum: 0, maximum: 0.99, description }))
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

export const OwnedDevicePrice = Type.Object(
  {
    ...PurchasePrice.properties,
    wholeServer: Type.Optional(
      Type.Boolean({
        description:
          "Whether it is a whole server's price by device, so that no overhead comes on top; default false",
      }),
    ),
  },
  { $id: 'OwnedDevicePrice', additionalProperties: false, description: 'What a device cost to buy' },
)

export const Ownership = Type.Object(
  {
    acquired: Type.Optional(
      date('Day on which the devices were acquired; default: 90 days after their release'),
    ),
    trained: Type.Optional(date('Day on which training starts; default: the day of acquisition')),
    price: Type.Optional(ref(OwnedDevicePrice)),
    serverOverhead: atLeast(
      1,
      10,
      'Price of a server by that of its devices; default: the one of the device family',
    ),
    interconnectShare: share(
      'Share of the network between servers in the price of the cluster; default 0.19',
    ),
    depreciation: Type.Optional(
      choice(['price-performance', 'straight-line'], {
        description:
          'Whether devices lose value as newer ones get better, by 0.14 powers of ten a year, or evenly over the lifetime that buyers of the year expected',
        default: 'price-performance',
      }),
    ),
    electricityPrice: atLeast(
      0,
      100,
      'Price of electricity in USD per kWh; default: that of US industry in the year of training',
    ),
  },
  {
    $id: 'Ownership',
    additionalProperties: false,
    description:
      'Devices of one’s own, by the method of Epoch AI: capital that wears off, network, electricity',
  },
)

export const ReportedMoney = Type.Object(
  {
    currency: Type.Optional(choice(['USD', 'CNY'], { description: 'Currency', default: 'USD' })),
    year: Type.Optional(
      Type.Integer({
        format: 'int32',
        minimum: 1990,
        maximum: 2100,
        description: 'Year of the prices, by US consumer prices; default: the year of the cost',
      }),
    ),
  },
  {
    $id: 'ReportedMoney',
    additionalProperties: false,
    description:
      'Money that costs are also given in: a currency, at the prices and the exchange rate of a year',
  },
)
