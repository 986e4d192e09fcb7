import { describe, expect, it } from 'vitest'
import { dataFile } from '../support/reference-files.ts'
import { useService } from '../support/service.ts'

const service = useService({ worker: false })
const compare = (query: string) => service.http.get(`/v1/company-comparisons?${query}`)

describe('GET /v1/company-comparisons', () => {
  it('puts the revenue of 2024 of the foundation layer in one currency, largest first', async () => {
    const { body } = await compare('fact=revenue&year=2024&layer=foundation').expect(200)
    expect(body.unit).toBe('亿元')
    const rate = dataFile<{ year: number; value: number }[]>('exchange-rates.json').find(
      ({ year }) => year === 2024,
    )
    const of = (id: string) => body.companies.find((each: { id: string }) => each.id === id)
    // Alphabet 350,018 and Inspur 114.767 bn yuan, as their reports have it.
    expect(of('google').value).toBeCloseTo(3500.18 * (rate?.value ?? 0), 6)
    expect(of('inspur')).toMatchObject({
      value: 1147.67,
      figure: { unit: '亿元', vintage: '2025-03', provenance: 'read' },
    })
    const values = body.companies.map(({ value }: { value: number }) => value)
    expect(values).toEqual(values.toSorted((a: number, b: number) => b - a))
    expect(body.layers[0]).toMatchObject({
      layer: 'foundation',
      companies: values.length,
      known: values.length,
    })
    expect(body.warnings.map(({ code }: { code: string }) => code)).toContain('fiscal-years')
  })

  it('shows both figures of one profit, and takes the later', async () => {
    const { body } = await compare('fact=net-profit&year=2023&market=A-share').expect(200)
    const goodwill = body.companies.find(({ id }: { id: string }) => id === 'goodwill-e-health')
    expect([goodwill.value, goodwill.others[0].value]).toEqual([0.32, 0.4249744])
  })

  it('takes what was known by a day, and facts of your own', async () => {
    const known = await compare('fact=revenue&year=2024&asOf=2024').expect(200)
    // By the end of 2024 only who closes the books in September had published the year.
    const published = known.body.companies.filter(({ value }: { value: number | null }) => value !== null)
    expect(published.map(({ id }: { id: string }) => id)).toEqual(['qualcomm'])
    const fact = {
      id: 'own',
      fact: 'own-index',
      label: { en: 'Index', zh: '指数' },
      value: 7,
      period: '2024',
    }
    await service.http.post('/v1/companies/amd/facts').send(fact).expect(201)
    const { body } = await compare('fact=own-index&year=2024').expect(200)
    expect(body.companies[0]).toMatchObject({ id: 'amd', value: 7, rank: 1 })
    expect(body).toMatchObject({ unit: null, label: { zh: '指数' } })
  })

  it.each([
    ['fact=revenue', 'year'],
    ['fact=revenue&year=2024&layer=basement', 'layer'],
    ['fact=revenue&year=1.5', 'year'],
    ['fact=a%20b&year=2024', 'fact'],
  ])('refuses %s', async (query, parameter) => {
    const { body } = await compare(query).expect(422)
    expect(body.errors).toMatchObject([{ parameter }])
  })

  it('refuses a unit that measures something else', async () => {
    const { body } = await compare('fact=revenue&year=2024&unit=day').expect(422)
    expect(body.code).toBe('unknown-unit')
  })
})

describe('GET /v1/scenarios/{id}/companies', () => {
  const touched = async (id: string) =>
    (await service.http.get(`/v1/scenarios/${id}/companies`).expect(200)).body.touches.map(
      ({ company, through, of, quantities }: Record<string, string | string[]>) => [
        company,
        through,
        of,
        quantities?.[0],
      ],
    )

  it('names the vendor of the devices and the developer of the model of a training', async () => {
    expect(await touched('galaxy-2023-gpt3-175b-training')).toEqual([
      ['nvidia', 'named', 'nvidia', undefined],
      ['nvidia', 'accelerator-vendor', 'v100-sxm2-32gb', 'deviceDays'],
      ['openai', 'model-developer', 'gpt-3-175b', 'parameters'],
    ])
  })

  it('names who is active in the segments of a market', async () => {
    const touches = await touched('galaxy-2023-china-aigc-2025')
    expect(touches).toContainEqual(['tencent', 'segment', 'games', 'segments.games'])
    expect(touches).toContainEqual(['trs', 'segment', 'text-analytics', 'segments.text-analytics'])
  })

  it('touches the server vendors that a demand names', async () => {
    const inputs = {
      baseYear: 2023,
      users: { dataset: 'chatgpt_monthly_users', period: '2023-01' },
      ...{ dailyShare: 0.13, sessionsPerUser: 2, requestsPerSession: 5 },
      workload: { inputTokens: 512, outputTokens: 256 },
      ...{ model: { id: 'gpt-3-175b' }, precision: 'fp16', accelerator: { id: 'a100-sxm-80gb' } },
      price: { perDeviceHour: 1.5 },
      server: { price: { perServer: 150_000 }, networkShare: 0 },
      vendors: [{ id: 'inspur' }],
    }
    const scenario = { name: 'chat-demand', estimator: 'demand', inputs }
    await service.http.post('/v1/scenarios').send(scenario).expect(201)
    const { body } = await service.http.get('/v1/scenarios/chat-demand/companies').expect(200)
    expect(body.touches).toContainEqual(
      expect.objectContaining({
        company: 'inspur',
        through: 'server-vendor',
        pointer: '/vendors/0',
        quantities: ['vendorRevenue.inspur'],
      }),
    )
  })

  it('is 404 for a scenario that is not there', async () => {
    await service.http.get('/v1/scenarios/atlantis/companies').expect(404)
  })
})
