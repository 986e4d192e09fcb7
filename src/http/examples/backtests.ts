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
  {
    name: 'calibration-profiles',
    operation: 'listCalibrationProfiles',
    summary: 'The families of models with fitted constants',
    parameters: { limit: 1 },
  },
  {
    name: 'calibration-of-training-memory',
    operation: 'getCalibrationProfile',
    summary: 'Constants of training memory, each with its reason',
    parameters: { id: 'training-memory' },
  },
]
