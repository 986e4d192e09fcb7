import { describe, expect, it } from 'vitest'
import type { CalibrationProfile } from '../../../../src/domain/compute/calibration/parameter.ts'
import { medians } from '../../../../src/domain/compute/calibration/parameter.ts'
import type { MeasuredSetup } from '../../../../src/domain/evidence/backtest/measurement.ts'
import {
  type MeasurementRow,
  readMeasurement,
  readMeasurements,
} from '../../../../src/domain/evidence/backtest/read-measurements.ts'
import { quantile } from '../../../../src/domain/evidence/backtest/summary.ts'
import {
  countedFlopPerToken,
  trainingSetup,
} from '../../../../src/domain/evidence/backtest/training-setup.ts'
import { trainingTimeFamily as family } from '../../../../src/domain/evidence/backtest/training-time.ts'
import { catalogueOfFiles } from '../../../../src/store/catalogue-files.ts'
import { dataFile } from '../../../support/reference-files.ts'

const catalogue = catalogueOfFiles()
const rows = dataFile<MeasurementRow[]>('measurements.json')
const { measurements } = readMeasurements(rows)
const covered = measurements.filter(({ setup }) => family.covers(setup))
const profiles = dataFile<CalibrationProfile[]>('calibration/training-time.json')

function estimateOf(setup: MeasuredSetup, values = medians(family.parameters)): number {
  const read = family.read(setup, catalogue)
  if ('reason' in read) throw new Error(`${setup.id}: ${read.reason}`)
  return read.estimate(values)
}

/** Absolute relative errors of rows, with the constants that were fitted without their publisher. */
function leftOutErrors(of: (setup: MeasuredSetup) => boolean): number[] {
  return covered
    .filter(({ setup }) => of(setup))
    .map(({ setup, measured }) => {
      const profile = profiles.find(({ leftOut }) => leftOut === setup.group)
      if (profile === undefined) throw new Error(`No profile leaves out ${setup.group}.`)
      return Math.abs(estimateOf(setup, profile.values) / measured - 1)
    })
}

const setup = (more: Partial<MeasuredSetup>): MeasuredSetup => ({
  ...{ id: 'a', kind: 'mfu', group: 'b', key: 'mfu_pct', params: 7e9, gpu_id: 'a100-sxm-80gb', n_gpus: 64 },
  ...more,
})

