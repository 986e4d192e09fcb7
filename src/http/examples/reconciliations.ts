import type { ExampleRequest } from '../example-requests.ts'

const operation = 'reconcileFigures'

export const reconciliationExamples: readonly ExampleRequest[] = [
  {
    name: 'parts-to-1600',
    operation,
    summary: 'Six segments that come to 2,905 亿元, reconciled with a total of 1,600 ± 160',
    body: {
      unit: '亿元',
      leastSquares: {
        topDown: { value: 1600, sd: 160 },
        bottomUp: [
          { id: 'web-literature', value: 305.3, cv: 0.1 },
          { id: 'text-analytics', value: 358.8, cv: 0.4 },
          { id: 'painting-images', value: 516, cv: 0.4 },
          { id: 'digital-music', value: 146.8, cv: 0.2 },
          { id: 'web-video', value: 701.3, cv: 0.3 },
          { id: 'games', value: 877, cv: 0.1 },
        ],
      },
    },
  },
  {
    name: 'aigc-2025-pooled',
    operation,
    summary: 'Four figures for generative AI in China in 2025, of several scopes, pooled all the same',
    body: {
      triangulation: {
        allowMixedScopes: true,
        estimates: [
          { name: 'iiMedia, interpolated', value: 328.39, logSd: 0.35, scope: 'core AIGC market' },
          { name: 'iResearch, interpolated', value: 685.78, logSd: 0.35, scope: 'AIGC industry' },
          { name: 'AskCI', dataset: 'llm_askci', year: 2025, logSd: 0.2 },
          { name: 'China Galaxy Securities', dataset: 'aigc_galaxy', year: 2025, logSd: 0.4 },
        ],
      },
    },
  },
]
