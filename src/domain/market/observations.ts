import { DomainError } from '../errors.ts'
import { knownBy, type Observation } from './dataset.ts'
import { daysOf } from './period.ts'

/** Which observations of a dataset are asked for; what is absent does not matter. */
export interface ObservationFilter {
  readonly status?: Observation['status']
  readonly provenance?: Observation['provenance']
  /** Periods that begin in or after this one. */
  readonly from?: string
  /** Periods that end in or before this one. */
  readonly to?: string
  /** What was published by then; an unknown vintage is left out, as nobody can say that it was. */
  readonly asOf?: string
}

/** The observations that a filter lets through, in the order given. */
export function observationsIn<T extends Observation>(
  observations: readonly T[],
  { status, provenance, from, to, asOf }: ObservationFilter,
): T[] {
  const first = from === undefined ? '' : daysOf(from).first
  const last = to === undefined ? '9999-12-31' : daysOf(to).last
  return observations.filter(observation => {
    const days = daysOf(observation.period)
    return (
      (status === undefined || observation.status === status) &&
      (provenance === undefined || observation.provenance === provenance) &&
      days.first >= first &&
      days.last <= last &&
      (asOf === undefined || (observation.vintage !== null && knownBy(observation.vintage, asOf)))
    )
  })
}

type Checked = Pick<Observation, 'period' | 'value' | 'status' | 'vintage' | 'source'> &
  Partial<Pick<Observation, 'low' | 'high' | 'note'>>

/** What tells observations of a dataset apart: two sources may say different things of the same period. */
export const observationKey = ({ period, status, vintage, source }: Checked): string =>
  [period, status, vintage ?? '', source ?? ''].join(' ')

/**
 * Refuses observations that say nothing (`missing-value`), whose bounds exclude the value, or that stand
 * twice (both `inconsistent-inputs`), with a pointer to the place.
 */
export function checkObservations(observations: readonly Checked[]): void {
  const places = new Map<string, number>()
  for (const [index, observation] of observations.entries()) {
    const pointer = `/observations/${index}`
    checkObservation(observation, pointer)
    const key = observationKey(observation)
    const earlier = places.get(key)
    if (earlier !== undefined) {
      const { period, status, vintage, source } = observation
      throw new DomainError(
        'inconsistent-inputs',
        `/observations/${earlier} and ${pointer} have the same period ${period}, status ${status}, vintage ${vintage} and source ${source}; leave one out, or tell them apart by vintage or source.`,
        { pointer, facts: { first: earlier, second: index } },
      )
    }
    places.set(key, index)
  }
}

/** Refuses one observation that says nothing (`missing-value`) or whose bounds exclude its value (`inconsistent-inputs`). */
export function checkObservation(observation: Checked, pointer: string): void {
  checkValue(observation, pointer)
  checkBounds(observation, pointer)
}

function checkValue({ value, low, high, note }: Checked, pointer: string): void {
  const known = [value, low, high, note].some(each => each !== null && each !== undefined && each !== '')
  if (known) return
  throw new DomainError(
    'missing-value',
    `${pointer}/value is null, and there is neither low, high nor note; give one of them, or leave the observation out.`,
    { pointer: `${pointer}/value` },
  )
}

function checkBounds({ value, low, high }: Checked, pointer: string): void {
  const given = [
    ['low', low],
    ['value', value],
    ['high', high],
  ].filter((entry): entry is [string, number] => typeof entry[1] === 'number')
  for (const [index, [name, smaller]] of given.entries()) {
    const above = given.slice(index + 1).find(([, larger]) => larger < smaller)
    if (above === undefined) continue
    throw new DomainError(
      'inconsistent-inputs',
      `${pointer}/${name} is ${smaller} and ${pointer}/${above[0]} is ${above[1]}; low ≤ value ≤ high must hold.`,
      { pointer: `${pointer}/${name}`, facts: { [name]: smaller, [above[0]]: above[1] } },
    )
  }
}
