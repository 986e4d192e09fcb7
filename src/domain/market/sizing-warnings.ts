import { borrowedRates } from '../compute/money/exchange-rate.ts'
import type { Warning } from '../estimate.ts'
import type { Handle } from '../sheet/sheet.ts'
import type { Label } from '../units.ts'
import type { Rates } from './currency.ts'
import { borrowedIndices, type IndexOfYear } from './price-index.ts'
import { scopeKey } from './scope.ts'
import type { WrittenSegment } from './segment.ts'
import type { SegmentName } from './segment-quantities.ts'

/** What the warnings of a sizing are about. */
export interface SizingFacts {
  readonly region: string | undefined
  readonly segments: readonly WrittenSegment[]
  readonly unknown: readonly SegmentName[]
  readonly multiplier: Handle<'1'>
  readonly rates: Rates
  readonly indices: ReadonlyMap<number, IndexOfYear>
  /** The base year, where nothing in it leaves the growth of the total without a base. */
  readonly nothingIn: number | undefined
}

/** Most names in a warning, and most characters of each: with more it would not be read. */
const mostNamed = 5
const longestName = 400
const shortened = (name: string): string =>
  name.length <= longestName ? name : `${name.slice(0, longestName - 1)}…`

/** The first names in both languages, in order, and how many more there are. */
const listed = (names: readonly Label[], between = { en: ', ', zh: '、' }): Label => {
  const shown = names.slice(0, mostNamed)
  const more = names.length - shown.length
  return {
    en: `${shown.map(({ en }) => shortened(en)).join(between.en)}${more > 0 ? ` and ${more} more` : ''}`,
    zh: `${shown.map(({ zh }) => shortened(zh)).join(between.zh)}${more > 0 ? `等 ${names.length} 项` : ''}`,
  }
}
const clauses = { en: '; ', zh: '；' }

/** Years in order, runs of them as a range: 1900–2017, 2020. */
function rangesOf(years: readonly number[]): string {
  const runs: [first: number, last: number][] = []
  for (const year of years) {
    const run = runs.at(-1)
    if (run !== undefined && run[1] === year - 1) run[1] = year
    else runs.push([year, year])
  }
  return runs.map(([first, last]) => (first === last ? `${first}` : `${first}–${last}`)).join(', ')
}
const labelsOf = (segments: readonly { readonly name: SegmentName }[]): Label =>
  listed(segments.map(({ name }) => name.label))

/** What a reader must know of a sizing: above all, which bases it mixes. */
export function sizingWarnings(values: Float64Array, facts: SizingFacts): Warning[] {
  return [
    ...unknownSizes(facts),
    ...captureOfOne(values, facts),
    ...withoutGrowth(facts),
    ...mixedScopes(facts),
    ...otherRegions(facts),
    ...mixedYears(facts),
    ...forecasts(facts),
    ...aboveOne(values, facts),
    ...beyondAnchors(facts),
    ...withoutBase(facts),
    ...borrowedRates(facts.rates.borrowed),
    ...borrowedIndices(facts.indices),
  ]
}

function unknownSizes({ unknown }: SizingFacts): Warning[] {
  if (unknown.length === 0) return []
  const { en, zh } = listed(unknown.map(({ label }) => label))
  return [
    {
      code: 'size-unknown',
      message: {
        en: `The size of ${en} is not known: it adds nothing to the total, which is too low by what it is worth.`,
        zh: `${zh}的规模未知，未计入合计，合计因此偏低。`,
      },
    },
  ]
}

function withoutBase({ nothingIn: year }: SizingFacts): Warning[] {
  if (year === undefined) return []
  return [
    {
      code: 'growth-without-base',
      message: {
        en: `The total of ${year} is 0, and nothing grows from nothing at a rate: cagr is left out.`,
        zh: `${year} 年合计为 0，无法据此计算增速：不给出 cagr。`,
      },
    },
  ]
}

function captureOfOne(values: Float64Array, { segments }: SizingFacts): Warning[] {
  const whole = segments.filter(({ valueCapture }) => values[valueCapture] === 1)
  if (whole.length === 0) return []
  const { en, zh } = labelsOf(whole)
  return [
    {
      code: 'value-capture-is-one',
      message: {
        en: `Value capture is 1 for ${en}: the share of content that is made with AI is taken for the share of revenue that goes to AI. The founding report does the same; it makes the total an upper bound.`,
        zh: `${zh}的价值捕获率为 1：将 AI 生成内容的占比视为 AI 获得的收入占比。原报告亦如此；合计因此是上限。`,
      },
    },
  ]
}

