import { DomainError } from '../errors.ts'
import { type Dataset, type Observation, observationFor } from '../market/dataset.ts'
import { interpolated } from '../market/interpolation.ts'
import { convert, isUnit, type Label } from '../units.ts'
import type { Relation, Verdict } from './claim.ts'
import { type ComparisonResult, compare, refuseUnreadable } from './comparison.ts'

/** A number that a series gives for a period. */
export interface SeriesOperand {
  readonly dataset: string
  readonly period: string
}

/** A printed number beside an expression over series, in the unit of the check. */
export interface MarketComparison {
  readonly printed: string
  readonly expression: string
  readonly operands: Readonly<Record<string, SeriesOperand>>
  readonly relation: Relation
}

/** A series that is held against a forecast although it counts something else. */
export interface Proxy extends SeriesOperand {
  /** observed: the series has the period; interpolated: at constant growth between the years around it. */
  readonly method: 'observed' | 'interpolated'
  readonly note: Label
}

/** How a claim about a market is held against series: what could be known, and what came true. */
export interface MarketCheck {
  readonly unit: string
  /** What the report could have known: any observation that was published by its date. */
  readonly known: readonly MarketComparison[]
  /** What came true: actual values and estimates, whenever they were published. */
  readonly outcome: readonly MarketComparison[]
  readonly proxies: readonly Proxy[]
  readonly remark: Label | null
}

/** What a series gave for an operand, or why it gave nothing that counts. */
export interface OperandFound extends SeriesOperand {
  readonly value: number | null
  readonly unit: string | null
  readonly status: Observation['status'] | null
  readonly vintage: string | null
  readonly source: string | null
  readonly scope: Label | null
  /** Null when the value counts. */
  readonly missing: Label | null
}

/** A comparison at a moment; `result` is null when an operand is missing or the expression has no value. */
export interface MarketComparisonResult {
  readonly printed: string
  readonly expression: string
  readonly relation: Relation
  readonly operands: Readonly<Record<string, OperandFound>>
  readonly recomputed: number | null
  readonly printedValue: number | null
  readonly holds: boolean | null
  /** What the expression gives when observations of unknown vintage are let in; null when it gives nothing. */
  readonly withUndated: number | null
}

/** A verdict on a claim about a market, from what there was at a moment. */
export interface MarketVerdict {
  readonly asOf: string
  readonly verdict: Verdict
  readonly comparisons: readonly MarketComparisonResult[]
}

/** A proxy beside the printed number. */
export interface ProxyResult extends Proxy {
  readonly title: Label
  readonly scope: Label
  readonly scopeId: string | null
  /** In the unit of the check; null when the series gives nothing for the period. */
  readonly value: number | null
  readonly status: Observation['status'] | null
  /** The periods that it rests on. */
  readonly from: readonly string[]
  /** What it would have been at the date of the report; null when nothing was published by then. */
  readonly knownThen: number | null
  /** Printed over the proxy, and its natural logarithm. */
  readonly ratio: number | null
  readonly logError: number | null
}

/** Both verdicts on a claim about a market, side by side, and the proxies of its outcome. */
export interface AuditedMarket {
  readonly unit: string
  readonly known: MarketVerdict
  readonly outcome: MarketVerdict
  readonly proxies: readonly ProxyResult[]
  readonly remark: Label | null
}

type Datasets = ReadonlyMap<string, Dataset>

/** The ids of all series that a check names. */
export const datasetsNamed = ({ known, outcome, proxies }: MarketCheck): string[] => [
  ...new Set([
    ...[...known, ...outcome].flatMap(({ operands }) =>
      Object.values(operands).map(({ dataset }) => dataset),
    ),
    ...proxies.map(({ dataset }) => dataset),
  ]),
]

/** Refuses a check whose expressions cannot be read or do not fit their operands; errors are those of `compare`. */
export function refuseUnreadableMarket({ known, outcome }: MarketCheck): void {
  for (const [member, comparisons] of Object.entries({ known, outcome })) {
    for (const [index, comparison] of comparisons.entries())
      refuseUnreadable(comparison, `/market/${member}/${index}`)
  }
}

/**
 * Holds a claim about a market against series twice: with what was published by `reportDate`, and with what came
 * true by `today`. Computed when asked for; nothing of it is stored.
 */
export function auditMarket(
  check: MarketCheck,
  printed: number | null,
  datasets: Datasets,
  { reportDate, today }: { readonly reportDate: string; readonly today: string },
): AuditedMarket {
  return {
    unit: check.unit,
    known: verdictAt(check.known, datasets, { asOf: reportDate, outcome: false }),
    outcome: verdictAt(check.outcome, datasets, { asOf: today, outcome: true }),
    proxies: check.proxies.map(proxy => proxyResult(proxy, check.unit, printed, datasets, reportDate)),
    remark: check.remark,
  }
}

interface Moment {
  readonly asOf: string
  /** Whether forecasts do not count. */
  readonly outcome: boolean
}

