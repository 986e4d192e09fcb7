import { randomInt } from 'node:crypto'
import pg from 'pg'
import { describe, expect, it } from 'vitest'
import { useService } from '../support/service.ts'

const service = useService({ worker: false })

/** A cursor with something about it changed: a bit, a character, its length, its spelling, its content. */
function tampered(cursor: string): string {
  const bytes = Buffer.from(cursor, 'base64url')
  const at = randomInt(bytes.length)
  switch (randomInt(7)) {
    case 0:
      bytes[at] = (bytes[at] ?? 0) ^ (1 << randomInt(8))
      return bytes.toString('base64url')
    case 1:
      return bytes.subarray(0, at).toString('base64url') || 'A'
    case 2:
      return Buffer.concat([bytes, Buffer.alloc(1 + randomInt(9), randomInt(256))]).toString('base64url')
    case 3:
      return `${cursor.slice(0, at)}${cursor.slice(at + 1)}`
    case 4: {
      const payload = JSON.stringify([randomInt(1_000), `thing-${randomInt(1_000)}`])
      return Buffer.concat([bytes.subarray(0, 12), Buffer.from(payload)]).toString('base64url')
    }
    case 5:
      return Buffer.from(JSON.stringify(['x', { id: 1 }, null])).toString('base64url')
    default:
      return Buffer.from(Array.from({ length: 1 + randomInt(60) }, () => randomInt(256))).toString(
        'base64url',
      )
  }
}

const lists = ['/v1/companies', '/v1/accelerators', '/v1/datasets', '/v1/audit-log'] as const

describe('a cursor', () => {
  it.each(lists)('of %s is refused whatever is changed about it, 200 times', async path => {
    const made = { id: `before-${path.slice(4)}`, name: { en: 'B', zh: 'B' } }
    await service.http.post('/v1/companies').send(made).expect(201)
    await service.http
      .post('/v1/companies')
      .send({ ...made, id: `${made.id}-2` })
      .expect(201)
    const { body } = await service.http.get(`${path}?limit=1`).expect(200)
    const cursor: string = body.nextCursor
    for (let count = 0; count < 200; count++) {
      const changed = tampered(cursor)
      if (changed === cursor) continue
      const url = `${path}?limit=1&cursor=${changed}`
      const answer = await service.app.inject({ method: 'GET', url })
      expect(answer.statusCode, url).toBe(422)
      expect(JSON.parse(answer.body).errors[0].parameter).toBe('cursor')
    }
    await service.http.get(`${path}?limit=1&cursor=${cursor}`).expect(200)
  })
})

describe('a page deep in a list', () => {
  async function timeOf(url: string): Promise<number> {
    const start = performance.now()
    const { statusCode } = await service.app.inject({ method: 'GET', url })
    expect(statusCode).toBe(200)
    return performance.now() - start
  }

  const middle = (times: readonly number[]): number =>
    times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0

  it('costs as much as the first, 7,600 rows down', async () => {
    const client = new pg.Client({ connectionString: service.databaseUrl })
    await client.connect()
    await client.query(
      `INSERT INTO document (key, workspace_id, kind, id, head, search_text)
       SELECT gen_random_uuid(), 'default', 'company', 'deep-' || lpad(n::text, 6, '0'),
         '{"name":{"en":"D","zh":"D"}}', 'd' FROM generate_series(1, 8000) n`,
    )
    await client.query('ANALYZE document')
    await client.end()
    const first = '/v1/companies?limit=50&sort=id'
    let url = first
    for (let page = 0; page < 38; page++) {
      const size = url.replace('limit=50', 'limit=200')
      const { body } = await service.app.inject({ method: 'GET', url: size })
      url = `${first}&cursor=${JSON.parse(body).nextCursor}`
    }
    const times: { shallow: number[]; deep: number[] } = { shallow: [], deep: [] }
    // In alternation: whatever else the machine does falls on both.
    for (let count = 0; count < 30; count++) {
      times.shallow.push(await timeOf(first))
      times.deep.push(await timeOf(url))
    }
    expect(middle(times.deep)).toBeLessThan(2 * middle(times.shallow) + 1)
  })
})
