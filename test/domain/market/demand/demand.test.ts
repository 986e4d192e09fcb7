import { describe, expect, it } from 'vitest'
import { digest } from '../../../../src/digest.ts'
import { serving } from '../../../../src/domain/compute/serving/serving.ts'
import { DomainError } from '../../../../src/domain/errors.ts'
import { type Estimate, estimate, type Lookup } from '../../../../src/domain/estimate.ts'
import { demand } from '../../../../src/domain/market/demand/demand.ts'
import type { DemandRequest } from '../../../../src/domain/market/demand/demand-request.ts'
import { useService } from '../../../support/service.ts'

const service = useService({ worker: false })

async function lookupOf(request: DemandRequest): Promise<Lookup> {
  const { catalogue, store } = service.installation
  const viewer = { workspaceId: 'public', mayWritePublic: false }
  return { catalogue: catalogue(), datasets: await store.documents.datasets(viewer, demand.needs(request)) }
}
const answerOf = async (request: DemandRequest): Promise<Estimate> =>
  estimate(demand, request, await lookupOf(request), { digest, trace: true })
/** Every quantity of an answer by its id, in the unit of calculation. */
async function chain(request: DemandRequest): Promise<Record<string, number>> {
  const { trace = [] } = await answerOf(request)
  return Object.fromEntries(trace.map(({ id, value }) => [id, value]))
}
async function refusal(request: DemandRequest): Promise<DomainError> {
  const lookup = await lookupOf(request)
  try {
    estimate(demand, request, lookup, { digest, trace: false })
  } catch (error) {
    if (error instanceof DomainError) return error
    throw error
  }
  throw new Error('The request was taken.')
}
const codes = async (request: DemandRequest): Promise<string[]> =>
  (await answerOf(request)).warnings.map(({ code }) => code)

const chatgpt = {
  baseYear: 2023,
  users: { value: 100, unit: '百万人' },
  dailyShare: 0.13,
  sessionsPerUser: 2,
  requestsPerSession: 5,
  workload: { inputTokens: 512, outputTokens: 256 },
  model: { id: 'gpt-3-175b' },
  precision: 'fp16',
  accelerator: { id: 'a100-sxm-80gb' },
} as const satisfies DemandRequest

