import { describe, expect, it } from 'vitest'
import { useService } from '../../support/service.ts'

const service = useService()
const market = (body: object, query = {}) => service.http.post('/v1/estimates/market').query(query).send(body)
const codesOf = (body: { warnings: { code: string }[] }) => body.warnings.map(({ code }) => code)
const assumed = (body: { assumptions: { name: string }[] }, name: string) =>
  body.assumptions.find(assumption => assumption.name === name)

/** From the 1.5 % that lies in the middle of the report's 1 to 2 % of 2021, to a penetration in 2025. */
const to = (value: number) => ({
  logistic: { from: { year: 2021, value: 0.015 }, to: { year: 2025, value } },
})
const china = { region: 'CN', unit: '亿元', baseYear: 2021, targetYear: 2025 }
const still = { growth: { cagr: 0 }, valueCapture: 1 }

describe("the founding report's market figures", () => {
  it('RMB 1,600 亿 of four segments at their 2021 sizes: 70, 50, 30 and 25 % of them', async () => {
    const { body } = await market({
      ...china,
      segments: [
        { ...still, id: 'web-literature', size: { dataset: 'weblit_cass' }, penetration: to(0.7) },
        { ...still, id: 'digital-music', size: { dataset: 'iimedia_digital_music' }, penetration: to(0.5) },
        { ...still, id: 'web-video', size: { dataset: 'video_long' }, penetration: to(0.3) },
        { ...still, id: 'games', size: { dataset: 'games_gpc', year: 2021 }, penetration: to(0.25) },
      ],
    }).expect(200)
    // 0.7 · 358.5 + 0.5 · 428.9 + 0.3 · 1313.5 + 0.25 · 2965.13
    expect(body.results.total).toMatchObject({ unit: '亿元', value: expect.closeTo(1600.7325, 6) })
    expect(body.results['segments.games']).toMatchObject({
      value: expect.closeTo(741.2825, 9),
      unit: '亿元',
      formula: 'S · P · v · m',
      inputs: [
        'segments.games.size.2025',
        'segments.games.penetration.2025',
        'segments.games.valueCapture',
        'penetrationMultiplier',
      ],
    })
    expect(body.results['shares.games'].value).toBeCloseTo(741.2825 / 1600.7325, 9)
    expect(codesOf(body)).toEqual([
      'value-capture-is-one',
      'mixed-scopes',
      'forecast-as-size',
      'exchange-rate-of-another-year',
    ])
    expect(body.warnings[2].message.en).toContain(
      'digital-music (iimedia_digital_music, 2021, published 2020)',
    )
  })

  it('the other sizes that close: six segments, painting unknown, 1,600.6', async () => {
    const { body } = await market({
      ...china,
      segments: [
        { ...still, id: 'web-literature', size: { value: 358.5 }, penetration: to(0.7) },
        { ...still, id: 'text', size: { value: 207 }, penetration: to(0.6) },
        { ...still, id: 'painting', size: null, penetration: to(0.6) },
        { ...still, id: 'music', size: { value: 180.2, year: 2022 }, penetration: to(0.5) },
        { ...still, id: 'video', size: { value: 1313.5 }, penetration: to(0.3) },
        { ...still, id: 'games', size: { value: 2965.13 }, penetration: to(0.25) },
      ],
    }).expect(200)
    // 250.95 + 124.2 + 90.1 + 394.05 + 741.2825
    expect(body.results.total.value).toBeCloseTo(1600.5825, 9)
    expect(body.results['segments.painting']).toBeUndefined()
    expect(codesOf(body).slice(0, 3)).toEqual(['size-unknown', 'value-capture-is-one', 'mixed-size-years'])
    expect(body.warnings[0].message.en).toContain('painting')
  })

  it('AI software over $120 bn in 2025 at 38.01 % a year: 330.78 亿美元 in 2021', async () => {
    const { body } = await market({
      region: 'WORLD',
      unit: '亿美元',
      baseYear: 2021,
      targetYear: 2025,
      segments: [{ id: 'ai-software', size: { value: 1200, year: 2025 }, growth: { cagr: 0.3801 } }],
    }).expect(200)
    expect(body.results.total).toMatchObject({ value: 1200, unit: '亿美元' })
    expect(body.tables.path.rows[0]).toMatchObject({
      key: '2021',
      quantities: expect.arrayContaining(['total.2021']),
    })
    expect(body.tables.path.rows[0].values[0]).toBeCloseTo(330.779832195, 8)
    expect(body.results.cagr.value).toBeCloseTo(0.3801, 12)
  })

  it('AI software from the published 348.7 of 2021 to the published 1,260 of 2025', async () => {
    const { body } = await market({
      unit: '亿美元',
      baseYear: 2021,
      targetYear: 2025,
      // (1260 / 348.7)^(1/4) − 1; the report prints 38.01 %.
      segments: [{ id: 's', size: { dataset: 'ai_software_statista' }, growth: { cagr: 0.378731345612 } }],
    }).expect(200)
    expect(body.results.total.value).toBeCloseTo(1260, 6)
    expect(assumed(body, 'segments.s.size')).toMatchObject({
      value: 348.7,
      unit: '亿美元',
      status: 'catalogue',
      provenance: 'recalled',
      source: 'mk-statista-607716-recalled',
      evidence: [{ dataset: 'ai_software_statista', period: '2021', status: 'forecast' }],
    })
  })
})

