import type { ExampleRequest } from '../example-requests.ts'

const operation = 'estimateScaling'

export const scalingExamples: readonly ExampleRequest[] = [
  {
    name: 'best-model-for-five-million',
    operation,
    summary: 'The best model for $5 M on H100, and what it costs to serve ten trillion tokens',
    body: {
      budget: { amount: 5e6, currency: 'USD' },
      accelerator: { id: 'h100-sxm-80gb' },
      precision: 'bf16',
      throughput: { mfu: 0.4 },
      priceAsOf: '2025-03-31',
      devices: 1024,
      inferenceTokens: 1e13,
    },
  },
  {
    name: 'gopher-budget',
    operation,
    summary: "Gopher's budget under approach 1: the 67 B parameters and 1.5 T tokens of table 3",
    body: { trainingFlop: 5.76e23, law: 'hoffmann-2022-approach-1' },
  },
  {
    name: 'chinchilla-loss',
    operation,
    summary: 'The loss of a model and its tokens, beside the best that its compute allows',
    body: { parameters: 70e9, tokens: 1.4e12 },
  },
  {
    name: 'when-data-runs-out',
    operation,
    summary:
      'A large budget on half a trillion distinct tokens: how often to repeat them, and what that costs',
    parameters: { trace: true },
    body: { trainingFlop: 1e25, uniqueTokens: 500e9 },
  },
]
