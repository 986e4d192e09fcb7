import { describe, expect, it } from 'vitest'
import type { DomainError } from '../../../../src/domain/errors.ts'
import type { Dataset } from '../../../../src/domain/market/dataset.ts'
import type { FitAnswer } from '../../../../src/domain/market/fit/fit-answer.ts'
import type { FitRequest } from '../../../../src/domain/market/fit/fit-request.ts'
import { fitSeries } from '../../../../src/domain/market/fit/fit-series.ts'
import { dataFile } from '../../../support/reference-files.ts'

const datasets = new Map(
  dataFile<Dataset[]>('datasets.json').map(dataset => [dataset.id, { ...dataset, version: 1 }]),
)
const ask = (request: FitRequest): FitAnswer => fitSeries(request, datasets)
const yearly = (first: number, values: readonly number[]) =>
  values.map((value, index) => ({ period: String(first + index), value }))
const value = ({ parameters, derived }: FitAnswer, id: string) => (parameters[id] ?? derived[id])?.value

describe('growth', () => {
  it('of games from 2016 to 2021 is the 12.36 % that GPC publishes', () => {
    const found = ask({ model: 'cagr', data: { dataset: 'games_gpc', from: '2016', to: '2021' } })
    expect(value(found, 'rate')).toBeCloseTo(0.1236, 4)
    expect(found.warnings.map(({ code }) => code)).toEqual(['recalled-values'])
  })

  it('of AI software from 348.7 to 1,260 is 37.87 %, not the 38.01 % that the report prints', () => {
    const points = [
      { period: '2021', value: 348.7 },
      { period: '2025', value: 1260 },
    ]
    expect(value(ask({ model: 'cagr', data: { points } }), 'rate')).toBeCloseTo(0.378731345612, 12)
  })

  it('leads back: 1,200 at 38.01 % a year was 330.78 four years before', () => {
    const found = ask({
      model: 'cagr',
      data: { unit: '亿美元', points: [{ period: '2025', value: 1200 }] },
      fixed: { rate: 0.3801 },
      project: [{ period: '2021' }, { period: '2026' }],
    })
    expect(found.projections[0]?.value).toBeCloseTo(330.779832195, 8)
    expect(found.projections[1]?.value).toBeCloseTo(1200 * 1.3801, 8)
  })

  it('of a half-year counts as half a year', () => {
    const points = [
      { period: '2022H1', value: 100 },
      { period: '2023H2', value: 144 },
    ]
    expect(value(ask({ model: 'cagr', data: { points } }), 'rate')).toBeCloseTo(1.44 ** (1 / 1.5) - 1, 12)
  })

  it('as a trend through logarithms has the standard error of simple regression', () => {
    // ln y = (0, 1, 1, 2): slope 0.6, intercept 0.1, residual variance (0.1²+0.3²+0.3²+0.1²)/2 = 0.1, Sxx = 5.
    const found = ask({
      model: 'log-linear',
      data: { points: yearly(2020, [1, Math.E, Math.E, Math.E ** 2]) },
    })
    expect(value(found, 'logGrowth')).toBeCloseTo(0.6, 10)
    expect(found.parameters.logGrowth?.standardError).toBeCloseTo(Math.sqrt(0.1 / 5), 10)
    expect(value(found, 'growthRate')).toBeCloseTo(Math.exp(0.6) - 1, 9)
    expect(found.derived.growthRate?.standardError).toBeCloseTo(Math.exp(0.6) * Math.sqrt(0.1 / 5), 6)
    expect(found.statistics?.rSquared).toBeCloseTo(0.9, 10)
  })

  it('projects with the error of the curve and that of a single value', () => {
    // y = (1, 2, 2, 3) against 0…3: at 5 the error is s·√(1/4 + 3.5²/5), of a value s·√(1 + 1/4 + 3.5²/5).
    const found = ask({
      model: 'linear',
      data: { points: yearly(2020, [1, 2, 2, 3]) },
      project: [{ period: '2025' }],
    })
    const [projection] = found.projections
    expect(projection?.value).toBeCloseTo(1.1 + 0.6 * 5, 10)
    expect(projection?.standardError).toBeCloseTo(Math.sqrt(0.1 * (1 / 4 + 3.5 ** 2 / 5)), 9)
    expect(projection?.predictionError).toBeCloseTo(Math.sqrt(0.1 * (1 + 1 / 4 + 3.5 ** 2 / 5)), 9)
  })
})