describe('POST /v1/estimates/market', () => {
  const games = {
    id: 'games',
    size: { dataset: 'games_gpc', year: 2021 },
    growth: { cagr: 0.0 },
    valueCapture: 1,
    penetration: to(0.25),
  }

  it('answers one segment with a path by year, in yuan and dollars', async () => {
    const { body } = await market({ ...china, segments: [games] }).expect(200)
    const { path } = body.tables
    expect(path.columns).toMatchObject([
      { id: 'segments.games', unit: '亿元' },
      { id: 'total', unit: '亿元' },
      { id: 'totalUsd', unit: '亿美元' },
      { id: 'tam', unit: '亿元' },
    ])
    expect(path.rows.map(({ key }: { key: string }) => key)).toEqual(['2021', '2022', '2023', '2024', '2025'])
    // The logistic path from 1.5 to 25 %, worked with SciPy: 3.1889, 6.6509 and 13.3529 % between.
    const shares = [0.015, 0.031889, 0.066509, 0.133529, 0.25]
    for (const [index, { values }] of path.rows.entries()) {
      expect(values[0]).toBeCloseTo(2965.13 * (shares[index] ?? 0), 1)
      expect(values[1]).toBe(values[0])
    }
    // NBS: 6.4515 yuan a dollar on average in 2021.
    expect(path.rows[0].values[2]).toBeCloseTo((2965.13 * 0.015) / 6.4515, 9)
    expect(body.results.totalCny.value).toBe(body.results.total.value)
    expect(body.results.totalUsd).toMatchObject({ unit: '亿美元', inputs: ['total', 'cnyPerUsd.2025'] })
  })

  it('says where a size is from, and what stood in for what was not given', async () => {
    const { body } = await market({ ...china, segments: [{ id: 'games', size: games.size }] }).expect(200)
    expect(assumed(body, 'segments.games.size')).toMatchObject({
      value: 2965.13,
      status: 'catalogue',
      provenance: 'read',
      source: 'mk-askci-games-2022',
      note: { en: expect.stringContaining('actual, published 2021-12') },
    })
    for (const [name, value] of [
      ['segments.games.growth', 0],
      ['segments.games.penetration', 1],
      ['segments.games.valueCapture', 1],
      ['penetrationMultiplier', 1],
    ] as const)
      expect(assumed(body, name)).toMatchObject({ value, status: 'default' })
    expect(assumed(body, 'segments.games.valueCapture')).toMatchObject({
      note: { en: expect.stringContaining('founding report') },
    })
    expect(codesOf(body)).toEqual(['value-capture-is-one', 'no-growth', 'exchange-rate-of-another-year'])
  })

  it('labels segments in both languages where labels are given', async () => {
    const label = { en: 'Games', zh: '游戏' }
    const { body } = await market({ ...china, segments: [{ ...games, label }] }).expect(200)
    expect(body.tables.path.columns[0].label).toEqual(label)
    expect(body.results['segments.games'].label.zh).toContain('游戏')
  })

  it('gives another hash for another label, region or dataset, and the same bytes for the same request', async () => {
    const ask = (more: object) => market({ ...china, segments: [games], ...more })
    const hash = async (more: object) => (await ask(more)).body.inputHash as string
    expect((await ask({})).text).toBe((await ask({})).text)
    const hashes = await Promise.all([
      hash({}),
      hash({ region: 'WORLD' }),
      hash({ segments: [{ ...games, label: { en: 'G', zh: '游' } }] }),
      hash({ segments: [{ ...games, size: { value: 2965.13 } }] }),
    ])
    expect(new Set(hashes).size).toBe(4)
  })

  it('traces each year of each segment', async () => {
    const { body } = await market({ ...china, segments: [games] }, { trace: true }).expect(200)
    const ids = body.trace.map(({ id }: { id: string }) => id)
    for (const id of ['segments.games.size', 'segments.games.penetration.2023', 'segments.games.2023'])
      expect(ids).toContain(id)
    const seen = new Set<string>()
    for (const quantity of body.trace) {
      for (const input of quantity.inputs) expect(seen).toContain(input)
      seen.add(quantity.id)
    }
  })

  it('multiplies every penetration', async () => {
    // What takes 2,905.0425 to 1,600 is 0.550766468993 (solved with SciPy).
    const { body } = await market({
      ...china,
      penetrationMultiplier: 0.550766468993,
      segments: [{ id: 's', size: { value: 2905.0425 } }],
    }).expect(200)
    expect(body.results.total.value).toBeCloseTo(1600, 6)
  })

  it('answers the largest request that it takes', async () => {
    const segments = Array.from({ length: 50 }, (_, index) => ({ ...games, id: `s${index}` }))
    const { body } = await market(
      { region: 'CN', baseYear: 1990, targetYear: 2050, segments },
      { trace: true },
    ).expect(200)
    expect(body.tables.path.rows).toHaveLength(61)
    expect(body.trace.length).toBeLessThan(20_000)
  })

  it.each([
    ['/segments/0/size', { size: {} }, 'missing-value'],
    ['/segments/0/size/dataset', { size: { dataset: 'nowhere' } }, 'unknown-dataset'],
    ['/segments/0/size/dataset', { size: { dataset: 'iimedia_mobile_music_users' } }, 'unknown-unit'],
    ['/segments/0/size/year', { size: { dataset: 'games_gpc', year: 1999 } }, 'missing-value'],
    ['/segments/0/penetration/logistic/to/value', { penetration: to(1) }, 'out-of-range'],
    ['/segments/0/id', { id: 'a.b' }, 'invalid-request'],
    ['/segments/0/size', { size: 3 }, 'invalid-request'],
    ['/segments/0/size/valeu', { size: { valeu: 3 } }, 'invalid-request'],
    ['/segments/0/penetration', { penetration: { constant: 0.5, ...to(0.5) } }, 'invalid-request'],
    ['/segments/0/valueCapture', { valueCapture: 1.1 }, 'invalid-request'],
    ['/segments/0/growth/cagr', { growth: { cagr: -1 } }, 'invalid-request'],
  ])('points at %s of %j', async (pointer, change, code) => {
    const { body } = await market({ ...china, segments: [{ ...games, ...change }] })
      .expect(422)
      .expect('content-type', /^application\/problem\+json/)
    expect(body.code).toBe(code)
    expect(body.errors.map((place: { pointer: string }) => place.pointer)).toEqual([pointer])
  })

  it('refuses a dataset of users with both units', async () => {
    const size = { dataset: 'iimedia_mobile_music_users' }
    const { body } = await market({ ...china, segments: [{ ...games, size }] }).expect(422)
    expect(body.detail).toContain('亿人')
    expect(body.detail).toContain('亿元')
  })

  it.each([
    [{ baseYear: 2025, targetYear: 2021 }, 'inconsistent-inputs'],
    [{ baseYear: 1900, targetYear: 2200 }, 'out-of-range'],
    [{ baseYear: 2021.5 }, 'invalid-request'],
    [{ unit: '吨' }, 'invalid-request'],
    [{ segments: [] }, 'invalid-request'],
    [{ segments: [games, games] }, 'duplicate-quantity'],
    [{ segments: [{ id: 's', size: null }] }, 'missing-value'],
    [
      // 11^280 times the size is more than a double holds.
      {
        segments: [{ id: 's', size: { value: 1e12, year: 1900 }, growth: { cagr: 10 } }],
        targetYear: 2200,
        baseYear: 2180,
      },
      'non-finite-quantity',
    ],
  ])('refuses %j as %s', async (change, code) => {
    const { body } = await market({ ...china, segments: [games], ...change }).expect(422)
    expect(body.code).toBe(code)
  })
})
