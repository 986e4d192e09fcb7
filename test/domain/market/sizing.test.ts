import { describe, expect, it } from 'vitest'
import { DomainError } from '../../../src/domain/errors.ts'
import type { Dataset, Observation } from '../../../src/domain/market/dataset.ts'
import { type MarketRequest, market } from '../../../src/domain/market/sizing.ts'
import { evaluate } from '../../../src/domain/sheet/evaluate.ts'
import { marketLookup, sized } from '../../support/market.ts'

const refusal = (request: MarketRequest, datasets: readonly Dataset[] = []): DomainError => {
  try {
    sized(request, datasets)
  } catch (error) {
    if (error instanceof DomainError) return error
    throw error
  }
  throw new Error('The request was taken.')
}
const observation = (period: string, value: number, more: Partial<Observation> = {}): Observation => ({
  period,
  value,
  low: null,
  high: null,
  status: 'actual',
  vintage: null,
  provenance: 'read',
  source: 's',
  note: null,
  ...more,
})
const dataset = (id: string, unit: string, observations: readonly Observation[]): Dataset => ({
  id,
  version: 1,
  segment: id,
  title: { en: id, zh: id },
  metric: 'revenue',
  scope: { en: `scope of ${id}`, zh: null },
  unit,
  currency: null,
  region: 'CN',
  observations,
})
const codes = (request: MarketRequest, datasets: readonly Dataset[] = []): string[] => {
  const { sheet, warnings } = market.build(request, marketLookup(datasets))
  return warnings(evaluate(sheet)).map(({ code }) => code)
}
const window = { baseYear: 2021, targetYear: 2025 }

describe('growth of a size', () => {
  it('works a size back to the base year: 1200 at 38.01 % a year over four years is 330.779832195', () => {
    const values = sized({
      ...window,
      unit: '亿美元',
      segments: [{ id: 's', size: { value: 1200, year: 2025 }, growth: { cagr: 0.3801 } }],
    })
    expect(values['segments.s.2021']).toBeCloseTo(330.779832195, 8)
    expect(values['segments.s']).toBe(1200)
    expect(values.cagr).toBeCloseTo(0.3801, 12)
  })

  it('gives the rate between two sizes: 348.7 to 1260 over four years is 37.8731345612 %', () => {
    const series = [2022, 2023, 2024].map(year => ({ year, value: 500 }))
    const values = sized({
      ...window,
      segments: [
        { id: 's', size: { value: 348.7 }, growth: { series: [...series, { year: 2025, value: 1260 }] } },
      ],
    })
    expect(values.cagr).toBeCloseTo(0.378731345612, 11)
  })

  it('meets a published rate: games in China, 1655.7 to 2965.13 over five years, 12.36 % a year (GPC)', () => {
    const values = sized({
      baseYear: 2016,
      targetYear: 2021,
      segments: [{ id: 'games', size: { value: 1655.7 }, growth: { cagr: 0.1236 } }],
    })
    expect(values['segments.games']).toBeCloseTo(2965.13, -1)
  })

  it('grows a size of years before the window, and of years after it', () => {
    const at = (year: number) =>
      sized({ ...window, segments: [{ id: 's', size: { value: 100, year }, growth: { cagr: 0.1 } }] })
    expect(at(2011)['segments.s.2021']).toBeCloseTo(100 * 1.1 ** 10, 9)
    expect(at(2011)['segments.s']).toBeCloseTo(100 * 1.1 ** 14, 9)
    expect(at(2035)['segments.s']).toBeCloseTo(100 / 1.1 ** 10, 9)
    expect(at(2035)['segments.s.2021']).toBeCloseTo(100 / 1.1 ** 14, 9)
  })

  it('names the years that a series lacks', () => {
    const error = refusal({
      ...window,
      segments: [{ id: 's', size: { value: 1 }, growth: { series: [{ year: 2023, value: 2 }] } }],
    })
    expect(error).toMatchObject({ code: 'missing-value', pointer: '/segments/0/growth/series' })
    expect(error.message).toContain('2022, 2024, 2025')
  })

  it('refuses years out of order, and names the one that goes back', () => {
    const series = [2022, 2024, 2023, 2025].map(year => ({ year, value: year }))
    const segments = [{ id: 's', size: { value: 1 }, growth: { series } }]
    expect(refusal({ ...window, segments })).toMatchObject({
      code: 'inconsistent-inputs',
      pointer: '/segments/0/growth/series/2/year',
      message: expect.stringContaining('is of 2023, but /segments/0/growth/series/1 before it is of 2024'),
    })
  })

  it('says that nothing grows from nothing at a rate, and leaves the rate out', () => {
    const series = [2022, 2023, 2024, 2025].map(year => ({ year, value: 5 }))
    const from = (value: number) => ({
      ...window,
      segments: [{ id: 's', size: { value }, growth: { series } }],
    })
    expect(sized(from(0))).not.toHaveProperty('cagr')
    expect(codes(from(0))).toContain('growth-without-base')
    expect(sized(from(5)).cagr).toBeCloseTo(0, 12)
    expect(codes(from(5))).not.toContain('growth-without-base')
  })

  it.each([
    [[{ year: 2021, value: 3 }], '1 亿元 and 3 亿元'],
    [
      [
        { year: 2022, value: 3 },
        { year: 2022, value: 4 },
      ],
      '3 亿元 and 4 亿元',
    ],
  ])('refuses two sizes of one year: %j', (series, says) => {
    const error = refusal({ ...window, segments: [{ id: 's', size: { value: 1 }, growth: { series } }] })
    expect(error.code).toBe('inconsistent-inputs')
    expect(error.message).toContain(says)
  })
})

