import { describe, expect, it } from 'vitest'
import { DomainError } from '../../../src/domain/errors.ts'
import type { Penetration } from '../../../src/domain/market/adoption.ts'
import type { Dataset } from '../../../src/domain/market/dataset.ts'
import type { Segment } from '../../../src/domain/market/segment.ts'
import { type MarketRequest, market } from '../../../src/domain/market/sizing.ts'
import { evaluate } from '../../../src/domain/sheet/evaluate.ts'
import { marketLookup, sized } from '../../support/market.ts'
import { dataFile } from '../../support/reference-files.ts'

const datasets = dataFile<Dataset[]>('datasets.json').map(dataset => ({ ...dataset, version: 1 }))
const of = (baseYear: number, targetYear: number, segments: Segment[], more: Partial<MarketRequest> = {}) =>
  sized({ baseYear, targetYear, segments, ...more }, datasets)
const warned = (request: MarketRequest): string[] => {
  const { sheet, warnings } = market.build(request, marketLookup(datasets))
  return warnings(evaluate(sheet)).map(({ code }) => code)
}
const refusal = (work: () => unknown): DomainError => {
  try {
    work()
  } catch (error) {
    if (error instanceof DomainError) return error
  }
  throw new Error('The request was taken.')
}

describe('TAM, SAM and what is captured of them', () => {
  const values = of(2021, 2022, [
    {
      id: 'a',
      size: { value: 1000 },
      growth: { cagr: 0.1 },
      addressableShare: 0.4,
      penetration: { constant: 0.5 },
      valueCapture: 0.2,
    },
    { id: 'b', size: { value: 300 }, penetration: { constant: 0.1 } },
  ])

  it('follow one another by year', () => {
    expect(values['tam.2021']).toBeCloseTo(1300, 9)
    expect(values.tam).toBeCloseTo(1400, 9)
    // 0.4 · 1000 + 300, and a year on 0.4 · 1100 + 300.
    expect(values['sam.2021']).toBeCloseTo(700, 9)
    expect(values.sam).toBeCloseTo(740, 9)
    expect(values['segments.a.serviceable.2022']).toBeCloseTo(440, 9)
    // 440 · 0.5 · 0.2 + 300 · 0.1
    expect(values.total).toBeCloseTo(74, 9)
  })

  it('have no SAM of their own where all can be served', () => {
    const whole = of(2021, 2021, [{ id: 'b', size: { value: 300 } }])
    expect(whole.tam).toBe(300)
    expect(whole.sam).toBeUndefined()
  })
})

describe('a size from below', () => {
  it('is users × revenue per user: games of 2025 at 513.6 yuan each come to the published 3,507.89', () => {
    const values = of(2025, 2025, [
      { id: 'games', size: { bottomUp: { users: { dataset: 'games_users' }, revenuePerPayer: 513.6 } } },
    ])
    expect(values['segments.games.users']).toBe(6.83)
    expect(Math.abs((values.total as number) / 3507.89 - 1)).toBeLessThan(1e-5)
  })

  it('takes the payers among users, by month, in dollars at the rate of the year', () => {
    // 50 M users, 4 % paying $20 a month: 50e6 · 0.04 · 20 · 12 = $480 M, at 6.7261 in 2022.
    const size = {
      bottomUp: {
        users: { value: 5000, unit: '万人' },
        payerRate: 0.04,
        revenuePerPayer: 20,
        currency: 'USD',
        per: 'month',
      },
    } as const
    const values = of(2022, 2022, [{ id: 'chat', size }])
    expect(values['segments.chat.sizeUsd']).toBeCloseTo(4.8, 12)
    expect(values.total).toBeCloseTo(4.8 * 6.7261, 10)
  })

  it.each([
    [{ users: {}, revenuePerPayer: 1 }, 'missing-value', '/users'],
    [{ users: { value: 1, dataset: 'games_users' }, revenuePerPayer: 1 }, 'inconsistent-inputs', '/users'],
    [{ users: { dataset: 'none' }, revenuePerPayer: 1 }, 'unknown-dataset', '/users/dataset'],
    [{ users: { dataset: 'games_gpc' }, revenuePerPayer: 1 }, 'unknown-unit', '/users/dataset'],
    [{ users: { dataset: 'games_users' }, revenuePerPayer: 1 }, 'missing-value', '/users/dataset'],
  ] as const)('%j is refused as %s', (bottomUp, code, pointer) => {
    const error = refusal(() => of(2023, 2023, [{ id: 's', size: { bottomUp } }]))
    expect(error).toMatchObject({ code, pointer: `/segments/0/size/bottomUp${pointer}` })
  })

  it('is no size beside a value or a dataset', () => {
    const bottomUp = { users: { value: 1 }, revenuePerPayer: 1 }
    for (const other of [{ value: 1 }, { dataset: 'games_gpc' }, { unit: '亿元' as const }]) {
      const error = refusal(() => of(2023, 2023, [{ id: 's', size: { bottomUp, ...other } }]))
      expect(error).toMatchObject({ code: 'inconsistent-inputs', pointer: '/segments/0/size' })
    }
  })
})

