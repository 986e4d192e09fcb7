import type { ExampleRequest } from '../example-requests.ts'

export const planExamples: readonly ExampleRequest[] = [
  {
    name: 'llama-3.1-405b-on-1024-h100',
    operation: 'searchPlans',
    summary: 'Llama 3.1 405B on 1,024 H100: the layouts that fit, and the fastest of them',
    body: {
      model: { id: 'llama-3.1-405b' },
      accelerator: { id: 'h100-sxm-80gb' },
      devices: 1024,
      sequence: 8192,
      stack: 'megatron-core',
    },
  },
  {
    name: 'llama-3-70b-time-against-money',
    operation: 'searchPlans',
    summary: 'Llama 3 70B on up to 512 H100: time against device-hours, at $2 an hour',
    body: {
      model: { id: 'llama-3-70b' },
      accelerator: { id: 'h100-sxm-80gb' },
      maximumDevices: 512,
      sequence: 8192,
      globalBatch: 1024,
      price: { perDeviceHour: 2 },
      space: { recompute: ['none', 'full'], zeroStage: [1, 3] },
    },
  },
]
