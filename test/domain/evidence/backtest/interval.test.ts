import { describe, expect, it } from 'vitest'
import { strataByKey } from '../../../../src/domain/evidence/backtest/backtest.ts'
import {
  balancedQuantile,
  errorStrata,
  type LeftOutError,
  nearestStratum,
} from '../../../../src/domain/evidence/backtest/interval.ts'

const error = (group: string, logError: number, strata: readonly string[] = ['all']): LeftOutError => ({
  family: 'training-time',
  group,
  strata,
  logError,
})

describe('the half-width of an interval', () => {
  it('is the rank that conformal prediction asks for: the 18th of 19 sizes', () => {
    const errors = Array.from({ length: 19 }, (_, index) => error('one', (index % 2 ? -1 : 1) * (index + 1)))
    // ⌈(19 + 1) · 0.9⌉ = 18.
    expect(balancedQuantile(errors)).toBe(18)
  })

  it('is the largest error when there are too few to leave one out', () => {
    expect(balancedQuantile([error('one', 0.1), error('one', -0.3), error('two', 0.2)])).toBe(0.3)
  })

  it('lets a publisher of few rows count more a row than one of many', () => {
    const many = Array.from({ length: 100 }, () => error('many', 0.01))
    const few = Array.from({ length: 4 }, () => error('few', 0.5))
    // 100 rows weigh 10 and 4 rows weigh 2: the few are a sixth of the weight, more than a tenth.
    expect(balancedQuantile([...many, ...few])).toBe(0.5)
    const fewer = Array.from({ length: 1 }, () => error('few', 0.5))
    expect(balancedQuantile([...many, ...fewer])).toBe(0.01)
  })
})

describe('strata of errors', () => {
  const errors = [
    ...Array.from({ length: 12 }, (_, index) => error(`g${index % 3}`, 0.1, ['hopper', 'all'])),
    ...Array.from({ length: 3 }, () => error('g0', 0.4, ['blackwell', 'all'])),
  ]
  const strata = strataByKey(errorStrata(errors))

  it('stand when they have twelve rows of two publishers, and the widest always', () => {
    const ofOne = Array.from({ length: 20 }, () => error('g0', 0.1, ['hopper', 'all']))
    expect(errorStrata(ofOne).map(({ stratum }) => stratum)).toEqual(['all'])
    expect([...strata.values()].map(({ stratum, rows, groups }) => [stratum, rows, groups])).toEqual([
      ['all', 15, 3],
      ['hopper', 12, 3],
    ])
    expect(errorStrata([error('g0', 0.2, ['hopper', 'all'])]).map(({ stratum }) => stratum)).toEqual(['all'])
  })

  it('are chosen from the narrowest on', () => {
    expect(nearestStratum(strata, 'training-time', ['hopper', 'all'])?.stratum).toBe('hopper')
    expect(nearestStratum(strata, 'training-time', ['blackwell', 'all'])?.stratum).toBe('all')
    expect(nearestStratum(strata, 'serving', ['hopper', 'all'])).toBeUndefined()
  })
})
