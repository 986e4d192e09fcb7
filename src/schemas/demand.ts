import { Type } from 'typebox'
import { userUnits } from '../domain/market/bottom-up.ts'
import { AcceleratorChoice, ModelChoice, precisionChoice } from './choices.ts'
import { date } from './common.ts'
import { periodPattern } from './dataset.ts'
import { currency, dataset, number, whole, year } from './demand-members.ts'
import { DemandServer, demandServerComponents, ServerMarket, ServerVendor } from './demand-server.ts'
import { RentalPrice } from './device-money.ts'
import { choice, ref } from './reference.ts'
import { fleetSizing, ServiceLevel, ServingRequest, SpeculativeDecoding } from './serving.ts'
import { TrainingThroughput } from './training.ts'

const growth = (description: string) => number(description, -0.99, 10)

const DemandUsers = Type.Object(
  {
    value: number('Users, in `unit`', 0, 2e10),
    unit: Type.Optional(choice(userUnits, { description: 'What the value counts; default: person' })),
    dataset: dataset('Id of a dataset of people whose observation is the count, in place of a value'),
    period: Type.Optional(
      Type.String({
        pattern: periodPattern,
        maxLength: 7,
        description: 'The observation of the dataset, such as `2023-01`; default: that of the year',
      }),
    ),
    year: Type.Optional(year('Year that the count is of; default: that of `period`, else `baseYear`')),
  },
  {
    $id: 'DemandUsers',
    additionalProperties: false,
    minProperties: 1,
    description: 'How many users there are in a year: exactly one of value and dataset',
  },
)

const YearUsers = Type.Object(
  {
    year: year('Year'),
    value: Type.Number({
      format: 'double',
      minimum: 0,
      maximum: 2e10,
      description: 'Users in that year, in the unit of `users`; people where they are of a dataset',
    }),
  },
  { $id: 'YearUsers', additionalProperties: false, description: 'Users in a year' },
)

const UserGrowth = Type.Object(
  {
    cagr: growth('Growth of the users a year, as a share: 0.5 is 50 %'),
    series: Type.Optional(
      Type.Array(ref(YearUsers), {
        minItems: 1,
        maxItems: 60,
        description: 'Users (not rates) by year: one for every year but that of `users` itself',
      }),
    ),
  },
  {
    $id: 'UserGrowth',
    additionalProperties: false,
    minProperties: 1,
    maxProperties: 1,
    description: 'How the users change: exactly one of the members',
  },
)

const DemandWorkload = Type.Object(
  {
    inputTokens: number('Tokens of a prompt; default 1,024', 1, 1e7),
    outputTokens: number('Tokens of an answer; default 256', 1, 1e6),
    prefixCacheHitRate: number(
      'Share of the tokens of a prompt that the prefix cache has; default 0',
      0,
      0.999,
    ),
    speculative: Type.Optional(ref(SpeculativeDecoding)),
  },
  { $id: 'DemandWorkload', additionalProperties: false, description: 'What a request is' },
)

const DemandParallelism = Type.Object(
  {
    tensor: whole('Devices that each layer is split over', 1, 1024),
    pipeline: whole('Stages that layers are divided into', 1, 128),
    expert: whole('Devices that experts lie on, whole', 1, 1024),
  },
  {
    $id: 'DemandParallelism',
    additionalProperties: false,
    description:
      'How a copy of the model lies on devices; what is absent is chosen, the fewest devices first. How many copies there are follows from the users',
  },
)

const DemandFleet = Type.Object(
  {
    ...fleetSizing,
  },
  { $id: 'DemandFleet', additionalProperties: false, description: 'How a fleet is sized, as in `serving`' },
)

const DemandEnergy = Type.Object(
  {
    powerPerDevice: number(
      'Mean power of a device with its share of the server in W, in place of thermal design power and the two factors',
      0.1,
      1e5,
    ),
    powerFraction: number(
      'Mean power as a share of the thermal design power; default by kind of device',
      0.01,
      2,
    ),
    serverFactor: number('Power of a server by that of its devices; default by device family', 1, 10),
    pue: number('Power usage effectiveness; default 1.25', 1, 5),
  },
  { $id: 'DemandEnergy', additionalProperties: false, description: 'How devices are powered' },
)

