import { DomainError } from '../errors.ts'
import type { Lookup } from '../estimate.ts'
import { given, type Provenance } from '../sheet/quantity.ts'
import type { Handle, Sheet } from '../sheet/sheet.ts'
import { convert, isUnit } from '../units.ts'
import { type BottomUp, type BottomUpSize, bottomUpSize, writeBottomUp } from './bottom-up.ts'
import {
  datasetMoneyUnits,
  type Money,
  type MoneyScale,
  moneyBehind,
  moneyOf,
  mostMoney,
  type Rates,
} from './currency.ts'
import { type Dataset, knownBy, type Observation, observationFor } from './dataset.ts'
import { observedProvenance } from './observed-provenance.ts'
import { type SegmentName, segmentFamilies, segmentQuantity } from './segment-quantities.ts'

/**
 * How big a segment is in a year (default: the base year): a number in `unit` (default: that of the request),
 * what a dataset says, or users × payer rate × revenue per payer. Exactly one of `value`, `dataset` and `bottomUp`.
 */
export interface SegmentSize {
  readonly value?: number
  readonly unit?: MoneyScale
  readonly dataset?: string
  readonly bottomUp?: BottomUp
  readonly year?: number
}

/** What a dataset said of the size of a segment. */
export interface Observed {
  readonly dataset: Dataset
  readonly observation: Observation
}

/** A size before it is on a sheet: in its own currency, of its own year. */
export interface KnownSize {
  readonly value: number
  readonly unit: Money
  readonly year: number
  readonly provenance: Provenance
  readonly observed: Observed | undefined
  /** The working of a size from below. */
  readonly bottomUp?: BottomUpSize
}

/** Where a size is looked up, and what holds where it does not say. */
export interface SizeContext {
  readonly lookup: Lookup
  /** The scale that values are in unless they say otherwise. */
  readonly scale: MoneyScale
  readonly baseYear: number
  readonly asOf: string | undefined
}

/**
 * The size that a segment names. Throws `inconsistent-inputs` or `missing-value` unless it is exactly one of a
 * value, a dataset and a sum from below, `unknown-dataset`, `unknown-unit` for a dataset that is not of money, `missing-value`
 * for a year that the dataset does not have, and `out-of-range` for one that it has no possible size for.
 */
export function knownSize(size: SegmentSize, context: SizeContext, pointer: string): KnownSize {
  const { value, dataset, bottomUp, unit = context.scale, year = context.baseYear } = size
  if (bottomUp !== undefined) {
    refuseBeside('its users', size, 'bottomUp', pointer)
    return bottomUpSize(bottomUp, year, context, `${pointer}/bottomUp`)
  }
  if (dataset !== undefined) {
    refuseBeside(`the dataset ${dataset}`, size, 'dataset', pointer)
    return sizeInDataset(dataset, year, context, pointer)
  }
  if (value === undefined) {
    throw new DomainError(
      'missing-value',
      'The size has neither a value nor a dataset nor users; give one of them, or null for a size that is not known.',
      { pointer },
    )
  }
  const money = moneyBehind(unit)
  const inMoney = unit === money ? value : convert(value, unit, money)
  if (inMoney > mostMoney) {
    throw new DomainError(
      'out-of-range',
      `The size is ${value} ${unit}, which is ${inMoney} ${money}; a size is at most ${mostMoney} ${money}.`,
      { pointer: `${pointer}/value`, facts: { value: inMoney, unit: money, most: mostMoney } },
    )
  }
  return { value: inMoney, unit: money, year, provenance: given, observed: undefined }
}

/** Refuses a size that is given in two ways. */
function refuseBeside(
  way: string,
  { value, unit, dataset }: SegmentSize,
  kept: 'dataset' | 'bottomUp',
  pointer: string,
): void {
  const other =
    value !== undefined
      ? `value ${value}`
      : unit !== undefined
        ? `unit ${unit}`
        : kept === 'bottomUp' && dataset !== undefined
          ? `the dataset ${dataset}`
          : undefined
  if (other === undefined) return
  throw new DomainError(
    'inconsistent-inputs',
    `The size is given by ${way} and by ${other}; keep one of them.`,
    {
      pointer,
      facts: { dataset, value, unit },
    },
  )
}