describe('currency', () => {
  it('converts at the average rate of the year of the figure: 134 亿美元 of 2021 are 864.501 亿元', () => {
    const values = sized({
      ...window,
      segments: [{ id: 's', size: { value: 134, unit: '亿美元', year: 2021 } }],
    })
    expect(values['cnyPerUsd.2021']).toBe(6.4515)
    expect(values['segments.s.size']).toBeCloseTo(864.501, 9)
    expect(values.total).toBeCloseTo(864.501, 9)
  })

  it('gives the total in both currencies, at the rate of the target year', () => {
    const yuan = sized({ baseYear: 2022, targetYear: 2023, segments: [{ id: 's', size: { value: 704.67 } }] })
    expect(yuan).toMatchObject({ total: 704.67, totalCny: 704.67 })
    // NBS: 7.0467 yuan a dollar on average in 2023, 6.7261 in 2022.
    expect(yuan.totalUsd).toBeCloseTo(100, 9)
    expect(yuan['totalUsd.2022']).toBeCloseTo(704.67 / 6.7261, 9)
    const dollars = sized({
      baseYear: 2022,
      targetYear: 2023,
      unit: '亿美元',
      segments: [{ id: 's', size: { value: 100 } }],
    })
    expect(dollars).toMatchObject({ total: 100, totalUsd: 100 })
    expect(dollars.totalCny).toBeCloseTo(704.67, 9)
  })

  it('takes the last rate known for a year without one, and says so', () => {
    const request = { baseYear: 2030, targetYear: 2030, segments: [{ id: 's', size: { value: 1 } }] }
    expect(sized(request)['cnyPerUsd.2030']).toBe(7.1217)
    const { sheet, warnings } = market.build(request, marketLookup())
    expect(sheet.at(sheet.find('cnyPerUsd.2030') ?? -1).provenance).toMatchObject({ status: 'default' })
    const said = warnings(evaluate(sheet)).find(({ code }) => code === 'exchange-rate-of-another-year')
    expect(said?.message.en).toContain('2030 takes 7.1217 of 2024')
  })
})

