import { describe, expect, it } from 'vitest'
import { type CompanyFigure, checkFigure, wholeYear } from '../../../src/domain/company/figure.ts'

const figure = (more: Partial<CompanyFigure>): CompanyFigure => ({
  id: 'revenue.2024',
  fact: 'revenue',
  label: { en: 'Revenue', zh: '营业收入' },
  subject: null,
  value: 10,
  low: null,
  high: null,
  unit: '亿元',
  period: '2024',
  basis: null,
  status: 'actual',
  vintage: null,
  provenance: 'read',
  source: null,
  note: null,
  ...more,
})

describe('a figure of a company', () => {
  it('is of a whole year when its period is one, calendar or fiscal', () => {
    expect(wholeYear('2024')).toEqual({ year: 2024, fiscal: false })
    expect(wholeYear('FY2024')).toEqual({ year: 2024, fiscal: true })
    for (const part of ['2024H1', '2024-12', 'TTM 2025-12', 'FY2026 9M', '2025Q1-Q3'])
      expect(wholeYear(part), part).toBeNull()
  })

  it('has a value, words or bounds', () => {
    for (const more of [{}, { value: 'Shenzhen' }, { value: null, low: 1, high: 2 }, { low: 9, high: 11 }])
      expect(() => checkFigure(figure(more))).not.toThrow()
    expect(() => checkFigure(figure({ value: null }))).toThrow('/value is null')
  })

  it('lies within its bounds', () => {
    expect(() => checkFigure(figure({ low: 11 }))).toThrow('/low is 11 and /value is 10')
    expect(() => checkFigure(figure({ value: null, low: 3, high: 2 }))).toThrow('/low is 3 and /high is 2')
  })
})
