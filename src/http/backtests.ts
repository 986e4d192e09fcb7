import type { CalibrationProfile } from '../domain/compute/calibration/parameter.ts'
import { type Backtest, backtest, profilesOf } from '../domain/evidence/backtest/backtest.ts'
import { readMeasurements } from '../domain/evidence/backtest/read-measurements.ts'
import type { CatalogueSnapshot } from '../store/catalogue.ts'

const computed = new WeakMap<CatalogueSnapshot, Backtest>()

/** The backtest of a catalogue version: worked out when first asked for, and kept as long as the version is. */
export function backtestOf(catalogue: CatalogueSnapshot): Backtest {
  let known = computed.get(catalogue)
  if (known === undefined) {
    const { measurement, 'calibration-profile': profiles } = catalogue.resources
    const { measurements } = readMeasurements(measurement.map(({ document }) => document))
    const fitted = profiles.map(({ document }) => document as unknown as CalibrationProfile)
    known = backtest(measurements, catalogue, profilesOf(fitted), undefined)
    computed.set(catalogue, known)
  }
  return known
}
