import { Type } from 'typebox'
import { moneyScales } from '../domain/market/currency.ts'
import { definitionMembers } from './combination.ts'
import { date, idPattern, Label } from './common.ts'
import { idOf, idOrNull, number, numberOrNull, text, textOrNull } from './datum.ts'
import { Warning } from './estimate.ts'
import { SegmentLabel } from './market.ts'
import { choice, nullable, ref } from './reference.ts'

const unit = (description: string) => choice(moneyScales, { description })
const money = (description: string) => number(description, 0, 1e20)
const signed = (description: string) => number(description, -1e22, 1e22)
const share = (description: string) => number(description, 0, 1)

const partId = Type.String({
  pattern: '^[A-Za-z0-9][A-Za-z0-9_-]{0,59}$',
  maxLength: 60,
  description: 'Name of the part; unique in the request',
})

const amount = {
  value: Type.Optional(money('The amount, in `unit`; or name a dataset')),
  unit: Type.Optional(unit('Unit of the value; default: that of the request')),
  dataset: Type.Optional(
    Type.String({
      pattern: idPattern,
      maxLength: 100,
      description: 'Id of a dataset whose observation of the year is the amount',
    }),
  ),
  year: Type.Optional(
    Type.Integer({
      format: 'int32',
      minimum: 1900,
      maximum: 2200,
      description: 'Year that it is of; needed for a dataset and for another currency',
    }),
  ),
}
const uncertain = {
  ...amount,
  sd: Type.Optional(money('Standard deviation, in the unit of the amount; 0 for what must not move')),
  cv: Type.Optional(number('Standard deviation as a share of the amount', 0, 10)),
}

const UncertainAmount = Type.Object(uncertain, {
  $id: 'UncertainAmount',
  additionalProperties: false,
  description: 'An amount (exactly one of value and dataset) and how sure it is (exactly one of sd and cv)',
})

const BottomUpPart = Type.Object(
  { id: partId, label: Type.Optional(ref(SegmentLabel)), ...uncertain },
  { $id: 'BottomUpPart', additionalProperties: false, description: 'A part from below, and how sure it is' },
)

const PartCorrelation = Type.Object(
  {
    between: Type.Array(partId, { minItems: 2, maxItems: 2, description: 'Two parts' }),
    value: number('Correlation of their errors', -0.999, 0.999),
  },
  {
    $id: 'PartCorrelation',
    additionalProperties: false,
    description: 'How the errors of two parts go together',
  },
)

const LeastSquaresRequest = Type.Object(
  {
    topDown: ref(UncertainAmount),
    bottomUp: Type.Array(ref(BottomUpPart), { minItems: 1, maxItems: 50, description: 'The parts' }),
    correlations: Type.Optional(
      Type.Array(ref(PartCorrelation), { maxItems: 200, description: 'Correlations; 0 where none is given' }),
    ),
  },
  {
    $id: 'LeastSquaresRequest',
    additionalProperties: false,
    description: 'A whole from above and parts from below',
  },
)

const PublishedEstimate = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 100, description: 'Who says so' }),
    ...amount,
    logSd: number('Standard deviation of its logarithm: about its relative error', 1e-6, 10),
    scope: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 1_000,
        description: 'What it counts, in words; default: what its dataset says',
      }),
    ),
    scopeId: Type.Optional(
      Type.String({
        pattern: idPattern,
        maxLength: 100,
        description: 'What it counts, by a scope of GET /v1/scopes, in place of words',
      }),
    ),
  },
  {
    $id: 'PublishedEstimate',
    additionalProperties: false,
    description: 'What somebody published: exactly one of value and dataset',
  },
)

const TriangulationRequest = Type.Object(
  {
    estimates: Type.Array(ref(PublishedEstimate), {
      minItems: 2,
      maxItems: 100,
      description: 'At least two',
    }),
    allowMixedScopes: Type.Optional(
      Type.Boolean({
        description: 'Whether estimates of several scopes may be pooled, with a warning; default false',
      }),
    ),
  },
  {
    $id: 'TriangulationRequest',
    additionalProperties: false,
    description: 'Published estimates of one market',
  },
)

export const ReconciliationRequest = Type.Object(
  {
    unit: Type.Optional(unit('Unit of the answer, and of values without one; default 亿元')),
    asOf: Type.Optional(date('Only observations of datasets that were published by this day')),
    leastSquares: Type.Optional(ref(LeastSquaresRequest)),
    triangulation: Type.Optional(ref(TriangulationRequest)),
  },
  {
    $id: 'ReconciliationRequest',
    additionalProperties: false,
    description:
      'What is to agree: a whole and its parts, published estimates of one market, or each of the two',
  },
)

const method = {
  formula: text(200, 'How it is worked out, in words of matrices and sums'),
  source: idOf('source of the method, see GET /v1/sources'),
}

