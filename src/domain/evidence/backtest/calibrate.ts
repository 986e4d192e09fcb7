import type { CalibrationProfile } from '../../compute/calibration/parameter.ts'
import type { Catalogue } from '../../compute/catalogue.ts'
import { type FitRow, fitCalibration } from './fit.ts'
import type { BacktestFamily, Measurement } from './measurement.ts'

interface ReadRow extends Omit<FitRow, 'weight'> {
  readonly group: string
}

/**
 * Constants of a family, fitted on all measurements and once more without each publisher. Publishers with many rows
 * count by the square root of their number: a sweep of a hundred runs tells less than a hundred publishers.
 */
export function calibrate(
  family: BacktestFamily,
  measurements: readonly Measurement[],
  catalogue: Catalogue,
  version: string,
): CalibrationProfile[] {
  const rows: ReadRow[] = []
  for (const { setup, measured } of measurements) {
    if (!family.covers(setup) || !(measured > 0)) continue
    const read = family.read(setup, catalogue)
    if ('estimate' in read) rows.push({ estimate: read.estimate, measured, group: setup.group })
  }
  const groups = [...new Set(rows.map(({ group }) => group))].toSorted()
  const whole = fitOf(family, rows, undefined)
  const profile = (leftOut: string | null, kept: readonly ReadRow[], values: Record<string, number>) => ({
    family: family.id,
    version,
    leftOut,
    groups: groups.filter(group => group !== leftOut),
    rows: kept.length,
    values: rounded(values),
  })
  return [
    profile(null, rows, whole),
    ...groups.map(group => {
      const kept = rows.filter(row => row.group !== group)
      return profile(group, kept, fitOf(family, kept, whole))
    }),
  ]
}

function fitOf(
  family: BacktestFamily,
  rows: readonly ReadRow[],
  start: Record<string, number> | undefined,
): Record<string, number> {
  const counts = new Map<string, number>()
  for (const { group } of rows) counts.set(group, (counts.get(group) ?? 0) + 1)
  const weighted = rows.map(row => ({ ...row, weight: 1 / Math.sqrt(counts.get(row.group) ?? 1) }))
  return fitCalibration(family.parameters, weighted, start).values
}

/** Six digits: more than any of these constants is known to. */
function rounded(values: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(values).map(([id, value]) => [id, Number(value.toPrecision(6))]))
}
