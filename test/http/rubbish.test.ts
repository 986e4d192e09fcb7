import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { complaintsDuring } from '../support/complaints.ts'
import { useService } from '../support/service.ts'

const service = useService()
const path = '/v1/estimates/training'
const valid = { trainingFlop: 1e21, throughput: { flopPerSecond: 1e14 } }
const raw = (body: string, type = 'application/json') =>
  service.http.post(path).set('content-type', type).send(body)

/** Sends bytes over a bare socket and gives what comes back before the connection closes. */
function exchange(bytes: string | Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(service.url).port), '127.0.0.1')
    let answer = ''
    socket.setTimeout(5_000, () => socket.destroy(new Error('no answer')))
    socket.on('data', chunk => {
      answer += chunk
    })
    socket.on('close', () => resolve(answer))
    socket.on('error', reject)
    socket.end(bytes)
  })
}

describe('bodies that are not JSON', () => {
  it.each([
    '',
    ' ',
    '{',
    '{"a":}',
    'null x',
    '[1,2',
    '{"trainingFlop":NaN}',
    '{"trainingFlop":Infinity}',
    '\u0000',
    "{'a':1}",
    '{"a":1,}',
  ])('%j is 400 malformed-json', async body => {
    const { body: problem } = await raw(body)
      .expect(400)
      .expect('content-type', /^application\/problem\+json/)
    expect(problem).toMatchObject({ code: 'malformed-json', status: 400, type: '/problems/malformed-json' })
  })

  it('says where reading stopped', async () => {
    const { body } = await raw('{"trainingFlop": 1e21, oops}').expect(400)
    expect(body.detail).toContain('character 24')
  })
})

describe('numbers that are none', () => {
  it.each(['1e400', '-1e400', '1e-400', '-0', '"5"', '"٣"', 'true', 'null', '[]', '{}'])(
    'trainingFlop: %s is 422',
    async number => {
      const { body } = await raw(`{"trainingFlop":${number},"throughput":{"flopPerSecond":1e14}}`).expect(422)
      expect(body.errors[0].pointer).toBe('/trainingFlop')
    },
  )

  it.each(['Infinity', '1e400', 'NaN', '-1', '0', '201', '1.5', '0x10', 'ten', ''])(
    'limit=%s is 422',
    async limit => {
      const { body } = await service.http.get(`/v1/scenarios?limit=${limit}`).expect(422)
      expect(body.errors[0].parameter).toBe('limit')
    },
  )

  it('a repeated parameter is 422', async () => {
    await service.http.get('/v1/scenarios?limit=1&limit=2').expect(422)
  })
})

describe('bodies of another kind', () => {
  it.each(['null', '[]', '1', '"text"', 'true'])('%s is 422', async body => {
    await raw(body).expect(422)
  })

  it.each([
    'text/plain',
    'application/xml',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'application/jsonx',
    'application/vnd.api+json',
    'json',
  ])('%s is 415, and not read', async type => {
    const { body } = await raw(JSON.stringify(valid), type).expect(415)
    expect(body.code).toBe('unsupported-media-type')
  })

  it.each(['application/json; charset=utf-8', 'APPLICATION/JSON', 'application/json;charset=utf-8'])(
    '%s is validated like any other',
    async type => {
      await raw(JSON.stringify(valid), type).expect(200)
      await raw('{"x":1}', type).expect(422)
    },
  )

  it('a body over 256 KiB is 413', async () => {
    const { body } = await raw(JSON.stringify({ ...valid, name: 'x'.repeat(300_000) })).expect(413)
    expect(body.code).toBe('body-too-large')
  })

  it.each([
    ['arrays', 100_000, '[', ']'],
    ['objects', 25_000, '{"a":', '}'],
  ])('a body of %s nested %d deep is 422 on every path that reads one', async (_, depth, open, close) => {
    const deep = `${open.repeat(depth)}1${close.repeat(depth)}`
    const escaped = `{"trainingFlop":${deep},"name":"\\u0041"}`
    const { body } = await raw(deep).expect(422)
    expect(body.detail).toContain('64 levels')
    await raw(escaped).expect(422)
    await service.http.post('/v1/scenarios').set('content-type', 'application/json').send(escaped).expect(422)
    for (const path of [
      '/v1/scenarios/galaxy-2023-gpt3-serving',
      '/v1/companies/inspur',
      '/v1/datasets/games_gpc',
    ]) {
      const patch = service.http
        .patch(path)
        .set('if-match', '*')
        .set('content-type', 'application/merge-patch+json')
      await patch.send(`{"note":${deep}}`).expect(422)
    }
    await service.http.get('/livez').expect(200)
  })

  it('a member whose name is long is named by its beginning', async () => {
    const { body } = await raw(JSON.stringify({ ...valid, [`𝕏${'x'.repeat(20_000)}`]: 1 })).expect(422)
    const [{ pointer, detail }] = body.errors
    expect(pointer.length).toBeLessThanOrEqual(1_000)
    expect(detail.length).toBeLessThanOrEqual(4_000)
    expect(body.detail.length).toBeLessThanOrEqual(10_000)
    expect(pointer).toMatch(/^\/𝕏x+…$/)
  })

  it('a body with 10,000 unknown members is refused with 20 of them', async () => {
    const body = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`m${index}`, index]))
    const { body: problem } = await raw(JSON.stringify(body)).expect(422)
    expect(problem.errors).toHaveLength(20)
  })
})

