import { describe, expect, it } from 'vitest'
import type { Claim } from '../../../src/domain/evidence/claim.ts'
import {
  auditMarket,
  type MarketCheck,
  refuseUnreadableMarket,
} from '../../../src/domain/evidence/market-check.ts'
import type { Dataset, Observation } from '../../../src/domain/market/dataset.ts'
import { interpolated } from '../../../src/domain/market/interpolation.ts'
import { dataFile, datasetRows } from '../../support/reference-files.ts'

const observation = (period: string, value: number, more: Partial<Observation> = {}): Observation => ({
  period,
  value,
  low: null,
  high: null,
  status: 'actual',
  vintage: '2022',
  provenance: 'read',
  source: null,
  note: null,
  ...more,
})
const series = (id: string, observations: readonly Observation[], unit = '亿元'): Dataset => ({
  id,
  version: 1,
  segment: 's',
  title: { en: id, zh: id },
  metric: 'revenue',
  scope: { en: `scope of ${id}`, zh: null },
  unit,
  currency: 'CNY',
  region: 'CN',
  observations,
})
const comparison = (printed: string, period: string, relation: '=' | '≥' | '≤' = '≥') => ({
  printed,
  expression: 'size',
  operands: { size: { dataset: 'a', period } },
  relation,
})
const check = (more: Partial<MarketCheck>): MarketCheck => ({
  unit: '亿元',
  known: [],
  outcome: [],
  proxies: [],
  remark: null,
  ...more,
})
const moments = { reportDate: '2023-02', today: '2026-11-25' }
const audit = (more: Partial<MarketCheck>, ...datasets: Dataset[]) =>
  auditMarket(check(more), 100, new Map(datasets.map(each => [each.id, each])), moments)

describe('a claim about a market', () => {
  const both = { known: [comparison('100', '2025')], outcome: [comparison('100', '2025')] }

  it('may hold by what was known and fail by what came true', () => {
    const a = series('a', [
      observation('2025', 120, { status: 'forecast', vintage: '2022-11' }),
      observation('2025', 80, { vintage: '2026-03' }),
    ])
    const { known, outcome } = audit(both, a)
    expect([known.verdict, outcome.verdict]).toEqual(['consistent', 'inconsistent'])
    expect([known.comparisons[0]?.recomputed, outcome.comparisons[0]?.recomputed]).toEqual([120, 80])
    expect([known.asOf, outcome.asOf]).toEqual(['2023-02', '2026-11-25'])
    expect(known.comparisons[0]?.operands.size).toMatchObject({
      status: 'forecast',
      vintage: '2022-11',
      scope: { en: 'scope of a' },
    })
  })

  it('is not checkable by what was published later, nor by a forecast that nothing followed', () => {
    const later = audit(both, series('a', [observation('2025', 120, { vintage: '2023-03' })]))
    expect([later.known.verdict, later.outcome.verdict]).toEqual(['not-checkable', 'consistent'])
    expect(later.known.comparisons[0]?.operands.size?.missing?.en).toContain('published by 2023-02')
    const never = audit(both, series('a', [observation('2025', 120, { status: 'forecast' })]))
    expect([never.known.verdict, never.outcome.verdict]).toEqual(['consistent', 'not-checkable'])
    expect(never.outcome.comparisons[0]?.operands.size?.missing?.en).toContain('no actual value or estimate')
  })

  it('does not count a value of unknown vintage as known, and shows what it would give', () => {
    const { known, outcome } = audit(both, series('a', [observation('2025', 120, { vintage: null })]))
    expect(known).toMatchObject({
      verdict: 'not-checkable',
      comparisons: [{ recomputed: null, withUndated: 120, holds: null }],
    })
    expect(outcome).toMatchObject({
      verdict: 'consistent',
      comparisons: [{ recomputed: 120, withUndated: null }],
    })
  })

  it('is not checkable without a comparison, without the series, or where the expression has no value', () => {
    expect(audit({}).known.verdict).toBe('not-checkable')
    expect(audit(both).known.comparisons[0]?.operands.size?.missing?.en).toContain('no series "a"')
    const noValue = { ...comparison('100', '2025'), expression: '1 / (size - size)' }
    expect(audit({ known: [noValue] }, series('a', [observation('2025', 1)])).known).toMatchObject({
      verdict: 'not-checkable',
      comparisons: [{ recomputed: null }],
    })
  })

  it('holds only when all of its comparisons do, and = within one unit of the last digit', () => {
    const a = series('a', [observation('2021', 104.9), observation('2022', 140)])
    expect(audit({ known: [comparison('104', '2021', '=')] }, a).known.verdict).toBe('consistent')
    expect(audit({ known: [comparison('103', '2021', '=')] }, a).known.verdict).toBe('inconsistent')
    expect(
      audit({ known: [comparison('104', '2021', '='), comparison('150', '2022')] }, a).known.verdict,
    ).toBe('inconsistent')
  })

  it('cannot be written with an expression that does not fit its operands', () => {
    expect(() =>
      refuseUnreadableMarket(check({ known: [{ ...comparison('1', '2021'), expression: 'size * price' }] })),
    ).toThrow('/market/known/0/expression uses "price"')
    expect(() =>
      refuseUnreadableMarket(check({ outcome: [{ ...comparison('1', '2021'), expression: '2' }] })),
    ).toThrow('/market/outcome/0/operands has "size"')
    expect(() => refuseUnreadableMarket(check({ known: [comparison('1', '2021')] }))).not.toThrow()
  })
})