describe('a fitted curve of penetration', () => {
  const shares = (penetration: Penetration, from: number, to: number) => {
    const values = of(from, to, [{ id: 's', size: { value: 1 }, penetration }])
    return Array.from(
      { length: to - from + 1 },
      (_, index) => values[`segments.s.penetration.${from + index}`],
    )
  }

  it('of Bass is that of the published coefficients, and nothing before the launch', () => {
    // p = 0.03, q = 0.38: F(1) to F(5).
    const known = [0, 0.035758164, 0.085056281, 0.150500072, 0.233150472, 0.331198642]
    const found = shares({ bass: { launch: 2021, innovation: 0.03, imitation: 0.38 } }, 2020, 2025)
    for (const [index, share] of known.entries()) expect(found[index]).toBeCloseTo(share, 9)
  })

  it('stays below its ceiling', () => {
    const whole = shares({ bass: { launch: 2021, innovation: 0.03, imitation: 0.38 } }, 2030, 2030)
    const half = shares(
      { bass: { launch: 2021, innovation: 0.03, imitation: 0.38, ceiling: 0.5 } },
      2030,
      2030,
    )
    // F(10)
    expect(whole[0]).toBeCloseTo(0.812803221, 9)
    expect(half[0]).toBeCloseTo(0.812803221 / 2, 9)
  })

  it('is the path through two anchors when it has its constants', () => {
    const offset = Math.log(0.985 / 0.015)
    const found = shares({ fittedLogistic: { origin: 2021, offset, rate: 1.257972325 } }, 2021, 2024)
    for (const [index, share] of [0.015, 0.050853, 0.158605, 0.39875].entries())
      expect(found[index]).toBeCloseTo(share, 6)
    const doubled = Math.log(-Math.log(0.015))
    const other = shares({ fittedGompertz: { origin: 2021, offset: doubled, rate: 0.616486184 } }, 2019, 2024)
    expect(other[1]).toBeLessThan(0.015)
    for (const [index, share] of [0.015, 0.103606, 0.294081, 0.516486].entries())
      expect(other[2 + index]).toBeCloseTo(share, 6)
  })
})

describe('money', () => {
  it('goes in and out by 万, 亿 and 万亿', () => {
    const inYi = of(2021, 2023, [{ id: 's', size: { value: 2965.13 }, growth: { cagr: 0.064 } }])
    const inWan = of(
      2021,
      2023,
      [{ id: 's', size: { value: 0.296513, unit: '万亿元' }, growth: { cagr: 0.064 } }],
      { unit: '万元' },
    )
    for (const id of ['total', 'tam', 'totalCny', 'segments.s', 'segments.s.2022', 'segments.s.size.2022'])
      expect((inWan[id] as number) / 1e4).toBeCloseTo(inYi[id] as number, 6)
    expect(inWan.totalUsd).toBeCloseTo(inYi.totalUsd as number, 9)
  })

  it('of a series is in the unit of the request', () => {
    const series = [{ year: 2022, value: 0.03 }]
    const values = of(2021, 2022, [{ id: 's', size: { value: 0.02 }, growth: { series } }], {
      unit: '万亿元',
    })
    expect(values.total).toBeCloseTo(0.03, 12)
    expect(values['total.2021']).toBeCloseTo(0.02, 12)
  })

  it('turns 134 亿美元 of 2021 into 864.501 亿元', () => {
    const values = of(2021, 2021, [{ id: 'art', size: { dataset: 'art_china' } }])
    expect(values.total).toBeCloseTo(864.501, 9)
  })

  it('beyond a million million 亿 is refused with both numbers', () => {
    const error = refusal(() => of(2021, 2021, [{ id: 's', size: { value: 1e9, unit: '万亿元' } }]))
    expect(error).toMatchObject({ code: 'out-of-range', pointer: '/segments/0/size/value' })
    expect(error.message).toMatch(/10000000000000 亿元.*1000000000000 亿元/)
  })
})

describe('totals at the prices of one year', () => {
  const games = [{ id: 'games', size: { value: 2965.13 } }]

  it('2965.13 of 2021 are 3036.5424 at the prices of 2024', () => {
    expect(of(2021, 2021, games, { priceYear: 2024 }).totalReal).toBeCloseTo(3036.5424, 4)
  })

  it('are the nominal ones in their own year, and go by year', () => {
    const values = of(2021, 2023, games, { priceYear: 2022 })
    expect(values['totalReal.2022']).toBe(values['total.2022'])
    expect(values['totalReal.2021']).toBeCloseTo(2965.13 * 1.02, 9)
    expect(values.totalReal).toBeCloseTo(2965.13 / 1.002, 9)
  })

  it('take the last known change for later years, and say so', () => {
    const request: MarketRequest = { baseYear: 2024, targetYear: 2026, segments: games, priceYear: 2024 }
    expect(sized(request).totalReal).toBeCloseTo(2965.13 / 1.002 ** 2, 9)
    expect(warned(request)).toContain('price-index-of-another-year')
    expect(warned({ ...request, targetYear: 2024 })).not.toContain('price-index-of-another-year')
  })

  it('of dollars are at those of the United States: 245.12 in 2017, 255.657 in 2019 (CPI-U of the BLS)', () => {
    const values = of(2017, 2017, games, { unit: '亿美元', priceYear: 2019 })
    expect(values.totalReal).toBeCloseTo((2965.13 * 255.657) / 245.12, 9)
    const request: MarketRequest = {
      ...{ baseYear: 2040, targetYear: 2040, segments: games, unit: '亿美元', priceYear: 2041 },
    }
    expect(sized(request).totalReal).toBe(2965.13)
    expect(warned(request)).toContain('price-index-of-another-year')
  })
})