function sizeInDataset(
  id: string,
  year: number,
  { lookup, scale: unit, asOf }: SizeContext,
  pointer: string,
): KnownSize {
  const dataset = lookup.datasets.get(id)
  if (dataset === undefined) {
    throw new DomainError('unknown-dataset', `There is no dataset "${id}". GET /v1/datasets lists them.`, {
      pointer: `${pointer}/dataset`,
      facts: { id },
    })
  }
  const money = moneyOf(dataset.unit)
  if (money === undefined || !isUnit(dataset.unit)) {
    throw new DomainError(
      'unknown-unit',
      `The dataset ${id} is in ${dataset.unit}, but a segment is sized in ${unit}; name a dataset in one of ${datasetMoneyUnits.join(', ')}.`,
      { pointer: `${pointer}/dataset`, facts: { dataset: id, unit: dataset.unit, expected: unit } },
    )
  }
  const observation = observationFor(dataset, String(year), asOf)
  if (observation?.value == null) return refuseYear(dataset, year, asOf, pointer)
  const value = dataset.unit === money ? observation.value : convert(observation.value, dataset.unit, money)
  if (value < 0 || value > mostMoney) {
    throw new DomainError(
      'out-of-range',
      `The dataset ${id} has ${observation.value} ${dataset.unit} for ${year}, which is ${value} ${money}; a size lies between 0 and ${mostMoney} ${money}. Name another year or dataset, or give the size as a value.`,
      { pointer: `${pointer}/dataset`, facts: { dataset: id, year, value, unit: money, most: mostMoney } },
    )
  }
  return {
    value,
    unit: money,
    year,
    provenance: observedProvenance(dataset, observation),
    observed: { dataset, observation },
  }
}

function refuseYear(
  { id, observations }: Dataset,
  year: number,
  asOf: string | undefined,
  pointer: string,
): never {
  const valued = observations.filter(({ value, period }) => value !== null && /^\d{4}$/.test(period))
  const published = valued.filter(
    ({ vintage }) => asOf === undefined || (vintage !== null && knownBy(vintage, asOf)),
  )
  const known = [...new Set(published.map(({ period }) => period))].toSorted()
  const shown = known.join(', ') || 'none for whole years'
  const later = asOf !== undefined && valued.some(({ period }) => period === String(year))
  throw new DomainError(
    'missing-value',
    asOf === undefined
      ? `The dataset ${id} has no value for ${year}; it has ${shown}. Name one of these years, or give the size as a value.`
      : `The dataset ${id} has no value for ${year} that is known to have been published by ${asOf}; by then it has ${shown}. ${later ? 'Take a later asOf or leave it out, name' : 'Name'} one of these years, or give the size as a value.`,
    { pointer: later ? '/asOf' : `${pointer}/year`, facts: { dataset: id, year, asOf, known } },
  )
}

/** Writes a size in the unit of the request, at the exchange rate of its own year where it is in the other. */
export function writeSize(
  sheet: Sheet,
  segment: SegmentName,
  { value, unit, year, provenance, bottomUp }: KnownSize,
  scale: MoneyScale,
  rates: Rates,
): Handle<Money> {
  const as = moneyBehind(scale)
  const definition = segmentQuantity<Money>(segment, segmentFamilies.size, as, undefined, scale)
  if (bottomUp !== undefined) {
    if (unit === as) return writeBottomUp(sheet, segment, bottomUp, definition)
    const from = unit === '亿元' ? segmentFamilies.sizeCny : segmentFamilies.sizeUsd
    const figure = writeBottomUp(sheet, segment, bottomUp, segmentQuantity<Money>(segment, from, unit))
    return rates.convert(figure, year, definition)
  }
  if (unit === as) return sheet.input(definition, value, provenance)
  const published = unit === '亿元' ? segmentFamilies.sizeCny : segmentFamilies.sizeUsd
  const figure = sheet.input(segmentQuantity<Money>(segment, published, unit), value, provenance)
  return rates.convert(figure, year, definition)
}
