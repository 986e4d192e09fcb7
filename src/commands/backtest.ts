import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { CalibrationProfile } from '../domain/compute/calibration/parameter.ts'
import { type Backtest, backtest, leftOutErrors, profilesOf } from '../domain/evidence/backtest/backtest.ts'
import { readMeasurements } from '../domain/evidence/backtest/read-measurements.ts'
import { type BacktestSummary, summariseBy } from '../domain/evidence/backtest/summary.ts'
import { summariseForecastsBy } from '../domain/evidence/forecast/forecast-summary.ts'
import {
  isComparable,
  type PublishedForecast,
  scorePublished,
} from '../domain/evidence/forecast/published-forecast.ts'
import { catalogueOfFiles } from '../store/catalogue-files.ts'

// Estimates every published measurement with constants fitted without its publisher, and prints how far off that is.
// --data FILE takes measurements of another file of the same form; --json FILE writes a row for each entry.
const { values: options } = parseArgs({
  options: { data: { type: 'string' }, json: { type: 'string' }, details: { type: 'boolean' } },
})

const catalogue = catalogueOfFiles()
const profiles = profilesOf(
  catalogue.resources['calibration-profile'].map(({ document }) => document as unknown as CalibrationProfile),
)
const published = readMeasurements(catalogue.resources.measurement.map(({ document }) => document))
const own = backtest(published.measurements, catalogue, profiles, undefined)
const { answer, unread } =
  options.data === undefined ? { answer: own, unread: published.unread } : other(options.data)

function other(path: string): { answer: Backtest; unread: typeof published.unread } {
  const content = JSON.parse(readFileSync(path, 'utf8')) as unknown[] | { entries: unknown[] }
  const { measurements, unread } = readMeasurements(Array.isArray(content) ? content : content.entries)
  return { answer: backtest(measurements, catalogue, profiles, leftOutErrors(own.rows)), unread }
}

const unestimated = [...answer.unestimated, ...unread]
if (options.json !== undefined) {
  const rows = answer.rows.map(({ id, kind, group, key, measured, estimated, low, high, relativeError }) => ({
    ...{ id, kind, group, key, measured, estimated, low, high, relativeError },
  }))
  const without = unestimated.map(({ id, kind, group, key, reason }) => ({
    ...{
      id,
      kind,
      group,
      key,
      measured: null,
      estimated: null,
      low: null,
      high: null,
      relativeError: null,
      reason,
    },
  }))
  writeFileSync(options.json, `${JSON.stringify([...rows, ...without], null, 1)}\n`)
}

const percent = (ratio: number | null | undefined): string =>
  ratio === null || ratio === undefined || !Number.isFinite(ratio) ? '–' : `${(100 * ratio).toFixed(1)} %`

function line(name: string, summary: BacktestSummary): string {
  const { rows, groups, medianAbsoluteError, p90AbsoluteError, bias, intervalCoverage, baselines } = summary
  const others = Object.entries(baselines).map(
    ([baseline, { medianAbsoluteError: median }]) => `${baseline} ${percent(median)}`,
  )
  const cells = [name, rows, groups, percent(medianAbsoluteError), percent(p90AbsoluteError), percent(bias)]
  return `| ${[...cells, percent(intervalCoverage), others.join(', ') || '–'].join(' | ')} |`
}

function table(title: string, name: Parameters<typeof summariseBy>[1]): void {
  console.log(
    `\n| ${title} | rows | publishers | median | 90th percentile | bias | in 90 % interval | baselines (median) |`,
  )
  console.log('|---|---|---|---|---|---|---|---|')
  for (const { name: each, summary } of summariseBy(answer.rows, name)) console.log(line(each, summary))
}

table('kind', row => row.kind)
table('kind and quantity', row => `${row.kind}, ${row.key}`)
if (options.details === true || options.data !== undefined) {
  table('publisher', row => `${row.kind}, ${row.group}`)
  table('device', row => `${row.kind}, ${row.device}`)
}
console.log(`\n${answer.rows.length} rows estimated, ${unestimated.length} not:`)
for (const { id, reason } of unestimated.slice(0, 50)) console.log(`  ${id}: ${reason}`)

const { forecast: forecasts } = catalogue.resources
const scored = scorePublished(forecasts.map(({ document }) => document as unknown as PublishedForecast))
const scores = scored.map(({ scores: each }) => each)

function forecastTable(title: string, name: Parameters<typeof summariseForecastsBy>[1], of = scores): void {
  console.log(`\n| ${title} | forecasts | median log error | root mean square | bias (log) | MAPE | sMAPE |`)
  console.log('|---|---|---|---|---|---|---|')
  for (const { name: each, summary } of summariseForecastsBy(of, name)) {
    const { rows, medianAbsoluteLogError, rootMeanSquareLogError, meanLogError, mape, smape } = summary
    const logs = [medianAbsoluteLogError, rootMeanSquareLogError, meanLogError]
    const shown = logs.map(value => value?.toFixed(3) ?? '–')
    console.log(`| ${[each, rows, ...shown, percent(mape), percent(smape)].join(' | ')} |`)
  }
}

console.log('\nPublished forecasts against what came (log error: ln(forecast / actual)):')
console.log('\n| forecast | forecaster | of | made | forecast | came | error | log error | flags |')
console.log('|---|---|---|---|---|---|---|---|---|')
for (const { id, forecaster, period, vintage, value, outcome, unit, flags, scores: each } of scored) {
  const { relativeError, logError } = each
  const cells = [id, forecaster, period, vintage, `${value} ${unit}`, outcome.value, percent(relativeError)]
  console.log(`| ${[...cells, logError?.toFixed(4) ?? '–', flags.join(', ') || '–'].join(' | ')} |`)
}
forecastTable('forecaster', ({ forecaster }) => forecaster)
forecastTable('years ahead', ({ horizon }) => String(horizon))
forecastTable(
  'comparable outcomes',
  () => 'all',
  scored.filter(isComparable).map(({ scores: each }) => each),
)
