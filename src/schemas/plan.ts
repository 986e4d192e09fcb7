import { type TSchema, Type } from 'typebox'
import { optimizers, recomputations } from '../domain/compute/layout/layout.ts'
import { trainingStackIds } from '../domain/compute/training-time/training-stack.ts'
import { AcceleratorChoice, ModelChoice, precisionChoice } from './choices.ts'
import { date } from './common.ts'
import { text } from './datum.ts'
import { Assumption, Quantity, Warning } from './estimate.ts'
import { ParallelLayout } from './layout.ts'
import { choice, recordOf, ref } from './reference.ts'

const whole = (maximum: number, description: string) =>
  Type.Integer({ format: 'int32', minimum: 1, maximum, description })
const positive = (minimum: number, maximum: number, description: string) =>
  Type.Number({ format: 'double', minimum, maximum, description })
const some = <T extends TSchema>(item: T, maxItems: number, description: string) =>
  Type.Optional(Type.Array(item, { minItems: 1, maxItems, uniqueItems: true, description }))

/** Numbers of ranks that a search may be confined to. */
const degrees = (most: number, description: string) =>
  some(whole(most, 'One of them'), 64, `${description}; default: all that can be`)

const PlanSpace = Type.Object(
  {
    tensor: degrees(4_096, 'Tensor-parallel ranks'),
    pipeline: degrees(4_096, 'Pipeline-parallel ranks'),
    context: degrees(4_096, 'Context-parallel ranks'),
    expert: degrees(4_096, 'Ranks that the experts of a layer are divided among'),
    microBatch: degrees(100_000, 'Sequences that a rank computes at once'),
    virtualStages: degrees(1_000, 'Model chunks that a pipeline rank holds'),
    recompute: some(
      choice(recomputations, { description: 'One of them' }),
      recomputations.length,
      'What is computed again in the backward pass; default: each of them',
    ),
    zeroStage: some(
      Type.Integer({ format: 'int32', minimum: 0, maximum: 3, description: 'One of them' }),
      4,
      'What data-parallel ranks divide; default: each stage',
    ),
  },
  {
    $id: 'PlanSpace',
    additionalProperties: false,
    description: 'What a search is confined to; data parallelism fills the devices',
  },
)

const PlanNetwork = Type.Object(
  {
    intraNodeBandwidth: Type.Optional(
      positive(1e6, 1e14, 'Bytes a second, device and direction within a node; default of the catalogue'),
    ),
    interNodeBandwidth: Type.Optional(
      positive(1e6, 1e14, 'Bytes a second, device and direction between nodes; default of the catalogue'),
    ),
    devicesPerNode: Type.Optional(whole(100_000, 'Devices of a node; default of the catalogue')),
  },
  {
    $id: 'PlanNetwork',
    additionalProperties: false,
    description: 'The network between devices, where it differs from that of the catalogue',
  },
)

const PlanPrice = Type.Object(
  { perDeviceHour: positive(0, 1e6, 'US dollars for one device for one hour') },
  { $id: 'PlanPrice', additionalProperties: false, description: 'What a device costs to rent' },
)

export const PlanRequest = Type.Object(
  {
    model: ref(ModelChoice),
    accelerator: ref(AcceleratorChoice),
    precision: Type.Optional(precisionChoice),
    devices: Type.Optional(whole(1_000_000, 'So many devices')),
    maximumDevices: Type.Optional(
      whole(1_000_000, 'Any number of devices up to this: powers of two, and this'),
    ),
    sequence: Type.Optional(whole(100_000_000, 'Tokens of a sequence; default 4096')),
    globalBatch: Type.Optional(
      whole(100_000_000, 'Sequences of a step; default: a power of two with about four million tokens'),
    ),
    optimizer: Type.Optional(
      choice(optimizers, { description: 'Optimizer, by the states that it keeps; default adam' }),
    ),
    stack: Type.Optional(
      choice(trainingStackIds, {
        description:
          'Software whose habits and fitted constants are taken; default: one of today without constants of its own',
      }),
    ),
    tokens: Type.Optional(positive(1, 1e18, 'Training tokens; default: those of the catalogue model')),
    memoryReserve: Type.Optional(
      Type.Number({
        format: 'double',
        minimum: 0,
        maximum: 0.9,
        description: 'Share of the memory that is kept free; default 0',
      }),
    ),
    network: Type.Optional(ref(PlanNetwork)),
    price: Type.Optional(ref(PlanPrice)),
    priceAsOf: Type.Optional(date('Day of the catalogue price, when no price is given')),
    space: Type.Optional(ref(PlanSpace)),
  },
  {
    $id: 'PlanRequest',
    additionalProperties: false,
    description: 'A search for the layout of a training: exactly one of devices and maximumDevices',
  },
)

const { model: _model, accelerator: _accelerator, ...planMembers } = PlanRequest.properties

export const PlanParameters = Type.Object(
  {
    model: Type.Optional(ref(ModelChoice)),
    accelerator: Type.Optional(ref(AcceleratorChoice)),
    ...planMembers,
  },
  {
    $id: 'PlanParameters',
    additionalProperties: false,
    description:
      'A search for the layout of a training. Model, accelerator, precision, devices, tokens and price are, where absent, those of the inputs of the run',
  },
)

const Plan = Type.Object(
  {
    layout: ref(ParallelLayout),
    results: recordOf(Quantity, { description: 'What it takes, by quantity id', maxProperties: 30 }),
  },
  { $id: 'Plan', additionalProperties: false, description: 'A layout with what it takes' },
)

const layouts = (description: string) =>
  Type.Integer({ format: 'int32', minimum: 0, maximum: 1_000_000_000, description })

const LayoutCount = Type.Integer({
  $id: 'LayoutCount',
  format: 'int32',
  minimum: 0,
  maximum: 1_000_000_000,
  description: 'A number of layouts',
})

export const PlanAnswer = Type.Object(
  {
    engineVersion: text(200, 'Version of the formulas'),
    catalogueVersion: text(200, 'Version of the reference data'),
    considered: layouts('Layouts that break no rule'),
    fitting: layouts('Those of them that fit the memory'),
    refused: recordOf(LayoutCount, {
      description: 'Layouts that cannot be, by the rule that they break',
      maxProperties: 30,
    }),
    fastest: ref(Plan),
    cheapest: ref(Plan),
    smallest: ref(Plan),
    front: Type.Array(ref(Plan), {
      maxItems: 64,
      description: 'Plans that none beats in both time and device-hours, fewest devices first',
    }),
    assumptions: Type.Array(ref(Assumption), { maxItems: 50, description: 'Every input of the figures' }),
    warnings: Type.Array(ref(Warning), { maxItems: 20, description: 'What to know before using them' }),
  },
  {
    $id: 'PlanAnswer',
    additionalProperties: false,
    description: 'The fastest, the cheapest and the smallest layout that fits, and those between',
  },
)

export const planComponents = [
  PlanSpace,
  PlanNetwork,
  PlanPrice,
  PlanRequest,
  PlanParameters,
  Plan,
  LayoutCount,
  PlanAnswer,
]
