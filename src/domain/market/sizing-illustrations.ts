import type { MarketRequest } from './sizing.ts'

/** Requests that together show every quantity and every kind of path. */
export const illustrations: readonly MarketRequest[] = [
  {
    region: 'CN',
    unit: '亿元',
    baseYear: 2021,
    targetYear: 2023,
    segments: [
      {
        id: 'games',
        size: { value: 2965.13 },
        growth: { cagr: 0.064 },
        penetration: { logistic: { from: { year: 2021, value: 0.015 }, to: { year: 2025, value: 0.25 } } },
        valueCapture: 0.5,
      },
      {
        id: 'video',
        size: { value: 1313.5, year: 2022 },
        penetration: {
          gompertz: {
            from: { year: 2021, value: 0.015 },
            to: { year: 2025, value: 0.3 },
            ceiling: 0.8,
          },
        },
      },
      {
        id: 'music',
        size: { value: 428.9 },
        growth: {
          series: [
            { year: 2022, value: 480 },
            { year: 2023, value: 530 },
          ],
        },
        penetration: { linear: { from: { year: 2021, value: 0.015 }, to: { year: 2025, value: 0.5 } } },
      },
      {
        id: 'images',
        size: { value: 11.2, unit: '亿美元', year: 2022 },
        penetration: { constant: 0.6 },
      },
      { id: 'text', size: null },
    ],
    penetrationMultiplier: 1,
    priceYear: 2021,
  },
  {
    unit: '万亿元',
    baseYear: 2025,
    targetYear: 2025,
    segments: [
      {
        id: 'games',
        size: {
          year: 2025,
          bottomUp: {
            users: { value: 6.83, unit: '亿人' },
            payerRate: 1,
            revenuePerPayer: 42.8,
            per: 'month',
          },
        },
        addressableShare: 0.7,
        penetration: { fittedLogistic: { origin: 2024, offset: 2, rate: 0.8, ceiling: 0.6 } },
      },
      {
        id: 'software',
        size: { bottomUp: { users: { value: 2e8 }, revenuePerPayer: 30, currency: 'USD' } },
        penetration: { bass: { launch: 2025, innovation: 0.03, imitation: 0.38, ceiling: 0.5 } },
      },
      {
        id: 'music',
        size: { value: 293.5, unit: '亿元', year: 2024 },
        penetration: { fittedGompertz: { origin: 2024, offset: 1, rate: 0.5 } },
      },
    ],
  },
  {
    unit: '亿美元',
    baseYear: 2021,
    targetYear: 2022,
    priceYear: 2021,
    segments: [
      { id: 'software', size: { value: 1200, year: 2025 }, growth: { cagr: 0.3801 } },
      { id: 'games', size: { value: 2965.13, unit: '亿元' } },
    ],
  },
]
