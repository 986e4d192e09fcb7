import { DomainError } from '../../errors.ts'
import type { Lookup } from '../../estimate.ts'
import { byDefault, given, type Provenance } from '../../sheet/quantity.ts'
import type { Handle, Sheet } from '../../sheet/sheet.ts'
import { convert, isUnit, unitDefinition } from '../../units.ts'
import { userUnits } from '../bottom-up.ts'
import { observationFor } from '../dataset.ts'
import { peopleStep, refuseDisorder } from '../growth.ts'
import { observedProvenance } from '../observed-provenance.ts'
import type { Observed } from '../segment-size.ts'
import { type Window, walk, type YearValue } from '../window.ts'
import { type DecidedDemand, reportedService } from './decided-demand.ts'
import { useQuantities as q } from './demand-quantities.ts'
import type { Users } from './demand-request.ts'
import { ofYear, type Yearly } from './yearly.ts'

/** More than there are people: a path beyond it is a mistake, and the queue of a fleet is no longer countable. */
const mostUsers = 2e10

/** Users of every year on a sheet, and the observation that they start from. */
export interface UserPath {
  readonly byYear: Yearly<'person'>
  readonly observed: Observed | undefined
  /** Whether nothing says how they grow. */
  readonly constant: boolean
  /** Users of the year that has most. */
  readonly most: number
}

interface Start {
  readonly value: number
  readonly year: number
  readonly provenance: Provenance
  readonly observed: Observed | undefined
}

/**
 * Writes the users of each year. Throws `missing-value` or `inconsistent-inputs` unless they are exactly one of a
 * number and a dataset, `unknown-dataset`, `unknown-unit` for a dataset that counts no people, `missing-value` for a
 * period or a year without a value, and `out-of-range` for more users than there are people.
 */
export function writeUsers(sheet: Sheet, request: DecidedDemand, window: Window, lookup: Lookup): UserPath {
  const { growth } = request
  const start = startOf(request, lookup)
  const { provenance, observed } = start
  const named = (year: number) => ofYear(q.users, year, window)
  const byYear = new Map<number, Handle<'person'>>()
  byYear.set(start.year, sheet.input(named(start.year), start.value, provenance))
  if (growth !== undefined && 'series' in growth) {
    const values = seriesOf(growth.series, start, request.users.unit, window)
    for (const year of window.years) {
      const value = values.get(year)
      if (value !== undefined) byYear.set(year, sheet.input(named(year), value, given))
    }
    const most = Math.max(start.value, ...values.values())
    return { byYear: inWindow(byYear, window), observed, constant: false, most }
  }
  const rate = growth?.cagr ?? 0
  const most = mostOnTheWay(start, rate, window)
  const handle = sheet.input(
    q.userGrowth,
    rate,
    growth === undefined ? byDefault('the users stay as many', '用户数不变') : given,
  )
  const step = (from: Handle<'person'>, years: number, year: number): Handle<'person'> =>
    sheet.derive(named(year), peopleStep(years), [from, handle])
  walk(byYear, start.year, [Math.max(window.base, start.year + 1), window.target], step)
  walk(byYear, start.year, [Math.min(window.target, start.year - 1), window.base], step)
  return { byYear: inWindow(byYear, window), observed, constant: growth === undefined, most }
}

const inWindow = (byYear: ReadonlyMap<number, Handle<'person'>>, { years }: Window): Yearly<'person'> =>
  new Map(years.map(year => [year, byYear.get(year) as Handle<'person'>]))

function startOf({ users, baseYear, asOf, assumed }: DecidedDemand, lookup: Lookup): Start {
  const { value, unit, dataset: id, period } = users
  if ((value === undefined) === (id === undefined)) {
    throw new DomainError(
      value === undefined ? 'missing-value' : 'inconsistent-inputs',
      value === undefined
        ? 'The users have neither a value nor a dataset; give one of them.'
        : `The users are given by the dataset ${id} and by value ${value}; keep one of them.`,
      { pointer: '/users', facts: { value, dataset: id } },
    )
  }
  const member =
    period !== undefined && id === undefined
      ? 'period'
      : unit !== undefined && id !== undefined
        ? 'unit'
        : undefined
  if (member !== undefined) {
    throw new DomainError(
      'inconsistent-inputs',
      member === 'period'
        ? `users.period = ${period} chooses an observation of a dataset, but the users are given by value ${value}; leave users.period out, or name users.dataset.`
        : `users.unit = ${unit} is that of a value, but the users are those of the dataset ${id}; leave users.unit out.`,
      { pointer: `/users/${member}`, facts: { value, dataset: id, period, unit } },
    )
  }
  if (id === undefined) {
    const people = convert(value ?? 0, unit ?? 'person', 'person')
    return {
      value: atMost(people, '/users/value'),
      year: users.year ?? baseYear,
      provenance: assumed.has('users') ? reportedService.users : given,
      observed: undefined,
    }
  }
  return startInDataset(id, users, baseYear, asOf, lookup)
}

