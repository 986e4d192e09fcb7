import { DomainError } from '../errors.ts'
import type { BuiltEstimate, Estimator, Lookup, TableColumn, TableView } from '../estimate.ts'
import { byDefault, given } from '../sheet/quantity.ts'
import { type Handle, Sheet } from '../sheet/sheet.ts'
import { type Money, type MoneyScale, moneyBehind, Rates } from './currency.ts'
import { type RealTotals, writeReal } from './real-totals.ts'
import { definitionOf, refuseMixedScopes } from './scope.ts'
import { checkUnknown, nameOf, type Segment, type WrittenSegment, writeSegment } from './segment.ts'
import { illustrations } from './sizing-illustrations.ts'
import { evaluateSizing } from './sizing-overflow.ts'
import { penetrationMultiplier, type TotalId, totalQuantity } from './sizing-quantities.ts'
import { type Totals, writeRatios, writeTotals } from './sizing-totals.ts'
import { sizingWarnings } from './sizing-warnings.ts'
import { type Window, windowOf } from './window.ts'

/** What `market` is asked. Sizes and results are in `unit` (default 亿元), sizes and of `baseYear` unless they say otherwise. */
export interface MarketRequest {
  /** The region whose market it is, to be held against those of the datasets. */
  readonly region?: string
  readonly unit?: MoneyScale
  readonly baseYear: number
  readonly targetYear: number
  /** Only observations that were published by then; those of unknown vintage are left out. */
  readonly asOf?: string
  /** The year at whose prices the totals are given as well. */
  readonly priceYear?: number
  readonly penetrationMultiplier?: number
  /**
   * Whether the sizes may come from datasets of several scopes, which is then warned of. Default true: whoever
   * names the dataset of each segment has said so.
   */
  readonly allowMixedScopes?: boolean
  readonly segments: readonly Segment[]
}

/** Longest window: a table of more years is no forecast. */
const mostYears = 60

function windowAsked({ baseYear: base, targetYear: target }: MarketRequest): Window {
  if (target < base || target - base > mostYears) {
    throw new DomainError(
      target < base ? 'inconsistent-inputs' : 'out-of-range',
      `The sizing leads from ${base} to ${target}; targetYear must be baseYear or up to ${mostYears} years later.`,
      { pointer: '/targetYear', facts: { baseYear: base, targetYear: target } },
    )
  }
  return windowOf(base, target)
}

function checkIds(segments: readonly Segment[]): void {
  const seen = new Map<string, number>()
  for (const [index, { id }] of segments.entries()) {
    const earlier = seen.get(id)
    if (earlier !== undefined) {
      throw new DomainError(
        'duplicate-quantity',
        `/segments/${earlier} and /segments/${index} both have the id "${id}"; ids of segments must differ.`,
        { pointer: `/segments/${index}/id`, facts: { id, first: earlier, second: index } },
      )
    }
    seen.set(id, index)
  }
}

/** The base year, where the total is 0 in it and more than that in the target year. */
function baseOfNothing(
  values: Float64Array,
  { byYear }: Totals,
  { base, target }: Window,
): number | undefined {
  const [start, end] = [values[byYear.get(base) as number], values[byYear.get(target) as number]]
  return start === 0 && end !== undefined && end > 0 && base !== target ? base : undefined
}

function pathTable(
  segments: readonly WrittenSegment[],
  totals: Totals,
  real: RealTotals,
  unit: MoneyScale,
): TableView {
  const otherId = totals.other === '亿元' ? 'totalCny' : 'totalUsd'
  const further = ([...Object.entries(totals.marketByYear), ['totalReal', real.byYear]] as const).filter(
    (entry): entry is [TotalId, ReadonlyMap<number, Handle<Money>>] => entry[1].size > 0,
  )
  const columns: TableColumn[] = [
    ...segments.map(({ name }) => ({ id: `segments.${name.id}`, label: name.label, unit })),
    { id: 'total', label: totalQuantity('total', moneyBehind(unit), undefined).label, unit },
    { id: otherId, label: totalQuantity(otherId, totals.other, undefined).label, unit: totals.other },
    ...further.map(([id]) => ({ id, label: totalQuantity(id, moneyBehind(unit), undefined).label, unit })),
  ]
  const rows = [...totals.byYear].map(([year, total]) => ({
    key: String(year),
    cells: [
      ...segments.map(({ values }) => values.get(year) as Handle),
      total,
      totals.otherByYear.get(year) as Handle,
      ...further.map(([, byYear]) => byYear.get(year) as Handle),
    ],
  }))
  return { columns, rows }
}

