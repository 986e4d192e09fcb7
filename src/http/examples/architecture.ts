import type { ExampleRequest } from '../example-requests.ts'

const operation = 'estimateArchitecture'

export const architectureExamples: readonly ExampleRequest[] = [
  {
    name: 'deepseek-v3-parameters',
    operation,
    summary: 'DeepSeek-V3: 671 B parameters, of which a token passes through 37 B',
    body: { model: { id: 'deepseek-v3' }, sequence: 4096 },
  },
  {
    name: 'llama-3-8b-flop-conventions',
    operation,
    summary: 'FLOP of a token of Llama 3 8B at 8,192 tokens under every convention',
    body: { model: { id: 'llama-3-8b' }, sequence: 8192, convention: 'full' },
  },
]
