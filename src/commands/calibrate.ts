import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { CalibrationProfile } from '../domain/compute/calibration/parameter.ts'
import { backtest, leftOutErrors, profilesOf } from '../domain/evidence/backtest/backtest.ts'
import { calibrate } from '../domain/evidence/backtest/calibrate.ts'
import { backtestFamilies } from '../domain/evidence/backtest/families.ts'
import { errorStrata } from '../domain/evidence/backtest/interval.ts'
import { readMeasurements } from '../domain/evidence/backtest/read-measurements.ts'
import { catalogueOfFiles } from '../store/catalogue-files.ts'

// Fits the constants of every family (or of those named) on the published measurements, once on all and once
// without each publisher, and writes them with the errors that left-out publishers show.
const data = new URL('../../prisma/data/', import.meta.url)
const { values: options } = parseArgs({ options: { family: { type: 'string', multiple: true } } })

const catalogue = catalogueOfFiles()
const { measurements } = readMeasurements(catalogue.resources.measurement.map(({ document }) => document))
const version = new Date().toISOString().slice(0, 10)
const profiles: CalibrationProfile[] = []
for (const family of backtestFamilies) {
  const file = new URL(`calibration/${family.id}.json`, data)
  if (options.family !== undefined && !options.family.includes(family.id)) {
    profiles.push(...(JSON.parse(readFileSync(file, 'utf8')) as CalibrationProfile[]))
    continue
  }
  const start = performance.now()
  const fitted = calibrate(family, measurements, catalogue, version)
  profiles.push(...fitted)
  writeRows(file, fitted)
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  console.log(`${family.id}: ${fitted.length} fits on ${fitted[0]?.rows ?? 0} rows in ${seconds} s`)
}
const { rows } = backtest(measurements, catalogue, profilesOf(profiles), [])
const strata = errorStrata(leftOutErrors(rows)).map(stratum => ({
  ...stratum,
  halfWidth: Number(stratum.halfWidth.toPrecision(4)),
}))
writeRows(new URL('error-strata.json', data), strata)

function writeRows(file: URL, rows: readonly unknown[]): void {
  writeFileSync(file, `[\n${rows.map(row => ` ${JSON.stringify(row)}`).join(',\n')}\n]\n`)
}
