import { setTimeout } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { expectRest } from '../../support/rest.ts'
import { useService } from '../../support/service.ts'

const service = useService()
const sweep = (body: object) =>
  service.http
    .post('/v1/estimates/training/sweep')
    .buffer(true)
    .parse(textOf as never)
    .send(body)

/** The whole answer as text, whatever its type. */
function textOf(response: NodeJS.ReadableStream, done: (error: Error | null, body: string) => void): void {
  let text = ''
  response.setEncoding('utf8')
  response.on('data', piece => {
    text += piece
  })
  response.on('end', () => done(null, text))
}

interface Row {
  readonly over: Readonly<Record<string, unknown>>
  readonly results?: Readonly<Record<string, number | null>>
  readonly problem?: { readonly code: string; readonly pointer: string | null }
}
const linesOf = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line))
const rowsOf = (text: string): Row[] => linesOf(text).slice(1)

const inputs = {
  model: { parameters: 175e9 },
  tokens: 300e9,
  accelerator: { id: 'v100-sxm2-32gb' },
  precision: 'fp16',
  throughput: { mfu: 0.2 },
  price: { perDeviceHour: 3 },
}

describe('POST /v1/estimates/{estimator}/sweep', () => {
  it('answers a grid over inputs and over choices of the catalogue, the last axis fastest', async () => {
    const over = [
      { member: '/accelerator/id', values: ['v100-sxm2-32gb', 'h100-sxm-80gb'] },
      { input: 'mfu', from: 0.1, to: 0.4, steps: 3, scale: 'log' },
    ]
    const { body, headers } = await sweep({ inputs, over, outputs: ['deviceDays', 'mfu'] }).expect(200)
    expect(headers['content-type']).toContain('application/x-ndjson')
    const [head, ...rows] = linesOf(body)
    expect(head).toMatchObject({
      estimator: 'training',
      rows: 6,
      outputs: [
        { id: 'deviceDays', unit: 'day' },
        { id: 'mfu', unit: '1' },
      ],
    })
    expect(rows.map(({ over: at }: Row) => at['/accelerator/id'])).toEqual([
      ...Array(3).fill('v100-sxm2-32gb'),
      ...Array(3).fill('h100-sxm-80gb'),
    ])
    expect(rows.map(({ results }: Row) => results?.mfu)).toEqual([0.1, 0.2, 0.4, 0.1, 0.2, 0.4])
    expect(rows[0].results.deviceDays).toBeCloseTo((6 * 175e9 * 300e9) / (0.1 * 125e12 * 86_400), 6)
  })

  it('answers each row as the estimate itself does', async () => {
    const over = [
      { input: 'parameters', values: [1e9, 13e9, 70e9] },
      { input: 'devices', values: [1, 8, 512] },
    ]
    const rows = rowsOf((await sweep({ inputs, over, combine: 'list' }).expect(200)).body)
    expect(rows).toHaveLength(3)
    for (const { over: at, results } of rows) {
      const request = { ...inputs, model: { parameters: at.parameters }, devices: at.devices }
      const { body } = await service.http.post('/v1/estimates/training').send(request).expect(200)
      for (const [id, value] of Object.entries(results ?? {})) expect(value, id).toBe(body.results[id].value)
    }
  })

  it('puts what the estimator refuses into its row and goes on', async () => {
    const over = [
      { member: '/throughput', values: [{ mfu: 0.4 }, { flopPerSecond: 5e14 }, { flopPerSecond: 5e13 }] },
    ]
    const rows = rowsOf((await sweep({ inputs, over, outputs: ['deviceDays'] }).expect(200)).body)
    expect(rows.map(({ problem }) => problem?.code)).toEqual([undefined, 'out-of-range', undefined])
    expect(rows[1]?.problem?.pointer).toBe('/throughput/flopPerSecond')
    expect(rows[2]?.results?.deviceDays).toBeCloseTo((6 * 175e9 * 300e9) / (5e13 * 86_400), 6)
  })

  it('answers as CSV, with units, quoted where it must be and safe for spreadsheets', async () => {
    const over = [{ member: '/model', values: [{ id: 'gpt-3-175b' }, { parameters: 1e9 }] }]
    const { body, headers } = await sweep({ inputs, over, outputs: ['parameters', 'mfu'] })
      .set('accept', 'text/csv')
      .expect(200)
    expect(headers['content-type']).toContain('text/csv')
    expect(body).toBe(
      '/model,parameters [parameter],mfu,problem\r\n"{""id"":""gpt-3-175b""}",174600000000,0.2,\r\n"{""parameters"":1000000000}",1000000000,0.2,\r\n',
    )
  })

  it.each([
    ['text/csv', 'text/csv'],
    ['text/csv, */*', 'text/csv'],
    ['text/csv;q=0.5, application/x-ndjson', 'application/x-ndjson'],
    ['application/x-ndjson;q=0.1, text/csv; q=0.9', 'text/csv'],
    ['text/csv;q=0', 'application/x-ndjson'],
    ['*/*', 'application/x-ndjson'],
  ])('to who accepts %s is %s', async (accept, type) => {
    const over = [{ input: 'mfu', values: [0.1] }]
    const { headers } = await sweep({ inputs, over }).set('accept', accept).expect(200)
    expect(headers['content-type']).toContain(type)
  })

  it('takes integers from a range of an integer input', async () => {
    const over = [{ input: 'devices', from: 8, to: 4096, steps: 10, scale: 'log' }]
    const rows = rowsOf((await sweep({ inputs, over, outputs: ['deviceDays'] }).expect(200)).body)
    expect(rows.map(({ over: at }) => at.devices)).toEqual([8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096])
  })

  it('answers for an input that the request does not have, whatever else could be added to it', async () => {
    const penetration = { logistic: { from: { year: 2021, value: 0.1 }, to: { year: 2022, value: 0.2 } } }
    const segments = [{ id: 'a', size: { value: 100 }, penetration }]
    const market = { baseYear: 2021, targetYear: 2022, segments }
    for (const [input, totals] of [
      ['segments.a.valueCapture', [0, 10]],
      ['segments.a.growth', [20, 30]],
    ] as const) {
      const { text } = await service.http
        .post('/v1/estimates/market/sweep')
        .send({ inputs: market, over: [{ input, values: [0, 0.5] }], outputs: ['total'] })
        .expect(200)
      for (const [index, { results }] of rowsOf(text).entries())
        expect(results?.total, input).toBeCloseTo(totals[index] ?? Number.NaN, 9)
    }
  })

  it('refuses a place that a list does not have', async () => {
    const segment = { id: 'a', size: { value: 1 }, penetration: { constant: 0.5 } }
    const market = { baseYear: 2021, targetYear: 2021, segments: [segment] }
    for (const place of ['-', 'length', '1', '01x']) {
      const over = [{ member: `/segments/${place}`, values: [segment] }]
      const { body } = await service.http
        .post('/v1/estimates/market/sweep')
        .send({ inputs: market, over })
        .expect(422)
      expect([body.code, body.errors[0].pointer], place).toEqual(['inconsistent-inputs', '/over/0/member'])
    }
  })

  it.each([
    [
      'more steps than there are integers',
      [{ input: 'devices', from: 1, to: 4, steps: 7 }],
      'inconsistent-inputs',
      '/over/0/steps',
    ],
    [
      'an end that is no integer',
      [{ input: 'devices', from: 1.5, to: 4, steps: 2 }],
      'invalid-request',
      '/over/0/from',
    ],
    [
      'a range wider than numbers reach',
      [{ input: 'peakFlopPerSecond', from: -1e308, to: 1e308, steps: 3 }],
      'inconsistent-inputs',
      '/over/0/from',
    ],
    [
      'a grid past the bound',
      [
        { input: 'mfu', from: 0.1, to: 0.9, steps: 2000 },
        { input: 'devices', from: 1, to: 501, steps: 501 },
      ],
      'too-many',
      '/over',
    ],
    [
      'lists of unequal length',
      [
        { input: 'mfu', values: [0.1] },
        { input: 'devices', values: [1, 2] },
      ],
      'inconsistent-inputs',
      '/over/1',
    ],
    [
      'a value that the schema refuses',
      [{ input: 'mfu', values: [0.1, 1.5] }],
      'invalid-request',
      '/over/0/values/1',
    ],
    [
      'an end that the schema refuses',
      [{ input: 'mfu', from: 0.1, to: 3, steps: 5 }],
      'invalid-request',
      '/over/0/to',
    ],
    ['an unknown input', [{ input: 'colour', values: [1] }], 'unknown-quantity', '/over/0/input'],
    ['an unknown member', [{ member: '/colour', values: [1] }], 'invalid-request', '/over/0/values/0'],
    [
      'a member of nothing',
      [{ member: '/discounts/first', values: [1] }],
      'inconsistent-inputs',
      '/over/0/member',
    ],
    [
      'the same input twice',
      [
        { input: 'mfu', values: [0.1] },
        { member: '/throughput/mfu', values: [0.2] },
      ],
      'inconsistent-inputs',
      '/over/1',
    ],
    [
      'a part of what another axis varies',
      [
        { member: '/throughput', values: [{ mfu: 0.1 }] },
        { member: '/throughput/mfu', values: [0.2] },
      ],
      'inconsistent-inputs',
      '/over/1',
    ],
    [
      'an input and a member',
      [{ input: 'mfu', member: '/throughput/mfu', values: [0.1] }],
      'inconsistent-inputs',
      '/over/0',
    ],
    [
      'values and a range',
      [{ input: 'mfu', values: [0.1], from: 0.1, to: 0.2, steps: 2 }],
      'inconsistent-inputs',
      '/over/0',
    ],
    ['a text for an input', [{ input: 'mfu', values: ['high'] }], 'inconsistent-inputs', '/over/0/values/0'],
    [
      'a logarithmic range from zero',
      [{ input: 'perDeviceHour', from: 0, to: 3, steps: 4, scale: 'log' }],
      'inconsistent-inputs',
      '/over/0/from',
    ],
  ])('refuses %s', async (_, over, code, pointer) => {
    const combine = code === 'inconsistent-inputs' && over.length === 2 ? 'list' : 'grid'
    const { body } = await service.http
      .post('/v1/estimates/training/sweep')
      .send({ inputs, over, combine })
      .expect(422)
    expect([body.code, body.errors[0].pointer]).toEqual([code, pointer])
  })

  it('streams: the first rows come at once, and nothing is worked out for a caller who has gone', async () => {
    const over = [
      { input: 'mfu', from: 0.1, to: 0.9, steps: 1000 },
      { input: 'devices', from: 1, to: 1000, steps: 1000 },
    ]
    const abort = new AbortController()
    const response = await fetch(`${service.url}/v1/estimates/training/sweep`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ inputs, over }),
      signal: abort.signal,
    })
    const reader = response.body?.getReader()
    const first = await reader?.read()
    expect(new TextDecoder().decode(first?.value)).toContain('"rows":1000000')
    // A caller who does not read holds the rows back: what is ready fits in the buffers, and then work stops.
    await setTimeout(1_500)
    await expectRest()
    abort.abort()
    await setTimeout(200)
    await expectRest()
    await service.http.get('/livez').expect(200)
  })
})
