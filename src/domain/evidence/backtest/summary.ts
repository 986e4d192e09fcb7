import type { BacktestRow } from './backtest.ts'

/** How far off a set of estimates is. All as ratios: 0.07 is 7 %. */
export interface BacktestSummary {
  readonly rows: number
  readonly groups: number
  readonly medianAbsoluteError: number
  readonly p90AbsoluteError: number
  readonly meanAbsoluteError: number
  readonly maximumAbsoluteError: number
  /** Median of the signed errors. */
  readonly bias: number
  /** Share of measurements inside their 90 % interval; null where no other publisher gives one. */
  readonly intervalCoverage: number | null
  /** Median absolute error of simpler methods on the same rows, by name. */
  readonly baselines: Readonly<
    Record<string, { readonly rows: number; readonly medianAbsoluteError: number }>
  >
}

/** A quantile of unordered numbers, interpolated between neighbours. */
export function quantile(values: readonly number[], at: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  const position = at * (sorted.length - 1)
  const below = Math.floor(position)
  const lower = sorted[below] ?? Number.NaN
  const upper = sorted[below + 1] ?? lower
  return lower + (position - below) * (upper - lower)
}

/** Summary of rows; undefined for none. */
export function summarise(rows: readonly BacktestRow[]): BacktestSummary | undefined {
  if (rows.length === 0) return undefined
  const absolute = rows.map(({ relativeError }) => Math.abs(relativeError))
  const bounded = rows.filter(({ low }) => Number.isFinite(low))
  const inside = bounded.filter(({ measured, low, high }) => measured >= low && measured <= high)
  const names = new Set(rows.flatMap(({ baselines }) => Object.keys(baselines)))
  const baselines: Record<string, { rows: number; medianAbsoluteError: number }> = {}
  for (const name of names) {
    const errors = rows
      .map(({ baselines: each, measured }) => Math.abs((each[name] ?? Number.NaN) / measured - 1))
      .filter(Number.isFinite)
    baselines[name] = { rows: errors.length, medianAbsoluteError: quantile(errors, 0.5) }
  }
  return {
    rows: rows.length,
    groups: new Set(rows.map(({ group }) => group)).size,
    medianAbsoluteError: quantile(absolute, 0.5),
    p90AbsoluteError: quantile(absolute, 0.9),
    meanAbsoluteError: absolute.reduce((sum, error) => sum + error, 0) / absolute.length,
    maximumAbsoluteError: Math.max(...absolute),
    bias: quantile(
      rows.map(({ relativeError }) => relativeError),
      0.5,
    ),
    intervalCoverage: bounded.length === 0 ? null : inside.length / bounded.length,
    baselines,
  }
}

/** Summaries of rows by what `name` says of each, in alphabetical order. */
export function summariseBy(
  rows: readonly BacktestRow[],
  name: (row: BacktestRow) => string,
): { readonly name: string; readonly summary: BacktestSummary }[] {
  const byName = new Map<string, BacktestRow[]>()
  for (const row of rows) {
    const key = name(row)
    const known = byName.get(key)
    if (known === undefined) byName.set(key, [row])
    else known.push(row)
  }
  return [...byName]
    .toSorted(([a], [b]) => a.localeCompare(b))
    .flatMap(([key, members]) => {
      const summary = summarise(members)
      return summary === undefined ? [] : [{ name: key, summary }]
    })
}