describe('from users to compute', () => {
  it('counts 13 million people × 2 sessions × 5 requests × 768 tokens', async () => {
    const values = await chain(chatgpt)
    expect(values.dailyUsers).toBeCloseTo(13e6, 6)
    expect(values.sessionsPerDay).toBeCloseTo(26e6, 6)
    expect(values.requestsPerDay).toBeCloseTo(130e6, 6)
    expect(values.dailyInputTokens).toBeCloseTo(66.56e9, 0)
    expect(values.dailyOutputTokens).toBeCloseTo(33.28e9, 0)
    expect(values.dailyTokens).toBeCloseTo(99.84e9, 0)
  })

  it('takes two FLOP a parameter, and attention of 96 layers of 12,288 over what each token sees', async () => {
    const values = await chain(chatgpt)
    const pair = 96 * (2 + 2) * 12_288
    // A token of the prompt sees itself and half the others; one of the answer the prompt and half the answer.
    const prompt = 512 * (2 * 174.6e9 + pair * (513 / 2))
    const answer = 256 * (2 * 174.6e9 + pair * (512 + 128))
    expect((values.flopPerRequest ?? 0) / (prompt + answer)).toBeCloseTo(1, 9)
    const mean = (130e6 / 86_400) * (prompt + answer)
    expect((values.meanFlopPerSecond ?? 0) / mean).toBeCloseTo(1, 9)
    expect((values.requiredFlopPerSecond ?? 0) / (2 * mean)).toBeCloseTo(1, 9)
  })

  it.each([
    ['a dense model', { ...chatgpt, slo: { timePerOutputToken: 0.1 } }],
    [
      'experts, with a cache of prompts',
      {
        ...chatgpt,
        model: { id: 'mixtral-8x7b' },
        accelerator: { id: 'h100-sxm-80gb' },
        workload: { inputTokens: 2000, outputTokens: 100, prefixCacheHitRate: 0.5 },
        fleet: { peakFactor: 3, loadTarget: 0.6, spareCopies: 5 },
      },
    ],
  ] as const)('has the devices that serving sizes for as many people: %s', async (_, request) => {
    const values = await chain(request)
    const { fleet, model, accelerator, precision, workload } = { fleet: {}, ...request }
    const asked = {
      ...{ model, accelerator, precision, workload, ...('slo' in request && { slo: request.slo }) },
      fleet: { ...fleet, dailyUsers: 13e6, requestsPerUser: 10 },
    }
    const served = estimate(serving, asked, await lookupOf(request), { digest, trace: false })
    expect(values.devices).toBe(served.results.fleetDevices?.value)
    expect(values.devices).toBeGreaterThan(100)
  })

  it('lets users, their use and efficiency grow from the base year on', async () => {
    const growing = {
      ...{ targetYear: 2025, growth: { cagr: 0.5 }, usageGrowth: 0.1, efficiencyGain: 0.25 },
    }
    const values = await chain({ ...chatgpt, ...growing })
    expect(values['users.2023']).toBe(100e6)
    expect(values['users.2024']).toBeCloseTo(150e6, 3)
    expect(values.users).toBeCloseTo(225e6, 3)
    // 99.84e9 · 2.25 · 1.21
    expect(values.dailyTokens).toBeCloseTo(271.8144e9, 0)
    // At the load, copies follow requests over efficiency: 130e6 · 2.25 · 1.21 / 1.5625 of today's.
    const today = values['copiesForLoad.2023'] ?? 0
    expect(Math.abs((values.copiesForLoad ?? 0) - today * (2.7225 / 1.5625))).toBeLessThan(2)
  })

  it('works users of a later year back, and takes a series by year', async () => {
    const back = await chain({ ...chatgpt, users: { value: 90e6, year: 2025 }, growth: { cagr: 0.5 } })
    expect(back.users).toBeCloseTo(40e6, 3)
    const series = await chain({
      ...{ ...chatgpt, targetYear: 2024, users: { value: 2, unit: '百万人' } },
      growth: { series: [{ year: 2024, value: 5 }] },
    })
    expect([series['users.2023'], series.users]).toEqual([2e6, 5e6])
  })

  it('starts from an observation of a dataset, and shows it', async () => {
    const request = { ...chatgpt, users: { dataset: 'chatgpt_monthly_users', period: '2023-01' } }
    const { trace = [], assumptions } = await answerOf(request)
    expect(trace.find(({ id }) => id === 'users')?.value).toBe(100e6)
    expect(assumptions.find(({ name }) => name === 'users')?.evidence).toMatchObject([
      { dataset: 'chatgpt_monthly_users', period: '2023-01', value: 100, status: 'estimate' },
    ])
  })
})

