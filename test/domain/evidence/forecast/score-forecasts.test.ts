import { describe, expect, it } from 'vitest'
import type { DomainError } from '../../../../src/domain/errors.ts'
import {
  type ScoreRequest,
  scoreForecasts,
} from '../../../../src/domain/evidence/forecast/score-forecasts.ts'
import type { Dataset } from '../../../../src/domain/market/dataset.ts'
import { dataFile } from '../../../support/reference-files.ts'

const datasets = new Map(
  [...dataFile<Dataset[]>('datasets.json'), ...dataFile<Dataset[]>('chart-datasets.json')].map(dataset => [
    dataset.id,
    { ...dataset, version: 1 },
  ]),
)
const ask = (request: ScoreRequest) => scoreForecasts(request, datasets)
const games = [3100, 3200, 3300, 3400].map((value, index) => ({
  forecaster: 'ours',
  period: String(2022 + index),
  vintage: String(2021 + index),
  value,
}))

describe('four forecasts of games against what came', () => {
  const { summary, byHorizon } = ask({
    forecasts: games,
    actuals: { dataset: 'games_gpc' },
    history: { dataset: 'games_gpc', to: '2021' },
  })

  // Worked with scikit-learn and by hand.
  it('have the errors of the reference', () => {
    expect(summary?.meanAbsoluteError).toBeCloseTo(190.395, 9)
    expect(summary?.rootMeanSquareError).toBeCloseTo(243.4457004139, 9)
    expect(summary?.bias).toBeCloseTo(136.45, 9)
    expect(summary?.mape).toBeCloseTo(0.066463416012, 11)
    expect(summary?.smape).toBeCloseTo(0.063000621652, 11)
    expect(summary?.wape).toBeCloseTo(0.061150455268, 11)
    expect(summary?.rmsle).toBeCloseTo(0.083188242, 9)
    expect(summary?.mase).toBeCloseTo(0.727014808, 9)
  })

  it('are one group by horizon', () => {
    expect(byHorizon.map(({ name, summary: { rows } }) => [name, rows])).toEqual([['1', 4]])
  })
})

describe('forecasts with more than a point', () => {
  it('are scored by their distributions, and covered as often as they were', () => {
    const { forecasts, summary } = ask({
      forecasts: [
        { forecaster: 'a', period: '2022', value: 3000, distribution: { normal: { mean: 3000, sd: 300 } } },
        { forecaster: 'a', period: '2025', value: 3000, interval: { low: 2500, high: 3300 } },
        {
          forecaster: 'a',
          period: '2024',
          value: 0.3,
          unit: '万亿元',
          distribution: { quantiles: [{ probability: 0.9, value: 0.3 }] },
        },
      ],
      actuals: { dataset: 'games_gpc' },
    })
    expect(forecasts[0]?.crps).toBeCloseTo(210.1359749332, 8)
    expect(forecasts[1]?.winkler).toBeCloseTo(4957.8, 8)
    expect(forecasts[2]?.pinball).toEqual([{ probability: 0.9, loss: expect.closeTo(232.047, 8) }])
    expect(forecasts.map(({ inside }) => inside)).toEqual([true, false, null])
    expect(summary?.coverage).toMatchObject({ rows: 2, inside: 0.5 })
    expect(summary?.meanCrps).toBeCloseTo(210.1359749332, 8)
  })

  it('of a lognormal are scored in the unit of the answer', () => {
    const half = 0.4 * 1.6448536269514722
    const lognormal = { p5: 1600 * Math.exp(-half), p95: 1600 * Math.exp(half) }
    const { forecasts } = ask({
      forecasts: [
        { forecaster: 'g', period: '2025', value: 1600, distribution: { lognormal }, actual: 495.39 },
      ],
    })
    expect(forecasts[0]?.crps).toBeCloseTo(852.0418914752, 7)
    expect(forecasts[0]?.inside).toBe(false)
  })
})

describe('the forecasts of a dataset', () => {
  it('are held against what the same dataset has later', () => {
    const { forecasts, pending } = ask({ dataset: 'llm_askci' })
    expect(forecasts.map(({ logError }) => logError)).toEqual([
      expect.closeTo(0.0393, 4),
      expect.closeTo(-0.3088, 4),
    ])
    expect(pending.map(({ period }) => period)).toEqual(['2025'])
  })

  it('may be two of one period, told apart by vintage', () => {
    expect(ask({ dataset: 'idc_ai_total_2021' }).forecasts.map(({ vintage }) => vintage)).toEqual([
      '2021-02',
      '2021-08',
    ])
  })
})

describe('what is refused', () => {
  const row = { forecaster: 'a', period: '2022', value: 1 }
  it.each<[string, ScoreRequest, string, string]>([
    ['neither forecasts nor a dataset', {}, 'missing-value', ''],
    ['both', { forecasts: [row], dataset: 'llm_askci' }, 'inconsistent-inputs', ''],
    ['an unknown dataset', { dataset: 'none' }, 'unknown-dataset', '/dataset'],
    ['a forecast twice', { forecasts: [row, row] }, 'inconsistent-inputs', '/forecasts/1'],
    [
      'one made afterwards',
      { forecasts: [{ ...row, vintage: '2023-01' }] },
      'inconsistent-inputs',
      '/forecasts/0/vintage',
    ],
    [
      'another unit',
      { forecasts: [{ ...row, unit: '亿人', actual: 1 }], unit: '亿元' },
      'unknown-unit',
      '/forecasts/0/unit',
    ],
    [
      'percentiles upside down',
      { forecasts: [{ ...row, actual: 1, distribution: { lognormal: { p5: 2, p95: 1 } } }] },
      'out-of-range',
      '/forecasts/0/distribution/lognormal/p95',
    ],
    [
      'quantiles upside down',
      {
        forecasts: [
          {
            ...row,
            actual: 1,
            distribution: {
              quantiles: [
                { probability: 0.9, value: 1 },
                { probability: 0.1, value: 2 },
              ],
            },
          },
        ],
      },
      'inconsistent-inputs',
      '/forecasts/0/distribution/quantiles/1',
    ],
    [
      'an interval upside down',
      { forecasts: [{ ...row, actual: 1, interval: { low: 2, high: 1 } }] },
      'inconsistent-inputs',
      '/forecasts/0/interval',
    ],
  ])('%s', (_, request, code, pointer) => {
    try {
      ask(request)
    } catch (error) {
      expect(error as DomainError).toMatchObject({ code, pointer })
      return
    }
    throw new Error('The request was taken.')
  })

  it('but what has not come yet is pending, and no forecast scored is no summary', () => {
    const { pending, summary } = ask({ forecasts: [row] })
    expect(pending).toEqual([{ id: '0', forecaster: 'a', period: '2022' }])
    expect(summary).toBeNull()
  })
})