describe('what was known on a day', () => {
  it('is all that a fit sees', () => {
    const at = (asOf: string) =>
      ask({ model: 'log-linear', data: { dataset: 'games_gpc', from: '2020', asOf } }).points.map(
        ({ period }) => period,
      )
    expect(at('2023-03-01')).toEqual(['2020', '2021', '2022'])
    expect(at('2024-12-31')).toEqual(['2020', '2021', '2022', '2023', '2024'])
  })

  it('may be forecasts, and then the answer says so', () => {
    const found = ask({
      model: 'log-linear',
      data: { dataset: 'ai_software_statista', statuses: ['actual', 'forecast'] },
    })
    expect(found.points).toHaveLength(8)
    expect(found.warnings.map(({ code }) => code)).toContain('fitted-to-forecasts')
  })
})

describe('units', () => {
  it('of values may differ in scale', () => {
    const points = [
      { period: '2021', value: 9_000, unit: '亿元' },
      { period: '2022', value: 1.2, unit: '万亿元' },
      { period: '2023', value: 1.5 },
    ]
    const found = ask({ model: 'linear', data: { unit: '万亿元', points } })
    expect(found.points.map(point => point.value)).toEqual([0.9, 1.2, 1.5])
    expect(found.parameters.slope).toMatchObject({ value: expect.closeTo(0.3, 10), unit: '万亿元/year' })
  })
})

describe('what the data do not tell', () => {
  const refused = (request: FitRequest): string[] => {
    const found = ask(request)
    expect(found.identified).toBe(false)
    expect(
      Object.values(found.parameters).every(each => each.value === null || each.status === 'fixed'),
    ).toBe(true)
    expect(found.points.every(({ fitted }) => fitted === null)).toBe(true)
    return found.reasons.map(({ code }) => code)
  }

  it('two counts of users are no diffusion', () => {
    expect(refused({ model: 'bass-cumulative', data: { dataset: 'genai_users_cnnic' } })).toEqual([
      'too-few-points',
    ])
  })

  it('growth that does not slow has no ceiling', () => {
    const points = yearly(2015, [1, 2.1, 3.9, 8.2, 15.8, 32.3, 63.5])
    for (const model of ['logistic', 'gompertz'] as const) {
      const reasons = refused({ model, data: { points } })
      expect(
        reasons.some(code => ['ceiling-beyond-data', 'not-converged', 'uncertain-parameter'].includes(code)),
      ).toBe(true)
    }
  })

  it('additions that only ever rise make no Bass curve', () => {
    refused({ model: 'bass', data: { points: yearly(2015, [1, 2, 4, 8, 16, 32]) } })
  })

  it('values that do not change have no rate of their own', () => {
    refused({ model: 'logistic', data: { points: yearly(2015, [5, 5, 5, 5, 5, 5]) } })
  })

  it('with the ceiling fixed, the rest may be told', () => {
    const points = yearly(2015, [0.01, 0.021, 0.039, 0.082, 0.155, 0.27])
    const found = ask({ model: 'logistic', data: { points }, fixed: { ceiling: 1 } })
    expect(found.identified).toBe(true)
    expect(found.parameters.ceiling).toMatchObject({ value: 1, standardError: null, status: 'fixed' })
  })
})