describe('from devices to money', () => {
  const priced = {
    ...{ ...chatgpt, targetYear: 2027, growth: { cagr: 0.2 } },
    server: { devices: 8, price: { perServer: 200_000 }, networkShare: 0.2, installed: 300, lifetime: 2 },
  } as const

  it('buys what is needed beyond what is still in use, each for two years', async () => {
    const values = await chain(priced)
    const years = [2023, 2024, 2025, 2026, 2027]
    const of = (id: string, year: number) => values[year === 2027 ? id : `${id}.${year}`] ?? Number.NaN
    const bought: number[] = []
    for (const [index, year] of years.entries()) {
      const needed = Math.ceil(of('devices', year) / 8)
      expect(of('servers', year)).toBe(needed)
      // The 300 stay; of the others those of this year's two predecessors but the elder one.
      const inUse = 300 + (index > 0 ? (bought[index - 1] ?? 0) : 0)
      bought.push(needed - inUse)
      expect(of('serversBought', year)).toBe(needed - inUse)
      expect(of('serverSpending', year)).toBe((needed - inUse) * 200_000)
      expect(of('capitalExpenditure', year)).toBeCloseTo(((needed - inUse) * 200_000) / 0.8, 4)
    }
    const all = bought.reduce((sum, servers) => sum + servers, 0)
    expect(values.windowCapitalExpenditure).toBeCloseTo((all * 200_000) / 0.8, 3)
  })

  it('buys nothing while users go', async () => {
    const values = await chain({
      ...priced,
      growth: { cagr: -0.3 },
      server: { ...priced.server, lifetime: 10 },
    })
    expect(values['serversBought.2023']).toBeGreaterThan(0)
    expect(values['serversBought.2024']).toBe(0)
    expect(values.capitalExpenditure).toBe(0)
  })

  it('counts yuan at the average rate of the year: 7.0467 in 2023', async () => {
    const price = { perServer: 1_409_340, currency: 'CNY' } as const
    const values = await chain({ ...chatgpt, server: { price } })
    expect(values.serverPrice).toBeCloseTo(200_000, 6)
    // In 亿元, as it is shown.
    expect(values.capitalExpenditureCny).toBeCloseTo(((values.capitalExpenditure ?? 0) * 7.0467) / 1e8, 9)
  })

  it('makes the price of a server of that of its devices: 8 × 15,000 × 1.5', async () => {
    const values = await chain({ ...chatgpt, server: { devicePrice: { perDevice: 15_000 }, overhead: 1.5 } })
    expect(values.serverPrice).toBe(180_000)
  })

  it('gives vendors their shares of the spending: half to Inspur in China, 9.9 % elsewhere', async () => {
    const china = await chain({ ...chatgpt, region: 'CN' })
    expect(china['vendorRevenue.inspur']).toBeCloseTo((china.serverSpending ?? 0) / 2, 6)
    const world = await chain(chatgpt)
    expect(world['vendorRevenue.inspur']).toBeCloseTo((world.serverSpending ?? 0) * 0.099, 6)
    const vendors = [{ id: 'inspur', claim: 'N083' } as const, { id: 'nettrix', share: 0.1 }]
    const named = await chain({ ...chatgpt, vendors })
    expect(named['vendorRevenue.inspur']).toBeCloseTo((named.serverSpending ?? 0) * 0.356, 6)
    expect(named['vendorRevenue.nettrix']).toBeCloseTo((named.serverSpending ?? 0) * 0.1, 6)
  })

  it('holds the spending against the AI servers sold worldwide in 2022, $19.5 bn', async () => {
    const market = { dataset: 'idc_world_ai_servers', year: 2022 }
    const values = await chain({ ...chatgpt, market })
    expect(values.shareOfMarket).toBeCloseTo((values.serverSpending ?? 0) / 19.5e9, 12)
    expect(await codes({ ...chatgpt, market })).toContain('market-of-another-year')
  })
})

describe('training beside serving', () => {
  it('takes 6 · N · D at 40 % of 312 TFLOP/s, in 60 days, twice a year', async () => {
    const training = { tokens: 300e9, throughput: { mfu: 0.4 }, days: 60, runsPerYear: 2 }
    const values = await chain({ ...chatgpt, training })
    const days = (6 * 174.6e9 * 300e9) / (0.4 * 312e12 * 86_400)
    expect(values.trainingDeviceDays).toBeCloseTo(days, 6)
    // Two runs of 60 days go one after the other.
    expect(values.trainingDevices).toBe(Math.ceil(days / 60))
    expect(values.trainingServers).toBe(Math.ceil(Math.ceil(days / 60) / 8))
    expect(values.trainingDaysOnServingFleet).toBeCloseTo(days / (values.devices ?? 0), 9)
    const spent = (values.serverSpending ?? 0) + (values.trainingServerSpending ?? 0)
    expect(values.totalServerSpending).toBeCloseTo(spent, 6)
    expect(values['vendorRevenue.inspur']).toBeCloseTo(0.099 * spent, 6)
    expect(values.totalCapitalExpenditure).toBeCloseTo(spent / 0.81, 3)
  })

  it('runs side by side when a year is too short for them: 10 of 73 days take twice the devices', async () => {
    const run = { trainingFlop: 3.14e23, throughput: { flopPerSecond: 1e14 }, days: 73 }
    const one = await chain({ ...chatgpt, training: run })
    const ten = await chain({ ...chatgpt, training: { ...run, runsPerYear: 10 } })
    const each = 3.14e23 / (1e14 * 86_400) / 73
    expect([one.trainingDevices, ten.trainingDevices]).toEqual([Math.ceil(each), Math.ceil(2 * each)])
  })
})

