import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { everything } from '../support/lists.ts'
import { dataFile } from '../support/reference-files.ts'
import { useService } from '../support/service.ts'

const service = useService({ worker: false })

const xlsx = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
let made = 0
/** The address of a series of its own with one observation. */
async function newDataset(): Promise<string> {
  const id = `table-${++made}`
  await service.http
    .post('/v1/datasets')
    .send({
      id,
      segment: 'games',
      title: { en: 'Own series', zh: '自有序列' },
      metric: 'revenue',
      scope: { en: 'What we counted', zh: null },
      unit: '亿元',
      region: 'CN',
      observations: [{ period: '2023', value: 9, status: 'actual' }],
    })
    .expect(201)
  return `/v1/datasets/${id}`
}
const send = (address: string, body: string | Buffer, type = 'text/csv', query = '') =>
  service.http.post(`${address}/observations/import${query}`).set('content-type', type).send(body)
const good =
  'period,value,status,vintage,source,note\r\n2024,10,actual,2025-02,mk-gpc-recalled,=note\r\n2025,-1.5,forecast,,,\r\n'
const periods = async (address: string) =>
  (await everything<{ period: string }>(service, `${address}/observations`)).map(({ period }) => period)

describe('POST /v1/datasets/{id}/observations/import', () => {
  it('writes a table under If-Match, beside what is there', async () => {
    const address = await newDataset()
    const { body, headers } = await send(address, good, 'text/csv; charset=utf-8')
      .set('if-match', '"1"')
      .expect(200)
    expect(body).toMatchObject({
      written: true,
      version: 2,
      rows: 2,
      added: 2,
      replaced: 0,
      observations: 3,
      badCells: [],
    })
    expect(headers.etag).toBe('"2"')
    const { body: now } = await service.http.get(address).expect(200)
    expect(now).toMatchObject({ version: 2, title: { zh: '自有序列' } })
    expect(now.observations[1]).toMatchObject({
      period: '2024',
      value: 10,
      vintage: '2025-02',
      note: '=note',
    })
  })

  it('replaces the series in the mode replace', async () => {
    const address = await newDataset()
    const { body } = await send(address, good, 'text/csv', '?mode=replace').set('if-match', '*').expect(200)
    expect(body).toMatchObject({ added: 2, removed: 1, observations: 2 })
    expect(await periods(address)).toEqual(['2024', '2025'])
  })

  it('lists with dryRun every bad cell, and writes nothing', async () => {
    const address = await newDataset()
    const rows = Array.from({ length: 30 }, (_, index) => `20${10 + index},x,actual`)
    const table = `period,value,status\n${rows.join('\n')}\n2050,1,actual`
    const { body } = await send(address, table, 'text/csv', '?dryRun=true').expect(200)
    expect(body).toMatchObject({ written: false, version: 1, rows: 1, added: 1, observations: 2 })
    expect(body.badCells).toHaveLength(30)
    expect(body.badCells[0]).toEqual({
      row: 2,
      column: 'value',
      value: 'x',
      reason: expect.stringContaining('no number'),
    })
    const refused = await send(address, table)
      .set('if-match', '"1"')
      .expect(422)
      .expect('content-type', /problem/)
    expect(refused.body).toMatchObject({
      code: 'invalid-cells',
      detail: expect.stringContaining('And 10 more'),
    })
    expect(refused.body.errors).toHaveLength(20)
    expect(await periods(address)).toEqual(['2023'])
  })

  it('reads a workbook of another program', async () => {
    const address = await newDataset()
    const bytes = readFileSync(new URL('../spreadsheet/files/openpyxl.xlsx', import.meta.url))
    const { body } = await send(address, bytes, xlsx, '?dryRun=true').expect(200)
    expect(body.badCells.map(({ row, column }: { row: number; column: string }) => [row, column])).toEqual([
      [4, 'value'],
      [6, 'value'],
    ])
    expect(body).toMatchObject({ rows: 2, added: 2 })
  })

  it('asks for If-Match, and refuses a stale one before it reads the table', async () => {
    const address = await newDataset()
    await send(address, good).expect(428)
    await send(address, '"').set('if-match', '"7"').expect(412)
    await send(address, good, 'text/csv', '?dryRun=true').set('if-match', '"7"').expect(412)
    await send('/v1/datasets/atlantis', good).set('if-match', '*').expect(404)
  })

  it.each([
    ['JSON', 'application/json', '{}', 415, 'unsupported-media-type'],
    ['no table at all', 'text/csv', '', 422, 'invalid-cells'],
    ['a quote that is not closed', 'text/csv', 'period\n"', 422, 'unreadable-table'],
    ['what is no workbook', xlsx, 'period,value', 422, 'unreadable-table'],
    ['an unknown charset', 'text/csv; charset=ebcdic', good, 422, 'unreadable-table'],
    ['bytes that are no UTF-8', 'text/csv', Buffer.from([0xff, 0xfe, 0x41]), 422, 'unreadable-table'],
  ])('refuses %s', async (_what, type, body, status, code) => {
    const address = await newDataset()
    const answer = await send(address, body, type).set('if-match', '"1"').expect(status)
    expect(answer.body.code).toBe(code)
  })

  it('takes tables up to 10 MiB, and says so of larger ones', async () => {
    const address = await newDataset()
    const row = `,1,actual,,,${'n'.repeat(1_000)}\n`
    const table = (rows: number, note = row) =>
      `period,value,status,vintage,source,note\n${Array.from({ length: rows }, (_, index) => `${1000 + (index % 9000)}-${String(1 + Math.floor(index / 9000)).padStart(2, '0')}${note}`).join('')}`
    const large = table(10_000)
    expect(Buffer.byteLength(large)).toBeGreaterThan(10_000_000)
    const { body } = await send(address, large).set('if-match', '"1"').expect(200)
    expect(body).toMatchObject({ rows: 10_000, observations: 10_001 })
    const { body: tooLarge } = await send(address, Buffer.alloc(10_485_761, 'x'))
      .set('if-match', '*')
      .expect(413)
    expect(tooLarge.detail).toContain('10485760')
    const { body: tooMany } = await send(address, table(20_001, ',1,actual\n'))
      .set('if-match', '*')
      .expect(422)
    expect(tooMany.code).toBe('unreadable-table')
  }, 30_000)
})

