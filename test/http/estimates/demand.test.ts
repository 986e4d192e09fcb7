import { describe, expect, it } from 'vitest'
import { useService } from '../../support/service.ts'

const service = useService()
const demand = (body: object, query = {}) => service.http.post('/v1/estimates/demand').query(query).send(body)
const asked = (call: string, body: object) => service.http.post(`/v1/estimates/demand/${call}`).send(body)
const codesOf = (body: { warnings: { code: string }[] }) => body.warnings.map(({ code }) => code)

/** 13 million visitors a day among 100 million monthly users, ten requests each of 512 and 256 tokens. */
const chatgpt = {
  baseYear: 2023,
  users: { dataset: 'chatgpt_monthly_users', period: '2023-01' },
  dailyShare: 0.13,
  sessionsPerUser: 2,
  requestsPerSession: 5,
  workload: { inputTokens: 512, outputTokens: 256 },
  model: { id: 'gpt-3-175b' },
  precision: 'fp16',
  accelerator: { id: 'a100-sxm-80gb' },
  price: { perDeviceHour: 1.5 },
  server: { price: { perServer: 150_000 }, networkShare: 0 },
  subscription: { pricePerMonth: 20, payerRate: 0.05 },
}

describe('POST /v1/estimates/demand', () => {
  it('leads from the visitors of January 2023 to what they add to the server market', async () => {
    const market = { dataset: 'idc_world_ai_servers', year: 2022 }
    const { body } = await demand({ ...chatgpt, market }).expect(200)
    const { dailyTokens, requiredFlopPerSecond, devices, servers, capitalExpenditure } = body.results
    expect(dailyTokens).toMatchObject({ value: expect.closeTo(99.84e9, 0), unit: 'token' })
    // 2 × 174.6e9 a token, at twice the mean, and a little attention.
    const weights = 2 * (130e6 / 86_400) * 768 * 2 * 174.6e9
    expect(requiredFlopPerSecond.unit).toBe('FLOP/s')
    expect(requiredFlopPerSecond.value / weights).toBeGreaterThan(1)
    expect(requiredFlopPerSecond.value / weights).toBeLessThan(1.01)
    // No fleet can compute more than its dense peak of 312 TFLOP/s a device.
    expect(devices.value).toBeGreaterThan(requiredFlopPerSecond.value / 312e12)
    expect(servers.value).toBe(Math.ceil(devices.value / 8))
    expect(capitalExpenditure).toMatchObject({ value: servers.value * 150_000, unit: 'USD' })
    expect(body.results.shareOfMarket.value).toBeCloseTo((servers.value * 150_000) / 19.5e9, 12)
    expect(body.results['vendorRevenue.inspur'].value).toBeCloseTo(servers.value * 150_000 * 0.099, 4)
    expect(codesOf(body)).toEqual(['share-of-another-market', 'market-of-another-year'])
    const users = body.assumptions.find(({ name }: { name: string }) => name === 'users')
    expect(users).toMatchObject({
      status: 'catalogue',
      evidence: [{ dataset: 'chatgpt_monthly_users', scopeId: 'chatgpt-monthly-users-estimated' }],
    })
  })

  it('holds the $20 of five in a hundred against the rent of the devices', async () => {
    const { body } = await demand(chatgpt).expect(200)
    const { subscriptionRevenue, costToServe, servingMargin, breakEvenPayerRate, devices } = body.results
    expect(subscriptionRevenue.value).toBeCloseTo(12 * 5e6 * 20, 0)
    expect(costToServe.value).toBeCloseTo(devices.value * 1.5 * 8760, 2)
    expect(servingMargin.value).toBeCloseTo(1.2e9 - devices.value * 13_140, 0)
    expect(breakEvenPayerRate.value).toBeCloseTo((devices.value * 13_140) / (12 * 100e6 * 20), 12)
  })

  it('tells every year in a table, and training beside serving', async () => {
    const { body } = await demand({
      ...{ ...chatgpt, targetYear: 2026, growth: { cagr: 0.5 }, efficiencyGain: 0.2 },
      training: { trainingFlop: 3.14e23, throughput: { mfu: 0.4 }, days: 30 },
    }).expect(200)
    const { columns, rows } = body.tables.path
    expect(rows.map(({ key }: { key: string }) => key)).toEqual(['2023', '2024', '2025', '2026'])
    const column = (id: string) => columns.findIndex((each: { id: string }) => each.id === id)
    const users = rows.map(({ values }: { values: number[] }) => values[column('users')])
    expect(users).toEqual([100e6, 150e6, 225e6, 337.5e6])
    // 3.14e23 / (0.4 · 312e12 · 86,400 · 30) = 970.7 devices every year.
    expect(rows[3].values[column('trainingDevices')]).toBe(971)
    // Servers that train last for years: none is bought after the first.
    expect(rows[0].values[column('trainingCapitalExpenditure')]).toBe(122 * 150_000)
    expect(rows[1].values[column('trainingCapitalExpenditure')]).toBe(0)
  })

  it('answers nothing with the service of the report', async () => {
    const { body } = await demand({}).expect(200)
    expect(body.results.users.value).toBe(13e6)
    expect(body.results.breakEvenPayerRate.value).toBeGreaterThan(0)
    expect(codesOf(body)).toContain('service-assumed')
    const unsourced = body.assumptions.filter(
      ({ status, source, note }: { status: string; source: string | null; note: unknown }) =>
        status === 'default' && source === null && note === null,
    )
    expect(unsourced).toEqual([])
  })

  it.each([
    [{ users: { value: 1 }, who: 1 }, '/who'],
    [{ dailyShare: 2 }, '/dailyShare'],
    [{ growth: { cagr: 0.1, series: [{ year: 2023, value: 1 }] } }, '/growth'],
    [{ vendors: [] }, '/vendors'],
    [{ subscription: {} }, '/subscription/pricePerMonth'],
    [{ model: { parameters: 175e9 } }, '/model/parameters'],
    [{ users: { value: 1e9, year: 2021 }, baseYear: 2023, growth: { cagr: 9 } }, '/growth/cagr'],
    [{ market: { dataset: 'idc_world_ai_servers', year: 2019 } }, '/market/year'],
  ])('refuses %j and points at %s', async (request, pointer) => {
    const { status, body } = await demand(request)
    expect([400, 422]).toContain(status)
    expect(body.errors[0].pointer).toBe(pointer)
  })

  it('names the vendor whose share is one too many', async () => {
    const vendors = [
      { id: 'inspur', claim: 'N081' },
      { id: 'others', share: 0.6 },
    ]
    const { body } = await demand({ vendors }).expect(422)
    expect(body).toMatchObject({ code: 'inconsistent-inputs', errors: [{ pointer: '/vendors' }] })
    expect(body.detail).toContain('1.1')
  })
})

