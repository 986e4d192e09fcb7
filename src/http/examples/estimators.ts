import type { ExampleRequest } from '../example-requests.ts'

export const estimatorExamples: readonly ExampleRequest[] = [
  { name: 'estimators', operation: 'listEstimators', summary: 'What can be estimated' },
  {
    name: 'formula-sheet',
    operation: 'getEstimator',
    summary: 'What a serving estimate calculates with',
    parameters: { id: 'serving' },
  },
]
