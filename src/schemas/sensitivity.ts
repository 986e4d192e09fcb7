import { Type } from 'typebox'
import { sensitivityDefaults } from '../domain/uncertainty/sensitivity.ts'
import { Label } from './common.ts'
import { CorrelationRepair, correlationMembers } from './correlation.ts'
import { finite, quantityId } from './estimate.ts'
import { choice, nullable, ref } from './reference.ts'
import { Inputs } from './scenario.ts'
import { answerMembers, outputs, seed, warnings } from './simulation.ts'

export const SensitivityRequest = Type.Object(
  {
    inputs: ref(Inputs),
    outputs: outputs('Quantities to analyse; default: the last result of the estimate'),
    percent: Type.Optional(
      Type.Number({
        format: 'double',
        minimum: 0.01,
        maximum: 90,
        description: `By how many percent each input is moved; default ${sensitivityDefaults.percent}`,
      }),
    ),
    samples: Type.Optional(
      Type.Integer({
        format: 'int32',
        minimum: 256,
        maximum: 65_536,
        description: `Samples, a power of two, of the ranks, and of each of the two sets that Sobol' indices compare; default ${sensitivityDefaults.samples}`,
      }),
    ),
    seed,
    shapley: Type.Optional(
      Type.Boolean({
        description:
          'Whether to divide the variance among the inputs by their Shapley effects; default: where inputs are correlated and few enough (22 at 8,192 samples)',
      }),
    ),
    ...correlationMembers,
  },
  {
    $id: 'SensitivityRequest',
    additionalProperties: false,
    description: 'A request of the estimator, with or without distributions, and what to analyse',
  },
)

const optionalNumber = (description: string) =>
  Type.Unsafe<number | null>({
    type: ['number', 'null'],
    format: 'double',
    minimum: -1.7976931348623157e308,
    maximum: 1.7976931348623157e308,
    description,
  })

const Swing = Type.Object(
  {
    input: quantityId('Id of the input'),
    from: finite('Its lower value'),
    to: finite('Its upper value'),
    atFrom: optionalNumber('The quantity at the lower value; null where it is not a finite number'),
    atTo: optionalNumber('The quantity at the upper value; null where it is not a finite number'),
  },
  { $id: 'Swing', additionalProperties: false, description: 'One input moved by itself' },
)

const coefficient = (description: string) =>
  Type.Number({ format: 'double', minimum: -1, maximum: 1, description })

const RankCorrelation = Type.Object(
  {
    input: quantityId('Id of the input'),
    spearman: coefficient("Spearman's correlation with the quantity"),
    standardError: Type.Number({
      format: 'double',
      minimum: 0,
      maximum: 1,
      description: "Standard error of Spearman's correlation",
    }),
    partial: Type.Unsafe<number | null>({
      type: ['number', 'null'],
      format: 'double',
      minimum: -1,
      maximum: 1,
      description:
        'Partial rank correlation, the ranks of the other inputs held fixed; null where they determine each other',
    }),
  },
  {
    $id: 'RankCorrelation',
    additionalProperties: false,
    description: 'How an input and the quantity rise together',
  },
)

const Index95 = Type.Object(
  {
    value: finite('Share of the variance; sampling may bring it slightly outside 0 to 1'),
    low: finite('Lower end of the 95 % confidence interval'),
    high: finite('Upper end of the 95 % confidence interval'),
  },
  { $id: 'Index95', additionalProperties: false, description: 'An index with its confidence interval' },
)

const SobolIndices = Type.Object(
  { input: quantityId('Id of the input'), first: ref(Index95), total: ref(Index95) },
  {
    $id: 'SobolIndices',
    additionalProperties: false,
    description: 'Share of the variance that is due to an input by itself (first) and with others (total)',
  },
)

const ShapleyEffect = Type.Object(
  { input: quantityId('Id of the input'), effect: ref(Index95) },
  {
    $id: 'ShapleyEffect',
    additionalProperties: false,
    description:
      'Share of the variance that is attributed to an input, its correlations and interactions with others divided fairly; the shares of all inputs sum to 1',
  },
)

const Drivers = Type.Object(
  {
    id: quantityId('Id of the quantity'),
    label: ref(Label),
    unit: Type.String({ maxLength: 40, description: 'Unit of its values' }),
    value: finite('Its value at the medians'),
    tornado: Type.Array(ref(Swing), {
      maxItems: 50,
      description: 'Each uncertain input at its 10th and 90th percentile, widest first',
    }),
    steps: Type.Array(ref(Swing), {
      maxItems: 50,
      description: 'Each input moved down and up by `percent`, widest first',
    }),
    ranks: Type.Array(ref(RankCorrelation), {
      maxItems: 200,
      description: 'Rank correlations, strongest first',
    }),
    indices: Type.Array(ref(SobolIndices), {
      maxItems: 100,
      description: "Sobol' indices, largest total first",
    }),
    shapley: Type.Array(ref(ShapleyEffect), {
      maxItems: 100,
      description: 'Shapley effects, largest first; empty where they were not found',
    }),
  },
  { $id: 'Drivers', additionalProperties: false, description: 'What drives a quantity' },
)

export const Sensitivity = Type.Object(
  {
    ...answerMembers,
    samples: Type.Integer({ format: 'int32', minimum: 1, maximum: 1_000_000, description: 'Samples drawn' }),
    seed: Type.String({ maxLength: 100, description: 'Seed that they were drawn with' }),
    percent: Type.Number({
      format: 'double',
      minimum: 0,
      maximum: 100,
      description: 'Size of the steps in percent',
    }),
    indicesOf: choice(['request', 'independent-inputs'], {
      description:
        "What the Sobol' indices are of: the request, or, where inputs are correlated, the same distributions without the correlations",
    }),
    shapleyBy: Type.Unsafe<'every-set' | 'random-orders' | null>({
      type: ['string', 'null'],
      enum: ['every-set', 'random-orders', null],
      description:
        'How the Shapley effects were found, which are of the inputs as they are correlated: over every set of inputs, or, of many inputs, over one random order of them a sample; null where they were not found',
    }),
    results: Type.Array(ref(Drivers), { maxItems: 200, description: 'One entry a quantity' }),
    repair: nullable(CorrelationRepair),
    warnings,
  },
  { $id: 'Sensitivity', additionalProperties: false, description: 'What drives the results' },
)

export const sensitivityComponents = [
  SensitivityRequest,
  Swing,
  RankCorrelation,
  Index95,
  SobolIndices,
  ShapleyEffect,
  Drivers,
  Sensitivity,
]