describe('the other questions about a demand', () => {
  it('is simulated with a distribution in the place of any number', async () => {
    const { body } = await asked('simulate', {
      inputs: {
        ...chatgpt,
        dailyShare: { uniform: { low: 0.1, high: 0.16 } },
        subscription: { pricePerMonth: 20, payerRate: { triangular: { low: 0.02, mode: 0.05, high: 0.08 } } },
        workload: { inputTokens: 512, outputTokens: { uniform: { low: 100, high: 600 } } },
        server: { price: { perServer: { triangular: { low: 120_000, mode: 150_000, high: 200_000 } } } },
      },
      samples: 4096,
      seed: '2023',
      outputs: ['dailyUsers', 'devices', 'subscriptionRevenue', 'capitalExpenditure'],
    }).expect(200)
    const { dailyUsers, devices, subscriptionRevenue } = body.results
    expect(dailyUsers.p50).toBeCloseTo(13e6, -4)
    expect(devices.p95).toBeGreaterThan(1.5 * devices.p5)
    expect(subscriptionRevenue.mean / 1.2e9).toBeCloseTo(1, 2)
  })

  it('is solved for the price at which five in a hundred pay for all', async () => {
    const { body } = await asked('solve', {
      inputs: chatgpt,
      target: { quantity: 'servingMargin', value: 0 },
      for: 'subscriptionPrice',
    }).expect(200)
    const { costToServe } = body.results
    expect(body.input.value).toBeCloseTo(costToServe.value / (12 * 5e6), 6)
  })

  it('says what drives it', async () => {
    const { body } = await asked('sensitivity', {
      inputs: {
        ...chatgpt,
        sessionsPerUser: { uniform: { low: 1, high: 3 } },
        server: { price: { perServer: { uniform: { low: 149_000, high: 151_000 } } } },
      },
      ...{ outputs: ['capitalExpenditure'], samples: 1024 },
    }).expect(200)
    // Sessions vary three to one, the price hardly at all.
    expect(body.results[0].tornado[0].input).toBe('sessionsPerUser')
  })

  it('is swept over models', async () => {
    const { text } = await asked('sweep', {
      inputs: chatgpt,
      over: [{ member: '/model/id', values: ['gpt-3-175b', 'llama-3-70b'] }],
      outputs: ['devices'],
    })
      .buffer(true)
      .expect(200)
    const rows = text
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
    const devices = (model: string) =>
      rows.find(({ over }) => over?.['/model/id'] === model)?.results.devices ?? 0
    expect(devices('gpt-3-175b')).toBeGreaterThan(devices('llama-3-70b'))
    expect(devices('llama-3-70b')).toBeGreaterThan(0)
  })
})
