import type { ExampleRequest } from '../example-requests.ts'

export const serviceExamples: readonly ExampleRequest[] = [
  { name: 'live', operation: 'getLiveness', summary: 'The process answers' },
  { name: 'ready', operation: 'getReadiness', summary: 'Every part is ready' },
  {
    name: 'problem-page',
    operation: 'getProblemType',
    summary: 'What 412 precondition-failed means',
    parameters: { code: 'precondition-failed' },
  },
]