describe('GET /v1/datasets/{id}/observations/export', () => {
  it('writes CSV that no spreadsheet takes for a formula, and that comes back as it was', async () => {
    const address = await newDataset()
    await send(address, good).set('if-match', '"1"').expect(200)
    const { text, headers } = await service.http.get(`${address}/observations/export`).expect(200)
    expect(headers['content-type']).toContain('text/csv')
    expect(headers['content-disposition']).toContain('.csv"')
    expect(text.split('\r\n')).toEqual([
      'period,value,low,high,status,vintage,provenance,source,note,confidence',
      '2023,9,,,actual,,read,,,',
      "2024,10,,,actual,2025-02,read,mk-gpc-recalled,'=note,",
      '2025,-1.5,,,forecast,,read,,,',
      '',
    ])
    const { body } = await send(address, text, 'text/csv', '?dryRun=true').expect(200)
    expect(body).toMatchObject({ added: 0, replaced: 0, unchanged: 3, badCells: [] })
  })

  it('writes a workbook by format or Accept, with a sheet about the series, and it comes back as it was', async () => {
    for (const [query, accept] of [
      ['?format=xlsx', '*/*'],
      ['', xlsx],
    ] as const) {
      const answer = await service.http
        .get(`/v1/datasets/games_gpc/observations/export${query}`)
        .set('accept', accept)
        .responseType('blob')
        .expect(200)
        .expect('content-type', xlsx)
      const { body } = await send('/v1/datasets/games_gpc', answer.body, xlsx, '?dryRun=true').expect(200)
      const rows = dataFile<{ id: string; observations: unknown[] }[]>('datasets.json').find(
        ({ id }) => id === 'games_gpc',
      )
      expect(body).toMatchObject({
        added: 0,
        replaced: 0,
        unchanged: rows?.observations.length,
        badCells: [],
      })
    }
  })

  it('takes asOf and status, and answers 304 to the tag of the same table', async () => {
    const path = '/v1/datasets/idc_ai_total_2021/observations/export'
    const { text, headers } = await service.http.get(`${path}?asOf=2021-03&status=forecast`).expect(200)
    expect(text.split('\r\n')).toHaveLength(3)
    await service.http.get(path).set('if-none-match', String(headers.etag)).expect(304)
    await service.http.get(`${path}?format=xlsx`).set('if-none-match', String(headers.etag)).expect(200)
    await service.http.get(`${path}?format=pdf`).expect(422)
    await service.http.get('/v1/datasets/atlantis/observations/export').expect(404)
  })
})
