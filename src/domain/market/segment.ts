import { DomainError } from '../errors.ts'
import { formula } from '../sheet/formula.ts'
import { byDefault, given } from '../sheet/quantity.ts'
import type { Handle, Sheet } from '../sheet/sheet.ts'
import type { Label } from '../units.ts'
import {
  type AdoptionCurve,
  type CurveKind,
  checkCurve,
  curveKinds,
  curves,
  type Penetration,
} from './adoption.ts'
import type { Money, Rates } from './currency.ts'
import { type FittedPenetration, writeFitted } from './fitted-adoption.ts'
import { type Growth, growthStep, sizesByYear } from './growth.ts'
import { type SegmentName, segmentFamilies, segmentQuantity } from './segment-quantities.ts'
import {
  type KnownSize,
  knownSize,
  type Observed,
  type SegmentSize,
  type SizeContext,
  writeSize,
} from './segment-size.ts'
import { type Window, walk } from './window.ts'

/** A part of a market. A size of null is not known: the segment then adds nothing, and the answer says so. */
export interface Segment {
  readonly id: string
  readonly label?: Label
  readonly size: SegmentSize | null
  /** Default: none. */
  readonly growth?: Growth
  /** Default: all of the segment. */
  readonly penetration?: Penetration
  /** Share of the size that can be served at all (SAM over TAM); default: all of it. */
  readonly addressableShare?: number
  /** Share of the penetrated size that becomes revenue; default 1. */
  readonly valueCapture?: number
}

/** What a segment is written with. */
export interface Writing extends SizeContext {
  readonly sheet: Sheet
  readonly rates: Rates
  readonly window: Window
  readonly multiplier: Handle<'1'>
  /** The unit of the sheet: that behind the scale. */
  readonly unit: Money
}

/** A segment on a sheet: its value by year, and what the warnings are about. */
export interface WrittenSegment {
  readonly name: SegmentName
  readonly size: KnownSize
  readonly observed: Observed | undefined
  readonly sizes: ReadonlyMap<number, Handle<Money>>
  /** The sizes, or the share of them that can be served where one is given. */
  readonly serviceable: ReadonlyMap<number, Handle<Money>>
  readonly values: ReadonlyMap<number, Handle<Money>>
  readonly penetration: ReadonlyMap<number, Handle<'1'>>
  readonly valueCapture: Handle<'1'>
  readonly growsByDefault: boolean
  /** Years of the window outside the anchors of the penetration path. */
  readonly beyondAnchors: readonly number[]
}

const valueIn = (unit: Money) =>
  formula({
    text: 'S · P · v · m',
    symbols: ['S', 'P', 'v', 'm'],
    inputUnits: [unit, '1', '1', '1'],
    unit,
    fn: (size, penetration, capture, multiplier) => size * penetration * capture * multiplier,
  })
const value = { 亿元: valueIn('亿元'), 亿美元: valueIn('亿美元') } as const

const captureByDefault = byDefault(
  'all of it, as in the founding report, which equates the share of content made with AI with revenue captured',
  '全部计入：与原报告相同，将 AI 生成内容的占比等同于获得的收入',
)
const noGrowth = byDefault('no growth: the size stays as it is', '不增长：规模保持不变')
const allOfIt = byDefault('all of the segment', '整个细分市场')
const ceilingByDefault = byDefault('the whole segment', '整个细分市场')

/** What a segment is called where it is shown: its label, or its id in both languages. */
export const nameOf = ({ id, label }: Segment): SegmentName => ({ id, label: label ?? { en: id, zh: id } })

/** Writes a segment whose size is known. Throws what its size, growth and penetration refuse. */
export function writeSegment(
  writing: Writing,
  segment: Segment,
  asked: SegmentSize,
  pointer: string,
): WrittenSegment {
  const { sheet, unit, scale, window, multiplier } = writing
  const name = nameOf(segment)
  const size = knownSize(asked, writing, `${pointer}/size`)
  const sizes = writeSizes(writing, name, size, segment.growth, `${pointer}/growth`)
  const serviceable = writeServiceable(writing, name, segment.addressableShare, sizes)
  const penetration = writePenetration(writing, name, segment.penetration, `${pointer}/penetration`)
  const valueCapture = sheet.input(
    segmentQuantity(name, segmentFamilies.valueCapture, '1'),
    segment.valueCapture ?? 1,
    segment.valueCapture === undefined ? captureByDefault : given,
  )
  const values = new Map<number, Handle<Money>>()
  for (const year of window.years) {
    const definition =
      year === window.target
        ? segmentQuantity<Money>(name, segmentFamilies.value, unit, undefined, scale)
        : segmentQuantity<Money>(name, segmentFamilies.valueOfYear, unit, year, scale)
    values.set(
      year,
      sheet.derive(definition, value[unit], [
        serviceable.get(year) as Handle<Money>,
        penetration.get(year) as Handle<'1'>,
        valueCapture,
        multiplier,
      ]),
    )
  }
  return {
    name,
    size,
    observed: size.observed,
    sizes,
    serviceable,
    values,
    penetration,
    valueCapture,
    growsByDefault:
      segment.growth === undefined && (size.year !== window.base || window.base !== window.target),
    beyondAnchors: beyondAnchors(segment.penetration, window),
  }
}