function withoutGrowth({ segments }: SizingFacts): Warning[] {
  const still = segments.filter(({ growsByDefault }) => growsByDefault)
  if (still.length === 0) return []
  const { en, zh } = labelsOf(still)
  return [
    {
      code: 'no-growth',
      message: {
        en: `No growth is given for ${en}: the size of one year stands for all years.`,
        zh: `未给出${zh}的增速：以一年的规模代表所有年份。`,
      },
    },
  ]
}

function mixedScopes({ segments }: SizingFacts): Warning[] {
  const scopes = new Map<string, Label>()
  for (const { observed } of segments) {
    if (observed === undefined) continue
    const { id, scope } = observed.dataset
    const key = scopeKey(observed.dataset)
    if (!scopes.has(key)) {
      scopes.set(key, { en: `${scope.en} (${id})`, zh: `${scope.zh ?? scope.en}（${id}）` })
    }
  }
  if (scopes.size < 2) return []
  const { en, zh } = listed([...scopes.values()], clauses)
  return [
    {
      code: 'mixed-scopes',
      message: {
        en: `The sizes are counted in ${scopes.size} scopes, which may overlap or leave gaps: ${en}.`,
        zh: `各规模采用 ${scopes.size} 种统计口径，可能重叠或遗漏：${zh}。`,
      },
    },
  ]
}

function otherRegions({ segments, region }: SizingFacts): Warning[] {
  const elsewhere = segments.flatMap(({ name, observed }) =>
    region === undefined || observed === undefined || observed.dataset.region === region
      ? []
      : [{ en: `${name.id}: ${observed.dataset.region}`, zh: `${name.id}：${observed.dataset.region}` }],
  )
  if (elsewhere.length === 0) return []
  const { en, zh } = listed(elsewhere)
  return [
    {
      code: 'other-region',
      message: {
        en: `The market is that of ${region}, but some sizes are of another region (${en}).`,
        zh: `所求为 ${region} 的市场，但部分规模属于其他区域（${zh}）。`,
      },
    },
  ]
}

function mixedYears({ segments }: SizingFacts): Warning[] {
  const years = new Set(segments.map(({ size }) => size.year))
  if (years.size < 2) return []
  const named = segments.map(({ name, size }) => ({
    en: `${name.label.en} ${size.year}`,
    zh: `${name.label.zh} ${size.year} 年`,
  }))
  const { en, zh } = listed(named)
  return [
    {
      code: 'mixed-size-years',
      message: {
        en: `The sizes are known for different years: ${en}.`,
        zh: `各规模对应的年份不同：${zh}。`,
      },
    },
  ]
}

function forecasts({ segments }: SizingFacts): Warning[] {
  const named = segments.flatMap(({ name, observed }) => {
    if (observed?.observation.status !== 'forecast') return []
    const { dataset, observation } = observed
    const known = observation.vintage
    return [
      {
        en: `${name.label.en} (${dataset.id}, ${observation.period}${known === null ? '' : `, published ${known}`})`,
        zh: `${name.label.zh}（${dataset.id}，${observation.period}${known === null ? '' : `，${known} 发布`}）`,
      },
    ]
  })
  if (named.length === 0) return []
  const { en, zh } = listed(named)
  return [
    {
      code: 'forecast-as-size',
      message: {
        en: `These sizes are forecasts, not counts: ${en}.`,
        zh: `以下规模为预测值，而非统计值：${zh}。`,
      },
    },
  ]
}

function aboveOne(values: Float64Array, { segments, multiplier }: SizingFacts): Warning[] {
  const factor = values[multiplier] as number
  const above = segments.filter(({ penetration }) =>
    [...penetration.values()].some(share => (values[share] as number) * factor > 1),
  )
  if (above.length === 0) return []
  const { en, zh } = labelsOf(above)
  return [
    {
      code: 'penetration-above-one',
      message: {
        en: `The penetration multiplier of ${factor} takes the penetration of ${en} above 1: more than the whole segment.`,
        zh: `渗透率乘数 ${factor} 使${zh}的渗透率超过 1，即超过整个细分市场。`,
      },
    },
  ]
}

function beyondAnchors({ segments }: SizingFacts): Warning[] {
  const named = segments.flatMap(({ name, beyondAnchors: years }) =>
    years.length === 0
      ? []
      : [{ en: `${name.label.en} ${rangesOf(years)}`, zh: `${name.label.zh} ${rangesOf(years)} 年` }],
  )
  if (named.length === 0) return []
  const { en, zh } = listed(named, clauses)
  return [
    {
      code: 'penetration-beyond-anchors',
      message: {
        en: `These years lie outside the anchors of their penetration path, which is continued: ${en}.`,
        zh: `以下年份在渗透路径锚点之外，按曲线外推：${zh}。`,
      },
    },
  ]
}