describe('members that could reach further than they should', () => {
  it.each(['__proto__', 'constructor', 'prototype'])('%s is 422', async member => {
    const { body } = await raw(
      `{"trainingFlop":1e21,"${member}":{"polluted":true},"throughput":{"flopPerSecond":1e14}}`,
    ).expect(422)
    expect(body.errors[0].pointer).toBe(`/${member}`)
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  })

  it('the same hidden by escapes is 422', async () => {
    await raw(
      '{"trainingFlop":1e21,"\\u005f_proto__":{"polluted":true},"throughput":{"flopPerSecond":1e14}}',
    ).expect(422)
  })

  it.each(['id', 'version', 'createdAt', 'workspaceId', 'latestRunId'])(
    'a scenario cannot be given its %s',
    async member => {
      const scenario = { name: 'mass', estimator: 'training', inputs: valid, [member]: 'x' }
      const { body } = await service.http.post('/v1/scenarios').send(scenario).expect(422)
      expect(body.errors).toContainEqual(expect.objectContaining({ pointer: `/${member}` }))
    },
  )
})

describe('text that cannot be stored', () => {
  it.each(['\\u0000', '\\ud800', '\\udc00x'])('%s in a name is 422', async text => {
    const body = `{"name":"a${text}","estimator":"training","inputs":${JSON.stringify(valid)}}`
    const { body: problem } = await service.http
      .post('/v1/scenarios')
      .set('content-type', 'application/json')
      .send(body)
      .expect(422)
    expect(problem.errors[0].pointer).toBe('/name')
  })

  it.each([
    "'; DROP TABLE scenario; --",
    '../../etc/passwd',
    "=cmd|' /C calc'!A0",
    '𝕏\u202e',
    '%00',
    '\r\nSet-Cookie: a=b',
    '$ref',
    'x'.repeat(200),
  ])('%j is a name like any other', async name => {
    const { body, headers } = await service.http
      .post('/v1/scenarios')
      .send({ name, estimator: 'training', inputs: valid })
      .expect(201)
    expect(body.name).toBe(name)
    await service.http.get(headers.location as string).expect(200)
    expect(headers['set-cookie']).toBeUndefined()
  })

  it.each(['%', '_', '\\', "'", '%00', '%E0%A4%A', '%F0%9F%98%80'])(
    'a search for %s is no error of the service',
    async q => {
      const { status } = await service.http.get(`/v1/scenarios?q=${q}`)
      expect(status).toBeLessThan(500)
    },
  )
})