describe('cost to serve against subscriptions', () => {
  const subscribed = {
    ...{ ...chatgpt, price: { perDeviceHour: 1.5 } },
    subscription: { pricePerMonth: 20, payerRate: 0.05 },
  }

  it('rents every device all year, and takes $20 twelve times of five of a hundred', async () => {
    const values = await chain(subscribed)
    const cost = (values.devices ?? 0) * 1.5 * 24 * 365
    expect(values.costToServe).toBeCloseTo(cost, 3)
    expect(values.costToServePerUser).toBeCloseTo(cost / 12 / 100e6, 12)
    expect(values.subscriptionRevenue).toBeCloseTo(1.2e9, 0)
    expect(values.servingMargin).toBeCloseTo(1.2e9 - cost, 0)
    expect(values.breakEvenPayerRate).toBeCloseTo(cost / 24e9, 12)
  })

  it('just covers the cost at the break-even share of payers', async () => {
    const { breakEvenPayerRate: payerRate = 0 } = await chain(subscribed)
    const { servingMargin = 1, costToServe = 0 } = await chain({
      ...{ ...subscribed, subscription: { pricePerMonth: 20, payerRate } },
    })
    expect(Math.abs(servingMargin)).toBeLessThan(1e-9 * costToServe)
  })

  it('spreads servers of its own over their years and pays for electricity where no rent is known', async () => {
    const owned = {
      ...{ ...chatgpt, accelerator: { id: 'mi300x-192gb' }, electricityPrice: 0.1 },
      server: { price: { perServer: 300_000 }, networkShare: 0, lifetime: 5 },
      energy: { powerPerDevice: 1000, pue: 1.2 },
    }
    const values = await chain(owned)
    const { servers = 0, devices = 0 } = values
    // 365 days · 24 hours · 1 kW · 1.2
    const electricity = devices * 8760 * 1.2 * 0.1
    expect(values.electricityCost).toBeCloseTo(electricity, 3)
    expect(values.costToServe).toBeCloseTo((servers * 300_000) / 5 + electricity, 3)
    expect(await codes(owned)).toContain('cost-of-own-servers')
  })
})

describe('what a request may leave out', () => {
  it('is ChatGPT of January 2023 as the report has it, every default with a status and a source', async () => {
    const { assumptions, warnings } = await answerOf({})
    const named = (name: string) => assumptions.find(each => each.name === name)
    expect(named('users')).toMatchObject({ value: 13e6, status: 'default', source: 'galaxy-2023' })
    expect(named('subscriptionPrice')).toMatchObject({ value: 20, status: 'default', source: 'galaxy-2023' })
    expect(named('vendorShares.inspur')).toMatchObject({
      value: 0.099,
      status: 'default',
      source: 'galaxy-2023',
    })
    expect(assumptions.filter(({ status }) => status === 'input')).toEqual([])
    expect(warnings.map(({ code }) => code)).toEqual([
      'service-assumed',
      'use-assumed',
      'share-of-another-market',
    ])
  })

  it('warns of users and efficiency that stay, and of payers among those who come on a day', async () => {
    const { dailyShare: _, ...daily } = chatgpt
    const stays = await codes({ ...daily, targetYear: 2024, subscription: { pricePerMonth: 20 } })
    expect(stays).toEqual(
      expect.arrayContaining([
        ...[
          'payers-among-daily-users',
          'users-without-growth',
          'efficiency-without-gain',
          'prices-of-base-year',
        ],
      ]),
    )
    expect(await codes({ ...chatgpt, growth: { cagr: 0.1 }, efficiencyGain: 0 })).toEqual([
      'share-of-another-market',
    ])
  })

  it('gives compute and devices without money where nobody knows a price', async () => {
    const { results, warnings } = await answerOf({ ...chatgpt, accelerator: { id: 'mi300x-192gb' } })
    expect(results.devices?.value).toBeGreaterThan(0)
    expect(results).not.toHaveProperty('capitalExpenditure')
    expect(results).not.toHaveProperty('costToServe')
    const named = warnings.map(({ code }) => code)
    expect(named).toEqual(expect.arrayContaining(['no-purchase-price', 'no-price']))
  })
})