describe('a proxy', () => {
  it('is observed or lies between two years at constant growth, converted to the unit of the claim', () => {
    const a = series('a', [
      observation('2020', 1),
      observation('2022', 4, { status: 'forecast', vintage: '2024' }),
    ])
    expect(interpolated(a, 2021)).toEqual({ value: 2, status: 'forecast', from: ['2020', '2022'] })
    expect(interpolated(a, 2022)).toMatchObject({ value: 4, from: ['2022'] })
    expect(interpolated(a, 2023)).toBeUndefined()
    expect(interpolated(a, 2021, '2023')).toBeUndefined()
    expect(interpolated(series('b', [observation('2020', 0), observation('2022', 4)]), 2021)).toBeUndefined()
    const proxies = [{ dataset: 'c', period: '2020', method: 'observed' as const, note: { en: '', zh: '' } }]
    const {
      proxies: [proxy],
    } = audit({ proxies }, series('c', [observation('2020', 0.02)], '万亿元'))
    // 0.02 trillion are 200 hundred million: the printed 100 is half of it.
    expect(proxy).toMatchObject({ value: 200, ratio: 0.5, logError: Math.log(0.5), knownThen: 200 })
  })
})

describe("the founding report's markets", () => {
  const { claims } = dataFile<{ claims: Claim[] }>('reports/galaxy-2023.json')
  const datasets = new Map(datasetRows<Dataset>().map(each => [each.id, each]))
  const audited = new Map(
    claims.flatMap(({ id, market, printed }) =>
      market ? [[id, auditMarket(market, printed.value as number, datasets, moments)]] : [],
    ),
  )
  const verdicts = (id: string) => [audited.get(id)?.known.verdict, audited.get(id)?.outcome.verdict]

  it('have two verdicts each', () => {
    expect([...audited.keys()]).toEqual(['N005', 'N033', 'N048', 'N051', 'N052', 'N056'])
    expect(verdicts('N033')).toEqual(['consistent', 'consistent'])
    expect(verdicts('N048')).toEqual(['consistent', 'consistent'])
    expect(verdicts('N051')).toEqual(['consistent', 'not-checkable'])
    expect(verdicts('N052')).toEqual(['not-checkable', 'not-checkable'])
    expect(verdicts('N056')).toEqual(['not-checkable', 'not-checkable'])
  })

  it('give by hand what they give here', () => {
    // (615 / 308.6)^(1/2) and (1403 / 308.6)^(1/4), 348.7 to 1,260 over four years, and four segments of 2021.
    expect(audited.get('N048')?.known.comparisons[0]?.recomputed).toBeCloseTo(41.17, 2)
    expect(audited.get('N048')?.outcome.comparisons[0]?.recomputed).toBeCloseTo(46.02, 2)
    expect(audited.get('N052')?.known.comparisons[0]?.withUndated).toBeCloseTo(37.8731345612, 8)
    expect(audited.get('N056')?.known.comparisons[0]?.withUndated).toBeCloseTo(1600.7325, 4)
  })

  it('put the 1,600 of 2025 beside what others say: 495, 328 and 686, in other scopes', () => {
    const proxies = audited.get('N056')?.proxies ?? []
    expect(proxies.map(({ dataset, value }) => [dataset, Math.round(value ?? 0)])).toEqual([
      ['llm_askci', 495],
      ['aigc_iimedia', 328],
      ['aigc_iresearch', 686],
    ])
    for (const { knownThen, status, ratio, scopeId } of proxies) {
      expect([knownThen, status]).toEqual([null, 'forecast'])
      expect(ratio).toBeGreaterThan(2)
      expect(scopeId).toMatch(/^(llm|aigc)-cn-/)
    }
    expect(proxies[0]?.logError).toBeCloseTo(Math.log(1600 / 495.39), 12)
  })
})
