import { Type } from 'typebox'
import { precisions } from '../domain/compute/catalogue.ts'
import { DateDatum, Datum, idOf, LabelledDatum, MeasuredPeak, text, textOrNull, texts } from './datum.ts'
import { pageOf } from './document.ts'
import { choice, nullable, ref } from './reference.ts'

export const PeakThroughput = Type.Object(
  Object.fromEntries(precisions.map(precision => [precision, Type.Optional(ref(Datum))])),
  {
    $id: 'PeakThroughput',
    additionalProperties: false,
    description: 'Dense peak by number format; a format that the device has no figure for is absent',
  },
)

const MeasuredMatmul = Type.Object(
  Object.fromEntries(precisions.map(precision => [precision, Type.Optional(ref(MeasuredPeak))])),
  {
    $id: 'MeasuredMatmul',
    additionalProperties: false,
    description: 'Most that matrix multiplication was measured to reach, by number format',
  },
)

const Conflict = Type.Object(
  {
    member: text(60, 'The member that sources disagree on'),
    text: text(1_000, 'Which source says what'),
  },
  { $id: 'Conflict', additionalProperties: false, description: 'A disagreement of sources' },
)

/** The kinds of device that the catalogue tells apart. */
export const acceleratorKinds = ['gpu', 'tpu', 'npu'] as const

export const Accelerator = Type.Object(
  {
    id: idOf('accelerator'),
    name: text(200, 'Name, with the variant'),
    vendor: text(100, 'Who makes it'),
    kind: choice(acceleratorKinds, { description: 'Kind of device' }),
    aliases: texts(20, 100, 'Other names'),
    releaseDate: nullable(DateDatum),
    peakFlopPerSecond: ref(PeakThroughput),
    memory: ref(Datum),
    memoryBandwidth: ref(Datum),
    tdp: nullable(Datum),
    allInPowerPerDevice: nullable(Datum),
    intraNodeBandwidth: nullable(Datum),
    intraNodeBandwidthBothWays: nullable(Datum),
    interNodeBandwidth: nullable(Datum),
    devicesPerNode: nullable(Datum),
    measuredMatmul: nullable(MeasuredMatmul),
    releasePrice: nullable(Datum),
    hourlyPrices: Type.Array(ref(LabelledDatum), {
      maxItems: 20,
      description: 'Hourly prices of other bases than a rental offer',
    }),
    dieArea: nullable(Datum),
    processNode: nullable(Datum),
    transistors: nullable(Datum),
    datasheet: textOrNull(500, 'Address of a data sheet'),
    moreLinks: Type.Optional(texts(20, 500, 'Addresses of further pages about it')),
    conflicts: Type.Array(ref(Conflict), { maxItems: 50, description: 'Where sources disagree' }),
    notes: texts(20, 1_000, 'What must be known to use the values rightly'),
  },
  {
    $id: 'Accelerator',
    additionalProperties: false,
    description: 'A device, with dense peaks; figures that count sparsity are twice as high and are left out',
  },
)

export const AcceleratorPage = pageOf(Accelerator, 'AcceleratorPage', 'Some of the list of accelerators')

export const acceleratorComponents = [PeakThroughput, MeasuredMatmul, Conflict, Accelerator, AcceleratorPage]
