import type { ExampleRequest } from '../example-requests.ts'

const operation = 'estimateTraining'

export const trainingExamples: readonly ExampleRequest[] = [
  {
    name: 'gpt-3-175b-device-years',
    operation,
    summary:
      "The founding report's GPT-3 175B: 355.6 device-years and $9.5 M at 28 TFLOP/s and $3.06 an hour",
    body: {
      model: { id: 'gpt-3-175b' },
      trainingFlop: 3.14e23,
      accelerator: { id: 'v100-sxm2-32gb' },
      precision: 'fp16',
      throughput: { flopPerSecond: 28e12 },
      devices: 1000,
      price: { perDeviceHour: 3.06, currency: 'USD' },
    },
  },
  {
    name: 'gpt-3-175b-device-days',
    operation,
    summary: "The founding report's 29,120 device-days, with the warning that 125 TFLOP/s is the peak",
    body: {
      model: { id: 'gpt-3-175b' },
      trainingPfDays: 3640,
      accelerator: { id: 'v100-sxm2-32gb' },
      precision: 'fp16',
      throughput: { flopPerSecond: 125e12 },
    },
  },
  {
    name: 'gpt-3-13b-device-days',
    operation,
    summary: "The founding report's GPT-3 13B: 2,144 device-days at 125 TFLOP/s",
    body: {
      trainingPfDays: 268,
      accelerator: { id: 'v100-sxm2-32gb' },
      precision: 'fp16',
      throughput: { flopPerSecond: 125e12 },
    },
  },
  {
    name: 'gpt-3-13b-cost',
    operation,
    summary: "The founding report's GPT-3 13B: 26 device-years and $0.7 M",
    body: { trainingPfDays: 268, throughput: { flopPerSecond: 28e12 }, price: { perDeviceHour: 3.06 } },
  },
  {
    name: 'llama-3.1-405b',
    operation,
    summary:
      'A catalogue model on catalogue devices at a given utilisation, at the prices of a day, with its trace',
    parameters: { trace: true },
    body: {
      model: { id: 'llama-3.1-405b' },
      accelerator: { id: 'h100-sxm-80gb' },
      precision: 'bf16',
      throughput: { mfu: 0.41 },
      devices: 16_384,
      priceAsOf: '2025-03-31',
    },
  },
  {
    name: 'gpt-3-as-it-was-run',
    operation,
    summary:
      'GPT-3 on 10,000 V100 as it was run: rented for three years, owned from 2018, its electricity, emissions and water, in yuan of 2023',
    body: {
      model: { id: 'gpt-3-175b' },
      trainingFlop: 3.14e23,
      accelerator: { id: 'v100-sxm2-32gb' },
      precision: 'fp16',
      throughput: { flopPerSecond: 24.6e12 },
      devices: 10_000,
      priceAsOf: '2019-10-01',
      commitment: '3-year',
      ownership: { trained: '2019-10-01' },
      energy: { powerPerDevice: 330, pue: 1.1, gridIntensity: 0.429 },
      reportIn: { currency: 'CNY', year: 2023 },
    },
  },
  {
    name: 'gpt-3-175b-as-run',
    operation,
    summary:
      'GPT-3 175B on 10,000 V100 as it was really run, in 14.8 days: the time of a layout of those years, as the paper tells none',
    body: {
      model: { id: 'gpt-3-175b' },
      tokens: 300e9,
      accelerator: { id: 'v100-sxm2-32gb' },
      precision: 'fp16',
      throughput: {
        layout: {
          ...{ tensor: 8, pipeline: 10, data: 125, globalBatch: 1500, sequence: 2048, unevenStages: true },
          ...{ recompute: 'full', flashAttention: false, dropout: true, sequenceParallel: false },
        },
      },
      cluster: { stack: 'megatron' },
      devices: 10_000,
    },
  },
  {
    name: 'llama-3.1-405b-layout',
    operation,
    summary:
      'Llama 3.1 405B on 16,384 H100 with the 8 × 16 × 128 ranks of its paper, which gives 38 to 43 % MFU and 30.84 M device-hours; goodput from failures',
    body: {
      model: { id: 'llama-3.1-405b' },
      accelerator: { id: 'h100-sxm-80gb' },
      precision: 'bf16',
      throughput: {
        layout: {
          ...{ tensor: 8, pipeline: 16, data: 128, virtualStages: 4, unevenStages: true },
          ...{ globalBatch: 2048, sequence: 8192, zeroStage: 2 },
        },
      },
      devices: 16_384,
      goodput: {},
    },
  },
  {
    name: 'deepseek-v3-layout',
    operation,
    summary:
      'DeepSeek-V3 on 2,048 H800 with the pipeline of 16 and the 64 expert-parallel ranks of its report, which gives 2.788 M device-hours',
    body: {
      model: { id: 'deepseek-v3' },
      accelerator: { id: 'h800-sxm-80gb' },
      precision: 'fp8',
      throughput: {
        layout: {
          ...{ pipeline: 16, data: 128, expert: 64, expertTensor: 1, unevenStages: true },
          ...{ globalBatch: 15_360, sequence: 4096, recompute: 'selective' },
        },
      },
      devices: 2048,
    },
  },
]
