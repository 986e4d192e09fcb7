import { describe, expect, it } from 'vitest'
import { claim, label, reportRequests } from '../support/reports.ts'
import { useService } from '../support/service.ts'

const service = useService({ worker: false })
const { newReport, mergePatch, problemOf } = reportRequests(service)

const compared = (dataset: string, period: string, more: object = {}) => ({
  printed: '100',
  expression: 'size',
  operands: { size: { dataset, period } },
  relation: '≥',
  ...more,
})
const market = (more: object = {}) => ({
  unit: '亿元',
  known: [],
  outcome: [],
  proxies: [],
  remark: null,
  ...more,
})
const audit = async (report: string, query = '') =>
  (await service.http.get(`${report}/audit${query}`).expect(200)).body

describe('the audit of a claim about a market', () => {
  it('has two verdicts side by side: 1,600 for 2025 beside what others say, with their scopes', async () => {
    const body = await audit('/v1/reports/galaxy-2023', '?claim=N056')
    expect(body.asOf).toBe('2023-02')
    expect(body.today).toBe(new Date().toISOString().slice(0, 10))
    const [{ verdict, market: held }] = body.claims
    expect(verdict).toBe('not-checkable')
    expect(held).toMatchObject({
      unit: '亿元',
      known: { asOf: '2023-02', verdict: 'not-checkable' },
      outcome: { asOf: body.today, verdict: 'not-checkable' },
    })
    expect(held.known.comparisons[0].withUndated).toBeCloseTo(1600.7325, 4)
    expect(held.outcome.comparisons[0].operands.games).toMatchObject({
      value: 3507.89,
      vintage: '2025-12',
      missing: null,
    })
    for (const proxy of held.proxies) expect(proxy.scope.en).toMatch(/\w/)
  })

  it('knows more as of a later day', async () => {
    const of = async (query: string) =>
      (await audit('/v1/reports/galaxy-2023', `?claim=N048${query}`)).claims[0].market.known
    expect(await of('')).toMatchObject({ verdict: 'consistent' })
    expect(await of('&asOf=2022-10')).toMatchObject({ asOf: '2022-10', verdict: 'not-checkable' })
    expect(await of('&asOf=2022-11')).toMatchObject({ verdict: 'consistent' })
  })

  it('is worked out when asked: a value that is corrected changes it, and its tag', async () => {
    await service.http
      .post('/v1/datasets')
      .send({
        id: 'own-sizes',
        segment: 'games',
        title: label('Sizes'),
        metric: 'revenue',
        scope: { en: 'Ours', zh: null },
        unit: '亿元',
        region: 'CN',
        observations: [
          { period: '2025', value: 120, status: 'forecast', vintage: '2026-01' },
          { period: '2025', value: 80, status: 'actual', vintage: '2026-12' },
        ],
      })
      .expect(201)
    const report = await newReport()
    const check = market({
      known: [compared('own-sizes', '2025')],
      outcome: [compared('own-sizes', '2025')],
      proxies: [{ dataset: 'own-sizes', period: '2025', method: 'observed', note: label('Ours') }],
    })
    await service.http
      .post(`${report}/claims`)
      .send(claim('c', { market: check }))
      .expect(201)
    const before = await service.http.get(`${report}/audit`).expect(200)
    const [{ market: held }] = before.body.claims
    expect([held.known.verdict, held.outcome.verdict]).toEqual(['consistent', 'inconsistent'])
    expect(held.proxies[0]).toMatchObject({ value: 80, knownThen: 120, ratio: 0.11 / 80 })
    await service.http.get(`${report}/audit`).set('if-none-match', String(before.headers.etag)).expect(304)
    await mergePatch('/v1/datasets/own-sizes', '"1"', {
      observations: [{ period: '2025', value: 130, status: 'actual', vintage: '2026-12' }],
    }).expect(200)
    const after = await service.http
      .get(`${report}/audit`)
      .set('if-none-match', String(before.headers.etag))
      .expect(200)
    expect(after.body.claims[0].market.outcome.verdict).toBe('consistent')
  })

  it.each([
    [
      'a series that does not exist',
      { known: [compared('atlantis', '2025')] },
      '/market/known/0/operands/size/dataset',
    ],
    [
      'a proxy that does not exist',
      { proxies: [{ dataset: 'atlantis', period: '2025', method: 'observed', note: label('x') }] },
      '/market/proxies/0/dataset',
    ],
    [
      'an expression that cannot be read',
      { known: [compared('games_gpc', '2021', { expression: 'size +' })] },
      '/market/known/0/expression',
    ],
    [
      'an operand that is not used',
      { outcome: [compared('games_gpc', '2021', { expression: '1' })] },
      '/market/outcome/0/operands/size',
    ],
    [
      'a period that is none',
      { known: [compared('games_gpc', '21')] },
      '/market/known/0/operands/size/period',
    ],
    [
      'an unknown method',
      { proxies: [{ dataset: 'games_gpc', period: '2025', method: 'guessed', note: label('x') }] },
      '/market/proxies/0/method',
    ],
  ])('refuses %s', async (_what, more, pointer) => {
    const report = await newReport()
    const { errors } = await problemOf(report, claim('c', { market: market(more) }))
    expect(errors).toMatchObject([{ pointer }])
  })
})
