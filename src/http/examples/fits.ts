import type { ExampleRequest } from '../example-requests.ts'

const operation = 'fitCurve'

/** The series, by year from the first. */
const yearly = (first: number, values: readonly number[]) =>
  values.map((value, index) => ({ period: String(first + index), value }))

// Weight by age of pasture (Ratkowsky 1983), as NIST certifies it.
const rat42 = [
  [9, 8.93],
  [14, 10.8],
  [21, 18.59],
  [28, 22.33],
  [42, 39.35],
  [57, 56.11],
  [63, 61.73],
  [70, 64.62],
  [79, 67.08],
].map(([x, value]) => ({ x, value }))

export const fitExamples: readonly ExampleRequest[] = [
  {
    name: 'bass-air-conditioners',
    operation,
    summary: 'Bass diffusion of room air conditioners in the United States, thousands sold 1949 to 1961',
    body: {
      model: 'bass',
      data: {
        points: yearly(1949, [96, 195, 238, 380, 1045, 1230, 1267, 1828, 1586, 1673, 1800, 1580, 1500]),
      },
      project: [{ period: '1962' }],
    },
  },
  {
    name: 'games-trend',
    operation,
    summary: 'Log-linear trend of the Chinese games market as it was known at the end of 2024',
    body: {
      model: 'log-linear',
      data: { dataset: 'games_gpc', asOf: '2024-12-31' },
      project: [{ period: '2025' }],
    },
  },
  {
    name: 'ai-software-back-to-2021',
    operation,
    summary: 'The size of 2021 that 1,200 亿美元 in 2025 at 38.01 % a year implies',
    body: {
      model: 'cagr',
      data: { unit: '亿美元', points: [{ period: '2025', value: 1200 }] },
      fixed: { rate: 0.3801 },
      project: [{ period: '2021' }],
    },
  },
  {
    name: 'nist-rat42',
    operation,
    summary: 'NIST Rat42 from its far start: 72.462237576, 2.6180768402, 0.067359200066',
    body: { model: 'logistic', data: { points: rat42 }, starts: [{ ceiling: 100, offset: 1, rate: 0.1 }] },
  },
  {
    name: 'users-not-identified',
    operation,
    summary: 'Two counts of the users of generative AI tell no diffusion curve',
    body: {
      model: 'bass-cumulative',
      data: { dataset: 'genai_users_cnnic' },
      origin: '2022-12',
      project: [{ period: '2026-06' }],
    },
  },
]
