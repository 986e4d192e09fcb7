import type { ExampleRequest } from '../example-requests.ts'

const gpt3 = {
  model: { id: 'gpt-3-175b' },
  trainingFlop: 3.14e23,
  accelerator: { id: 'v100-sxm2-32gb' },
  precision: 'fp16',
  devices: 1000,
}
const uncertainGpt3 = {
  ...gpt3,
  throughput: { mfu: { triangular: { low: 0.15, mode: 0.2, high: 0.35 } } },
  price: { perDeviceHour: { lognormal: { p5: 2, p95: 4.5 } } },
}

/** The founding report's four segments whose sizes close, with its penetrations of 2025. */
const segments = [
  ['text', 358.5, 0.7],
  ['music', 428.9, 0.5],
  ['video', 1313.5, 0.3],
  ['games', 2965.13, 0.25],
] as const
const market = {
  region: 'CN',
  unit: '亿元',
  baseYear: 2021,
  targetYear: 2021,
}
const named = (id: string, size: number, penetration: unknown) => ({
  id,
  size: { value: size },
  penetration: { constant: penetration },
})

export const uncertaintyExamples: readonly ExampleRequest[] = [
  {
    name: 'training-medians',
    operation: 'estimateTraining',
    summary: 'Distributions in the place of numbers: an estimate takes their medians and says so',
    body: uncertainGpt3,
  },
  {
    name: 'training-cost-simulated',
    operation: 'simulateEstimate',
    summary:
      'How far the cost of GPT-3 175B spreads, with dearer devices used less well, and how likely it is above $10 M',
    parameters: { estimator: 'training' },
    body: {
      inputs: uncertainGpt3,
      samples: 65_536,
      seed: '2023',
      outputs: ['trainingCost'],
      histogramBins: 8,
      exceeding: [{ quantity: 'trainingCost', value: 10e6 }],
      correlations: [{ between: ['mfu', 'perDeviceHour'], spearman: -0.3 }],
    },
  },
  {
    name: 'market-alternatives-simulated',
    operation: 'simulateEstimate',
    summary:
      "Two readings of the founding report's market, full or half capture of value, weighted three to one, with uncertain penetrations",
    parameters: { estimator: 'market' },
    body: {
      alternatives: [1, 0.5].map(valueCapture => ({
        id: valueCapture === 1 ? 'all captured' : 'half captured',
        weight: valueCapture === 1 ? 3 : 1,
        inputs: {
          ...market,
          segments: segments.map(([id, size, share]) => ({
            ...named(id, size, { pert: { low: share - 0.15, mode: share, high: share + 0.15 } }),
            valueCapture,
          })),
        },
      })),
      samples: 16_384,
      outputs: ['total'],
      histogramBins: 0,
    },
  },
  {
    name: 'training-cost-drivers',
    operation: 'analyseSensitivity',
    summary: 'What drives the cost of GPT-3 175B: price or utilisation',
    parameters: { estimator: 'training' },
    body: { inputs: uncertainGpt3, outputs: ['trainingCost'], samples: 4_096 },
  },
  {
    name: 'training-cost-drivers-correlated',
    operation: 'analyseSensitivity',
    summary: 'The same where dearer devices are used less well: Shapley effects divide what they share',
    parameters: { estimator: 'training' },
    body: {
      inputs: uncertainGpt3,
      outputs: ['trainingCost'],
      samples: 4_096,
      correlations: [{ between: ['mfu', 'perDeviceHour'], spearman: -0.3 }],
    },
  },
  {
    name: 'mfu-of-a-claim',
    operation: 'solveEstimate',
    summary: "The utilisation that makes the founding report's 355.6 device-years true",
    parameters: { estimator: 'training' },
    body: { inputs: gpt3, target: { quantity: 'deviceYears', value: 355.6 }, for: 'mfu' },
  },
  {
    name: 'penetration-for-160-billion',
    operation: 'solveEstimate',
    summary: 'By how much all penetrations must be multiplied for RMB 1,600 亿',
    parameters: { estimator: 'market' },
    body: {
      inputs: { ...market, segments: segments.map(([id, size, share]) => named(id, size, share)) },
      target: { quantity: 'total', value: 1600 },
      for: 'penetrationMultiplier',
    },
  },
  {
    name: 'largest-model-for-a-budget',
    operation: 'solveEstimate',
    summary: 'The largest model that $5 M train on a trillion tokens, on H100 used at 40 % for $2.35 an hour',
    parameters: { estimator: 'training' },
    body: {
      inputs: {
        model: { parameters: 13e9 },
        tokens: 1e12,
        accelerator: { id: 'h100-sxm-80gb' },
        precision: 'bf16',
        throughput: { mfu: 0.4 },
        price: { perDeviceHour: 2.35 },
      },
      target: { quantity: 'trainingCost', value: 5e6 },
      for: 'parameters',
    },
  },
  {
    name: 'price-for-a-margin',
    operation: 'solveEstimate',
    summary:
      'The price of a million output tokens that leaves 60 % of the revenue, on eight H100 that are used for two fifths',
    parameters: { estimator: 'serving' },
    body: {
      inputs: {
        model: { id: 'llama-3-70b' },
        precision: 'bf16',
        accelerator: { id: 'h100-sxm-80gb' },
        workload: { inputTokens: 2000, outputTokens: 500 },
        parallel: { tensor: 8 },
        slo: { timePerOutputToken: 0.05 },
        price: { perDeviceHour: 2 },
        utilisation: 0.4,
        apiPrice: { perMillionInputTokens: 0.6, perMillionOutputTokens: 0.9 },
      },
      target: { quantity: 'grossMargin', value: 0.6 },
      for: 'apiPricePerMillionOutput',
    },
  },
  {
    name: 'devices-for-a-deadline',
    operation: 'solveEstimate',
    summary:
      'The fewest devices on which GPT-3 is trained within thirty days: an integer, on one side of the target',
    parameters: { estimator: 'training' },
    body: {
      inputs: { ...gpt3, throughput: { mfu: 0.2 } },
      target: { quantity: 'wallClockDays', value: 30, side: 'at-most' },
      for: 'devices',
    },
  },
  {
    name: 'training-cost-sweep',
    operation: 'sweepEstimate',
    summary: 'The cost of GPT-3 175B on two devices at three utilisations',
    parameters: { estimator: 'training' },
    body: {
      inputs: gpt3,
      over: [
        { member: '/accelerator/id', values: ['v100-sxm2-32gb', 'a100-sxm-80gb'] },
        { input: 'mfu', from: 0.2, to: 0.4, steps: 3 },
      ],
      outputs: ['deviceYears', 'wallClockDays'],
    },
  },
]
