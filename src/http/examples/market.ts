import type { ExampleRequest } from '../example-requests.ts'

const operation = 'estimateMarket'
const to = (value: number) => ({
  logistic: { from: { year: 2021, value: 0.015 }, to: { year: 2025, value } },
})
const still = { growth: { cagr: 0 }, valueCapture: 1 }

export const marketExamples: readonly ExampleRequest[] = [
  {
    name: 'china-aigc-2025',
    operation,
    summary: "The founding report's RMB 1,600 亿: four segments at their sizes of 2021, two of unknown size",
    body: {
      region: 'CN',
      unit: '亿元',
      baseYear: 2021,
      targetYear: 2025,
      segments: [
        { ...still, id: 'web-literature', size: { dataset: 'weblit_cass' }, penetration: to(0.7) },
        { ...still, id: 'text-analytics', size: null, penetration: to(0.6) },
        { ...still, id: 'painting-images', size: null, penetration: to(0.6) },
        { ...still, id: 'digital-music', size: { dataset: 'iimedia_digital_music' }, penetration: to(0.5) },
        { ...still, id: 'web-video', size: { dataset: 'video_long' }, penetration: to(0.3) },
        { ...still, id: 'games', size: { dataset: 'games_gpc' }, penetration: to(0.25) },
      ],
    },
  },
  {
    name: 'ai-software-2025',
    operation,
    summary: 'AI software of over $120 bn in 2025 at 38.01 % a year, and the size of 2021 that it implies',
    body: {
      region: 'WORLD',
      unit: '亿美元',
      baseYear: 2021,
      targetYear: 2025,
      segments: [{ id: 'ai-software', size: { value: 1200, year: 2025 }, growth: { cagr: 0.3801 } }],
    },
  },
  {
    name: 'chat-subscriptions-from-below',
    operation,
    summary:
      'TAM, SAM and revenue: $20 a month from the payers among users, Bass diffusion, at the prices of 2023',
    body: {
      unit: '亿元',
      baseYear: 2023,
      targetYear: 2026,
      priceYear: 2023,
      segments: [
        {
          id: 'subscriptions',
          label: { en: 'Chat subscriptions', zh: '对话订阅' },
          size: {
            bottomUp: {
              users: { value: 1, unit: '亿人' },
              payerRate: 0.05,
              revenuePerPayer: 20,
              currency: 'USD',
              per: 'month',
            },
          },
          growth: { cagr: 0.2 },
          addressableShare: 0.8,
          penetration: { bass: { launch: 2023, innovation: 0.03, imitation: 0.38 } },
        },
      ],
    },
  },
  {
    name: 'games-by-three-paths',
    operation,
    summary: 'One size in the dollars of another year, a series of sizes, and a path below a ceiling',
    parameters: { trace: true },
    body: {
      unit: '亿元',
      baseYear: 2022,
      targetYear: 2025,
      segments: [
        {
          id: 'games',
          label: { en: 'Games', zh: '游戏' },
          size: { dataset: 'games_gpc' },
          growth: {
            series: [
              { year: 2023, value: 3029.64 },
              { year: 2024, value: 3257.83 },
              { year: 2025, value: 3507.89 },
            ],
          },
          penetration: {
            gompertz: { from: { year: 2022, value: 0.02 }, to: { year: 2025, value: 0.25 }, ceiling: 0.5 },
          },
          valueCapture: 0.4,
        },
        {
          id: 'images',
          label: { en: 'Images', zh: '图片' },
          size: { value: 11.2, unit: '亿美元', year: 2022 },
          growth: { cagr: 0.08 },
          penetration: { constant: 0.6 },
          valueCapture: 0.4,
        },
      ],
    },
  },
]