describe('measurements of training time', () => {
  it('are all read, and estimated as positive numbers', () => {
    expect(covered.length).toBeGreaterThan(370)
    for (const { setup: each } of covered) {
      const estimated = estimateOf(each)
      expect(estimated > 0 && Number.isFinite(estimated), `${each.id}: ${estimated}`).toBe(true)
    }
  })

  it('keep a told layout whose chunks are as many as layers, embeddings and head', () => {
    // 94 layers in 32 stages of three chunks.
    const told = { tp: 2, pp: 32, dp: 4, vp: 3, layers: 94, hidden: 4096, heads: 64, ffn: 12_288 }
    const read = trainingSetup(
      setup({ ...told, params: 27e9, n_gpus: 256, framework: 'Megatron-Core' }),
      catalogue,
    )
    if ('reason' in read) throw new Error(read.reason)
    expect(read.layout).toMatchObject({ tensor: 2, pipeline: 32, data: 4, virtualStages: 3 })
  })

  it('shard weights where a told division leaves more than memory holds, and keep the stage of the stack else', () => {
    const told = { framework: 'Megatron-Core', tp: 1, pp: 1, dp: 64, global_batch: 256, micro_batch: 1 }
    const stageOf = (params: number) => {
      const read = trainingSetup(setup({ ...told, params }), catalogue)
      return 'reason' in read ? read.reason : read.layout.zeroStage
    }
    // Weights and gradients of 70 B parameters take 280 GB, of 7 B 28.
    expect(stageOf(70e9)).toBe(3)
    expect(stageOf(7e9)).toBe(1)
    const divided = trainingSetup(setup({ ...told, params: 70e9, tp: 8, pp: 8, dp: 1 }), catalogue)
    expect(divided).toMatchObject({ layout: { zeroStage: 1 } })
  })

  it('sum gradients in 16 bits where the recipes of the stack do, and as they say', () => {
    const bytesOf = (more: Partial<MeasuredSetup>) => {
      const read = trainingSetup(setup({ tp: 1, pp: 1, dp: 64, ...more }), catalogue)
      return 'reason' in read ? read.reason : read.layout.gradientBytes
    }
    expect(bytesOf({ framework: 'NeMo 24.09' })).toBe(2)
    expect(bytesOf({ framework: 'NeMo 24.09', optimizer_stage: 'ZeRO-1, fp32 gradients' })).toBe(4)
    expect(bytesOf({ framework: 'Megatron-Core' })).toBe(4)
  })

  it('are estimated alike whatever was measured', () => {
    for (const row of rows.filter(({ kind }) => kind === 'mfu' || kind === 'training-time')) {
      if (row.scored === false) continue
      const key = row.score?.key ?? ''
      const other = { ...row, score: { key, value: 12.345 }, measured: { [key]: 12.345 } }
      const [one, two] = [readMeasurement(row), readMeasurement(other as MeasurementRow)]
      if ('reason' in one || 'reason' in two) throw new Error(row.id)
      expect(estimateOf(two.setup), row.id).toBe(estimateOf(one.setup))
    }
  })

  it('under every name that a quantity has in them', () => {
    const names = new Set<string>()
    for (const row of rows) {
      if (row.kind !== 'mfu' && row.kind !== 'training-time') continue
      for (const name of Object.keys((row.measured ?? {}) as object)) names.add(name)
    }
    // Memory, the FLOP of a run, and the time of one layer alone are not of this family.
    const others = ['compute_flop', 'flops', 'per_layer_ms']
    for (const name of names) {
      if (others.includes(name) || /mem|gib/.test(name)) continue
      expect(family.covers(setup({ key: name })), name).toBe(true)
    }
  })

  it('of rows that tell little get the usual of what they do not tell', () => {
    for (const key of ['mfu_pct', 'tokens_per_s_per_gpu', 'step_time_s', 'tflops_per_gpu']) {
      expect(estimateOf(setup({ key })), key).toBeGreaterThan(0)
    }
    expect(estimateOf(setup({ key: 'gpu_hours', tokens: 1e12 }))).toBeGreaterThan(0)
    const unknown = family.read(setup({ gpu_id: 'abacus', gpu: 'abacus' }), catalogue)
    expect(unknown).toEqual({ reason: 'the device "abacus" is not in the catalogue' })
    const untold = family.read(setup({ key: 'gpu_hours' }), catalogue)
    expect(untold).toEqual({ reason: 'nothing tells the tokens of the run' })
  })

  it('agree between the names of one quantity', () => {
    const at = (key: string) => estimateOf(setup({ key, seq: 2048, tokens: 1e12, framework: 'PyTorch FSDP' }))
    expect(at('mfu_pct') / at('mfu')).toBeCloseTo(100, 8)
    expect((at('tflops_per_gpu') / 312) * 100).toBeCloseTo(at('mfu_pct'), 8)
    expect(at('tokens_per_s') / at('tokens_per_s_per_gpu')).toBeCloseTo(64, 8)
    expect(at('gpu_hours') / at('days')).toBeCloseTo(64 * 24, 6)
    expect(at('step_time_ms') / at('step_time_s')).toBeCloseTo(1000, 8)
    expect(at('hfu_pct')).toBeGreaterThanOrEqual(at('mfu_pct'))
  })

  it('count FLOP as they say', () => {
    // Narayanan et al. 2021: 96 · s · l · h² · (1 + s / 6h + V / 16lh) a sequence, recomputation included.
    const [layers, hidden, sequence, vocab] = [96, 12_288, 2048, 51_200]
    const row = setup({
      ...{ layers, hidden, heads: 96, ffn: 4 * hidden, vocab, params: 174.6e9, seq: sequence },
      ...{ tp: 8, pp: 8, dp: 6, recompute: 'full', framework: 'Megatron-LM', key: 'tflops_per_gpu' },
    })
    const read = trainingSetup(row, catalogue)
    if ('reason' in read) throw new Error(read.reason)
    const printed = 96 * layers * hidden ** 2 * (1 + sequence / (6 * hidden) + vocab / (16 * layers * hidden))
    expect(countedFlopPerToken(row, read, false) / printed).toBeCloseTo(1, 2)
    const model = countedFlopPerToken({ ...row, key: 'mfu_pct' }, read, false)
    expect(countedFlopPerToken(row, read, false) / model).toBeCloseTo(4 / 3, 2)
  })
})

describe('estimates of publishers whose measurements were left out', () => {
  it("step times of Korthikanti's cases lie within 8 %, 4.5 % in the mean", () => {
    const errors = leftOutErrors(({ id }) => id.startsWith('korthikanti-t5'))
    expect(errors).toHaveLength(8)
    expect(Math.max(...errors)).toBeLessThan(0.08)
    expect(errors.reduce((sum, error) => sum + error, 0) / 8).toBeLessThan(0.045)
  })

  it('the same cases lie within 3 % in the mean with the constants fitted on all publishers', () => {
    const values = profiles.find(({ leftOut }) => leftOut === null)?.values
    const errors = covered
      .filter(({ setup: { id } }) => id.startsWith('korthikanti-t5'))
      .map(({ setup: each, measured }) => Math.abs(estimateOf(each, values) / measured - 1))
    expect(errors).toHaveLength(8)
    expect(Math.max(...errors)).toBeLessThan(0.08)
    expect(errors.reduce((sum, error) => sum + error, 0) / 8).toBeLessThan(0.03)
  })

  it.each([
    ['mosaicml', 0.05, 0.15],
    ['bigscience', 0.08, 0.2],
    ['megatron-bridge', 0.18, 0.45],
    ['maxtext', 0.15, 0.4],
  ])('%s: the median is below %d, the 90th percentile below %d', (group, median, most) => {
    const errors = leftOutErrors(each => each.group === group)
    expect(errors.length).toBeGreaterThan(20)
    expect(quantile(errors, 0.5)).toBeLessThan(median)
    expect(quantile(errors, 0.9)).toBeLessThan(most)
  })

  it('all together are twice as near as a constant utilisation', () => {
    const errors = leftOutErrors(() => true)
    const constant = covered.map(({ setup: each, measured }) => {
      const read = family.read(each, catalogue)
      const estimated = 'reason' in read ? Number.NaN : (read.baselines?.constantMfu ?? Number.NaN)
      return Math.abs(estimated / measured - 1)
    })
    expect(quantile(errors, 0.5)).toBeLessThan(0.5 * quantile(constant, 0.5))
  })
})