function build(request: MarketRequest, lookup: Lookup): BuiltEstimate {
  const { unit: scale = '亿元', region, asOf, baseYear } = request
  const unit = moneyBehind(scale)
  const window = windowAsked(request)
  checkIds(request.segments)
  const sheet = new Sheet()
  const rates = new Rates(sheet, lookup.catalogue)
  const multiplier = sheet.input(
    penetrationMultiplier,
    request.penetrationMultiplier ?? 1,
    request.penetrationMultiplier === undefined
      ? byDefault('penetrations as given', '渗透率不作调整')
      : given,
  )
  const writing = { sheet, lookup, unit, scale, baseYear, asOf, rates, window, multiplier }
  const segments: WrittenSegment[] = []
  for (const [index, segment] of request.segments.entries()) {
    const pointer = `/segments/${index}`
    if (segment.size === null) checkUnknown(segment, pointer)
    else segments.push(writeSegment(writing, segment, segment.size, pointer))
  }
  if (segments.length === 0) {
    throw new DomainError('missing-value', 'The size of every segment is null; give at least one.', {
      pointer: '/segments',
    })
  }
  if (request.allowMixedScopes === false) refuseScopes(request, segments)
  const totals = writeTotals(sheet, segments, scale, window, rates)
  const real = writeReal(sheet, lookup.catalogue, request.priceYear, totals.byYear, window, scale)
  const values = segments.map(segment => segment.values.get(window.target) as Handle<Money>)
  const ratios = writeRatios(sheet, segments, totals, unit, window, evaluateSizing(sheet, request.segments))
  const unknown = request.segments.filter(({ size }) => size === null).map(nameOf)
  return {
    sheet,
    results: [...totals.results, ...real.results, ...values, ...ratios],
    warnings: evaluated =>
      sizingWarnings(evaluated, {
        ...{ region, segments, unknown, multiplier, rates, indices: real.indices },
        nothingIn: baseOfNothing(evaluated, totals, window),
      }),
    tables: { path: pathTable(segments, totals, real, scale) },
    evidence: evidenceOf(segments, unit),
    context: () => contextOf(request, segments),
  }
}

/** Refuses sizes of several scopes (`mixed-scopes`), with both definitions in the words of their datasets. */
function refuseScopes({ segments: asked }: MarketRequest, written: readonly WrittenSegment[]): void {
  const series = written.flatMap(({ name, observed }) => {
    if (observed === undefined) return []
    const index = asked.findIndex(({ id }) => id === name.id)
    const { dataset } = observed
    return [
      {
        pointer: `/segments/${index}/size/dataset`,
        name: dataset.id,
        scope: definitionOf(dataset, new Map()),
      },
    ]
  })
  refuseMixedScopes(
    series,
    'Name datasets of one scope, give sizes as values, or leave allowMixedScopes out to be warned instead.',
  )
}

/** The observation behind each size, under the quantity that holds it as published. */
function evidenceOf(segments: readonly WrittenSegment[], unit: Money): Record<string, readonly unknown[]> {
  const published = { 亿元: 'sizeCny', 亿美元: 'sizeUsd' } as const
  return Object.fromEntries(
    segments.flatMap(({ name, observed, size }) => {
      if (observed === undefined) return []
      const { dataset, observation } = observed
      const { id, version, scope } = dataset
      const quantity =
        size.bottomUp !== undefined ? 'users' : size.unit === unit ? 'size' : published[size.unit]
      const row = { dataset: id, version, scope, unit: dataset.unit, ...observation }
      return [[`segments.${name.id}.${quantity}`, [row]]]
    }),
  )
}

/** What the answer says beside its numbers: the labels, the region, and which version of which dataset. */
function contextOf({ region, segments }: MarketRequest, written: readonly WrittenSegment[]): string {
  return JSON.stringify([
    region,
    segments.map(({ id, label, size }) => [id, label, size === null]),
    written.map(({ observed, size }) => [size.year, observed?.dataset.id, observed?.dataset.version]),
  ])
}

/** Segments of a market by size, growth, penetration and value capture: total, shares and path by year. */
export const market: Estimator<MarketRequest> = {
  id: 'market',
  label: { en: 'Market size', zh: '市场规模' },
  description: {
    en: 'A market as the sum of its segments: size × addressable share × penetration × value capture, by year, with growth of the sizes and paths or fitted curves of penetration; TAM and SAM beside it. The path is a table by year, the other results are of the target year. Sizes may be numbers, observations of datasets, or users × payer rate × revenue per payer, of any year and in yuan or dollars; the answer names the bases that it mixes. `segments.<id>`, `shares.<id>` and `total` are of the target year; the same with a year behind, such as `segments.games.2023`, are of that year.',
    zh: '市场规模为各细分市场之和：规模 × 可服务比例 × 渗透率 × 价值捕获率，逐年计算，含规模增速、渗透路径或拟合曲线，并给出 TAM 与 SAM。路径以年度表给出，其余结果为目标年份数值。规模可为数值、数据集观测值或用户数 × 付费率 × 每付费用户收入，可属任意年份，以人民币或美元计；结果会指出混用的口径。`segments.<id>`、`shares.<id>` 与 `total` 为目标年份数值；带年份者（如 `segments.games.2023`）为该年数值。',
  },
  needs: ({ segments }) => [
    ...new Set(
      segments.flatMap(({ size }) =>
        [size?.dataset, size?.bottomUp?.users.dataset].filter(dataset => dataset !== undefined),
      ),
    ),
  ],
  build,
  illustrations,
}
