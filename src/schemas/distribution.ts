import { type TProperties, Type } from 'typebox'
import { distributionKinds } from '../domain/sheet/distributions/specification.ts'
import { ref } from './reference.ts'

const largest = 1e300
const value = (description: string) =>
  Type.Number({ format: 'double', minimum: -largest, maximum: largest, description })
const positive = (description: string, maximum = largest) =>
  Type.Number({ format: 'double', exclusiveMinimum: 0, maximum, description })
const probability = (description: string) =>
  Type.Number({ format: 'double', minimum: 1e-6, maximum: 1 - 1e-6, description })

const named = (name: string, properties: TProperties, description: string, options: object = {}) =>
  Type.Object(properties, { $id: name, additionalProperties: false, description, ...options })

const Truncation = named(
  'Truncation',
  {
    minimum: Type.Optional(value('Least value that is kept')),
    maximum: Type.Optional(value('Greatest value that is kept')),
  },
  'Bounds that a distribution is cut to; what lies outside is left out and the rest scaled up',
  { minProperties: 1 },
)
const truncate = { truncate: Type.Optional(ref(Truncation)) }

const range = {
  low: value('Least value'),
  high: value('Greatest value, more than the least'),
}
const mode = { mode: value('Most likely value') }

const NormalDistribution = named(
  'NormalDistribution',
  { mean: value('Mean'), sd: positive('Standard deviation'), ...truncate },
  'A normal distribution',
)

const LognormalDistribution = named(
  'LognormalDistribution',
  {
    p5: Type.Optional(positive('5th percentile')),
    p95: Type.Optional(positive('95th percentile, more than the 5th')),
    meanLog: Type.Optional(
      Type.Number({
        format: 'double',
        minimum: -600,
        maximum: 600,
        description: 'Mean of the natural logarithm',
      }),
    ),
    sdLog: Type.Optional(positive('Standard deviation of the natural logarithm', 10)),
    ...truncate,
  },
  'A lognormal distribution: p5 and p95, or meanLog and sdLog',
  { minProperties: 2, maxProperties: 3 },
)

const UniformDistribution = named('UniformDistribution', range, 'Every value between two is as likely')

const TriangularDistribution = named(
  'TriangularDistribution',
  { low: range.low, ...mode, high: range.high, ...truncate },
  'A triangular distribution',
)

const PertDistribution = named(
  'PertDistribution',
  {
    low: range.low,
    ...mode,
    high: range.high,
    concentration: Type.Optional(
      Type.Number({
        format: 'double',
        minimum: 0.1,
        maximum: 1_000,
        description: 'How closely values gather about the mode; default 4',
      }),
    ),
    ...truncate,
  },
  'A PERT distribution: a beta distribution by its ends and its mode',
)

const shape = (description: string) =>
  Type.Number({ format: 'double', minimum: 0.05, maximum: 100_000, description })

const BetaDistribution = named(
  'BetaDistribution',
  {
    alpha: shape('First shape parameter'),
    beta: shape('Second shape parameter'),
    low: Type.Optional(value('Least value; default 0')),
    high: Type.Optional(value('Greatest value; default 1')),
    ...truncate,
  },
  'A beta distribution',
)

const Outcome = named(
  'Outcome',
  {
    value: value('Value'),
    weight: Type.Number({
      format: 'double',
      minimum: 0,
      maximum: 1e9,
      description: 'How likely it is, beside the weights of the others',
    }),
  },
  'A value of a discrete distribution',
)

const DiscreteDistribution = named(
  'DiscreteDistribution',
  {
    outcomes: Type.Array(ref(Outcome), {
      minItems: 1,
      maxItems: 100,
      description: 'The values, each with its weight',
    }),
  },
  'One of some values',
)

const EmpiricalDistribution = named(
  'EmpiricalDistribution',
  {
    sample: Type.Array(value('An observed value'), {
      minItems: 2,
      maxItems: 2_000,
      description: 'Observed values, in any order; quantiles run straight between them',
    }),
  },
  'The distribution of a sample',
)

const MetalogPoint = named(
  'MetalogPoint',
  { p: probability('Probability of a value of at most `value`'), value: value('Quantile') },
  'A quantile',
)

const MetalogDistribution = named(
  'MetalogDistribution',
  {
    quantiles: Type.Array(ref(MetalogPoint), {
      minItems: 2,
      maxItems: 10,
      description: 'Quantiles that it passes through, rising in both members',
    }),
    lower: Type.Optional(value('Value that it stays above')),
    upper: Type.Optional(value('Value that it stays below')),
    ...truncate,
  },
  'A metalog distribution through quantiles (Keelin 2016), with or without bounds',
)

const kinds = {
  normal: NormalDistribution,
  lognormal: LognormalDistribution,
  uniform: UniformDistribution,
  triangular: TriangularDistribution,
  pert: PertDistribution,
  beta: BetaDistribution,
  discrete: DiscreteDistribution,
  empirical: EmpiricalDistribution,
  metalog: MetalogDistribution,
} as const satisfies Record<(typeof distributionKinds)[number], unknown>

/** What stands in the place of a number that is not known exactly. A number satisfies it too: it has no members. */
export const Distribution = Type.Unsafe<object | number>({
  $id: 'Distribution',
  type: ['number', 'object'],
  format: 'double',
  minimum: -largest,
  maximum: largest,
  properties: Object.fromEntries(distributionKinds.map(kind => [kind, ref(kinds[kind])])),
  additionalProperties: false,
  minProperties: 1,
  maxProperties: 1,
  description: 'A number, or a distribution: an object with exactly one of the members',
})

export const distributionComponents = [
  Truncation,
  Outcome,
  MetalogPoint,
  ...Object.values(kinds),
  Distribution,
]
