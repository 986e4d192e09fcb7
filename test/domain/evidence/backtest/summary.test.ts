import { describe, expect, it } from 'vitest'
import type { BacktestRow } from '../../../../src/domain/evidence/backtest/backtest.ts'
import { quantile, summarise, summariseBy } from '../../../../src/domain/evidence/backtest/summary.ts'

const row = (group: string, measured: number, estimated: number, half = 1.1): BacktestRow => ({
  id: `${group}-${measured}`,
  kind: 'mfu',
  family: 'training-time',
  group,
  key: 'mfu_pct',
  device: null,
  measured,
  estimated,
  low: estimated / half,
  high: estimated * half,
  relativeError: estimated / measured - 1,
  stratum: 'all',
  strata: ['all'],
  baselines: { constantMfu: 40 },
})

describe('quantiles', () => {
  it('lie between their neighbours', () => {
    expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5)
    expect(quantile([10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110], 0.9)).toBe(100)
  })
})

describe('a summary', () => {
  const rows = [row('a', 50, 45), row('a', 50, 50), row('b', 40, 44), row('b', 50, 100)]

  it('has the errors, their sign, and how many measurements the intervals held', () => {
    const summary = summarise(rows)
    expect(summary).toMatchObject({ rows: 4, groups: 2, maximumAbsoluteError: 1 })
    expect(summary?.medianAbsoluteError).toBeCloseTo(0.1, 12)
    expect(summary?.meanAbsoluteError).toBeCloseTo((0.1 + 0 + 0.1 + 1) / 4, 12)
    expect(summary?.bias).toBeCloseTo(0.05, 12)
    // 45 · 1.1 = 49.5 misses 50; 100 / 1.1 misses 50.
    expect(summary?.intervalCoverage).toBe(0.5)
    expect(summary?.baselines.constantMfu?.rows).toBe(4)
    expect(summary?.baselines.constantMfu?.medianAbsoluteError).toBeCloseTo(0.2, 12)
  })

  it('is undefined for no rows, and apart for each name', () => {
    expect(summarise([])).toBeUndefined()
    expect(summariseBy(rows, ({ group }) => group).map(({ name, summary }) => [name, summary.rows])).toEqual([
      ['a', 2],
      ['b', 2],
    ])
  })
})