function startInDataset(
  id: string,
  { period, year: asked }: Users,
  baseYear: number,
  asOf: string | undefined,
  lookup: Lookup,
): Start {
  const dataset = lookup.datasets.get(id)
  if (dataset === undefined) {
    throw new DomainError('unknown-dataset', `There is no dataset "${id}". GET /v1/datasets lists them.`, {
      pointer: '/users/dataset',
      facts: { id },
    })
  }
  if (!isUnit(dataset.unit) || unitDefinition(dataset.unit).base !== 'person') {
    throw new DomainError(
      'unknown-unit',
      `The dataset ${id} is in ${dataset.unit}, but users are counted in ${userUnits.join(', ')}; name a dataset of people.`,
      { pointer: '/users/dataset', facts: { dataset: id, unit: dataset.unit } },
    )
  }
  const wanted = period ?? String(asked ?? baseYear)
  const observation = observationFor(dataset, wanted, asOf)
  if (observation?.value == null) {
    const known = [...new Set(dataset.observations.map(({ period: of }) => of))].toSorted()
    throw new DomainError(
      'missing-value',
      `The dataset ${id} has no value for ${wanted}${asOf === undefined ? '' : ` that is known to have been published by ${asOf}`}; it has ${known.join(', ')}. Name one of these as users.period.`,
      {
        pointer: period === undefined ? '/users/dataset' : '/users/period',
        facts: { dataset: id, period: wanted, known },
      },
    )
  }
  return {
    value: atMost(convert(observation.value, dataset.unit, 'person'), '/users/dataset'),
    year: asked ?? Number(wanted.slice(0, 4)),
    provenance: observedProvenance(dataset, observation),
    observed: { dataset, observation },
  }
}

function atMost(people: number, pointer: string): number {
  if (people > 0 && people <= mostUsers) return people
  throw new DomainError(
    'out-of-range',
    `${people} users are ${people > 0 ? `more than the ${mostUsers} that a service is sized for` : 'no users'}; give more than 0 and at most ${mostUsers}.`,
    { pointer, facts: { users: people, most: mostUsers } },
  )
}

/** The most users of the window; refuses a growth that leads beyond what there are people for. */
function mostOnTheWay({ value, year }: Start, rate: number, { base, target }: Window): number {
  let most = 0
  for (const end of [base, target]) {
    const users = end === year ? value : peopleStep(end - year).fn(value, rate)
    most = Math.max(most, users)
    if (users <= mostUsers) continue
    throw new DomainError(
      'out-of-range',
      `A growth of ${rate} a year takes ${value} users of ${year} to ${users.toPrecision(4)} in ${end}, and at most ${mostUsers} are possible; give a growth.cagr nearer to 0.`,
      { pointer: '/growth/cagr', facts: { cagr: rate, users, most: mostUsers } },
    )
  }
  return most
}

/** The users of a series by year, in people; refuses years out of order, with two counts, or without one. */
function seriesOf(
  series: readonly YearValue[],
  start: Start,
  unit: Users['unit'],
  window: Window,
): ReadonlyMap<number, number> {
  const values = new Map<number, number>()
  refuseDisorder(series, '/growth/series')
  for (const [index, { year, value }] of series.entries()) {
    const people = atMost(convert(value, unit ?? 'person', 'person'), `/growth/series/${index}/value`)
    const earlier = year === start.year ? start.value : values.get(year)
    if (earlier !== undefined && earlier !== people) {
      throw new DomainError(
        'inconsistent-inputs',
        `${year} has ${earlier} users and ${people}; keep one of them.`,
        { pointer: `/growth/series/${index}`, facts: { year, users: [earlier, people] } },
      )
    }
    values.set(year, people)
  }
  values.delete(start.year)
  const missing = window.years.filter(year => !values.has(year) && year !== start.year)
  if (missing.length === 0) return values
  throw new DomainError(
    'missing-value',
    `The series has no users for ${missing.join(', ')}; add ${missing.length === 1 ? 'it' : 'them'}, or grow by a cagr instead.`,
    { pointer: '/growth/series', facts: { missing } },
  )
}
