import { describe, expect, it } from 'vitest'
import { medians } from '../../../../src/domain/compute/calibration/parameter.ts'
import { architectureFamily } from '../../../../src/domain/evidence/backtest/architecture.ts'
import { calibrate } from '../../../../src/domain/evidence/backtest/calibrate.ts'
import type { BacktestFamily, MeasuredSetup } from '../../../../src/domain/evidence/backtest/measurement.ts'
import {
  type MeasurementRow,
  readMeasurement,
  readMeasurements,
} from '../../../../src/domain/evidence/backtest/read-measurements.ts'
import { servingMemoryFamily } from '../../../../src/domain/evidence/backtest/serving-memory.ts'
import { quantile } from '../../../../src/domain/evidence/backtest/summary.ts'
import { trainingMemoryFamily } from '../../../../src/domain/evidence/backtest/training-memory.ts'
import { catalogueOfFiles } from '../../../../src/store/catalogue-files.ts'
import { apart } from '../../../support/models.ts'
import { dataFile } from '../../../support/reference-files.ts'

const catalogue = catalogueOfFiles()
const rows = dataFile<MeasurementRow[]>('measurements.json')
const { measurements } = readMeasurements(rows)
const families = [architectureFamily, trainingMemoryFamily, servingMemoryFamily]

function estimateOf(
  family: BacktestFamily,
  setup: MeasuredSetup,
  values = medians(family.parameters),
): number {
  const read = family.read(setup, catalogue)
  if ('reason' in read) throw new Error(`${setup.id}: ${read.reason}`)
  return read.estimate(values)
}

/** Errors of rows whose publisher took no part in the fit of the constants. */
function leftOutErrors(
  family: BacktestFamily,
  covered = measurements.filter(({ setup }) => family.covers(setup)),
) {
  const profiles = calibrate(family, measurements, catalogue, 'test')
  return covered.map(({ setup, measured }) => {
    const without = profiles.find(({ leftOut }) => leftOut === setup.group) ?? profiles[0]
    return { setup, error: apart(estimateOf(family, setup, without?.values), measured) }
  })
}

const median = (errors: readonly { readonly error: number }[]) =>
  quantile(
    errors.map(({ error }) => error),
    0.5,
  )

describe.each(families)('the rows of $id', family => {
  const covered = rows.filter(
    row => family.covers(row as unknown as MeasuredSetup) && row.score?.value !== undefined,
  )

  it('can all be estimated', () => {
    expect(covered.length).toBeGreaterThanOrEqual(40)
    for (const row of covered) {
      const read = readMeasurement(row)
      if ('reason' in read) throw new Error(read.reason)
      const value = estimateOf(family, read.setup)
      expect(value, row.id).toBeGreaterThan(0)
      expect(Number.isFinite(value), row.id).toBe(true)
    }
  })

  it('are estimated alike whatever was measured', () => {
    for (const row of covered) {
      const other = { ...row, score: { key: row.score?.key ?? '', value: 1 }, measured: { oom: true } }
      const [one, two] = [readMeasurement(row), readMeasurement(other)]
      if ('reason' in one || 'reason' in two) throw new Error(row.id)
      expect(estimateOf(family, two.setup)).toBe(estimateOf(family, one.setup))
    }
  })
})

describe('how far off, with the publisher left out', () => {
  it('training memory: 4 % in the middle', () => {
    const errors = leftOutErrors(trainingMemoryFamily)
    expect(errors.length).toBeGreaterThanOrEqual(100)
    expect(median(errors)).toBeLessThan(0.04)
    for (const group of new Set(errors.map(({ setup }) => setup.group))) {
      expect(median(errors.filter(({ setup }) => setup.group === group)), group).toBeLessThan(0.08)
    }
  })

  it('training memory of a stack whose step makes copies, which no other publisher measured: 4 % in the middle', () => {
    const errors = leftOutErrors(trainingMemoryFamily).filter(({ setup }) =>
      /hybrid zero/i.test(setup.framework ?? ''),
    )
    expect(errors).toHaveLength(16)
    expect(median(errors)).toBeLessThan(0.04)
  })

  it('inference memory: 10 % in the middle, of scripts 5 %', () => {
    const errors = leftOutErrors(servingMemoryFamily)
    expect(errors.length).toBeGreaterThanOrEqual(75)
    expect(median(errors)).toBeLessThan(0.1)
    const ofScripts = (pattern: RegExp) =>
      errors.filter(({ setup }) => setup.key === 'memory_gb' && pattern.test(setup.framework ?? ''))
    expect(ofScripts(/hugging face/i)).toHaveLength(16)
    expect(median(ofScripts(/hugging face/i))).toBeLessThan(0.05)
    expect(ofScripts(/litgpt/i)).toHaveLength(12)
    expect(median(ofScripts(/litgpt/i))).toBeLessThan(0.02)
  })

  it('KV cache: 3 % at most', () => {
    const errors = leftOutErrors(servingMemoryFamily).filter(({ setup }) => setup.key === 'kv_cache_gib')
    expect(errors).toHaveLength(11)
    expect(Math.max(...errors.map(({ error }) => error))).toBeLessThan(0.03)
  })

  it('concurrency: 8 % at most', () => {
    const told = rows.flatMap(row => {
      const concurrency = (row.measured as Record<string, unknown> | undefined)?.max_concurrency
      if (typeof concurrency !== 'number') return []
      const read = readMeasurement({ ...row, score: { key: 'max_concurrency', value: concurrency } })
      return 'setup' in read ? [read] : []
    })
    expect(told).toHaveLength(3)
    for (const { error } of leftOutErrors(servingMemoryFamily, told)) expect(error).toBeLessThan(0.08)
  })
})

describe('rows that lack what others have', () => {
  it.each([
    ['training-memory', 'peak_reserved_gib'],
    ['training-memory', 'gpu_memory_gb'],
    ['inference-memory', 'kv_cache_tokens'],
    ['inference-memory', 'max_concurrency'],
    ['inference-memory', 'activation_gib'],
    ['inference-memory', 'non_torch_gib'],
    ['inference-memory', 'weights_gib'],
    ['training-flops', 'pf_days'],
  ])('%s, %s, of nothing but a size', (kind, key) => {
    const setup = { id: 'x', kind, group: 'x', key, params: 7e9, tokens: 1e12 } as MeasuredSetup
    const family = families.find(each => each.covers(setup))
    if (family === undefined) throw new Error(kind)
    expect(estimateOf(family, setup)).toBeGreaterThan(0)
  })

  it('says of a row without a size that it cannot be estimated', () => {
    const setup = { id: 'x', kind: 'training-memory', group: 'x', key: 'peak_gpu_mem_gb' } as MeasuredSetup
    expect(trainingMemoryFamily.read(setup, catalogue)).toMatchObject({
      reason: expect.stringContaining('parameter'),
    })
  })
})