function writeSizes(
  { sheet, unit, scale, rates, window }: Writing,
  name: SegmentName,
  size: KnownSize,
  growth: Growth | undefined,
  pointer: string,
): ReadonlyMap<number, Handle<Money>> {
  const handle = writeSize(sheet, name, size, scale, rates)
  const sizes = new Map<number, Handle<Money>>([[size.year, handle]])
  const definition = (year: number) =>
    segmentQuantity<Money>(name, segmentFamilies.sizeOfYear, unit, year, scale)
  if (growth !== undefined && 'series' in growth) {
    const series = sizesByYear(growth.series, size, window, scale, `${pointer}/series`)
    for (const year of window.years) {
      const known = series.get(year)
      if (known !== undefined && !sizes.has(year))
        sizes.set(year, sheet.input(definition(year), known, given))
    }
    return sizes
  }
  const rate = sheet.input(
    segmentQuantity(name, segmentFamilies.growth, '1'),
    growth?.cagr ?? 0,
    growth === undefined ? noGrowth : given,
  )
  const step = (from: Handle<Money>, years: number, year: number): Handle<Money> =>
    sheet.derive(definition(year), growthStep[unit](years), [from, rate])
  walk(sizes, size.year, [Math.max(window.base, size.year + 1), window.target], step)
  walk(sizes, size.year, [Math.min(window.target, size.year - 1), window.base], step)
  return sizes
}

/** S · a: what can be served of a size. */
const serviceableIn = (unit: Money) =>
  formula({
    text: 'S · a',
    symbols: ['S', 'a'],
    inputUnits: [unit, '1'],
    unit,
    fn: (size, share) => size * share,
  })
const serviceableSize = { 亿元: serviceableIn('亿元'), 亿美元: serviceableIn('亿美元') } as const

function writeServiceable(
  { sheet, unit, scale, window }: Writing,
  name: SegmentName,
  share: number | undefined,
  sizes: ReadonlyMap<number, Handle<Money>>,
): ReadonlyMap<number, Handle<Money>> {
  if (share === undefined) return sizes
  const handle = sheet.input(segmentQuantity(name, segmentFamilies.addressableShare, '1'), share, given)
  return new Map(
    window.years.map(year => [
      year,
      sheet.derive(
        segmentQuantity<Money>(name, segmentFamilies.serviceableOfYear, unit, year, scale),
        serviceableSize[unit],
        [sizes.get(year) as Handle<Money>, handle],
      ),
    ]),
  )
}

function writePenetration(
  writing: Writing,
  name: SegmentName,
  penetration: Penetration | undefined,
  pointer: string,
): ReadonlyMap<number, Handle<'1'>> {
  if (penetration === undefined || 'constant' in penetration) {
    const share = writing.sheet.input(
      segmentQuantity(name, segmentFamilies.penetration, '1'),
      penetration?.constant ?? 1,
      penetration === undefined ? allOfIt : given,
    )
    return new Map(writing.window.years.map(year => [year, share]))
  }
  if (isFitted(penetration)) return writeFitted(writing.sheet, writing.window, name, penetration)
  const [kind, curve] = curveOf(penetration)
  checkCurve(kind, curve, `${pointer}/${kind}`)
  return writeCurve(writing, name, kind, curve)
}

const isFitted = (penetration: Penetration): penetration is FittedPenetration =>
  'bass' in penetration || 'fittedLogistic' in penetration || 'fittedGompertz' in penetration

function curveOf(penetration: Penetration): readonly [CurveKind, AdoptionCurve] {
  const kind = curveKinds.find(candidate => candidate in penetration) ?? 'linear'
  return [kind, (penetration as Readonly<Record<CurveKind, AdoptionCurve>>)[kind]]
}

function writeCurve(
  { sheet, window }: Writing,
  name: SegmentName,
  kind: CurveKind,
  { from, to, ceiling }: AdoptionCurve,
): ReadonlyMap<number, Handle<'1'>> {
  const definition = (year: number) => segmentQuantity(name, segmentFamilies.penetrationOfYear, '1', year)
  const most = sheet.input(
    segmentQuantity(name, segmentFamilies.penetrationCeiling, '1'),
    ceiling ?? 1,
    ceiling === undefined ? ceilingByDefault : given,
  )
  const a = sheet.input(definition(from.year), from.value, given)
  const b = sheet.input(definition(to.year), to.value, given)
  const rateQuantity = segmentQuantity(name, segmentFamilies.penetrationRate, '1')
  const years = to.year - from.year
  const rate =
    kind === 'linear'
      ? sheet.derive(rateQuantity, curves.linear.rate(years), [a, b])
      : sheet.derive(rateQuantity, curves[kind].rate(years), [a, b, most])
  const shares = new Map<number, Handle<'1'>>([
    [from.year, a],
    [to.year, b],
  ])
  const step = (share: Handle<'1'>, on: number, year: number): Handle<'1'> =>
    sheet.derive(definition(year), curves[kind].step(on), [share, rate, most])
  const { base, target } = window
  walk(shares, from.year, [Math.max(base, from.year + 1), Math.min(target, to.year - 1)], step)
  walk(shares, to.year, [Math.max(base, to.year + 1), target], step)
  walk(shares, from.year, [Math.min(target, from.year - 1), base], step)
  return shares
}

function beyondAnchors(penetration: Penetration | undefined, window: Window): number[] {
  if (penetration === undefined || 'constant' in penetration || isFitted(penetration)) return []
  const [, { from, to }] = curveOf(penetration)
  return window.years.filter(year => year < from.year || year > to.year)
}

/** Refuses sizes by year for a segment whose size is not known: `inconsistent-inputs`. */
export function checkUnknown({ id, growth }: Segment, pointer: string): void {
  if (growth === undefined || 'cagr' in growth) return
  throw new DomainError(
    'inconsistent-inputs',
    `The size of ${id} is null, but growth.series gives ${growth.series.length} sizes; give one of them as the size, or leave the series out.`,
    { pointer: `${pointer}/growth/series`, facts: { segment: id, sizes: growth.series.length } },
  )
}
