import { describe, expect, it } from 'vitest'
import type { CalibrationProfile } from '../../../../src/domain/compute/calibration/parameter.ts'
import { backtest, profilesOf } from '../../../../src/domain/evidence/backtest/backtest.ts'
import {
  type MeasurementRow,
  readMeasurements,
} from '../../../../src/domain/evidence/backtest/read-measurements.ts'
import { servingFamily } from '../../../../src/domain/evidence/backtest/serving.ts'
import { askedQuantity, servingAnswer } from '../../../../src/domain/evidence/backtest/serving-answer.ts'
import { summariseBy } from '../../../../src/domain/evidence/backtest/summary.ts'
import { trainingEnergyFamily } from '../../../../src/domain/evidence/backtest/training-energy.ts'
import { catalogueOfFiles } from '../../../../src/store/catalogue-files.ts'
import { dataFile } from '../../../support/reference-files.ts'

const catalogue = catalogueOfFiles()
const raw = catalogue.resources.measurement.map(({ document }) => document as unknown as MeasurementRow)
const ours = ({ setup }: { setup: Parameters<typeof servingFamily.covers>[0] }) =>
  servingFamily.covers(setup) || trainingEnergyFamily.covers(setup)
const measurements = readMeasurements(raw).measurements.filter(ours)
const profiles = profilesOf([
  ...dataFile<CalibrationProfile[]>('calibration/serving.json'),
  ...dataFile<CalibrationProfile[]>('calibration/training-energy.json'),
])

describe('the backtest of serving', () => {
  it('estimates every row, by publishers that its constants were fitted without', () => {
    const { rows, unestimated } = backtest(measurements, catalogue, profiles, [])
    expect(unestimated).toEqual([])
    expect(rows.length).toBeGreaterThan(750)
    const byKind = new Map(summariseBy(rows, ({ kind }) => kind).map(({ name, summary }) => [name, summary]))
    // Publishers that measured servers; those of scripts and of stacks that nobody else measured are further off.
    const ofServers = rows.filter(({ group }) =>
      ['fastertransformer', 'splitwise', 'tensorrt-llm'].includes(group),
    )
    const [latency] = summariseBy(
      ofServers.filter(({ kind }) => kind === 'inference-latency'),
      ({ kind }) => kind,
    )
    expect(latency?.summary.medianAbsoluteError).toBeLessThan(0.1)
    expect(byKind.get('inference-latency')?.medianAbsoluteError).toBeLessThan(0.11)
    expect(byKind.get('inference-throughput')?.medianAbsoluteError).toBeLessThan(0.15)
    expect(byKind.get('energy')?.medianAbsoluteError).toBeLessThan(0.16)
    for (const [, { medianAbsoluteError, baselines }] of byKind) {
      expect(medianAbsoluteError).toBeLessThan(baselines.roofline?.medianAbsoluteError ?? 0)
    }
  })

  it('sees nothing of what was measured', () => {
    const changed = raw.map(row => ({
      ...row,
      measured: { output_tokens_per_s: 1 },
      ...(row.score && { score: { ...row.score, value: 12.5 } }),
    }))
    const blind = readMeasurements(changed).measurements.filter(ours)
    const estimates = (all: typeof measurements): number[] =>
      backtest(all, catalogue, profiles, []).rows.map(({ estimated }) => estimated)
    expect(estimates(blind)).toEqual(estimates(measurements))
  })

  it('estimates rows that tell little: a size and a device, or a name', () => {
    const one = (row: object): number => {
      const score = { key: 'output_tokens_per_s', value: 1 }
      const [read] = readMeasurements([
        { id: 'x', kind: 'inference-throughput', group: 'x', score, ...row },
      ]).measurements
      const estimable = read === undefined ? undefined : servingFamily.read(read.setup, catalogue)
      return estimable !== undefined && 'estimate' in estimable ? estimable.estimate({}) : Number.NaN
    }
    expect(one({ params: 8e9, gpu: 'NVIDIA H100 80GB HBM3' })).toBeGreaterThan(500)
    expect(
      one({ model: 'meta-llama/Llama-3.1-8B-Instruct', gpu: 'RTX 4090', precision: 'awq' }),
    ).toBeGreaterThan(100)
    const mixture = { params: 46.7e9, params_active: 12.9e9, gpu_id: 'h100-sxm-80gb', n_gpus: 2 }
    expect(one(mixture)).toBeGreaterThan(one({ ...mixture, params_active: 46.7e9 }))
    expect(one({ gpu: 'H100' })).toBeNaN()
  })

  it('answers more slowly offered load with the load itself', () => {
    const row = {
      ...{ id: 'x', kind: 'inference-throughput', group: 'x', model: 'llama-3-8b', gpu_id: 'h100-sxm-80gb' },
      score: { key: 'requests_per_s', value: 1 },
      workload: { input_len: 500, output_len: 100, request_rate: 2 },
    }
    const [read] = readMeasurements([row]).measurements
    const estimable = read === undefined ? undefined : servingFamily.read(read.setup, catalogue)
    expect(estimable !== undefined && 'estimate' in estimable && estimable.estimate({})).toBeCloseTo(2, 2)
  })
})

describe('the key of a row', () => {
  it.each([
    ['ttft_p50_ms', 'time to first token'],
    ['mean_itl_ms', 'time per token'],
    ['e2e_latency_s', 'time of requests'],
    ['output_tokens_per_s_per_gpu', 'throughput'],
    ['energy_j_per_output_token', 'energy per token'],
    ['avg_power_w', 'power'],
  ])('%s asks for a %s', (key, quantity) => {
    expect(servingAnswer(key)).toBeDefined()
    expect(askedQuantity(key)).toBe(quantity)
  })

  it.each(['energy_mwh', 'tco2e', 'energy_per_image_joules', 'memory_gb'])(
    '%s asks for none of serving',
    key => {
      expect(servingAnswer(key)).toBeUndefined()
    },
  )
})