describe('sizes from datasets', () => {
  const games = dataset('games', '亿元', [
    observation('2021', 300, { status: 'forecast', vintage: '2020-12' }),
    observation('2021', 280, { status: 'estimate', vintage: '2021-06' }),
    observation('2021', 296.5, { vintage: '2021-12' }),
    observation('2021', 296.6, { vintage: '2022-12' }),
    observation('2021H1', 150),
  ])
  const ask = (size: object, more: Partial<MarketRequest> = {}): MarketRequest => ({
    ...window,
    ...more,
    segments: [{ id: 's', size }],
  })

  it('takes the actual before the estimate before the forecast, and of these the latest', () => {
    expect(sized(ask({ dataset: 'games' }), [games])['segments.s.size']).toBe(296.6)
  })

  it.each([
    ['2022-06-30', 296.5],
    ['2021-11-30', 280],
    ['2021-01-01', 300],
  ])('takes what was published by %s', (asOf, value) => {
    expect(sized(ask({ dataset: 'games' }, { asOf }), [games])['segments.s.size']).toBe(value)
  })

  it('refuses a year before anything was published', () => {
    const error = refusal(ask({ dataset: 'games' }, { asOf: '2019-12-31' }), [games])
    expect(error).toMatchObject({ code: 'missing-value', pointer: '/asOf' })
    expect(error.message).toContain('by 2019-12-31; by then it has none')
  })

  it('lists only the years that were published by asOf', () => {
    const series = dataset('d', '亿元', [
      observation('2020', 1, { vintage: '2020-12' }),
      observation('2021', 2, { vintage: '2022-01' }),
    ])
    const error = refusal(ask({ dataset: 'd' }, { asOf: '2021-06-30' }), [series])
    expect(error).toMatchObject({ pointer: '/asOf', facts: { known: ['2020'] } })
    const never = refusal(ask({ dataset: 'd', year: 1999 }, { asOf: '2021-06-30' }), [series])
    expect(never).toMatchObject({ pointer: '/segments/0/size/year', facts: { known: ['2020'] } })
  })

  it.each([
    [-1, '亿元', '-1 亿元'],
    [1e12 + 1e3, '亿元', '1000000001000 亿元'],
    [1e9, '万亿元', '10000000000000 亿元'],
  ])('refuses %d %s as a size, with the bounds', (value, unit, says) => {
    const error = refusal(ask({ dataset: 'd' }), [dataset('d', unit, [observation('2021', value)])])
    expect(error).toMatchObject({ code: 'out-of-range', pointer: '/segments/0/size/dataset' })
    for (const said of ['dataset d', '2021', says, 'between 0 and 1000000000000'])
      expect(error.message).toContain(said)
  })

  it.each([
    ['元', 3e10],
    ['万元', 3e6],
    ['千亿元', 0.3],
    ['万亿元', 0.03],
    ['CNY', 3e10],
    ['USD', 3e10 / 6.4515],
    ['万亿美元', 0.03 / 6.4515],
  ])('takes a size in %s', (unit, value) => {
    // NBS: 6.4515 yuan a dollar on average in 2021.
    const size = sized(ask({ dataset: 'd' }), [dataset('d', unit, [observation('2021', value)])])
    expect(size['segments.s.size']).toBeCloseTo(300, 9)
  })

  it('converts scale and currency', () => {
    const inYuan = dataset('d', 'CNY', [observation('2021', 29_650_000_000)])
    expect(sized(ask({ dataset: 'd' }), [inYuan])['segments.s.size']).toBeCloseTo(296.5, 9)
    const inDollars = dataset('d', '亿美元', [observation('2021', 134)])
    expect(sized(ask({ dataset: 'd' }), [inDollars])['segments.s.size']).toBeCloseTo(864.501, 9)
  })

  it.each(['亿人', 'share', 'EFLOP/s'])('refuses a dataset in %s with both units', unit => {
    const error = refusal(ask({ dataset: 'd' }), [dataset('d', unit, [observation('2021', 6.45)])])
    expect(error).toMatchObject({ code: 'unknown-unit', pointer: '/segments/0/size/dataset' })
    expect(error.message).toContain(unit)
    expect(error.message).toContain('亿元')
  })

  it('refuses a dataset that is not there, and a year that it does not have', () => {
    expect(refusal(ask({ dataset: 'none' }))).toMatchObject({ code: 'unknown-dataset' })
    const error = refusal(ask({ dataset: 'games', year: 1999 }), [games])
    expect(error.message).toContain('1999')
    expect(error.message).toContain('it has 2021.')
  })

  it('refuses both a value and a dataset, and neither', () => {
    expect(refusal(ask({ dataset: 'games', value: 3 }), [games]).message).toContain('games and by value 3')
    expect(refusal(ask({ dataset: 'games', unit: '亿元' }), [games]).code).toBe('inconsistent-inputs')
    expect(refusal(ask({ year: 2021 })).code).toBe('missing-value')
  })

  it('names scopes, regions, years and forecasts that are mixed', () => {
    const world = {
      ...dataset('world', '亿美元', [observation('2022', 9, { status: 'forecast' })]),
      region: 'WORLD',
    }
    const request: MarketRequest = {
      ...window,
      region: 'CN',
      segments: [
        { id: 'a', size: { dataset: 'games' }, growth: { cagr: 0 }, valueCapture: 0.5 },
        { id: 'b', size: { dataset: 'world', year: 2022 }, growth: { cagr: 0 }, valueCapture: 0.5 },
      ],
    }
    expect(codes(request, [games, world])).toEqual([
      'mixed-scopes',
      'other-region',
      'mixed-size-years',
      'forecast-as-size',
      'exchange-rate-of-another-year',
    ])
    const { sheet, warnings } = market.build(request, marketLookup([games, world]))
    const text = JSON.stringify(warnings(evaluate(sheet)))
    for (const named of ['scope of games', 'scope of world', 'b: WORLD', 'a 2021, b 2022', 'b (world, 2022)'])
      expect(text).toContain(named)
  })
})

