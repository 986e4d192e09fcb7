import type { ExampleRequest } from '../example-requests.ts'

const operation = 'estimateServing'
const onV100 = {
  accelerator: { id: 'v100-sxm2-32gb' },
  memoryReserve: 0,
  purchase: { perDevice: 9000, currency: 'USD' },
}

export const servingExamples: readonly ExampleRequest[] = [
  {
    name: 'gpt-3-four-bytes',
    operation,
    summary: "The founding report's 700 GB, 22 devices and $198,000, at four bytes a parameter",
    body: { model: { parameters: 175e9 }, bytesPerParameter: 4, ...onV100 },
  },
  {
    name: 'gpt-3-two-bytes',
    operation,
    summary: 'The same model in the 16 bits that it was trained in: 11 devices',
    body: { model: { id: 'gpt-3-175b' }, precision: 'fp16', ...onV100 },
  },
  {
    name: 'llama-3.1-405b-on-h100',
    operation,
    summary: 'A catalogue model on catalogue devices at the prices of a day, with a tenth of the memory free',
    parameters: { trace: true },
    body: {
      model: { id: 'llama-3.1-405b' },
      precision: 'bf16',
      accelerator: { id: 'h100-sxm-80gb' },
      priceAsOf: '2025-03-31',
    },
  },
]
