import { connect } from 'node:net'
import fc from 'fast-check'
import { inLanes } from '../lanes.ts'
import { type FuzzRequest, requestOf } from '../requests.ts'
import { parametersOf } from '../resources.ts'
import type { Session } from '../session.ts'
import { bodyOf } from './coverage.ts'

/** Longest that the server may hold a connection whose other side has stopped sending. */
const patience = 5_000

/** Bytes on the socket: the grammar of HTTP broken in its parts, requests with bytes changed, and plain noise. */
export async function bytes(session: Session, budget: number): Promise<void> {
  const requests = session.contract.operations.map(operation =>
    requestOf(operation, parametersOf(session, operation), bodyOf(operation)),
  )
  const messages = fc.oneof(
    fc.constantFrom(...requests).chain(request => broken(request)),
    fc
      .constantFrom(...requests)
      .chain(request => changed(Buffer.from(lines(request).join('\r\n') + bodyText(request)))),
    fc.uint8Array({ maxLength: 2_000 }).map(each => Buffer.from(each)),
  )
  const drawn = fc.sample(messages, { seed: session.seed, numRuns: budget })
  await inLanes(drawn.map(message => () => deliver(session, message)))
}

async function deliver(session: Session, message: Buffer): Promise<void> {
  const report = (check: string, detail: string) =>
    session.report({
      ...{ phase: 'bytes', operation: 'the socket', method: 'RAW', target: '', headers: {}, body: message },
      violation: { check, detail },
      expectation: { kind: 'any' },
    })
  const answer = await exchange(session.url, message).catch((error: Error) => {
    report('no-answer', error.message)
    return ''
  })
  // Several requests on one connection get several answers; a body may hold the words of a status line.
  const statuses = [...answer.matchAll(/(?:^|\r\n\r\n|[}\]\n])HTTP\/1\.1 (\d{3}) /g)].map(([, status]) =>
    Number(status),
  )
  session.count('bytes', statuses[0] ?? 0)
  if (answer !== '' && statuses.length === 0) report('not-http', answer.slice(0, 100))
  for (const status of statuses)
    if (status >= 500) report('server-error', `${status}: ${answer.slice(0, 300)}`)
}

/** Sends bytes, closes that side, and gives what comes back; a connection that is cut counts as closed. */
function exchange(url: string, message: Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url)
    const socket = connect(Number(port), hostname)
    const chunks: Buffer[] = []
    socket.setTimeout(patience, () => socket.destroy(new Error(`open after ${patience} ms`)))
    socket.on('data', chunk => chunks.push(chunk))
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('latin1')))
    socket.on('error', error => {
      if (/ECONNRESET|EPIPE/.test(String(error))) resolve(Buffer.concat(chunks).toString('latin1'))
      else reject(error)
    })
    socket.end(message)
  })
}

const bodyText = ({ body }: FuzzRequest) => `\r\n\r\n${body ?? ''}`

/** The head of a request as lines, without the blank one. */
function lines({ operation, target, headers, body }: FuzzRequest): string[] {
  const length = body === null ? [] : [`content-length: ${Buffer.byteLength(body)}`]
  const given = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  return [`${operation.method} ${target} HTTP/1.1`, 'host: localhost', ...given, ...length]
}

const firstLines = [
  'GET / HTTP/9.9',
  'GET / HTTP/0.9',
  'GET /',
  'get / http/1.1',
  ' / HTTP/1.1',
  'GET  / HTTP/1.1',
  'GET * HTTP/1.1',
  'OPTIONS * HTTP/1.1',
  'CONNECT a:1 HTTP/1.1',
  'PRI * HTTP/2.0',
  'GET http://[::1 HTTP/1.1',
  'GET http://elsewhere/livez HTTP/1.1',
  'GET //elsewhere/livez HTTP/1.1',
  'GET /livez%00 HTTP/1.1',
  'GET /\u0000 HTTP/1.1',
  'GET /v1/scenarios/%zz HTTP/1.1',
  'GET /v1/scenarios/%ff HTTP/1.1',
  'GET /v1/../livez HTTP/1.1',
  'GET /v1/scenarios?%zz=%ff HTTP/1.1',
  'GET /v1/scenarios?q=%ff%fe HTTP/1.1',
  `GET /${'a'.repeat(20_000)} HTTP/1.1`,
]
const extraLines = [
  'content-length: -1',
  'content-length: 5',
  'content-length: 99999999999999999999',
  'content-length: 1, 1',
  'content-length: 0x5',
  'transfer-encoding: chunked',
  'transfer-encoding: identity',
  'transfer-encoding: chunked, chunked',
  'transfer-encoding : chunked',
  'Transfer-Encoding: xchunked',
  'host: other',
  'no colon',
  ': no name',
  'bad name: x',
  'x: \u0000',
  'x: a\rb',
  ' folded',
  'expect: 100-continue',
  'expect: the-unexpected',
  'connection: upgrade',
  'upgrade: h2c',
  'upgrade: websocket',
  `x: ${'y'.repeat(17_000)}`,
  'accept: nothing/at-all',
  'accept-encoding: \u00ff',
  'if-none-match: \u00ff"',
  'prefer: wait=\u00e9',
  'content-type: application/json; charset=utf-16',
  'content-type:',
  'te: trailers',
  'range: bytes=0-0',
  'if-modified-since: never',
  'authorization: Bearer \u00ff',
]
const bodies = [
  'zz\r\n',
  '5\r\nhello\r\n0\r\n\r\n',
  '-1\r\n',
  'ffffffffffffffff1\r\n',
  '5;a=b\r\nhello\r\n0\r\nx: y\r\n\r\n',
  '0\r\n\r\nGET /livez HTTP/1.1\r\nhost: x\r\n\r\n',
  '{"a":',
  '',
]

/** A request whose first line, headers or body break the rules. */
function broken(request: FuzzRequest): fc.Arbitrary<Buffer> {
  const [first = '', ...rest] = lines(request)
  return fc
    .tuple(
      fc.oneof({ weight: 2, arbitrary: fc.constant(first) }, fc.constantFrom(...firstLines)),
      fc.subarray(extraLines, { maxLength: 3 }),
      fc.oneof(fc.constant(rest), fc.subarray(rest)),
      fc.oneof(fc.constant(String(request.body ?? '')), fc.constantFrom(...bodies)),
      fc.constantFrom('\r\n', '\n', '\r'),
      fc.oneof(fc.constant(0), fc.constantFrom(1, 101, 2_001)),
    )
    .map(([start, extra, kept, body, end, many]) => {
      const copies = Array.from({ length: many }, (_, index) => `x-${index}: 1`)
      return Buffer.from([start, ...kept, ...extra, ...copies, '', body].join(end), 'latin1')
    })
}

/** Bytes with some of them changed, taken out, or said twice. */
function changed(message: Buffer): fc.Arbitrary<Buffer> {
  const place = fc.nat({ max: Math.max(0, message.length - 1) })
  return fc
    .array(fc.tuple(place, fc.nat({ max: 255 }), fc.constantFrom('set', 'cut', 'twice')), {
      minLength: 1,
      maxLength: 4,
    })
    .map(changes =>
      changes.reduce((bytes, [at, byte, how]) => {
        if (how === 'cut') return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + (byte % 8))])
        if (how === 'twice') return Buffer.concat([bytes.subarray(0, at), bytes])
        const copy = Buffer.from(bytes)
        if (at < copy.length) copy[at] = byte
        return copy
      }, message),
    )
}