const Subscription = Type.Object(
  {
    pricePerMonth: Type.Number({
      format: 'double',
      minimum: 0.01,
      maximum: 1e6,
      description: 'Price of a month for a user who pays, in `currency`',
    }),
    currency,
    payerRate: number(
      'Share of the users who pay; without it only the share is told that covers the cost of serving',
      0,
      1,
    ),
  },
  { $id: 'Subscription', additionalProperties: false, description: 'What users who pay are asked' },
)

const TrainingDemand = Type.Object(
  {
    trainingFlop: number('Compute of a run in FLOP', 1, 1e35),
    tokens: number(
      'Tokens that a run trains on, in place of its compute; default: those of the catalogue model',
      1,
      1e18,
    ),
    precision: Type.Optional(precisionChoice),
    throughput: Type.Optional(ref(TrainingThroughput)),
    days: number('Days that a run may take; default 90', 0.01, 3650),
    runsPerYear: number('Runs a year; default 1', 0, 1e4),
    growth: growth('Growth of the compute of a run a year; default 0'),
    installed: number('Servers that train already before the base year; default 0', 0, 1e9),
  },
  {
    $id: 'TrainingDemand',
    additionalProperties: false,
    description:
      'Training beside serving, on devices of the same kind but servers of its own; an empty object takes all defaults',
  },
)

const { precision, bytesPerParameter, memoryReserve, framework, kvPrecision, utilisation } =
  ServingRequest.properties

export const DemandRequest = Type.Object(
  {
    baseYear: Type.Optional(year('First year; default: that of the users, else 2023')),
    targetYear: Type.Optional(
      year('Last year, which the results are of: less than 30 after the first; default: the first'),
    ),
    asOf: Type.Optional(date('Day by which observations of datasets must have been published; default: any')),
    region: Type.Optional(
      Type.String({
        pattern: '^[A-Za-z0-9_-]+$',
        maxLength: 20,
        description: 'Region whose shares the vendors have, such as CN or WORLD; default WORLD',
      }),
    ),
    users: Type.Optional(ref(DemandUsers)),
    dailyShare: number(
      'Share of the users who come on a day; default 1: they are counted by the day',
      0.0001,
      1,
    ),
    growth: Type.Optional(ref(UserGrowth)),
    sessionsPerUser: number('Sessions of a user a day; default 2', 0.001, 1e4),
    requestsPerSession: number('Requests of a session; default 5', 0.001, 1e4),
    usageGrowth: growth('Growth of the sessions of a user a year; default 0'),
    workload: Type.Optional(ref(DemandWorkload)),
    model: Type.Optional(ref(ModelChoice)),
    precision,
    bytesPerParameter,
    accelerator: Type.Optional(ref(AcceleratorChoice)),
    memoryReserve,
    framework,
    kvPrecision,
    parallel: Type.Optional(ref(DemandParallelism)),
    slo: Type.Optional(ref(ServiceLevel)),
    fleet: Type.Optional(ref(DemandFleet)),
    efficiencyGain: growth(
      'Growth of what a device delivers a year, by better software: an assumption; default 0',
    ),
    server: Type.Optional(ref(DemandServer)),
    energy: Type.Optional(ref(DemandEnergy)),
    electricityPrice: number(
      'Price of electricity in USD per kWh; default: that of US industry in the base year',
      0,
      100,
    ),
    price: Type.Optional(ref(RentalPrice)),
    utilisation,
    priceAsOf: Type.Optional(
      date('Day of the catalogue prices; default: the end of the base year, or the last day with a price'),
    ),
    subscription: Type.Optional(ref(Subscription)),
    vendors: Type.Optional(
      Type.Array(ref(ServerVendor), {
        minItems: 1,
        maxItems: 50,
        description:
          "Vendors of servers; default: Inspur at the founding report's share, of AI servers in China for region CN, else of all servers worldwide",
      }),
    ),
    market: Type.Optional(ref(ServerMarket)),
    training: Type.Optional(ref(TrainingDemand)),
  },
  {
    $id: 'DemandRequest',
    additionalProperties: false,
    description:
      'A service and its users, from whom demand for servers follows. All members are optional: without users it is the 13 million daily visitors of ChatGPT in January 2023, without model and accelerator GPT-3 on A100, and the subscription is $20 a month',
  },
)

export const demandComponents = [
  DemandUsers,
  YearUsers,
  UserGrowth,
  DemandWorkload,
  DemandParallelism,
  DemandFleet,
  ...demandServerComponents,
  DemandEnergy,
  Subscription,
  TrainingDemand,
  DemandRequest,
]
