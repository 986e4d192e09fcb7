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
  {
    name: 'llama-3-70b-on-8-h100',
    operation,
    summary:
      'Llama-3-70B on eight H100: the most sequences within 50 ms a token, their speed, cost and energy',
    body: {
      model: { id: 'llama-3-70b' },
      precision: 'bf16',
      accelerator: { id: 'h100-sxm-80gb' },
      framework: 'vLLM',
      workload: { inputTokens: 2000, outputTokens: 500 },
      parallel: { tensor: 8 },
      slo: { timePerOutputToken: 0.05 },
      priceAsOf: '2025-03-31',
      apiPrice: { perMillionInputTokens: 0.6, perMillionOutputTokens: 0.9 },
    },
  },
  {
    name: 'chatgpt-january-2023',
    operation,
    summary:
      '13 M daily visitors of January 2023 served by a model of GPT-3 size: A100 and dollars a day, with a queue',
    body: {
      model: { id: 'gpt-3-175b' },
      precision: 'fp16',
      accelerator: { id: 'a100-sxm-80gb' },
      workload: { inputTokens: 512, outputTokens: 256 },
      slo: { timePerOutputToken: 0.1 },
      price: { perDeviceHour: 1.5 },
      fleet: { dailyUsers: 13e6, requestsPerUser: 15, peakFactor: 2 },
    },
  },
  {
    name: 'deepseek-v3-split',
    operation,
    summary:
      'DeepSeek-V3 with experts over 64 H800, prompts prefilled apart: devices that prefill for each that decodes',
    body: {
      model: { id: 'deepseek-v3' },
      precision: 'fp8',
      accelerator: { id: 'h800-sxm-80gb' },
      framework: 'SGLang',
      workload: { inputTokens: 4000, outputTokens: 1000, concurrency: 5000, prefixCacheHitRate: 0.56 },
      parallel: { tensor: 1, expert: 64 },
      disaggregated: true,
      price: { perDeviceHour: 2 },
    },
  },
]
