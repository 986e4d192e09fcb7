import { Type } from 'typebox'
import { userUnits } from '../domain/market/bottom-up.ts'
import { moneyScales } from '../domain/market/currency.ts'
import type { SegmentSize as Size } from '../domain/market/segment-size.ts'
import { date, idPattern } from './common.ts'
import { share, year } from './market-members.ts'
import { Penetration, penetrationComponents } from './penetration.ts'
import { choice, ref } from './reference.ts'

/** Up to 1e12 亿元 in the smallest unit; what is more in a larger one is refused where it is converted. */
const money = (description: string) =>
  Type.Number({ format: 'double', minimum: 0, maximum: 1e20, description })
const moneyUnit = (description: string) => choice(moneyScales, { description })

/** What a segment is called within its request: no dots, as ids of quantities are put together with dots. */
const segmentIdPattern = '^[A-Za-z0-9][A-Za-z0-9_-]{0,59}$'

const UserCount = Type.Object(
  {
    value: Type.Optional(
      Type.Number({ format: 'double', minimum: 0, maximum: 1e11, description: 'Users, in `unit`' }),
    ),
    unit: Type.Optional(choice(userUnits, { description: 'What the value counts; default: person' })),
    dataset: Type.Optional(
      Type.String({
        pattern: idPattern,
        maxLength: 100,
        description: 'Id of a dataset of people whose observation of the year is the count',
      }),
    ),
  },
  {
    $id: 'UserCount',
    additionalProperties: false,
    minProperties: 1,
    description: 'How many users there are: exactly one of value and dataset',
  },
)

const BottomUpSize = Type.Object(
  {
    users: ref(UserCount),
    payerRate: Type.Optional(
      share('Share of the users who pay; default 1, and then the revenue is that per user (ARPU)'),
    ),
    revenuePerPayer: Type.Number({
      format: 'double',
      minimum: 0,
      maximum: 1e9,
      description: 'Revenue per payer (ARPPU), in `currency`, a month or a year',
    }),
    currency: Type.Optional(choice(['CNY', 'USD'], { description: 'Currency of the revenue; default CNY' })),
    per: Type.Optional(choice(['month', 'year'], { description: 'What the revenue is of; default a year' })),
  },
  {
    $id: 'BottomUpSize',
    additionalProperties: false,
    description: 'A size from below: users × payer rate × revenue per payer × payments a year',
  },
)

// Null is in the type itself, so that an error in a size is named as such and not as "must be null".
const SegmentSize = Type.Unsafe<Size | null>({
  $id: 'SegmentSize',
  type: ['object', 'null'],
  additionalProperties: false,
  properties: {
    value: money('Size, in `unit`'),
    unit: moneyUnit(
      'Unit of the value; default: that of the request. Another currency is converted at the average rate of the year',
    ),
    dataset: Type.String({
      pattern: idPattern,
      maxLength: 100,
      description: 'Id of a dataset of GET /v1/datasets whose observation of the year is the size',
    }),
    bottomUp: ref(BottomUpSize),
    year: year('Year that the size is of, inside or outside the window; default: the base year'),
  },
  description:
    'How big a segment is: exactly one of value, dataset and bottomUp; null when it is not known, so that the segment adds nothing and the answer says so',
})

const YearSize = Type.Object(
  { year: year('Year'), value: money('Size in that year, in the unit of the request') },
  { $id: 'YearSize', additionalProperties: false, description: 'The size of a segment in a year' },
)

const SegmentGrowth = Type.Object(
  {
    cagr: Type.Optional(
      Type.Number({
        format: 'double',
        minimum: -0.99,
        maximum: 10,
        description:
          'Growth of the size a year, as a share: 0.38 is 38 %. Years before that of the size are worked back',
      }),
    ),
    series: Type.Optional(
      Type.Array(ref(YearSize), {
        minItems: 1,
        maxItems: 301,
        description:
          'Sizes (not rates) by year: one for every year of the window but that of the size itself; years outside the window are left alone',
      }),
    ),
  },
  {
    $id: 'SegmentGrowth',
    additionalProperties: false,
    minProperties: 1,
    maxProperties: 1,
    description: 'How the size changes: exactly one of the members',
  },
)

/** Short enough for the labels and warnings of an answer, which put it together with other text. */
export const SegmentLabel = Type.Object(
  {
    en: Type.String({ maxLength: 200, description: 'English name' }),
    zh: Type.String({ maxLength: 200, description: 'Chinese name' }),
  },
  { $id: 'SegmentLabel', additionalProperties: false, description: 'What a segment is called in answers' },
)

const MarketSegment = Type.Object(
  {
    id: Type.String({
      pattern: segmentIdPattern,
      maxLength: 60,
      description:
        'Name of the segment in ids of quantities, such as `segments.games`; unique in the request',
    }),
    label: Type.Optional(ref(SegmentLabel)),
    size: ref(SegmentSize),
    growth: Type.Optional(ref(SegmentGrowth)),
    penetration: Type.Optional(ref(Penetration)),
    addressableShare: Type.Optional(
      share('Share of the size that can be served at all (SAM over TAM); default: all of it'),
    ),
    valueCapture: Type.Optional(
      share('Share of the penetrated size that becomes revenue; default 1, as in the founding report'),
    ),
  },
  {
    $id: 'MarketSegment',
    additionalProperties: false,
    description:
      'A part of a market: size × addressable share × penetration × value capture. Without growth its size stays as it is; without a penetration it counts in full',
  },
)

export const MarketRequest = Type.Object(
  {
    region: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 40,
        description:
          'Region whose market it is, as datasets name it (CN, WORLD); a size of another is pointed out',
      }),
    ),
    unit: Type.Optional(
      choice(moneyScales, {
        description:
          'Unit of sizes and results: yuan or dollars, by ones, 万 (1e4), 亿 (1e8), 千亿 (1e11) or 万亿 (1e12)',
        default: '亿元',
      }),
    ),
    baseYear: year('First year of the path, and the year of sizes that name none'),
    targetYear: year('Last year of the path, at most 60 years on; the results are of this year'),
    asOf: Type.Optional(
      date(
        'Only observations of datasets that were published by this day; those of unknown vintage are left out',
      ),
    ),
    priceYear: Type.Optional(
      year(
        'Year at whose consumer prices (of China for yuan, of the United States for dollars) the totals are given as well',
      ),
    ),
    penetrationMultiplier: Type.Optional(
      Type.Number({
        format: 'double',
        minimum: 0,
        maximum: 1_000,
        description: 'Multiplier of every penetration, to meet a total; default 1',
      }),
    ),
    allowMixedScopes: Type.Optional(
      Type.Boolean({
        description:
          'Whether the sizes may come from datasets of several scopes: true warns of it, false refuses it. Default true, as naming the dataset of each segment says so',
        default: true,
      }),
    ),
    segments: Type.Array(ref(MarketSegment), {
      minItems: 1,
      maxItems: 50,
      description: 'The parts that the market is the sum of',
    }),
  },
  { $id: 'MarketRequest', additionalProperties: false, description: 'A market, sized by its segments' },
)

export const marketComponents = [
  SegmentLabel,
  UserCount,
  BottomUpSize,
  SegmentSize,
  YearSize,
  SegmentGrowth,
  ...penetrationComponents,
  MarketSegment,
  MarketRequest,
]