describe('what is refused', () => {
  const { users: _, ...without } = chatgpt
  it.each<[string, DemandRequest, string, string]>([
    [
      'users twice',
      { ...without, users: { value: 1, dataset: 'qwen_daily_users' } },
      'inconsistent-inputs',
      '/users',
    ],
    ['users not at all', { ...without, users: { year: 2023 } }, 'missing-value', '/users'],
    ['no users', { ...without, users: { value: 0 } }, 'out-of-range', '/users/value'],
    [
      'a unit beside a dataset',
      { ...without, users: { dataset: 'chatgpt_monthly_users', unit: '万人' } },
      'inconsistent-inputs',
      '/users/unit',
    ],
    [
      'a period without a dataset',
      { ...without, users: { value: 1e6, period: '2023-01' } },
      'inconsistent-inputs',
      '/users/period',
    ],
    [
      'a period without a value',
      { ...without, users: { dataset: 'chatgpt_monthly_users', period: '2022-01' } },
      'missing-value',
      '/users/period',
    ],
    [
      'a dataset of money',
      { ...without, users: { dataset: 'openai_revenue' } },
      'unknown-unit',
      '/users/dataset',
    ],
    ['no such dataset', { ...without, users: { dataset: 'nobody' } }, 'unknown-dataset', '/users/dataset'],
    [
      'more users than people',
      { ...chatgpt, targetYear: 2033, growth: { cagr: 1 } },
      'out-of-range',
      '/growth/cagr',
    ],
    [
      'a series with a hole',
      { ...chatgpt, targetYear: 2025, growth: { series: [{ year: 2025, value: 9 }] } },
      'missing-value',
      '/growth/series',
    ],
    [
      'years out of order',
      {
        ...{ ...chatgpt, targetYear: 2025 },
        growth: {
          series: [
            { year: 2025, value: 9 },
            { year: 2024, value: 9 },
          ],
        },
      },
      'inconsistent-inputs',
      '/growth/series/1/year',
    ],
    [
      'a year with two counts',
      { ...chatgpt, targetYear: 2024, growth: { series: [{ year: 2023, value: 9 }] } },
      'inconsistent-inputs',
      '/growth/series/0',
    ],
    ['a window backwards', { ...chatgpt, targetYear: 2022 }, 'inconsistent-inputs', '/targetYear'],
    ['a window too long', { ...chatgpt, targetYear: 2053 }, 'out-of-range', '/targetYear'],
    [
      'requests that nothing serves',
      { ...chatgpt, sessionsPerUser: 1e4, requestsPerSession: 1e4 },
      'out-of-range',
      '/sessionsPerUser',
    ],
    [
      'a price twice',
      { ...chatgpt, server: { price: { perServer: 1 }, devicePrice: { perDevice: 1 } } },
      'inconsistent-inputs',
      '/server/devicePrice',
    ],
    [
      'training compute twice',
      { ...chatgpt, training: { tokens: 1, trainingFlop: 1 } },
      'inconsistent-inputs',
      '/training/tokens',
    ],
    [
      'training beyond the peak',
      { ...chatgpt, training: { throughput: { flopPerSecond: 1e18 } } },
      'out-of-range',
      '/training/throughput/flopPerSecond',
    ],
    ['a vendor without a share', { ...chatgpt, vendors: [{ id: 'x' }] }, 'missing-value', '/vendors/0/share'],
    [
      'a share of another vendor',
      { ...chatgpt, vendors: [{ id: 'x', claim: 'N081' }] },
      'inconsistent-inputs',
      '/vendors/0/claim',
    ],
    [
      'a vendor twice',
      { ...chatgpt, vendors: [{ id: 'inspur' }, { id: 'inspur', share: 0.1 }] },
      'duplicate-quantity',
      '/vendors/1/id',
    ],
    [
      'shares beyond the whole',
      { ...chatgpt, region: 'CN', vendors: [{ id: 'inspur' }, { id: 'x', share: 0.6 }] },
      'inconsistent-inputs',
      '/vendors',
    ],
    [
      'a market of a year without a size',
      { ...chatgpt, market: { dataset: 'idc_world_ai_servers', year: 2019 } },
      'missing-value',
      '/market/year',
    ],
  ])('%s', async (_name, request, code, pointer) => {
    expect(await refusal(request)).toMatchObject({ code, pointer })
  })
})
