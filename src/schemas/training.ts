import { Type } from 'typebox'
import { precisions } from '../domain/compute/catalogue.ts'
import { trainingStackIds } from '../domain/compute/training-time/training-stack.ts'
import { idPattern } from './common.ts'
import { ParallelLayout } from './layout.ts'
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

export const RunThroughput = Type.Object(
  { ...TrainingThroughput.properties, layout: Type.Optional(ref(ParallelLayout)) },
  {
    $id: 'RunThroughput',
    additionalProperties: false,
    minProperties: 1,
    maxProperties: 1,
    description:
      'How fast a device computes: exactly one of the members. `layout` computes it from a parallel layout on the accelerator, for a model with an architecture',
  },
)

const bandwidth = (description: string) =>
  Type.Optional(Type.Number({ format: 'double', minimum: 1e6, maximum: 1e14, description }))

export const TrainingCluster = Type.Object(
  {
    intraNodeBandwidth: bandwidth(
      'Bytes per second and device in one direction within a node; default: of the accelerator',
    ),
    interNodeBandwidth: bandwidth(
      'Bytes per second and device in one direction between nodes; default: of the accelerator, else 12.5e9',
    ),
    devicesPerNode: Type.Optional(
      Type.Integer({
        format: 'int32',
        minimum: 1,
        maximum: 100_000,
        description: 'Devices that share a node; default: of the accelerator, else 8',
      }),
    ),
    stack: Type.Optional(
      choice(trainingStackIds, {
        description:
          'Software whose habits and fitted constants are taken; default: one of today without constants of its own',
      }),
    ),
  },
  {
    $id: 'TrainingCluster',
    additionalProperties: false,
    description: 'The network and the software of a cluster; of use with `throughput.layout`',
  },
)

const seconds = (description: string) =>
  Type.Optional(Type.Number({ format: 'double', minimum: 0, maximum: 1e7, description }))

export const Goodput = Type.Object(
  {
    share: Type.Optional(
      Type.Number({
        format: 'double',
        minimum: 0.01,
        maximum: 1,
        description: 'The share itself; the other members are then not looked at',
      }),
    ),
    deviceMtbfHours: Type.Optional(
      Type.Number({
        format: 'double',
        minimum: 1,
        maximum: 1e9,
        description: 'Mean time between failures of a device in hours; default 50,000',
      }),
    ),
    checkpointTime: Type.Optional(
      Type.Number({
        format: 'double',
        minimum: 1e-3,
        maximum: 1e7,
        description: 'Seconds that a checkpoint stops training, however short; default 30',
      }),
    ),
    restartTime: seconds('Seconds until training goes on after a failure; default 300'),
    checkpointInterval: Type.Optional(
      Type.Number({
        format: 'double',
        minimum: 1,
        maximum: 1e9,
        description: 'Seconds between checkpoints; default: the interval of least loss (Young, Daly)',
      }),
    ),
  },
  {
    $id: 'Goodput',
    additionalProperties: false,
    description:
      'Share of device time that advances training at the speed of its steps: given, or from failures and checkpoints. Absent: what whole published runs of the size reached. Of use with `throughput.layout`',
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
const positive = (minimum: number, maximum: number, description: string) =>
  Type.Optional(Type.Number({ format: 'double', minimum, maximum, description }))

const OwnedDevicePrice = Type.Object(
  {
    perDevice: Type.Number({
      format: 'double',
      minimum: 0,
      maximum: 1e9,
      description: 'Price of one device, in `currency`',
    }),
    currency: Type.Optional(choice(['USD', 'CNY'], { description: 'Currency of the price', default: 'USD' })),
    wholeServer: Type.Optional(
      Type.Boolean({
        description:
          "Whether it is a whole server's price by device, so that no overhead comes on top; default false",
      }),
    ),
  },
  { $id: 'OwnedDevicePrice', additionalProperties: false, description: 'What a device cost to buy' },
)

const Ownership = Type.Object(
  {
    acquired: Type.Optional(
      date('Day on which the devices were acquired; default: 90 days after their release'),
    ),
    trained: Type.Optional(date('Day on which training starts; default: the day of acquisition')),
    price: Type.Optional(ref(OwnedDevicePrice)),
    serverOverhead: positive(
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
    electricityPrice: positive(
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

const Energy = Type.Object(
  {
    powerPerDevice: positive(
      0.1,
      1e5,
      'Mean power of a device with its share of the server in W, in place of thermal design power and the two factors',
    ),
    powerFraction: positive(
      0.01,
      2,
      'Mean power as a share of the thermal design power; default by kind of device',
    ),
    serverFactor: positive(1, 10, 'Power of a server by that of its devices; default by device family'),
    pue: positive(1, 5, 'Power usage effectiveness; default 1.25'),
    gridIntensity: positive(
      0,
      5,
      'Carbon intensity in kgCO2e per kWh; default 0.385, the average of the United States',
    ),
    wue: positive(0, 100, 'Water evaporated on site in litres per kWh of IT energy; default 0.55'),
    electricityWater: positive(0, 1000, 'Water consumed in generation in litres per kWh; default 3.142'),
    embodiedPerDevice: positive(0, 1e6, 'Emissions of making a device and its share of the server in kgCO2e'),
    embodiedLifetime: positive(0.1, 50, 'Years of use that they are spread over; default 3'),
  },
  {
    $id: 'Energy',
    additionalProperties: false,
    description: 'How devices are powered; an empty object takes all defaults',
  },
)

const ReportedMoney = Type.Object(
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
    throughput: Type.Optional(ref(RunThroughput)),
    cluster: Type.Optional(ref(TrainingCluster)),
    goodput: Type.Optional(ref(Goodput)),
    devices: Type.Optional(
      Type.Integer({
        format: 'int32',
        minimum: 1,
        maximum: 100_000_000,
        description: 'Devices that train at once; default 1, or as many as the layout takes',
      }),
    ),
    price: Type.Optional(ref(RentalPrice)),
    priceAsOf: Type.Optional(
      date(
        "Day of the catalogue price, when no price is given: the median of vendors' on-demand prices in the twelve months before",
      ),
    ),
    ...rentalTerms,
    ownership: Type.Optional(ref(Ownership)),
    energy: Type.Optional(ref(Energy)),
    reportIn: Type.Optional(ref(ReportedMoney)),
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
  RunThroughput,
  TrainingCluster,
  Goodput,
  RentalPrice,
  OwnedDevicePrice,
  Ownership,
  Energy,
  ReportedMoney,
  TrainingRequest,
]