const Figure = Type.Object(
  { value: signed('The amount'), sd: signed('Its standard deviation') },
  {
    $id: 'Figure',
    additionalProperties: false,
    description: 'An amount and how sure it is, in the unit of the answer',
  },
)

const ReconciledPart = Type.Object(
  {
    id: partId,
    label: ref(Label),
    bottomUp: ref(Figure),
    reconciled: ref(Figure),
    proRata: numberOrNull('The part in proportion, for comparison; null when all are 0', 0, 1e22),
  },
  { $id: 'ReconciledPart', additionalProperties: false, description: 'A part before and after' },
)

const LeastSquaresAnswer = Type.Object(
  {
    ...method,
    topDown: ref(Figure),
    sumBottomUp: money('Sum of the parts as given'),
    residual: signed('The whole less the sum of the parts'),
    standardisedResidual: signed('The residual as a multiple of its standard deviation'),
    total: money('Sum of the reconciled parts'),
    residualAfter: signed('The whole less that; 0 for a whole without uncertainty'),
    parts: Type.Array(ref(ReconciledPart), { maxItems: 50, description: 'The parts, in order' }),
  },
  {
    $id: 'LeastSquaresAnswer',
    additionalProperties: false,
    description: 'Parts that agree with their whole',
  },
)

const PooledValue = Type.Object(
  {
    value: number('Pooled value', 0, 1e300),
    low: number('Lower end of the 95 % interval', 0, 1e300),
    high: number('Upper end of it', 0, 1e300),
    logSd: number('Standard deviation of the logarithm', 0, 100),
    weights: Type.Array(share('Share of the estimate in it'), {
      maxItems: 100,
      description: 'In the order of the estimates',
    }),
  },
  { $id: 'PooledValue', additionalProperties: false, description: 'A value pooled on the logarithmic scale' },
)

const PooledEstimate = Type.Object(
  {
    name: text(100, 'Who says so'),
    value: money('In the unit of the answer'),
    logSd: number('Standard deviation of its logarithm', 0, 10),
    scope: textOrNull(2_000, 'What it counts; null when nobody says'),
    scopeId: idOrNull('Its registered scope, see GET /v1/scopes; null when it has none'),
    inside: Type.Boolean({ description: 'Whether it lies in the 95 % interval of the random pooling' }),
  },
  { $id: 'PooledEstimate', additionalProperties: false, description: 'An estimate as it was pooled' },
)

const PooledScope = Type.Object(
  {
    ...definitionMembers,
    estimates: Type.Array(text(100, 'Who says so'), {
      maxItems: 100,
      description: 'The estimates of this scope',
    }),
  },
  {
    $id: 'PooledScope',
    additionalProperties: false,
    description: 'A market definition, and the estimates that count by it',
  },
)

const TriangulationAnswer = Type.Object(
  {
    ...method,
    fixed: ref(PooledValue),
    random: ref(PooledValue),
    q: number('Cochran’s Q', 0, 1e300),
    degreesOfFreedom: Type.Integer({
      format: 'int32',
      minimum: 1,
      maximum: 100,
      description: 'Estimates less one',
    }),
    probability: share('Probability of so great a Q by chance'),
    iSquared: share('Share of the variation that is between publishers (I²)'),
    tauSquared: number('Variance between publishers, of logarithms (τ²)', 0, 1e6),
    estimates: Type.Array(ref(PooledEstimate), { maxItems: 100, description: 'The estimates, in order' }),
    scopes: Type.Array(ref(PooledScope), {
      maxItems: 100,
      description: 'The definitions that they count by; none of those of which nobody says',
    }),
  },
  {
    $id: 'TriangulationAnswer',
    additionalProperties: false,
    description:
      'Estimates pooled by DerSimonian and Laird: as of one value (fixed), and as of one each (random)',
  },
)

export const ReconciliationAnswer = Type.Object(
  {
    engineVersion: text(40, 'Version of the formulas'),
    catalogueVersion: text(40, 'Version of the reference data'),
    unit: unit('Unit of all amounts'),
    leastSquares: nullable(LeastSquaresAnswer),
    triangulation: nullable(TriangulationAnswer),
    warnings: Type.Array(ref(Warning), {
      maxItems: 20,
      description: 'What to know before using the numbers',
    }),
  },
  {
    $id: 'ReconciliationAnswer',
    additionalProperties: false,
    description: 'What agrees, and by how much it did not',
  },
)

export const reconciliationComponents = [
  UncertainAmount,
  BottomUpPart,
  PartCorrelation,
  LeastSquaresRequest,
  PublishedEstimate,
  TriangulationRequest,
  ReconciliationRequest,
  Figure,
  ReconciledPart,
  LeastSquaresAnswer,
  PooledValue,
  PooledEstimate,
  PooledScope,
  TriangulationAnswer,
  ReconciliationAnswer,
]