function verdictAt(
  comparisons: readonly MarketComparison[],
  datasets: Datasets,
  moment: Moment,
): MarketVerdict {
  const results = comparisons.map(comparison => resultAt(comparison, datasets, moment))
  const open = results.length === 0 || results.some(({ holds }) => holds === null)
  const verdict = open ? 'not-checkable' : results.every(({ holds }) => holds) ? 'consistent' : 'inconsistent'
  return { asOf: moment.asOf, verdict, comparisons: results }
}

function resultAt(
  { operands: asked, ...comparison }: MarketComparison,
  datasets: Datasets,
  moment: Moment,
): MarketComparisonResult {
  const operands = Object.fromEntries(
    Object.entries(asked).map(([name, operand]) => [name, operandAt(operand, datasets, moment)]),
  )
  const counted = Object.values(operands).every(({ missing }) => missing === null)
  const result = counted ? computed({ ...comparison, operands }) : null
  const undated = Object.values(operands).every(({ value }) => value !== null)
  return {
    ...comparison,
    operands,
    recomputed: result?.recomputed ?? null,
    printedValue: result?.printedValue ?? null,
    holds: result?.holds ?? null,
    withUndated: counted || !undated ? null : (computed({ ...comparison, operands })?.recomputed ?? null),
  }
}

/** What a comparison comes to; null when its expression has no value for these operands. */
function computed({
  operands,
  ...comparison
}: Omit<MarketComparison, 'operands'> & { operands: Record<string, OperandFound> }): ComparisonResult | null {
  const numbers = Object.entries(operands).map(([name, { value, unit, dataset, period }]) => [
    name,
    { value: value ?? Number.NaN, unit, from: { dataset, period } },
  ])
  try {
    return compare({ ...comparison, operands: Object.fromEntries(numbers) })
  } catch (error) {
    if (error instanceof DomainError && error.code === 'non-finite-quantity') return null
    throw error
  }
}

function operandAt(
  { dataset: id, period }: SeriesOperand,
  datasets: Datasets,
  { asOf, outcome }: Moment,
): OperandFound {
  const nothing = {
    dataset: id,
    period,
    value: null,
    unit: null,
    status: null,
    vintage: null,
    source: null,
    scope: null,
  }
  const dataset = datasets.get(id)
  if (dataset === undefined)
    return { ...nothing, missing: { en: `There is no series "${id}".`, zh: `没有序列“${id}”。` } }
  const scope = wordsOf(dataset)
  const series = outcome
    ? { observations: dataset.observations.filter(({ status }) => status !== 'forecast') }
    : dataset
  const counts = observationFor(series, period, outcome ? undefined : asOf)
  const found =
    counts ??
    observationFor({ observations: series.observations.filter(({ vintage }) => vintage === null) }, period)
  if (found === undefined) {
    return {
      ...nothing,
      unit: dataset.unit,
      scope,
      missing: outcome
        ? {
            en: `The series has no actual value or estimate for ${period}.`,
            zh: `该序列没有 ${period} 的实际值或估计值。`,
          }
        : {
            en: `The series has no value for ${period} that was published by ${asOf}.`,
            zh: `该序列没有在 ${asOf} 之前发布的 ${period} 数值。`,
          },
    }
  }
  const { value, status, vintage, source } = found
  return {
    dataset: id,
    period,
    value,
    unit: dataset.unit,
    status,
    vintage,
    source,
    scope,
    missing:
      counts === undefined
        ? {
            en: `When the value for ${period} was published is not known, so it does not count.`,
            zh: `${period} 数值的发布时间未知，因此不计入。`,
          }
        : null,
  }
}

const wordsOf = ({ scope: { en, zh } }: Dataset): Label => ({ en, zh: zh ?? en })

function proxyResult(
  proxy: Proxy,
  unit: string,
  printed: number | null,
  datasets: Datasets,
  reportDate: string,
): ProxyResult {
  const dataset = datasets.get(proxy.dataset)
  const nothing = { value: null, status: null, from: [], knownThen: null, ratio: null, logError: null }
  if (dataset === undefined) {
    const name = { en: proxy.dataset, zh: proxy.dataset }
    return { ...proxy, title: name, scope: name, scopeId: null, ...nothing }
  }
  const about = { ...proxy, title: dataset.title, scope: wordsOf(dataset), scopeId: dataset.scopeId ?? null }
  const found = valueOfProxy(proxy, dataset, unit)
  if (found === undefined) return { ...about, ...nothing }
  const ratio = printed !== null && printed > 0 && found.value > 0 ? printed / found.value : null
  return {
    ...about,
    ...found,
    knownThen: valueOfProxy(proxy, dataset, unit, reportDate)?.value ?? null,
    ratio,
    logError: ratio === null ? null : Math.log(ratio),
  }
}

function valueOfProxy({ period, method }: Proxy, dataset: Dataset, unit: string, asOf?: string) {
  const found =
    method === 'observed' ? observed(dataset, period, asOf) : interpolated(dataset, Number(period), asOf)
  if (found === undefined) return undefined
  if (dataset.unit === unit) return found
  return isUnit(dataset.unit) && isUnit(unit)
    ? { ...found, value: convert(found.value, dataset.unit, unit) }
    : undefined
}

function observed(dataset: Dataset, period: string, asOf?: string) {
  const found = observationFor(dataset, period, asOf)
  return found?.value == null ? undefined : { value: found.value, status: found.status, from: [period] }
}
