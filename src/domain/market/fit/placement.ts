import { DomainError } from '../../errors.ts'
import type { Label } from '../../units.ts'
import { spanOf } from '../period.ts'
import type { CurveConsequence } from './curve-model.ts'
import { type Place, placeOf, type Series, type SeriesPoint } from './series.ts'

/** How the places of a series become the `x` of a curve. */
export interface Placement {
  readonly label: Label
  /** Where x is 0, on the scale on which places are shown. */
  readonly origin: number
  readonly x: (point: Pick<SeriesPoint, 'x'>) => number
  /** A place beyond the data; throws for one of another kind. */
  readonly place: (place: Place, pointer: string) => { readonly x: number; readonly shown: number }
  /** The unit of a parameter, in words of the data. */
  readonly unit: (of: CurveConsequence['unit'], data: string) => string
}

/** Curves whose x counts periods from the launch, the period of the launch being 1. */
const fromLaunch: ReadonlySet<string> = new Set(['bass', 'bass-cumulative'])

/** Numbers stand as they are; periods count from the origin, in years, or in periods for diffusion curves. */
export function placementOf(series: Series, model: string, origin: string | undefined): Placement {
  const counted = fromLaunch.has(model)
  const { every, points } = series
  if (every === null && origin !== undefined) {
    throw new DomainError(
      'inconsistent-inputs',
      `The origin is ${origin}, but the places of the data are numbers; leave the origin out and shift the numbers.`,
      { pointer: '/origin', facts: { origin } },
    )
  }
  const start = every === null ? (counted ? 1 : 0) : originOf(series, origin)
  const length = counted && every !== null ? spanOf(points[0]?.period ?? '').years : 1
  const toX = (shown: number): number => (counted ? 1 + (shown - start) / length : shown - start)
  if (counted) checkLaunch(series, toX, origin)
  return {
    label: labelOf(series, origin, counted),
    origin: start,
    x: ({ x }) => toX(x),
    place: (place, pointer) => {
      const shown = placeOf(place, pointer)
      checkKind(series, place, pointer)
      if (counted && toX(shown) < 1)
        refuseBeforeLaunch(place.period ?? String(place.x), pointer, series, origin)
      return { x: toX(shown), shown }
    },
    unit: (of, data) => unitOf(of, data, every),
  }
}

function originOf({ points, every }: Series, origin: string | undefined): number {
  if (origin === undefined) return points[0]?.x ?? 0
  const span = spanOf(origin)
  if (span.every !== every) {
    throw new DomainError(
      'inconsistent-inputs',
      `The origin ${origin} is a ${span.every}, but the data are by ${every}; name a ${every}.`,
      { pointer: '/origin', facts: { origin, every } },
    )
  }
  return span.start
}

function checkLaunch(series: Series, toX: (shown: number) => number, origin: string | undefined): void {
  const [first] = series.points
  // Periods start at fractions of years, whose differences are whole periods but for rounding.
  if (first !== undefined && toX(first.x) < 1 - 1e-9)
    refuseBeforeLaunch(first.period ?? String(first.x), first.pointer, series, origin)
}

function refuseBeforeLaunch(
  place: string,
  pointer: string,
  { every }: Series,
  origin: string | undefined,
): never {
  throw new DomainError(
    'out-of-range',
    every === null
      ? `x is ${place}; diffusion counts periods from the launch, whose own period is 1.`
      : `${place} lies before the launch${origin === undefined ? ', which is the first period of the data' : `, ${origin}`}; name an earlier origin.`,
    { pointer, facts: { place, origin } },
  )
}

function checkKind({ every }: Series, { period }: Place, pointer: string): void {
  const own = period === undefined ? null : spanOf(period).every
  if (own === every) return
  throw new DomainError(
    'inconsistent-inputs',
    `The place ${period === undefined ? 'is a number' : `${period} is a ${own}`}, but the data are ${every === null ? 'at numbers' : `by ${every}`}; give it as the data have theirs.`,
    { pointer, facts: { period, every } },
  )
}

function unitOf(of: CurveConsequence['unit'], data: string, every: string | null): string {
  const time = every === null ? 'x' : 'year'
  switch (of) {
    case 'data':
      return data
    case 'data/year':
      return `${data}/${time}`
    case '1/year':
      return `1/${time}`
    case '1/period':
      return `1/${every ?? 'period'}`
    case 'x':
      return time
    default:
      return '1'
  }
}

function labelOf({ every, points }: Series, origin: string | undefined, counted: boolean): Label {
  const from = origin ?? points[0]?.period ?? ''
  if (every === null)
    return counted
      ? { en: 'x counts periods; that of the launch is 1', zh: 'x 为期数，上市当期为 1' }
      : { en: 'x as given', zh: 'x 为给定值' }
  return counted
    ? { en: `x counts periods (${every}); ${from} is 1`, zh: `x 为期数，${from} 为 1` }
    : { en: `x counts years from the start of ${from}`, zh: `x 为自 ${from} 期初起的年数` }
}