describe('addresses', () => {
  it.each([
    '/v2',
    '/v1/',
    '/v1/nothing',
    '/v1/scenarios/',
    '/v1/estimates/astrology',
    '//',
    '/v1/runs/..%2f..%2fetc',
  ])('%s is 404 or refused', async address => {
    const { status, headers } = await service.http.get(address)
    expect([404, 405, 422]).toContain(status)
    expect(headers['content-type']).toMatch(/^application\/problem\+json/)
  })

  it.each(['%', '/v1/scenarios/%', '/v1/scenarios/%zz', '/v1/scenarios/%00'])(
    '%s is refused',
    async address => {
      const answer = await exchange(
        `GET ${address.startsWith('/') ? address : `/${address}`} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`,
      )
      expect(answer).toMatch(/^HTTP\/1.1 4\d\d /)
    },
  )

  it.each([
    ['text', 'text/plain', 'text'],
    ['what is no JSON', 'application/json', '{'],
    ['too much', 'application/json', '1'.repeat(300_000)],
  ])('a body of %s does not hide that the method is wrong, or the address', async (_, type, body) => {
    const send = (address: string) => service.http.put(address).set('content-type', type).send(body)
    await send('/v1/estimators').expect(405).expect('allow', 'GET, HEAD')
    await send('/v1/nothing').expect(404)
  })

  it('QUERY is a method like any other', async () => {
    const answer = await exchange('QUERY /v1/estimators HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n')
    expect(answer).toMatch(/^HTTP\/1.1 405 /)
    expect(answer).toMatch(/allow: GET, HEAD\r\n/i)
  })

  it('an id of 10,000 characters is 404 or 414', async () => {
    const { status } = await service.http.get(`/v1/scenarios/${'x'.repeat(10_000)}`)
    expect([404, 414, 422, 431]).toContain(status)
  })

  it.each(['PUT', 'DELETE', 'PATCH', 'GET', 'OPTIONS', 'TRACE', 'HEAD'])(
    '%s on an estimate is 405 and says what is allowed',
    async method => {
      const answer = await fetch(service.url + path, { method: method === 'TRACE' ? 'OPTIONS' : method })
      expect(answer.status).toBe(405)
      expect(answer.headers.get('allow')).toBe('POST')
    },
  )
})

describe('what is not HTTP', () => {
  it.each([
    ['words', 'rubbish\r\n\r\n'],
    ['an unknown version', 'GET / HTTP/9.9\r\n\r\n'],
    ['a negative length', `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n`],
    ['a bad chunk', `POST ${path} HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n`],
    ['a header of 20,000 bytes', `GET / HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`],
    ['a header without a colon', 'GET / HTTP/1.1\r\nbad header\r\n\r\n'],
  ])('%s is answered with a problem document, or the connection is closed', async (_, bytes) => {
    const answer = await exchange(bytes)
    // A request that is refused before its body goes wrong gets two answers.
    for (const each of answer.split(/(?=HTTP\/1\.1 )/).filter(Boolean)) {
      expect(each).toMatch(/^HTTP\/1.1 4\d\d /)
      if (each.includes('{')) expect(JSON.parse(each.slice(each.indexOf('{'))).type).toContain('/problems/')
    }
    await service.http.get('/livez').expect(200)
  })
})

describe('a body that breaks off', () => {
  it('is no failure of the service, and no word of the database', async () => {
    const request = `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{`
    const complaints = await complaintsDuring(service.installation, async url => {
      const socket = connect(Number(new URL(url).port), '127.0.0.1')
      socket.write(request, () => setTimeout(() => socket.destroy(), 50))
    })
    expect(complaints).toEqual([])
  })
})

describe('every answer', () => {
  it('has no ETag when it is a problem', async () => {
    const refused = await service.http.get('/v1/estimators').set('if-none-match', 'unquoted').expect(400)
    expect(refused.headers.etag).toBeUndefined()
    await service.http.get('/v1/estimators').expect(200).expect('etag', /^"/)
  })

  it('carries a request id, which a problem repeats, and may not be sniffed', async () => {
    const { headers, body } = await service.http.get('/v1/nothing').expect(404)
    expect(headers['x-request-id']).toBe(body.requestId)
    expect(body.instance).toBe(`urn:request:${body.requestId}`)
    expect(headers['x-content-type-options']).toBe('nosniff')
    expect(headers['x-powered-by']).toBeUndefined()
  })

  it('has a page for each kind of problem', async () => {
    const { body } = await service.http.get('/v1/nothing').expect(404)
    const { body: page } = await service.http.get(body.type).expect(200)
    expect(page).toMatchObject({ code: 'not-found', status: 404, title: body.title })
    await service.http.get('/problems/nonsense').expect(422)
  })
})
