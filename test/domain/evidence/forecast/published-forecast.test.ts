import { describe, expect, it } from 'vitest'
import { defaultUncertainty } from '../../../../src/domain/evidence/forecast/default-uncertainty.ts'
import { summariseForecasts } from '../../../../src/domain/evidence/forecast/forecast-summary.ts'
import {
  isComparable,
  type PublishedForecast,
  scorePublished,
} from '../../../../src/domain/evidence/forecast/published-forecast.ts'
import { scoreForecast } from '../../../../src/domain/evidence/forecast/scored-forecast.ts'
import type { Dataset } from '../../../../src/domain/market/dataset.ts'
import { dataFile } from '../../../support/reference-files.ts'

const forecasts = dataFile<PublishedForecast[]>('forecasts.json')
const scored = scorePublished(forecasts)
const of = (id: string) => scored.find(each => each.id === id)

describe('the nine forecasts of the reference', () => {
  // Forecast, actual, error in per cent and ln(forecast/actual), as they were worked out beforehand.
  it.each([
    ['BT01', -0.35, -0.0035, 0],
    ['BT02', 5.81, 0.0565, 0],
    ['BT03', -1.18, -0.0119, 0],
    ['BT04', 22.07, 0.1994, 0],
    ['BT05', 27.57, 0.2435, 0],
    ['BT06', 4.0, 0.0393, 0],
    ['BT07', -26.57, -0.3088, 1],
    ['BT08', 34.3, 0.2949, 1],
    ['BT09', 222.98, 1.1724, 2],
  ])('%s: %d %%, %d on the logarithmic scale', (id, percent, logError, horizon) => {
    const scores = of(id)?.scores
    expect(100 * (scores?.relativeError ?? Number.NaN)).toBeCloseTo(percent, 1)
    expect(scores?.logError).toBeCloseTo(logError, 4)
    expect(scores?.horizon).toBe(horizon)
  })

  it('miss by a median of 0.128 without the last, whose outcome is a proxy', () => {
    const eight = scored.filter(({ id }) => /^BT0[1-8]$/.test(id)).map(({ scores }) => scores)
    expect(summariseForecasts(eight, null).medianAbsoluteLogError).toBeCloseTo(0.128, 3)
  })
})

describe('the published forecasts', () => {
  const datasets = [...dataFile<Dataset[]>('datasets.json'), ...dataFile<Dataset[]>('chart-datasets.json')]
  const observed = (id: string, period: string, value: number) => {
    const dataset = datasets.find(each => each.id === id)
    const found = dataset?.observations.find(each => each.period === period && each.value === value)
    return {
      unit: dataset?.unit,
      status: found?.status,
      source: found?.source,
      provenance: found?.provenance,
    }
  }

  it.each(forecasts.map(forecast => [forecast.id, forecast] as const))(
    '%s stands in its dataset, and so does what came',
    (_, { dataset, period, value, unit, source, provenance, outcome }) => {
      expect(observed(dataset, period, value)).toEqual({ unit, status: 'forecast', source, provenance })
      expect(observed(outcome.dataset, outcome.period, outcome.value)).toEqual({
        ...{ unit, status: outcome.status, source: outcome.source, provenance: outcome.provenance },
      })
    },
  )

  it('are flagged for what their outcomes are', () => {
    for (const { dataset, outcome, flags } of forecasts) {
      if (outcome.dataset !== dataset) expect(flags).toContain('other-scope')
      expect(flags.includes('recalled-outcome')).toBe(outcome.provenance === 'recalled')
      expect(flags.includes('derived-outcome')).toBe(outcome.provenance === 'derived')
      expect(flags.includes('estimated-outcome')).toBe(outcome.status === 'estimate')
      expect(flags.includes('forecast-outcome')).toBe(outcome.status === 'forecast')
    }
  })
})

describe('the default uncertainty of a new forecast', () => {
  const rows = scored.filter(isComparable).map(({ scores }) => scores)

  it('rests on comparable outcomes alone', () => {
    expect(rows.map(({ id }) => id)).not.toContain('BT09')
    expect(rows.map(({ id }) => id)).not.toContain('BT05')
  })

  it('is the root mean square of past errors, and says whose', () => {
    const spread = defaultUncertainty(rows, 'ai-market', 0)
    // Four of the kind are too few, so those of the same horizon: BT01 to BT04, BT06 and IDC's two.
    const errors = [-0.0035, 0.0565, -0.0119, 0.1994, 0.0393, Math.log(3275 / 3833), Math.log(3418 / 3833)]
    const expected = Math.sqrt(errors.reduce((sum, error) => sum + error ** 2, 0) / 7)
    expect(spread?.logSd).toBeCloseTo(expected, 4)
    expect(spread?.p95Factor).toBeCloseTo(Math.exp(1.6448536269514722 * expected), 3)
    expect(spread?.basis.en).toContain('7 past forecasts of any kind over 0 years')
    expect(spread?.forecasts).toHaveLength(7)
    expect(spread?.basis.en).not.toContain('too narrow')
  })

  it('falls back to what there is, and is nothing when that is too little', () => {
    const further = defaultUncertainty(rows, undefined, 3)
    expect(further?.basis.en).toContain('of any kind over any horizon')
    expect(further?.basis.en).toContain('8 of them looked less than 3 years ahead')
    expect(defaultUncertainty(rows.slice(0, 4), 'ai-market', 0)).toBeUndefined()
  })

  it('of a kind with enough errors is of that kind and horizon', () => {
    const made = Array.from({ length: 5 }, (_, index) =>
      scoreForecast(
        { id: `x${index}`, forecaster: 'x', kind: 'x', horizon: 1, forecast: 110, actual: 100 },
        '',
      ),
    )
    const spread = defaultUncertainty([...rows, ...made], 'x', 1)
    expect(spread?.logSd).toBeCloseTo(Math.log(1.1), 12)
    expect(spread?.basis.en).toContain('of the kind x over 1 years')
  })
})
