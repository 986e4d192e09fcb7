import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { useService } from '../support/service.ts'

const service = useService()

type Row = Record<string, unknown> & { id: string }
const file = JSON.parse(
  readFileSync(new URL('../../prisma/data/reports/galaxy-2023.json', import.meta.url), 'utf8'),
) as Row & Record<'tables' | 'figures' | 'findings' | 'alternatives' | 'claims', Row[]>

const report = '/v1/reports/galaxy-2023'
const get = async (path: string) => (await service.http.get(`${report}${path}`).expect(200)).body
const ids = (rows: readonly { id: string }[]) => rows.map(({ id }) => id)

// Verdicts that were worked out apart from the service, claim by claim; all others are not checkable.
const consistent = `N003 N004 N006 N007 N008 N009 N010 N011 N015 N017 N020 N028 N029 N033 N035 N036 N045 N046
  N047 N051 N055 N058 N059 N067 N068 N070 N072 N074 N075 N078 N096 N103 N104 N105 N106 N107 N111 N113`
const inconsistent = 'N002 N012 N014 N027 N050 N054 N060 N069 N071 N076 N077 N080 N101'

// Worked out by hand from the report's own figures, in the unit of each claim.
const byHand: Readonly<Record<string, readonly number[]>> = {
  N002: [2.5, 2.5], // May 2020 to November 2022, in years
  N008: [2144], // 268 / 0.125
  N009: [29_120], // 3640 / 0.125
  N010: [9.515988], // 3.06 × 8760 h × 355 / 10^6
  N011: [0.6969456], // 3.06 × 8760 h × 26 / 10^6
  N012: [19.8], // 22 × 9000 / 10^4
  N020: [134.615], // 1750 / 13
  N027: [951.5988], // 3.06 × 8760 h × 355 / 10^4
  N035: [134.522], // 20 × 6.7261
  N050: [340], // (22 − 5) / 5 in per cent
  N054: [53.9605], // 1600 / 29.6513
  N059: [3634.259], // 3.14 × 10^23 / (8.64 × 10^19)
  N060: [3_634_259.26], // 3.14 × 10^11 / 86 400
  N069: [13.5875], // 1746 / 128.5
  N070: [13.58209], // 3640 / 268
  N072: [26.22309, 355.60267], // 268 / 0.028 / 365, and 3.14 × 10^23 / (2.8 × 10^13 × 31 536 000)
  N076: [32], // 4 bytes × 8
  N077: [350], // 175 × 10^9 parameters × 2 bytes
  N078: [22], // 700 / 32 = 21.875, whole cards
}

describe('GET /v1/reports/galaxy-2023', () => {
  it('serves every member of the report as the data has it', async () => {
    const { claims: _, ...expected } = file
    const { version, createdAt, updatedAt, ...served } = await get('')
    expect(served).toEqual(expected)
    expect({ version, createdAt, updatedAt }).toEqual({
      version: 1,
      createdAt: expect.any(String),
      updatedAt: createdAt,
    })
  })

  it('is found by its words in both languages, in a list without the large parts', async () => {
    for (const q of ['galaxy new era', '新纪元 银河']) {
      const { body } = await service.http.get('/v1/reports').query({ q }).expect(200)
      expect(ids(body.items)).toEqual(['galaxy-2023'])
      expect(body.items[0]).toMatchObject({ title: file.title, recommendations: file.recommendations })
      for (const large of ['tables', 'figures', 'findings', 'alternatives'])
        expect(body.items[0]).not.toHaveProperty(large)
    }
    const { body } = await service.http.get('/v1/reports?date=2023-03').expect(200)
    expect(body.items).toEqual([])
  })

  it.each([
    ['tables', 8],
    ['figures', 19],
    ['findings', 26],
    ['alternatives', 2],
  ] as const)('has its %s as a list of %d, as the data has them', async (part, count) => {
    const body = await get(`/${part}`)
    expect(body).toEqual({ items: file[part], nextCursor: null })
    expect(body.items).toHaveLength(count)
    const { body: first, headers } = await service.http.get(`${report}/${part}?limit=1`).expect(200)
    expect(first.items).toEqual(file[part].slice(0, 1))
    expect(headers.link).toContain('rel="next"')
    const rest = await get(`/${part}?limit=1&cursor=${first.nextCursor}`)
    expect(rest.items).toEqual(file[part].slice(1, 2))
  })

  it('has all 113 claims in one page, in the order of the report, as the data has them', async () => {
    const { items, nextCursor } = await get('/claims')
    expect(nextCursor).toBeNull()
    expect(items).toHaveLength(113)
    const strip = ({ version: _v, createdAt: _c, updatedAt: _u, ...claim }: Row) => claim
    const withMarket = (claim: Row) => ({ market: null, ...claim })
    expect(items.map(strip)).toEqual(file.claims.map(withMarket))
    expect(strip(await get('/claims/N060'))).toMatchObject(file.claims.find(({ id }) => id === 'N060') as Row)
  })

  it('filters figures by what is left of them, findings by severity and claim, claims by section and kind', async () => {
    const lost = await get('/figures?status=lost')
    expect(lost.items.map(({ no }: { no: number }) => no)).toEqual([11, 12, 14, 16])
    expect((await get('/figures?status=reconstructed')).items).toHaveLength(6)
    expect((await get('/figures?status=illustration')).items).toHaveLength(9)
    expect(ids((await get('/findings?claim=N060')).items)).toEqual(['E01'])
    expect((await get('/findings?severity=high')).items).toHaveLength(6)
    expect((await get('/claims?kind=forecast')).items).toHaveLength(9)
    expect(ids((await get(`/claims?section=${encodeURIComponent('2.3')}`)).items)).toEqual(['N050', 'N108'])
    await service.http.get(`${report}/figures?status=burnt`).expect(422)
  })

  it('rests every finding on claims that exist', async () => {
    const known = new Set(ids((await get('/claims')).items))
    for (const { id, claims } of (await get('/findings')).items)
      for (const claim of claims) expect(known.has(claim), `${id} ${claim}`).toBe(true)
  })

  it('answers 304 on its parts to who has the version', async () => {
    for (const path of ['', '/tables', '/figures', '/findings', '/alternatives'])
      await service.http.get(`${report}${path}`).set('if-none-match', '"1"').expect(304)
  })

  it('is 404 with all its parts where there is no report', async () => {
    for (const path of [
      '',
      '/tables',
      '/figures',
      '/findings',
      '/alternatives',
      '/claims',
      '/audit',
      '/claims/N001',
    ])
      await service.http.get(`/v1/reports/nothing${path}`).expect(404)
    await service.http.get(`${report}/claims/N999`).expect(404)
  })
})

