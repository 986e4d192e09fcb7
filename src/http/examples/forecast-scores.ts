import type { ExampleRequest } from '../example-requests.ts'

export const forecastScoreExamples: readonly ExampleRequest[] = [
  {
    name: 'forecasts-by-horizon',
    operation: 'listForecastScores',
    summary: 'How good published market forecasts were, by years ahead',
    parameters: { by: 'horizon' },
  },
  {
    name: 'forecasts-of-the-report',
    operation: 'listPublishedForecasts',
    summary: "The founding report's 1,600 亿 of 2025 beside the nearest outcome there is",
    parameters: { forecaster: 'China Galaxy Securities (中国银河证券)' },
  },
  {
    name: 'default-uncertainty-of-a-year',
    operation: 'getDefaultUncertainty',
    summary: 'What past errors say of a market forecast for the year that it is made in',
    parameters: { kind: 'ai-market', horizon: 0 },
  },
  {
    name: 'score-games-forecasts',
    operation: 'scoreForecasts',
    summary: 'Forecasts of games, one with a distribution, against what the dataset has',
    body: {
      actuals: { dataset: 'games_gpc', from: '2022', to: '2025' },
      history: { dataset: 'games_gpc', to: '2021' },
      forecasts: [
        {
          forecaster: 'ours',
          period: '2022',
          vintage: '2021-12',
          value: 3100,
          distribution: { normal: { mean: 3000, sd: 300 } },
        },
        { forecaster: 'ours', period: '2023', vintage: '2022-12', value: 3200 },
        { forecaster: 'ours', period: '2024', vintage: '2023-12', value: 0.33, unit: '万亿元' },
        {
          forecaster: 'ours',
          period: '2025',
          vintage: '2024-12',
          value: 3400,
          interval: { low: 2500, high: 3300 },
        },
        { forecaster: 'ours', period: '2026', vintage: '2025-12', value: 3600 },
      ],
    },
  },
]
