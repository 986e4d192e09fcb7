import { describe, expect, it } from 'vitest'
import { useService } from '../support/service.ts'

const service = useService({ worker: false })
const post = (body: object) => service.http.post('/v1/reconciliations').send(body)
const codes = (body: { warnings: { code: string }[] }) => body.warnings.map(({ code }) => code)

describe('POST /v1/reconciliations', () => {
  it('refuses to pool estimates too far apart to have an interval in common', async () => {
    const estimates = [
      { name: 'next to nothing', value: 5e-324, logSd: 0.35 },
      { name: 'a market', value: 685.78, logSd: 0.35 },
    ]
    const { body } = await post({ triangulation: { estimates } }).expect(422)
    expect(body).toMatchObject({ code: 'out-of-range', errors: [{ pointer: '/triangulation/estimates' }] })
    expect(body.detail).toContain('from 5e-324 to 685.78')
  })

  it('brings parts and their whole together, with the residual and the shares in proportion', async () => {
    const { body } = await post({
      leastSquares: {
        topDown: { value: 0.16, unit: '万亿元', sd: 0 },
        bottomUp: [
          { id: 'a', value: 305.3, cv: 0.1 },
          { id: 'b', value: 358.8, cv: 0.4 },
          { id: 'c', value: 516, cv: 0.4 },
          { id: 'd', value: 146.8, cv: 0.2 },
          { id: 'e', value: 701.3, cv: 0.3 },
          { id: 'f', value: 877, sd: 87.7 },
        ],
      },
    }).expect(200)
    const { leastSquares } = body
    expect(leastSquares.sumBottomUp).toBeCloseTo(2905.2, 9)
    expect(leastSquares.residual).toBeCloseTo(-1305.2, 9)
    expect(leastSquares.parts[2].reconciled.value).toBeCloseTo(40.552464, 6)
    expect(leastSquares.parts[5].proRata).toBeCloseTo(482.996007, 6)
    expect(codes(body)).toEqual(['parts-and-whole-disagree'])
    expect(body.triangulation).toBeNull()
  })

  it('converts each figure and its uncertainty at the rate of its year', async () => {
    const { body } = await post({
      leastSquares: {
        topDown: { value: 1000, sd: 0 },
        bottomUp: [
          { id: 'art', value: 134, unit: '亿美元', year: 2021, sd: 10 },
          { id: 'games', dataset: 'games_gpc', year: 2021, cv: 0 },
        ],
      },
    }).expect(422)
    // 864.501 + (1000 − 864.501 − 2965.13) is below 0.
    expect(body).toMatchObject({ code: 'out-of-range', errors: [{ pointer: '/leastSquares/bottomUp/0' }] })
    expect(body.detail).toMatch(/864\.50\d* to -1965\.1[23]/)
  })

  it('pools what AskCI and the report say only when told to mix scopes', async () => {
    const estimates = [
      { name: 'AskCI', dataset: 'llm_askci', year: 2025, logSd: 0.2 },
      { name: 'report', dataset: 'aigc_galaxy', year: 2025, logSd: 0.4 },
    ]
    const { body: refused } = await post({ triangulation: { estimates } }).expect(422)
    expect(refused).toMatchObject({
      code: 'mixed-scopes',
      errors: [{ pointer: '/triangulation/estimates/1' }],
    })
    // Both registered definitions, and by what they differ.
    expect(refused.detail).toMatch(
      /"AskCI", which counts llm-cn-askci \(.*"report", which counts aigc-cn-galaxy \(/,
    )
    expect(refused.detail).toContain('They differ in')
    const { body } = await post({ triangulation: { estimates, allowMixedScopes: true } }).expect(200)
    expect(codes(body)).toEqual(['mixed-scopes', 'estimates-disagree'])
    expect(body.warnings[0].message.en).toMatch(/llm-cn-askci \(.*aigc-cn-galaxy \(/)
    expect(body.triangulation.scopes).toMatchObject([
      { id: 'llm-cn-askci', estimates: ['AskCI'] },
      { id: 'aigc-cn-galaxy', estimates: ['report'] },
    ])
    // ln 495.39 with weight 1/0.2², ln 1600 with 1/0.4²: four fifths and one fifth.
    expect(body.triangulation.fixed.value).toBeCloseTo(
      Math.exp(0.8 * Math.log(495.39) + 0.2 * Math.log(1600)),
      6,
    )
  })

  it('knows a scope by its id, whoever words it', async () => {
    const askci = { name: 'AskCI', dataset: 'llm_askci', year: 2025, logSd: 0.2 }
    const pooledWith = (other: object) =>
      post({ triangulation: { estimates: [askci, { name: 'other', value: 500, logSd: 0.2, ...other }] } })
    const { body } = await pooledWith({ scopeId: 'llm-cn-askci' }).expect(200)
    expect(codes(body)).toEqual([])
    expect(body.triangulation.scopes).toMatchObject([{ id: 'llm-cn-askci', estimates: ['AskCI', 'other'] }])
    expect(body.triangulation.estimates.map(({ scopeId }: { scopeId: string }) => scopeId)).toEqual([
      'llm-cn-askci',
      'llm-cn-askci',
    ])
    const { body: words } = await pooledWith({ scope: 'all of it' }).expect(422)
    expect(words.detail).toContain('"all of it" (in its own words)')
    const { body: twice } = await pooledWith({ scope: 'all of it', scopeId: 'llm-cn-askci' }).expect(422)
    expect(twice.errors[0]).toMatchObject({
      code: 'inconsistent-inputs',
      pointer: '/triangulation/estimates/1/scopeId',
    })
    const { body: nowhere } = await pooledWith({ scopeId: 'no-such-scope' }).expect(422)
    expect(nowhere.errors[0]).toMatchObject({
      code: 'unknown-reference',
      pointer: '/triangulation/estimates/1/scopeId',
    })
    // Of what nobody says, nothing is told apart.
    expect(codes((await pooledWith({}).expect(200)).body)).toEqual([])
  })

  it.each([
    [{}, ''],
    [
      { leastSquares: { topDown: { value: 1 }, bottomUp: [{ id: 'a', value: 1, cv: 1 }] } },
      '/leastSquares/topDown',
    ],
    [
      { leastSquares: { topDown: { value: 1, sd: 1, cv: 1 }, bottomUp: [{ id: 'a', value: 1, cv: 1 }] } },
      '/leastSquares/topDown',
    ],
    [
      {
        leastSquares: {
          topDown: { value: 1, sd: 1 },
          bottomUp: [
            { id: 'a', value: 1, cv: 1 },
            { id: 'a', value: 1, cv: 1 },
          ],
        },
      },
      '/leastSquares/bottomUp/1/id',
    ],
    [
      {
        leastSquares: {
          topDown: { value: 1, sd: 1 },
          bottomUp: [{ id: 'a', dataset: 'games_gpc', year: 2021, sd: 1 }],
        },
      },
      '/leastSquares/bottomUp/0/sd',
    ],
    [
      {
        leastSquares: {
          topDown: { value: 1, sd: 1 },
          bottomUp: [{ id: 'a', value: 1, unit: '亿美元', cv: 1 }],
        },
      },
      '/leastSquares/bottomUp/0/year',
    ],
    [
      {
        leastSquares: {
          topDown: { value: 1, sd: 1 },
          bottomUp: [{ id: 'a', value: 1, cv: 1 }],
          correlations: [{ between: ['a', 'b'], value: 0.5 }],
        },
      },
      '/leastSquares/correlations/0/between/1',
    ],
    [
      {
        leastSquares: {
          topDown: { value: 1, sd: 1 },
          bottomUp: [{ id: 'a', value: 1, cv: 1 }],
          correlations: [{ between: ['a', 'a'], value: 0.5 }],
        },
      },
      '/leastSquares/correlations/0/between',
    ],
    [
      {
        triangulation: {
          estimates: [
            { name: 'a', value: 0, logSd: 1 },
            { name: 'b', value: 1, logSd: 1 },
          ],
        },
      },
      '/triangulation/estimates/0/value',
    ],
    [{ triangulation: { estimates: [{ name: 'a', value: 1, logSd: 1 }] } }, '/triangulation/estimates'],
  ])('%j is 422 at %s', async (request, pointer) => {
    const { body } = await post(request).expect(422)
    expect(body.errors[0].pointer).toBe(pointer)
  })
})
