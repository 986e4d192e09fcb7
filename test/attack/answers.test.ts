import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { useService } from '../support/service.ts'
import { contract } from '../support/writes.ts'

const service = useService({ worker: false })

/** Headers of an answer whose values change from one to the next, or say how the connection goes on. */
const changing = new Set([
  'date',
  'x-request-id',
  'etag',
  'ratelimit',
  'content-length',
  'connection',
  'keep-alive',
])

const headersOf = async (path: string, more: RequestInit = {}) => {
  const { headers, status } = await fetch(service.url + path, { redirect: 'manual', ...more })
  const kept = [...headers].filter(([name]) => !changing.has(name) && name !== 'ratelimit-policy')
  return { status, ...Object.fromEntries(kept.toSorted(([a], [b]) => (a < b ? -1 : 1))) }
}

const guarded = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
}
const json = { ...guarded, 'content-type': 'application/json; charset=utf-8' }
const problem = {
  ...guarded,
  'cache-control': 'no-store',
  'content-type': 'application/problem+json; charset=utf-8',
}

describe('the headers of an answer', () => {
  it('are these and no others', async () => {
    const send = { method: 'POST', headers: { 'content-type': 'application/json' } }
    const body = JSON.stringify({ trainingPfDays: 268, throughput: { flopPerSecond: 125e12 } })
    expect(await headersOf('/livez')).toEqual({ status: 200, ...json, 'cache-control': 'no-store' })
    expect(await headersOf('/v1/estimates/training', { ...send, body })).toEqual({
      ...{ status: 200, ...json, 'cache-control': 'no-store' },
    })
    expect(await headersOf('/v1/companies/inspur')).toEqual({
      ...{ status: 200, ...json, 'cache-control': 'private, no-cache', vary: 'Accept, Authorization' },
    })
    expect(await headersOf('/v1/nothing')).toEqual({ status: 404, ...problem })
    expect(await headersOf('/v1/estimates/training')).toEqual({ status: 405, ...problem, allow: 'POST' })
    expect(await headersOf('/v1/estimates/training', { ...send, body: '{' })).toEqual({
      status: 400,
      ...problem,
    })
    expect(await headersOf('/v1/scenarios/%zz')).toEqual({ status: 400, ...problem })
  })

  it('of a page let it load from here alone, and be framed by nobody', async () => {
    const page = await headersOf('/docs/')
    const policy = String(page['content-security-policy' as keyof typeof page])
    expect(policy).toContain("default-src 'self'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toMatch(/script-src[^;]*unsafe|https?:\/\//)
    expect(page).not.toHaveProperty('x-powered-by')
    expect(page).not.toHaveProperty('server')
  })

  it('let no other site read an answer, or send a body', async () => {
    const foreign = { origin: 'https://elsewhere.example' }
    const asked = await headersOf('/v1/scenarios', {
      method: 'OPTIONS',
      headers: { ...foreign, 'access-control-request-method': 'POST' },
    })
    expect(asked.status).toBe(405)
    for (const answer of [asked, await headersOf('/v1/scenarios?limit=1', { headers: foreign })])
      expect(Object.keys(answer).filter(name => name.startsWith('access-control'))).toEqual([])
  })
})

describe('an answer', () => {
  it('shows nothing of the inside, whatever goes wrong', async () => {
    const inside = /node_modules|\bat .*\.[jt]s:\d|prisma|postgres|SELECT |fastify|ajv/i
    const broken = [
      ...[
        '/v1/scenarios/%00',
        '/v1/scenarios/%ff',
        `/v1/scenarios/${'x'.repeat(9_000)}`,
        '/%2e%2e/etc/passwd',
      ],
      ...['/v1/scenarios?sort=drop', '/v1/companies?q=%00', '/v1/runs/x/events', '/docs/../package.json'],
      ...[
        '/docs/static/../../../../etc/passwd',
        '/docs/static/%2e%2e%2f%2e%2e%2fpackage.json',
        '/.env',
        '/.git/config',
      ],
    ]
    for (const path of broken) {
      const answer = await service.app.inject({ method: 'GET', url: path })
      expect(answer.statusCode, path).toBeGreaterThanOrEqual(400)
      expect(answer.statusCode, path).toBeLessThan(500)
      expect(answer.body, path).not.toMatch(inside)
    }
    for (const payload of ['{', '[]', '{"a":', 'null', '{"trainingPfDays":{"normal":{}}}', '"\\ud800"']) {
      const headers = { 'content-type': 'application/json' }
      for (const url of ['/v1/estimates/training', '/v1/scenarios', '/v1/fits', '/v1/plans']) {
        const { body, statusCode } = await service.app.inject({ method: 'POST', url, headers, payload })
        expect(statusCode).toBeLessThan(500)
        expect(body).not.toMatch(inside)
      }
    }
  })
})

describe('the document', () => {
  /** The lines of the router's tree as methods and paths. */
  function routes(): string[] {
    const stack: string[] = []
    const found: string[] = []
    for (const line of service.app.printRoutes({ commonPrefix: false }).split('\n')) {
      const [, indent = '', path = '', methods] = /^([│ ]*[├└]── )(\S*)(?: \((.+)\))?$/.exec(line) ?? []
      if (indent === '') continue
      const depth = indent.length / 4
      stack.length = depth - 1
      stack.push(path)
      if (methods === undefined) continue
      for (const method of methods.split(', ')) found.push(`${method} ${stack.join('')}`)
    }
    return found
  }

  it('has every route, and no other: nothing is reachable that it does not name', () => {
    // What no example of can be replayed is outside the document too.
    const pages = /^(GET|HEAD) \/(docs(\/.*)?|openapi\.(json|yaml)|metrics)?$/
    // The tree names all parameters of one place together.
    const reachable = routes()
      .filter(each => !pages.test(each) && !each.startsWith('HEAD '))
      .map(each => each.replaceAll(/:\w+(\|:\w+)*/g, '{}'))
    const documented = contract.operations.map(
      ({ method, path }) => `${method} ${path.replaceAll(/\{\w+\}/g, '{}')}`,
    )
    expect(reachable.toSorted()).toEqual(documented.toSorted())
  })

  it('names no address that the service would call for a caller', () => {
    const text = readFileSync(new URL('../../openapi/openapi.json', import.meta.url), 'utf8')
    const names = [...text.matchAll(/"(ur[li]|\w*(?:Ur[li]|[wW]ebhook|[cC]allback)\w*)": \{/g)].map(
      ([, name]) => name,
    )
    // Addresses of sources are shown, and never followed.
    expect([...new Set(names)]).toEqual(['url'])
  })
})
