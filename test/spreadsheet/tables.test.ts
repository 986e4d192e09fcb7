import { readFileSync } from 'node:fs'
import { crc32, deflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readCsv, writeCsv } from '../../src/spreadsheet/csv.ts'
import { formulaSafe, withoutFormulaGuard } from '../../src/spreadsheet/formula-safe.ts'
import { readXlsx } from '../../src/spreadsheet/read-xlsx.ts'
import { UnreadableTable } from '../../src/spreadsheet/table.ts'
import { writeXlsx } from '../../src/spreadsheet/write-xlsx.ts'
import { openZip, writeZip } from '../../src/spreadsheet/zip.ts'

const csv = (text: string, charset?: string) => readCsv(Buffer.from(text), charset).map(({ cells }) => cells)

describe('texts that a spreadsheet would take for formulas', () => {
  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx', "'=1"])('get an apostrophe: %j', text => {
    expect(formulaSafe(text)).toBe(`'${text}`)
  })

  it('are what they were after a round trip, and other texts are left alone', () => {
    for (const text of ['', 'a=b', "don't", "'tis", '2024-12', '负1']) expect(formulaSafe(text)).toBe(text)
    const text = fc.oneof(
      fc.string(),
      fc.string().map(rest => `'=${rest}`),
      fc.string().map(rest => `''-${rest}`),
    )
    fc.assert(fc.property(text, value => withoutFormulaGuard(formulaSafe(value)) === value))
  })
})

describe('CSV', () => {
  it('is written after RFC 4180: CRLF, quotes doubled, numbers bare, formulas disarmed', () => {
    expect(
      writeCsv([
        ['period', 'value', 'note'],
        ['2024', -3.5, '=HYPERLINK("http://x")'],
        ['2025', 1e21, 'two\nlines, "quoted"'],
        ['2026', null, null],
      ]),
    ).toBe(
      'period,value,note\r\n2024,-3.5,"\'=HYPERLINK(""http://x"")"\r\n2025,1e+21,"two\nlines, ""quoted"""\r\n2026,,\r\n',
    )
  })

  it('is read back as it was written', () => {
    const cell = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.string({ minLength: 1 }).filter(text => !text.startsWith('\ufeff')),
    )
    fc.assert(
      fc.property(
        fc.array(fc.array(cell, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 8 }),
        rows => {
          expect(csv(writeCsv(rows))).toEqual(
            rows.map(cells => cells.map(each => (Object.is(each, -0) ? '0' : String(each)))),
          )
        },
      ),
    )
  })

  it('keeps the numbers of rows where rows are empty', () => {
    expect(
      readCsv(Buffer.from('\ufeffperiod,value\r\n\r\n2024,1\r\n,\r\n2025,2')).map(({ row }) => row),
    ).toEqual([1, 3, 5])
  })

  it('is read in the encoding that Excel writes in China', () => {
    const gbk = Buffer.from([0xd6, 0xd0, 0xb9, 0xfa, 0x2c, 0x31])
    expect(readCsv(gbk, 'gbk')[0]?.cells).toEqual(['中国', '1'])
    expect(() => readCsv(gbk)).toThrow('save it as UTF-8')
    expect(() => readCsv(gbk, 'utf-16')).toThrow('utf-16')
  })

  it.each([
    ['a quote that is not closed', 'a,b\n"1,2', 'quotation mark is opened'],
    ['a quote inside a cell', 'a,b\n1"2,3', 'line 2'],
    ['too many columns', Array(41).fill('x').join(','), '41 columns'],
    ['too many rows', 'x\n'.repeat(20_002), '20001 rows'],
  ])('refuses %s', (_what, text, said) => {
    expect(() => csv(text)).toThrow(UnreadableTable)
    expect(() => csv(text)).toThrow(said)
  })
})

describe('a workbook', () => {
  const rows = (bytes: Buffer) => readXlsx(bytes)
  const sheet = (xml: string, more: readonly (readonly [string, string])[] = []) =>
    writeZip([
      ['xl/workbook.xml', '<workbook xmlns:r="r"><sheets><sheet name="x" r:id="a"/></sheets></workbook>'],
      [
        'xl/_rels/workbook.xml.rels',
        '<Relationships><Relationship Id="a" Target="worksheets/s.xml"/></Relationships>',
      ],
      ['xl/worksheets/s.xml', xml],
      ...more,
    ])

  it('made by another program is read: strings, numbers, days, months, and formulas as unread', () => {
    const made = readFileSync(new URL('files/openpyxl.xlsx', import.meta.url))
    expect(rows(made)).toEqual([
      { row: 1, cells: ['Period', 'value', 'status', 'vintage', 'note'] },
      { row: 2, cells: [2024, 12.5, 'actual', { date: '2025-03-14' }, '数字 & <text>'] },
      { row: 3, cells: [{ date: '2024-12' }, -3, 'forecast', '2025-03'] },
      {
        row: 4,
        cells: ['2025H1', { unread: 'is a formula; paste its value instead' }, 'estimate', null, 'formula'],
      },
      { row: 6, cells: ['2026', true, 'forecast', null, '=SUM(A1)'] },
    ])
  })

  it('is read back as it was written, and the same cells give the same bytes', () => {
    const cells = [
      ['period', 'value', 'note'],
      ['2024', -1.5e-7, '=cmd|calc'],
      ['2025', 3, 'a < b & "c"\r\n第二行'],
    ]
    const bytes = writeXlsx([
      { name: 'observations', rows: cells },
      { name: 'dataset', rows: [['id', 'x']] },
    ])
    expect(rows(bytes).map(row => row.cells)).toEqual(cells)
    expect(
      writeXlsx([
        { name: 'observations', rows: cells },
        { name: 'dataset', rows: [['id', 'x']] },
      ]),
    ).toEqual(bytes)
    const xml = openZip(bytes).read('xl/worksheets/sheet1.xml')?.toString() ?? ''
    // The text is a text cell with an apostrophe, the number a numeric one, and no cell is a formula.
    expect(xml).toContain('<c r="C2" t="inlineStr"><is><t xml:space="preserve">\'=cmd|calc</t></is></c>')
    expect(xml).toContain('<c r="B2"><v>-1.5e-7</v></c>')
    expect(xml).not.toContain('<f>')
  })

  it.each([
    ['what is no archive', Buffer.from('period,value'), 'no workbook'],
    ['an archive that is none', writeZip([['a', 'b']]), 'xl/workbook.xml is missing'],
    ['a document type', sheet('<!DOCTYPE x [<!ENTITY a "b">]><worksheet/>'), 'document type'],
    ['XML that is not well formed', sheet('<worksheet>'), 'not well formed'],
    ['an entity', sheet('<worksheet><row><c><v>&lol;</v></c></row></worksheet>'), 'not well formed'],
    [
      'a column too far',
      sheet('<worksheet><row r="1"><c r="AO1"><v>1</v></c></row></worksheet>'),
      '40 columns',
    ],
  ])('refuses %s', (_what, bytes, said) => {
    expect(() => rows(bytes)).toThrow(UnreadableTable)
    expect(() => rows(bytes)).toThrow(said)
  })
})