describe('what a sizing says of itself', () => {
  const plain = { id: 's', size: { value: 100 }, growth: { cagr: 0 }, valueCapture: 0.5 }
  const of2021 = { baseYear: 2021, targetYear: 2021 }

  it('nothing, when nothing is mixed or assumed', () => {
    expect(codes({ ...of2021, segments: [plain] })).toEqual([])
  })

  it.each([1, undefined])('that a value capture of %s is that of the founding report', valueCapture => {
    const { valueCapture: _, ...rest } = plain
    const segment = valueCapture === undefined ? rest : { ...rest, valueCapture }
    expect(codes({ ...of2021, segments: [segment] })).toEqual(['value-capture-is-one'])
  })

  it('that a size stays as it is when no growth is given', () => {
    const { growth: _, ...rest } = plain
    expect(codes({ ...window, segments: [rest] })).toContain('no-growth')
    expect(codes({ ...of2021, segments: [rest] })).not.toContain('no-growth')
  })

  it('that a multiplier takes a penetration above one', () => {
    const segments = [{ ...plain, penetration: { constant: 0.6 } }]
    expect(codes({ ...of2021, penetrationMultiplier: 2, segments })).toEqual(['penetration-above-one'])
    expect(codes({ ...of2021, penetrationMultiplier: 1.5, segments })).toEqual([])
  })

  it('that years lie outside the anchors of a path', () => {
    const penetration = { linear: { from: { year: 2020, value: 0.1 }, to: { year: 2021, value: 0.2 } } }
    const request = { baseYear: 2019, targetYear: 2022, segments: [{ ...plain, penetration }] }
    const { sheet, warnings } = market.build(request, marketLookup())
    expect(warnings(evaluate(sheet))).toMatchObject([
      { code: 'penetration-beyond-anchors', message: { en: expect.stringContaining('s 2019, 2022') } },
      { code: 'growth-without-base' },
    ])
  })

  it('at most five segments, and years as ranges, so that a warning stays readable', () => {
    const { valueCapture: _, ...rest } = plain
    const path = { from: { year: 2018, value: 0.1 }, to: { year: 2019, value: 0.2 } }
    const segments = Array.from({ length: 50 }, (_, index) => ({
      ...rest,
      id: `s${index}`,
      label: { en: 'x'.repeat(200), zh: '某'.repeat(200) },
      penetration: { linear: path },
    }))
    const request = { baseYear: 2010, targetYear: 2024, segments }
    const { sheet, warnings } = market.build(request, marketLookup())
    const said = warnings(evaluate(sheet))
    for (const { message } of said) expect(Math.max(message.en.length, message.zh.length)).toBeLessThan(4000)
    expect(said.find(({ code }) => code === 'value-capture-is-one')?.message.en).toContain(' and 45 more')
    const beyond = said.find(({ code }) => code === 'penetration-beyond-anchors')
    expect(beyond?.message.en).toContain('2010–2017, 2020–2024')
  })

  it('that a segment of unknown size adds nothing', () => {
    const segments = [plain, { id: 'images', label: { en: 'Images', zh: '图片' }, size: null }]
    const { sheet, warnings } = market.build({ ...of2021, segments }, marketLookup())
    expect(warnings(evaluate(sheet))).toMatchObject([
      {
        code: 'size-unknown',
        message: { en: expect.stringContaining('Images'), zh: expect.stringContaining('图片') },
      },
    ])
    expect(sheet.find('segments.images')).toBeUndefined()
    expect(sized({ ...of2021, segments }).total).toBe(50)
  })
})

