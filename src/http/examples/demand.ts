import type { ExampleRequest } from '../example-requests.ts'

const operation = 'estimateDemand'

export const demandExamples: readonly ExampleRequest[] = [
  {
    name: 'demand-by-default',
    operation,
    summary:
      'Nothing said: the 13 M daily visitors of January 2023 and $20 a month, GPT-3 on A100, Inspur at 9.9 %',
    body: {},
  },
  {
    name: 'chatgpt-in-the-server-market',
    operation,
    summary:
      '100 M monthly users of whom 13 M come a day: tokens, A100 servers, and what they add to the AI servers sold in 2022',
    body: {
      baseYear: 2023,
      users: { dataset: 'chatgpt_monthly_users', period: '2023-01' },
      dailyShare: 0.13,
      sessionsPerUser: 2,
      requestsPerSession: 5,
      workload: { inputTokens: 512, outputTokens: 256 },
      model: { id: 'gpt-3-175b' },
      precision: 'fp16',
      accelerator: { id: 'a100-sxm-80gb' },
      slo: { timePerOutputToken: 0.1 },
      market: { dataset: 'idc_world_ai_servers', year: 2022 },
    },
  },
  {
    name: 'twenty-dollars-against-the-cost-to-serve',
    operation,
    summary:
      'The $20 subscription: what 5 % of the monthly users bring, what all of them cost, and who must pay',
    parameters: { trace: true },
    body: {
      baseYear: 2023,
      users: { value: 100, unit: '百万人' },
      dailyShare: 0.13,
      model: { id: 'gpt-3-175b' },
      accelerator: { id: 'a100-sxm-80gb' },
      price: { perDeviceHour: 1.5 },
      subscription: { pricePerMonth: 20, payerRate: 0.05 },
    },
  },
  {
    name: 'chinese-service-to-2026',
    operation,
    summary:
      'Users who grow by half a year beside a run that doubles: servers, capital expenditure and what vendors earn by year',
    body: {
      baseYear: 2023,
      targetYear: 2026,
      region: 'CN',
      users: { value: 3000, unit: '万人' },
      dailyShare: 0.2,
      growth: { cagr: 0.5 },
      usageGrowth: 0.1,
      efficiencyGain: 0.3,
      workload: { inputTokens: 1000, outputTokens: 300, prefixCacheHitRate: 0.4 },
      model: { id: 'llama-3-70b' },
      accelerator: { id: 'h100-sxm-80gb' },
      server: { price: { perServer: 2_000_000, currency: 'CNY' }, lifetime: 4 },
      price: { perDeviceHour: 14, currency: 'CNY' },
      subscription: { pricePerMonth: 20, currency: 'CNY', payerRate: 0.05 },
      vendors: [
        { id: 'inspur', claim: 'N081' },
        { id: 'others', label: { en: 'Others', zh: '其他厂商' }, share: 0.5 },
      ],
      market: { dataset: 'idc_cn_ai_servers', year: 2026 },
      training: { tokens: 15e12, throughput: { mfu: 0.4 }, days: 60, growth: 1 },
    },
  },
]
