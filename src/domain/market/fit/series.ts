import { DomainError } from '../../errors.ts'
import { convert, isUnit, unitDefinition, units } from '../../units.ts'
import { type Dataset, type Observation, observationFor } from '../dataset.ts'
import { observationsIn } from '../observations.ts'
import { spanOf } from '../period.ts'

/** Where a value stands: in a period, or at a number. Exactly one of the two. */
export interface Place {
  readonly period?: string
  readonly x?: number
}

/** A series to be fitted: the values themselves, or the observations of a dataset. */
export interface SeriesRequest {
  /** Unit of the values; a plain number without one. */
  readonly unit?: string
  readonly points?: readonly (Place & { readonly value: number; readonly unit?: string })[]
  readonly dataset?: string
  readonly from?: string
  readonly to?: string
  readonly asOf?: string
  /** Default: actual and estimate. */
  readonly statuses?: readonly Observation['status'][]
  /** Only periods of this length. */
  readonly every?: PeriodLength
}

export const periodLengths = ['year', 'half-year', 'quarter', 'month'] as const
export type PeriodLength = (typeof periodLengths)[number]

/** Most values of a series: what a search over hundreds of curves still answers at once. */
export const mostPoints = 500

/** A value of a series. */
export interface SeriesPoint {
  readonly period: string | null
  /** Start of the period in years of our era (2022H2 is 2022.5), or the number given. */
  readonly x: number
  readonly value: number
  /** Where the request or the dataset has it. */
  readonly pointer: string
  readonly observation: Observation | null
}

/** Values in ascending order of place, all in one unit. */
export interface Series {
  readonly unit: string
  readonly points: readonly SeriesPoint[]
  /** How long the periods are; null for places that are numbers. */
  readonly every: PeriodLength | null
  readonly dataset: Dataset | null
}

/**
 * The series that a request names. Throws `inconsistent-inputs` for places that are neither all periods nor all
 * numbers, out of order, there twice or of several lengths, `unknown-unit` for units that cannot be converted into
 * one, `unknown-dataset`, and `missing-value` for a dataset that has nothing of what is asked.
 */
export function seriesOf(
  request: SeriesRequest,
  datasets: ReadonlyMap<string, Dataset>,
  pointer: string,
): Series {
  const { points, dataset: id } = request
  if ((points === undefined) === (id === undefined)) {
    throw new DomainError(
      points === undefined ? 'missing-value' : 'inconsistent-inputs',
      points === undefined
        ? 'The data have neither points nor a dataset; give one of them.'
        : `The data are given by ${points.length} points and by the dataset ${id}; keep one of them.`,
      { pointer, facts: { points: points?.length, dataset: id } },
    )
  }
  return id === undefined ? ofPoints(request, pointer) : ofDataset(id, request, datasets, pointer)
}

function ofPoints({ unit = '1', points = [] }: SeriesRequest, pointer: string): Series {
  checkUnit(unit, `${pointer}/unit`)
  const read = points.map((point, index): SeriesPoint => {
    const at = `${pointer}/points/${index}`
    return {
      period: point.period ?? null,
      x: placeOf(point, at),
      value: inUnit(point.value, point.unit ?? unit, unit, `${at}/unit`),
      pointer: at,
      observation: null,
    }
  })
  const every = lengthOf(read)
  for (let index = 1; index < read.length; index++)
    checkOrder(read[index - 1] as SeriesPoint, read[index] as SeriesPoint)
  return { unit, points: read, every, dataset: null }
}

/** The place as a number; throws unless it is exactly one of a period and a number. */
export function placeOf({ period, x }: Place, pointer: string): number {
  if (period !== undefined && x !== undefined) {
    throw new DomainError(
      'inconsistent-inputs',
      `The place is given as ${period} and as ${x}; keep one of them.`,
      {
        pointer,
        facts: { period, x },
      },
    )
  }
  if (period !== undefined) return spanOf(period).start
  if (x !== undefined) return x
  throw new DomainError(
    'missing-value',
    'The place is missing; give a period, such as "2022", or a number x.',
    {
      pointer,
    },
  )
}

function checkUnit(unit: string, pointer: string): void {
  if (isUnit(unit)) return
  throw new DomainError('unknown-unit', `"${unit}" is not a unit; known are ${units.join(', ')}.`, {
    pointer,
    facts: { unit },
  })
}