describe('sizings at the edge', () => {
  it('a total of nothing has neither growth nor shares', () => {
    const values = sized({ ...window, segments: [{ id: 's', size: { value: 0 } }] })
    expect(values.total).toBe(0)
    expect(values['shares.s']).toBeUndefined()
    expect(values.cagr).toBeUndefined()
  })

  it('shares of tiny totals are shares: 1e-301 and 3e-301 are a quarter and three', () => {
    const segments = [
      { id: 'a', size: { value: 1e-301 } },
      { id: 'b', size: { value: 3e-301 } },
    ]
    const values = sized({ baseYear: 2021, targetYear: 2021, segments })
    expect(values['shares.a']).toBeCloseTo(0.25, 12)
    expect(values['shares.b']).toBeCloseTo(0.75, 12)
  })

  it('leaves out a growth that is too great for a number', () => {
    const series = [{ year: 2022, value: 1e12 }]
    const segments = [{ id: 's', size: { value: 5e-324 }, growth: { series } }]
    const values = sized({ baseYear: 2021, targetYear: 2022, segments })
    expect(values.total).toBe(1e12)
    expect(values.cagr).toBeUndefined()
  })

  it.each([
    [{ cagr: 10 }, 1900],
    [{ cagr: -0.99 }, 2200],
  ])('refuses a growth that leaves the numbers at the member that says so: %j', (growth, year) => {
    // 11^300 and 0.01^-300 are more than the largest double, 1.8e308.
    const at = year === 1900 ? 2200 : 1900
    const segments = [{ id: 's', size: { value: 1, year }, growth }]
    const error = refusal({ baseYear: at, targetYear: at, segments })
    expect(error).toMatchObject({ code: 'non-finite-quantity', pointer: '/segments/0/growth/cagr' })
    expect(error.message).toContain(`growth of ${growth.cagr} a year takes the size of s`)
  })

  it('refuses a penetration path that cannot be worked out at the path', () => {
    const logistic = { from: { year: 1900, value: 5e-324 }, to: { year: 2100, value: 1 - 1e-9 } }
    const segments = [{ id: 's', size: { value: 1 }, penetration: { logistic } }]
    const error = refusal({ baseYear: 2099, targetYear: 2099, segments })
    expect(error).toMatchObject({ code: 'non-finite-quantity', pointer: '/segments/0/penetration' })
    expect(error.message).toContain('2099')
  })

  it('a path that starts at nothing has no growth', () => {
    const linear = { from: { year: 2021, value: 0 }, to: { year: 2025, value: 0.5 } }
    const values = sized({ ...window, segments: [{ id: 's', size: { value: 10 }, penetration: { linear } }] })
    expect(values.total).toBe(5)
    expect(values.cagr).toBeUndefined()
  })

  it('a Gompertz path that vanishes long before its anchors is nothing there, not an error', () => {
    const gompertz = { from: { year: 2021, value: 0.001 }, to: { year: 2025, value: 0.9 } }
    const values = sized({
      baseYear: 1990,
      targetYear: 2025,
      segments: [{ id: 's', size: { value: 10 }, penetration: { gompertz } }],
    })
    expect(values['segments.s.1990']).toBe(0)
    expect(values.total).toBe(9)
  })

  it('one year is enough', () => {
    const values = sized({ baseYear: 2021, targetYear: 2021, segments: [{ id: 's', size: { value: 7 } }] })
    expect(values.total).toBe(7)
    expect(values.cagr).toBeUndefined()
  })

  it.each([
    [{ baseYear: 2025, targetYear: 2021 }, 'inconsistent-inputs', '2025 to 2021'],
    [{ baseYear: 1950, targetYear: 2021 }, 'out-of-range', '1950 to 2021'],
  ])('refuses the window %j', (years, code, says) => {
    const error = refusal({ ...years, segments: [{ id: 's', size: { value: 7 } }] })
    expect(error).toMatchObject({ code, pointer: '/targetYear' })
    expect(error.message).toContain(says)
  })

  it('refuses two segments of one id, and a market of unknown sizes alone', () => {
    const s = { id: 's', size: { value: 7 } }
    expect(refusal({ ...window, segments: [s, { id: 't', size: null }, s] })).toMatchObject({
      code: 'duplicate-quantity',
      pointer: '/segments/2/id',
      facts: { first: 0, second: 2 },
    })
    expect(refusal({ ...window, segments: [{ id: 't', size: null }] }).code).toBe('missing-value')
  })

  it('refuses sizes by year for a segment whose size is not known', () => {
    const growth = { series: [{ year: 2022, value: 1 }] }
    expect(refusal({ ...window, segments: [{ id: 's', size: null, growth }] })).toMatchObject({
      code: 'inconsistent-inputs',
      pointer: '/segments/0/growth/series',
    })
  })
})
