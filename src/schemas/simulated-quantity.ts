import { Type } from 'typebox'
import { Label } from './common.ts'
import { finite, quantityId } from './estimate.ts'
import { nullable, ref } from './reference.ts'

export const share = (description: string) =>
  Type.Number({ format: 'double', minimum: 0, maximum: 1, description })
const error = (description: string) =>
  Type.Number({ format: 'double', minimum: 0, maximum: 1.7976931348623157e308, description })

const HistogramBin = Type.Object(
  {
    from: finite('Lower end, in the unit of the quantity'),
    to: finite('Upper end'),
    share: share('Share of the samples in it'),
    standardError: error('Standard error of the share'),
  },
  { $id: 'HistogramBin', additionalProperties: false, description: 'A bin of a histogram' },
)

const Histogram = Type.Object(
  {
    bins: Type.Array(ref(HistogramBin), {
      maxItems: 200,
      description: 'Bins of equal width, from the 0.5th to the 99.5th percentile',
    }),
    below: share('Share of the samples below the first bin'),
    above: share('Share of the samples above the last bin'),
  },
  { $id: 'Histogram', additionalProperties: false, description: 'How the samples of a quantity spread' },
)

const Exceedance = Type.Object(
  {
    value: finite('The value, in the unit of the quantity'),
    probability: share('Probability of more than that'),
    standardError: error('Standard error of the probability'),
  },
  { $id: 'Exceedance', additionalProperties: false, description: 'How likely a quantity exceeds a value' },
)

const AlternativeSpread = Type.Object(
  {
    id: quantityId('Id of the alternative'),
    weight: share('Its weight among all'),
    mean: finite('Mean of the quantity in it'),
    sd: error('Standard deviation of the quantity in it'),
  },
  {
    $id: 'AlternativeSpread',
    additionalProperties: false,
    description: 'A quantity in one of the alternatives',
  },
)

const StructureShare = Type.Object(
  {
    share: share('Share of the variance that is due to which alternative is right'),
    standardError: error('Standard error of the share'),
    parameters: share('The rest: the share that is due to the distributions'),
    alternatives: Type.Array(ref(AlternativeSpread), {
      maxItems: 8,
      description: 'Each alternative by itself',
    }),
  },
  {
    $id: 'StructureShare',
    additionalProperties: false,
    description: 'How much of the uncertainty lies in the choice of the alternative',
  },
)

const percentileMembers = (of: (description: string) => unknown) => ({
  patternProperties: { '^p[0-9]{1,2}([.][0-9])?$': of('Percentile') },
})

const StandardErrors = Type.Unsafe<Record<string, number>>({
  $id: 'StandardErrors',
  type: 'object',
  properties: { mean: error('Of the mean'), sd: error('Of the standard deviation') },
  required: ['mean', 'sd'],
  ...percentileMembers(error),
  additionalProperties: false,
  description: 'Standard error of each statistic that comes from the number of samples',
})

const ShownStatistics = Type.Unsafe<Record<string, string>>({
  $id: 'ShownStatistics',
  type: 'object',
  additionalProperties: { type: 'string', maxLength: 40, description: 'Number, rounded' },
  maxProperties: 30,
  description: 'Each statistic, rounded to the digits that its standard error leaves',
})

export const SimulatedQuantity = Type.Unsafe<object>({
  $id: 'SimulatedQuantity',
  type: 'object',
  properties: {
    id: quantityId('Id of the quantity'),
    label: ref(Label),
    value: finite('Value at the medians of the inputs, in `unit`'),
    unit: Type.String({ maxLength: 40, description: 'Unit of every value here' }),
    mean: finite('Mean'),
    sd: error('Standard deviation'),
    standardError: ref(StandardErrors),
    shown: ref(ShownStatistics),
    exceeding: Type.Array(ref(Exceedance), { maxItems: 50, description: 'Probabilities of being exceeded' }),
    histogram: nullable(Histogram),
    structure: nullable(StructureShare),
  },
  required: [
    'id',
    'label',
    'value',
    'unit',
    'mean',
    'sd',
    'standardError',
    'shown',
    'exceeding',
    'histogram',
  ],
  ...percentileMembers(finite),
  additionalProperties: false,
  description: 'A quantity, simulated; its percentiles are members such as p5 and p97.5',
})

export const simulatedQuantityComponents = [
  HistogramBin,
  Histogram,
  Exceedance,
  AlternativeSpread,
  StructureShare,
  StandardErrors,
  ShownStatistics,
  SimulatedQuantity,
]
