import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { useService } from '../support/service.ts'

const service = useService({ worker: false })

const patch = 'application/merge-patch+json'
/** Spellings by which a parser could be chosen and its validation missed (CVE-2025-32442, CVE-2026-25223). */
const variants: readonly string[] = [
  ...[
    'application/json ;',
    'application/json;',
    'application/json; ',
    ' application/json',
    'application/json\t',
  ],
  ...['application/json\t;charset=utf-8', 'application/json;\tcharset=utf-8', 'application/json ; a=b'],
  ...['application/json;;', 'application/json;=', 'application/json;charset', 'application/json;charset="'],
  ...['application/json;charset=utf-16', 'application/json;charset=utf-7', 'application/json,text/plain'],
  ...['text/plain,application/json', 'application/json, application/json', 'text/plain;application/json'],
  ...['APPLICATION/JSON', 'Application/Json; Charset=UTF-8', 'application/JSON;a="b;c"', 'application /json'],
  ...[
    'application/ json',
    'application/\tjson',
    'application/json/x',
    'application/jsonx',
    'xapplication/json',
  ],
  ...['application/json+x', 'application/ld+json', 'application/vnd.api+json', 'application/problem+json'],
  ...[patch, `${patch};`, `${patch} ;`, `${patch.toUpperCase()}`, `application/json;x=${patch}`],
  ...[
    'text/json',
    '*/*',
    'application/*',
    'application/json\u00a0',
    'text/csv',
    'application/x-www-form-urlencoded',
  ],
]

/** Sends a request over a bare socket, as clients mend headers, and gives the status of the answer. */
function status(method: string, path: string, types: readonly string[], body: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(service.url).port), '127.0.0.1')
    let heard = ''
    socket.setTimeout(5_000, () => socket.destroy(new Error('no answer')))
    socket.on('data', chunk => {
      heard += chunk
    })
    socket.on('error', reject)
    socket.on('close', () => resolve(Number(/^HTTP\/1\.1 (\d{3})/.exec(heard)?.[1] ?? 0)))
    const headers = [
      'host: x',
      'connection: close',
      'if-match: *',
      ...types.map(type => `content-type: ${type}`),
      `content-length: ${Buffer.byteLength(body)}`,
    ]
    // Only written: a client that closes its side takes its request back.
    socket.write(
      Buffer.from(`${method} ${path} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n${body}`, 'latin1'),
    )
  })
}

const routes = [
  ['POST', '/v1/estimates/training', '{"trainingPfDays":268,"throughput":{"flopPerSecond":1.25e14}}'],
  ['POST', '/v1/scenarios', '{"estimator":"training","name":"typed","inputs":{"trainingPfDays":1}}'],
  ['PATCH', '/v1/companies/inspur', '{"ticker":null}'],
  ['POST', '/v1/datasets/games_gpc/observations/import', 'period,value,status\r\n2019,1,actual\r\n'],
] as const

describe('a Content-Type that is nearly right', () => {
  it('comes in forty ways', () => {
    expect(new Set(variants).size).toBe(variants.length)
    expect(variants.length).toBeGreaterThanOrEqual(40)
  })

  it.each(routes)('gets no body past the schema of %s %s', async (method, path, _valid) => {
    for (const type of variants) {
      for (const body of ['{"unknown":1}', 'null']) {
        const answered = await status(method, path, [type], body)
        expect([400, 415, 422], `${JSON.stringify(type)} with ${body}`).toContain(answered)
      }
    }
  })

  it('twice, or not at all, gets no body past it either', async () => {
    for (const [method, path] of routes) {
      for (const types of [
        [],
        ['application/json', 'text/plain'],
        ['text/plain', 'application/json'],
        [''],
      ]) {
        const answered = await status(method, path, types, '{"unknown":1}')
        expect([400, 415, 422], `${method} ${path} ${types}`).toContain(answered)
      }
    }
  })

  it.each(routes.slice(0, 1))(
    'reads a valid body of %s %s as one, or not at all',
    async (method, path, valid) => {
      const read: string[] = []
      for (const type of variants) {
        const answered = await status(method, path, [type], valid)
        expect([200, 400, 415], JSON.stringify(type)).toContain(answered)
        if (answered === 200) read.push(type)
      }
      // Whatever was read is application/json after RFC 9110, section 8.3.1.
      for (const type of read) expect(type.trim().toLowerCase()).toMatch(/^application\/json[\t ]*(;|$)/)
      expect(read).toContain('APPLICATION/JSON')
    },
  )
})
