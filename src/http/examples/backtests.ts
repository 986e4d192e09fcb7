import type { ExampleRequest } from '../example-requests.ts'

export const backtestExamples: readonly ExampleRequest[] = [
  {
    name: 'backtests-by-quantity',
    operation: 'listBacktests',
    summary: 'How far off each quantity is, for publishers whose measurements were left out',
    parameters: { by: 'quantity' },
  },
  {
    name: 'backtest-estimates',
    operation: 'listBacktestEstimates',
    summary: 'Measurements of one publisher beside their estimates',
    parameters: { publisher: 'korthikanti-2022' },
  },
]
