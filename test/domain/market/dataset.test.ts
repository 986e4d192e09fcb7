import { describe, expect, it } from 'vitest'
import { knownBy, type Observation, observationFor } from '../../../src/domain/market/dataset.ts'

describe('what was known on a day', () => {
  it.each([
    ['2021-12-31', '2021-12-31', true],
    ['2022-01-01', '2021-12-31', false],
    ['2021-12', '2021-12-31', true],
    ['2021-12', '2021-12-30', false],
    ['2021-02', '2021-03-01', true],
    ['2021', '2021-12-31', true],
    ['2021', '2021-12-30', false],
    ['2021', '2021', true],
    ['2021-05', '2021', true],
    ['2022-01', '2021', false],
    ['2021', '2021-11', false],
  ])('%s was published by %s: %s', (vintage, asOf, known) => {
    expect(knownBy(vintage, asOf)).toBe(known)
  })
})

describe('the observation that stands for a period', () => {
  const row = (value: number | null, status: Observation['status'], vintage: string | null): Observation => ({
    period: '2024',
    value,
    low: null,
    high: null,
    status,
    vintage,
    provenance: 'read',
    source: null,
    note: null,
  })
  const observations = [
    row(3246.44, 'forecast', '2024'),
    row(3257.83, 'actual', '2024-12'),
    row(null, 'actual', '2026-01'),
    row(3300, 'estimate', '2025-06'),
  ]

  it('is the actual one, whatever its vintage, and never one without a value', () => {
    expect(observationFor({ observations }, '2024')?.value).toBe(3257.83)
  })

  it('is the forecast while nothing firmer was published', () => {
    const early = observations.map(each =>
      each.status === 'forecast' ? { ...each, vintage: '2024-03' } : each,
    )
    expect(observationFor({ observations: early }, '2024', '2024-06-30')?.value).toBe(3246.44)
  })

  it('is none of unknown vintage when a day is named', () => {
    expect(observationFor({ observations: [row(1, 'actual', null)] }, '2024', '2030-01-01')).toBeUndefined()
    expect(observationFor({ observations: [row(1, 'actual', null)] }, '2024')?.value).toBe(1)
  })

  it('is none of another period', () => {
    expect(observationFor({ observations }, '2023')).toBeUndefined()
  })
})
