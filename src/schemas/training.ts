import { Type } from 'typebox'
import { trainingStackIds } from '../domain/compute/training-time/training-stack.ts'
import { AcceleratorChoice, ModelChoice, precisionChoice } from './choices.ts'
import { date } from './common.ts'
import { OwnedDevicePrice, Ownership, RentalPrice, ReportedMoney, rentalTerms } from './device-money.ts'
import { Energy } from './energy.ts'
import { ParallelLayout } from './layout.ts'
import { choice, ref } from './reference.ts'

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