describe('data that are no series', () => {
  const refusal = (request: FitRequest): DomainError => {
    try {
      ask(request)
    } catch (error) {
      return error as DomainError
    }
    throw new Error('The data were taken.')
  }
  const linear = (points: NonNullable<FitRequest['data']['points']>, unit?: string): FitRequest => ({
    model: 'linear',
    data: { points, ...(unit && { unit }) },
  })
  const point = (period: string, of = 1) => ({ period, value: of })

  it.each<[string, FitRequest, string, string, string[]]>([
    [
      'years out of order',
      linear([point('2022'), point('2021')]),
      'inconsistent-inputs',
      '/data/points/1',
      ['2021', '2022'],
    ],
    [
      'a period twice',
      linear([point('2021', 5), point('2021', 6)]),
      'inconsistent-inputs',
      '/data/points/1',
      ['5', '6'],
    ],
    [
      'half-years among years',
      linear([point('2021'), point('2022H1')]),
      'inconsistent-inputs',
      '/data/points/1',
      ['half-year'],
    ],
    [
      'numbers among periods',
      linear([point('2021'), { x: 3, value: 1 }]),
      'inconsistent-inputs',
      '/data/points/1',
      ['3'],
    ],
    [
      'a unit of another kind',
      linear([point('2021'), { ...point('2022'), unit: '亿人' }], '亿元'),
      'unknown-unit',
      '/data/points/1/unit',
      ['亿人', '亿元'],
    ],
    [
      'another currency',
      linear([point('2021'), { ...point('2022'), unit: '亿美元' }], '亿元'),
      'unknown-unit',
      '/data/points/1/unit',
      ['USD', 'CNY'],
    ],
    ['an unknown unit', linear([point('2021')], 'quatloo'), 'unknown-unit', '/data/unit', ['quatloo']],
    [
      'growth from nothing',
      { model: 'cagr', data: { points: [point('2021', 0), point('2022', 3)] } },
      'out-of-range',
      '/data/points/0/value',
      ['2021', '0'],
    ],
    [
      'growth into debt',
      { model: 'cagr', data: { points: [point('2021', 3), point('2022', -1)] } },
      'out-of-range',
      '/data/points/1/value',
      ['-1'],
    ],
    [
      'a logarithm of nothing',
      { model: 'log-linear', data: { points: [point('2021'), point('2022', 0), point('2023')] } },
      'out-of-range',
      '/data/points/1/value',
      ['2022', '0'],
    ],
    [
      'negative additions',
      { model: 'bass', data: { points: [point('2021'), point('2022', -2)] } },
      'out-of-range',
      '/data/points/1/value',
      ['-2'],
    ],
    [
      'a rate from one value',
      { model: 'cagr', data: { points: [point('2021')] } },
      'missing-value',
      '/data',
      ['one'],
    ],
    [
      'both points and a dataset',
      { model: 'linear', data: { points: [point('2021')], dataset: 'games_gpc' } },
      'inconsistent-inputs',
      '/data',
      ['games_gpc'],
    ],
    ['neither', { model: 'linear', data: { unit: '亿元' } }, 'missing-value', '/data', ['dataset']],
    [
      'an unknown dataset',
      { model: 'linear', data: { dataset: 'none' } },
      'unknown-dataset',
      '/data/dataset',
      ['none'],
    ],
    [
      'nothing known that early',
      { model: 'linear', data: { dataset: 'games_gpc', asOf: '2001-01-01' } },
      'missing-value',
      '/data/dataset',
      ['games_gpc'],
    ],
    [
      'a parameter that there is none of',
      { ...linear([point('2021')]), fixed: { ceiling: 1 } },
      'unknown-quantity',
      '/fixed/ceiling',
      ['slope'],
    ],
    [
      'half a start',
      { ...linear([point('2021')]), starts: [{ slope: 1 }] },
      'missing-value',
      '/starts/0',
      ['level'],
    ],
    [
      'a start that is no curve',
      {
        model: 'bass',
        data: { points: [point('2021')] },
        starts: [{ ceiling: 1, innovation: 0, imitation: 1 }],
      },
      'out-of-range',
      '/starts/0',
      ['innovation 0'],
    ],
    [
      'a launch after the first sale',
      { model: 'bass', data: { points: [point('2021')] }, origin: '2022' },
      'out-of-range',
      '/data/points/0',
      ['2021', '2022'],
    ],
    [
      'an origin of another length',
      { ...linear([point('2021')]), origin: '2021H1' },
      'inconsistent-inputs',
      '/origin',
      ['half-year'],
    ],
    [
      'a projection of another kind',
      { ...linear([point('2021'), point('2022'), point('2023')]), project: [{ x: 3 }] },
      'inconsistent-inputs',
      '/project/0',
      ['year'],
    ],
  ])('%s', (_, request, code, pointer, says) => {
    const error = refusal(request)
    expect(error).toMatchObject({ code, pointer })
    for (const word of says) expect(error.message).toContain(word)
  })
})