/** A value in another unit of the same kind; throws `unknown-unit` at the pointer otherwise. */
export function inUnit(value: number, from: string, to: string, pointer: string): number {
  checkUnit(from, pointer)
  if (from === to || !isUnit(from) || !isUnit(to)) return value
  const [own, other] = [unitDefinition(from).base, unitDefinition(to).base]
  if (own === other) return convert(value, from, to)
  throw new DomainError(
    'unknown-unit',
    `The value is in ${from} and the series in ${to}: ${own} is not ${other}. Give all values in units of one kind.`,
    { pointer, facts: { unit: from, expected: to } },
  )
}

/** The length of all periods; null for numbers. */
function lengthOf(points: readonly SeriesPoint[]): PeriodLength | null {
  const [first] = points
  if (first === undefined) return null
  for (const point of points) {
    if ((point.period === null) !== (first.period === null)) {
      throw new DomainError(
        'inconsistent-inputs',
        `${first.pointer} is placed by ${first.period ?? first.x} and ${point.pointer} by ${point.period ?? point.x}; give all places as periods or all as numbers.`,
        { pointer: point.pointer, facts: { first: first.pointer, second: point.pointer } },
      )
    }
    if (point.period !== null && spanOf(point.period).every !== spanOf(first.period ?? '').every) {
      throw new DomainError(
        'inconsistent-inputs',
        `${first.period} is a ${spanOf(first.period ?? '').every} and ${point.period} a ${spanOf(point.period).every}; a series has periods of one length. Leave one kind out${point.observation === null ? '' : ' by data.every'}.`,
        { pointer: point.pointer, facts: { first: first.period, second: point.period } },
      )
    }
  }
  return first.period === null ? null : spanOf(first.period).every
}

function checkOrder(before: SeriesPoint, after: SeriesPoint): void {
  if (after.x > before.x) return
  const [one, other] = [before.period ?? before.x, after.period ?? after.x]
  throw new DomainError(
    'inconsistent-inputs',
    after.x === before.x
      ? `${before.pointer} and ${after.pointer} are both of ${one}; keep one of the values ${before.value} and ${after.value}.`
      : `${after.pointer} is of ${other}, but ${before.pointer} before it is of ${one}; give the points in order of time.`,
    { pointer: after.pointer, facts: { first: one, second: other } },
  )
}

const usual: readonly Observation['status'][] = ['actual', 'estimate']

function ofDataset(
  id: string,
  { unit, from, to, asOf, statuses = usual, every }: SeriesRequest,
  datasets: ReadonlyMap<string, Dataset>,
  pointer: string,
): Series {
  const dataset = datasets.get(id)
  if (dataset === undefined) {
    throw new DomainError('unknown-dataset', `There is no dataset "${id}". GET /v1/datasets lists them.`, {
      pointer: `${pointer}/dataset`,
      facts: { id },
    })
  }
  const as = unit ?? dataset.unit
  const chosen = observationsIn(dataset.observations, {
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(asOf !== undefined && { asOf }),
  }).filter(({ status }) => statuses.includes(status))
  const periods = [...new Set(chosen.map(({ period }) => period))]
    .filter(period => every === undefined || spanOf(period).every === every)
    .toSorted((a, b) => spanOf(a).start - spanOf(b).start)
  const points = periods.flatMap((period): SeriesPoint[] => {
    const observation = observationFor({ observations: chosen }, period, asOf)
    if (observation?.value == null) return []
    const value =
      unit === undefined
        ? observation.value
        : inUnit(observation.value, dataset.unit, unit, `${pointer}/unit`)
    return [{ period, x: spanOf(period).start, value, pointer: `${pointer}/dataset`, observation }]
  })
  if (points.length === 0) {
    throw new DomainError(
      'missing-value',
      `The dataset ${id} has ${dataset.observations.length} observations, but none with a value that from, to, asOf, statuses and every let through; ask for less.`,
      { pointer: `${pointer}/dataset`, facts: { id, observations: dataset.observations.length } },
    )
  }
  if (points.length > mostPoints) {
    throw new DomainError(
      'out-of-range',
      `The dataset ${id} has ${points.length} periods; at most ${mostPoints} can be fitted. Name fewer by from, to and every.`,
      { pointer: `${pointer}/dataset`, facts: { id, periods: points.length, most: mostPoints } },
    )
  }
  return { unit: as, points, every: lengthOf(points), dataset }
}

/** A value with its unit, as refusals name it; a plain number has none. */
export const inWords = (value: number, unit: string): string =>
  unit === '1' ? `${value}` : `${value} ${unit}`