describe('an archive that is a bomb', () => {
  /** An archive of entries whose directory may say anything. */
  function forged(
    entries: readonly {
      name: string
      packed: Buffer
      bytes: number
      crc?: number
      at?: number
      flags?: number
    }[],
  ): Buffer {
    const locals: Buffer[] = []
    const centrals: Buffer[] = []
    let offset = 0
    for (const { name, packed, bytes, crc = 0, at, flags = 0 } of entries) {
      const local = Buffer.alloc(30)
      local.writeUInt32LE(0x04034b50)
      local.writeUInt16LE(name.length, 26)
      const central = Buffer.alloc(46)
      central.writeUInt32LE(0x02014b50)
      central.writeUInt16LE(flags, 8)
      central.writeUInt16LE(8, 10)
      central.writeUInt32LE(crc, 16)
      central.writeUInt32LE(packed.length, 20)
      central.writeUInt32LE(bytes, 24)
      central.writeUInt16LE(name.length, 28)
      central.writeUInt32LE(at ?? offset, 42)
      locals.push(local, Buffer.from(name), packed)
      centrals.push(central, Buffer.from(name))
      offset += 30 + name.length + packed.length
    }
    const directory = Buffer.concat(centrals)
    const end = Buffer.alloc(22)
    end.writeUInt32LE(0x06054b50)
    end.writeUInt16LE(entries.length, 10)
    end.writeUInt32LE(directory.length, 12)
    end.writeUInt32LE(offset, 16)
    return Buffer.concat([...locals, directory, end])
  }
  const zeros = Buffer.alloc(8 * 1024 * 1024)
  const packed = deflateRawSync(zeros)

  it.each([
    ['packs a thousandfold', [{ name: 'a', packed, bytes: zeros.length }], '200 times'],
    [
      'says that it unpacks to four gigabytes',
      [{ name: 'a', packed, bytes: 0xfffffff0 }],
      'unpacks to 4294967280',
    ],
    [
      'has too many parts',
      Array.from({ length: 1_001 }, (_, index) => ({ name: `${index}`, packed: Buffer.alloc(0), bytes: 0 })),
      '1001 parts',
    ],
    [
      'has parts that share their bytes',
      [
        { name: 'a', packed: Buffer.alloc(90), bytes: 90 },
        { name: 'b', packed: Buffer.alloc(90), bytes: 90, at: 40 },
      ],
      'damaged',
    ],
    [
      'has a part twice',
      [
        { name: 'a', packed: Buffer.alloc(1), bytes: 1 },
        { name: 'a', packed: Buffer.alloc(1), bytes: 1 },
      ],
      'damaged',
    ],
    ['is encrypted', [{ name: 'a', packed: Buffer.alloc(1), bytes: 1, flags: 1 }], 'encrypted'],
  ])('is refused before anything is unpacked when it %s', (_what, entries, said) => {
    expect(() => openZip(forged(entries))).toThrow(said)
  })

  it('is unpacked no further than its directory says', () => {
    const lying = openZip(forged([{ name: 'a', packed, bytes: 1_000, crc: crc32(zeros) }]))
    expect(() => lying.read('a')).toThrow('damaged')
    // Unpacking itself stopped there, rather than somebody measuring eight megabytes afterwards.
    const stopped = { cause: expect.objectContaining({ code: 'ERR_BUFFER_TOO_LARGE' }) }
    expect(() => lying.read('a')).toThrow(expect.objectContaining(stopped))
  })

  it('is refused when its bytes are not those that were summed', () => {
    const content = Buffer.from('honest')
    const entry = { name: 'a', packed: deflateRawSync(content), bytes: content.length }
    expect(openZip(forged([{ ...entry, crc: crc32(content) }])).read('a')).toEqual(content)
    expect(() => openZip(forged([{ ...entry, crc: 1 }])).read('a')).toThrow('damaged')
  })
})
