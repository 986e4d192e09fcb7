import type { CalibrationProfile, CalibrationValues } from '../../compute/calibration/parameter.ts'
import type { Catalogue } from '../../compute/catalogue.ts'
import { familyOf } from './families.ts'
import {
  type ErrorStratum,
  errorStrata,
  type LeftOutError,
  leastPublishers,
  nearestStratum,
} from './interval.ts'
import type { Measurement } from './measurement.ts'

/** An estimate beside the published measurement, in the unit of its key. */
export interface BacktestRow {
  readonly id: string
  readonly kind: string
  readonly family: string
  readonly group: string
  readonly key: string
  readonly device: string | null
  readonly measured: number
  readonly estimated: number
  readonly low: number
  readonly high: number
  /** estimated / measured − 1. */
  readonly relativeError: number
  /** What the interval rests on. */
  readonly stratum: string | null
  readonly strata: readonly string[]
  readonly baselines: Readonly<Record<string, number>>
}

/** A row without an estimate, and why. */
export interface UnestimatedRow {
  readonly id: string
  readonly kind: string
  readonly group: string
  readonly key: string
  readonly reason: string
}

export interface Backtest {
  readonly rows: readonly BacktestRow[]
  readonly unestimated: readonly UnestimatedRow[]
}

/** Profiles by family and the publisher that each leaves out (`null` for none). */
export type Profiles = ReadonlyMap<string, ReadonlyMap<string | null, CalibrationProfile>>

/** Profiles by family and left-out publisher. */
export function profilesOf(profiles: readonly CalibrationProfile[]): Profiles {
  const byFamily = new Map<string, Map<string | null, CalibrationProfile>>()
  for (const profile of profiles) {
    let family = byFamily.get(profile.family)
    if (family === undefined) {
      family = new Map()
      byFamily.set(profile.family, family)
    }
    family.set(profile.leftOut, profile)
  }
  return byFamily
}

/**
 * Estimates measurements, each with constants that were fitted without its publisher; a publisher that took part in
 * no fit gets those that were fitted on all. Intervals rest on the errors of other publishers, where there are two.
 */
export function backtest(
  measurements: readonly Measurement[],
  catalogue: Catalogue,
  profiles: Profiles,
  errors: readonly LeftOutError[] | undefined,
): Backtest {
  const estimated: Omit<BacktestRow, 'low' | 'high' | 'stratum'>[] = []
  const unestimated: UnestimatedRow[] = []
  for (const { setup, measured } of measurements) {
    const { id, kind, group, key } = setup
    const refuse = (reason: string) => unestimated.push({ id, kind, group, key, reason })
    const family = familyOf(setup)
    if (family === undefined) {
      refuse(`nothing here estimates "${key}" of a row of kind ${kind}`)
      continue
    }
    const read = family.read(setup, catalogue)
    if ('reason' in read) {
      refuse(read.reason)
      continue
    }
    const fitted = profiles.get(family.id)
    const values: CalibrationValues = (fitted?.get(group) ?? fitted?.get(null))?.values ?? {}
    const value = read.estimate(values)
    estimated.push({
      id,
      kind,
      family: family.id,
      group,
      key,
      device: setup.gpu_id ?? setup.gpu ?? null,
      measured,
      estimated: value,
      relativeError: value / measured - 1,
      strata: read.strata,
      baselines: read.baselines ?? {},
    })
  }
  const known = errors ?? leftOutErrors(estimated)
  const strataWithout = new Map<string, ReadonlyMap<string, ErrorStratum>>()
  const strataFor = (group: string): ReadonlyMap<string, ErrorStratum> => {
    let strata = strataWithout.get(group)
    if (strata === undefined) {
      strata = strataByKey(errorStrata(known.filter(error => error.group !== group)))
      strataWithout.set(group, strata)
    }
    return strata
  }
  const allStrata = strataByKey(errorStrata(known))
  const rows = estimated.map(row => {
    const others = nearestStratum(strataFor(row.group), row.family, row.strata)
    // Where fewer than two other publishers measured such a quantity, the publisher's own errors count too.
    const stratum =
      others === undefined || others.groups < leastPublishers
        ? nearestStratum(allStrata, row.family, row.strata)
        : others
    const factor = stratum === undefined ? Number.NaN : Math.exp(stratum.halfWidth)
    return {
      ...row,
      low: row.estimated / factor,
      high: row.estimated * factor,
      stratum: stratum?.stratum ?? null,
    }
  })
  return { rows, unestimated }
}

/** Strata by family and name, as `nearestStratum` looks them up. */
export function strataByKey(strata: readonly ErrorStratum[]): Map<string, ErrorStratum> {
  return new Map(strata.map(stratum => [`${stratum.family}\t${stratum.stratum}`, stratum]))
}

/** The errors of rows that can be compared. */
export function leftOutErrors(
  rows: readonly Pick<BacktestRow, 'family' | 'group' | 'strata' | 'measured' | 'estimated'>[],
): LeftOutError[] {
  return rows
    .filter(({ measured, estimated }) => measured > 0 && estimated > 0)
    .map(({ family, group, strata, measured, estimated }) => ({
      family,
      group,
      strata,
      logError: Math.log(measured / estimated),
    }))
}
