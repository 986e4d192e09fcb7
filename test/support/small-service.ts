import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What can be wrong with the small service. */
export type Defect =
  | 'fails at a boundary'
  | 'accepts too much'
  | 'refuses a boundary'
  | 'points elsewhere'
  | 'answers in another type'
  | 'answers what its schema forbids'
  | 'answers an undocumented status'
  | 'sends an undocumented header'
  | 'takes an undocumented method'
  | 'allows the wrong methods'
  | 'shows its inside'
  | 'breaks off'

const problem = { description: 'A problem', content: { 'application/problem+json': { schema: {} } } }
const thing = {
  type: 'object',
  required: ['size'],
  properties: {
    size: { type: 'number', minimum: 0, maximum: 100 },
    name: { type: 'string', maxLength: 5 },
  },
  additionalProperties: false,
}

const document = {
  openapi: '3.1.1',
  info: { title: 'Small', version: '1' },
  paths: {
    '/things': {
      get: {
        operationId: 'listThings',
        responses: {
          200: {
            description: 'How many there are',
            content: {
              'application/json': {
                schema: { type: 'object', properties: { count: { type: 'integer', minimum: 0 } } },
              },
            },
          },
          422: problem,
        },
      },
      post: {
        operationId: 'measureThing',
        requestBody: {
          content: {
            'application/json': { schema: thing, examples: { one: { value: { size: 1, name: 'one' } } } },
          },
        },
        responses: {
          200: { description: 'As it was sent', content: { 'application/json': { schema: thing } } },
          ...Object.fromEntries([400, 413, 415, 422].map(status => [status, problem])),
        },
      },
    },
  },
}

/**
 * A service of one path whose document is true but for one defect: what looks for defects is tried on it. Give
 * null for one without.
 */
export async function startSmallService(
  defect: Defect | null,
): Promise<{ url: string; close: () => Promise<void> }> {
  const server = createServer((request, response) => {
    // A request that breaks off needs no answer.
    answer(request, response, defect).catch(() => response.destroy())
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.closeAllConnections()
      return new Promise(resolve => server.close(() => resolve()))
    },
  }
}

/** What is answered: a status, a body, and headers beside its type; null to break off. */
type Reply = readonly [status: number, body: unknown, headers?: Readonly<Record<string, string>>] | null

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  defect: Defect | null,
): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const reply = replyTo(request, Buffer.concat(chunks), defect)
  if (reply === null) {
    response.destroy()
    return
  }
  const [status, body, headers] = reply
  const type = status < 400 ? 'application/json' : 'application/problem+json'
  response.writeHead(status, { 'content-type': type, ...headers }).end(JSON.stringify(body))
}

const refusal = (status: number, pointer = ''): Reply => [status, { errors: [{ pointer }] }]

function replyTo(request: IncomingMessage, bytes: Buffer, defect: Defect | null): Reply {
  const { method = '', url = '', headers } = request
  const [path, query] = url.split('?')
  if (path === '/openapi.json') return [200, document]
  if (path !== '/things') return refusal(404)
  if (!['GET', 'HEAD', 'POST'].includes(method)) {
    if (method === 'DELETE' && defect === 'takes an undocumented method') return [200, {}]
    return [405, {}, { allow: defect === 'allows the wrong methods' ? 'GET' : 'GET, HEAD, POST' }]
  }
  if (query !== undefined) return [422, { errors: [{ parameter: query.split('=')[0] }] }]
  if (method === 'POST') return measure(bytes, headers['content-type'], defect)
  if (defect === 'answers what its schema forbids') return [200, { count: -1 }]
  if (defect === 'answers an undocumented status') return [203, { count: 1 }]
  return [200, { count: 1 }, defect === 'sends an undocumented header' ? { 'x-powered-by': 'us' } : {}]
}

function measure(bytes: Buffer, type: string | undefined, defect: Defect | null): Reply {
  if (type !== 'application/json') return refusal(415)
  if (bytes.length > 262_144) return refusal(413)
  let body: unknown
  try {
    body = JSON.parse(bytes.toString())
  } catch {
    return defect === 'shows its inside' ? [400, 'at parse (/srv/node_modules/x.js)'] : refusal(400)
  }
  const wrong = wrongPlace(body, defect)
  if (wrong !== null) return refusal(422, defect === 'points elsewhere' ? '/elsewhere' : wrong)
  if ((body as { size: number }).size === 100) {
    if (defect === 'fails at a boundary') return refusal(500)
    if (defect === 'refuses a boundary') return refusal(400)
    if (defect === 'breaks off') return null
  }
  return [200, body, defect === 'answers in another type' ? { 'content-type': 'text/html' } : {}]
}

/** The first place where a body breaks its schema. */
function wrongPlace(body: unknown, defect: Defect | null): string | null {
  if (body === null || typeof body !== 'object' || Array.isArray(body)) return ''
  const names = Object.keys(body).filter(each => each !== 'size' && each !== 'name')
  if (names[0] !== undefined) return `/${names[0].replaceAll('~', '~0').replaceAll('/', '~1')}`
  const { size, name } = body as { size?: unknown; name?: unknown }
  const most = defect === 'accepts too much' ? Number.MAX_VALUE : 100
  if (typeof size !== 'number' || !(size >= 0 && size <= most)) return '/size'
  if (!Object.hasOwn(body, 'name')) return null
  const fits = typeof name === 'string' && [...name].length <= 5 && name.isWellFormed()
  return fits && !name.includes('\u0000') ? null : '/name'
}