describe('GET /v1/reports/galaxy-2023/audit', () => {
  it('counts the claims by verdict and by kind of check', async () => {
    const { summary, claims } = await get('/audit')
    expect(claims).toHaveLength(113)
    expect(summary).toEqual({
      claims: 113,
      verdicts: { consistent: 38, inconsistent: 13, notCheckable: 62 },
      checks: { formula: 32, editorial: 19, none: 62 },
    })
  })

  it('gives every claim the verdict that was worked out apart from it', async () => {
    const { claims } = await get('/audit')
    const having = (verdict: string) =>
      ids(claims.filter((claim: { verdict: string }) => claim.verdict === verdict)).join(' ')
    expect(having('consistent')).toBe(consistent.replaceAll(/\s+/g, ' '))
    expect(having('inconsistent')).toBe(inconsistent)
  })

  it.each(Object.entries(byHand))('recomputes %s as by hand', async (id, values) => {
    const { claims } = await get(`/audit?claim=${id}`)
    expect(claims).toHaveLength(1)
    expect(claims[0].comparisons).toHaveLength(values.length)
    values.forEach((value, index) => {
      const { recomputed, printedValue, ratio, difference } = claims[0].comparisons[index]
      expect(Math.abs(recomputed / value - 1)).toBeLessThan(1e-5)
      expect(ratio).toBeCloseTo(recomputed / printedValue, 12)
      expect(difference).toBeCloseTo(recomputed - printedValue, 9)
    })
  })

  it('shows what a verdict rests on', async () => {
    const { claims } = await get('/audit?claim=N060')
    expect(claims[0]).toMatchObject({
      verdict: 'inconsistent',
      basis: 'computed',
      check: 'formula',
      findings: ['E01'],
      quote: expect.stringContaining('364 天'),
      comparisons: [
        {
          printed: '364',
          expression: 'flop / rate / 86400',
          operands: {
            flop: { value: 3.14e23, unit: 'FLOP', from: { claim: 'N058' } },
            rate: { value: 1e12, unit: 'FLOP/s', from: { quote: '每秒进行 1 万亿次浮点运算' } },
          },
          relation: '=',
          tolerance: 1,
          holds: false,
        },
      ],
    })
    const { claims: judged } = await get('/audit?claim=N014')
    expect(judged[0]).toMatchObject({
      verdict: 'inconsistent',
      basis: 'judgement',
      reason: { en: expect.stringContaining('Table 1'), zh: expect.stringContaining('表 1') },
      evidence: expect.arrayContaining([{ table: 1, row: 'chatgpt' }]),
      comparisons: [],
    })
    const { claims: unchecked } = await get('/audit?claim=N005')
    expect(unchecked[0]).toMatchObject({ verdict: 'not-checkable', basis: 'none', comparisons: [] })
    expect(unchecked[0].reason.en).not.toBe('')
  })

  it('lists what the filters ask for, and counts everything', async () => {
    const { summary, claims } = await get('/audit?verdict=inconsistent&section=3.2')
    expect(ids(claims)).toEqual(['N060', 'N069', 'N071', 'N076', 'N077', 'N080'])
    expect(summary.claims).toBe(113)
    expect((await get('/audit?claim=N999')).claims).toEqual([])
    await service.http.get(`${report}/audit?verdict=wrong`).expect(422)
  })
})

describe('PUT', () => {
  it('takes the report and every claim as they were read, and nothing of them changes', async () => {
    const { id: _, claims, ...content } = file
    const replaced = await service.http.put(report).set('if-match', '"1"').send(content).expect(200)
    expect(replaced.body).toMatchObject({ ...content, version: 2 })
    for (const { id, ...claim } of claims) {
      const { body } = await service.http.put(`${report}/claims/${id}`).set('if-match', '"1"').send(claim)
      expect(body, id).toMatchObject({ ...claim, version: 2 })
    }
    const { summary } = await get('/audit')
    expect(summary.verdicts).toEqual({ consistent: 38, inconsistent: 13, notCheckable: 62 })
  })
})
