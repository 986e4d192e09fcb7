import { randomUUID } from 'node:crypto'
import pg from 'pg'
import type { Response, Test } from 'supertest'
import { describe, expect, it, onTestFinished } from 'vitest'
import { makeKey, useKeyedService, withKey } from '../support/keys.ts'
import { everything } from '../support/lists.ts'
import { operationsOf } from '../support/operations.ts'
import { label } from '../support/reports.ts'
import { useService } from '../support/service.ts'

const service = useService()
const keyed = useKeyedService({ worker: false })

const inputs = { trainingPfDays: 268, throughput: { flopPerSecond: 125e12 }, devices: 8 }
const scenario = (name: string) => ({ name, estimator: 'training', inputs })
const post = (path: string, key: string): Test => service.http.post(path).set('idempotency-key', key)
const named = async (name: string) =>
  (await everything(service, '/v1/scenarios?q=storm')).filter(each => each.name === name)

/** What a repetition must have in common with the first answer. */
const essence = ({ status, text, headers }: Response) => ({
  status,
  text,
  location: headers.location,
  etag: headers.etag,
  type: headers['content-type'],
})

async function query(text: string, values: unknown[] = []): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: service.databaseUrl })
  await client.connect()
  try {
    return await client.query(text, values)
  } finally {
    await client.end()
  }
}

describe('a write that is repeated with its Idempotency-Key', () => {
  it('gets the same answer byte for byte, and happens once', async () => {
    for (const [path, body] of [
      ['/v1/scenarios', scenario('once')],
      ['/v1/companies', { id: 'once', name: label('Once') }],
      ['/v1/reports', { id: 'once', title: label('Once'), publisher: label('Us'), date: '2026-11' }],
      ['/v1/keys', { name: 'once', scopes: ['read'] }],
      ['/v1/scenarios/once/shares', {}],
    ] as const) {
      const key = randomUUID()
      const first = await post(path, key).send(body).expect(201)
      expect(first.headers).not.toHaveProperty('idempotency-replayed')
      for (const spelling of [key, `"${key}"`]) {
        const again = await post(path, spelling).send(body).expect('idempotency-replayed', 'true')
        expect(essence(again)).toEqual(essence(first))
      }
    }
    expect(await everything(service, '/v1/keys')).toHaveLength(1)
  })

  it('gets it whatever order the members of the body are in', async () => {
    const first = await post('/v1/scenarios', 'order').send(scenario('order')).expect(201)
    const turned = {
      inputs: Object.fromEntries(Object.entries(inputs).toReversed()),
      estimator: 'training',
      name: 'order',
    }
    const again = await post('/v1/scenarios', 'order').send(turned)
    expect(essence(again)).toEqual(essence(first))
  })

  it('gets it although the resource has moved on since', async () => {
    const first = await post('/v1/scenarios', 'moved').send(scenario('moved')).expect(201)
    await service.http.delete('/v1/scenarios/moved').set('if-match', '*').expect(204)
    const again = await post('/v1/scenarios', 'moved').send(scenario('moved'))
    expect(essence(again)).toEqual(essence(first))
    await service.http.get('/v1/scenarios/moved').expect(404)
  })

  it('is 422 with another body, and with another address', async () => {
    await post('/v1/scenarios', 'other').send(scenario('other')).expect(201)
    const { body } = await post('/v1/scenarios', 'other').send(scenario('other-2')).expect(422)
    expect(body).toMatchObject({
      code: 'idempotency-key-reused',
      errors: [{ parameter: 'idempotency-key' }],
    })
    await post('/v1/scenarios', 'runs').send(scenario('run-a')).expect(201)
    await post('/v1/scenarios/run-a/runs', 'both').send({}).expect(202)
    await post('/v1/scenarios/other/runs', 'both').send({}).expect(422)
  })

  it('of a run waits with the first, and gets the finished run', async () => {
    await service.http.post('/v1/scenarios').send(scenario('waits')).expect(201)
    const start = () => post('/v1/scenarios/waits/runs', 'wait').set('prefer', 'wait=10').send({})
    const first = await start().expect(201)
    expect(first.body.status).toBe('succeeded')
    expect(essence(await start())).toEqual(essence(first))
    expect(await everything(service, '/v1/runs?scenario=waits')).toHaveLength(1)
  })

  it('is 409 while the first still waits for its run, and answered once that has died', async () => {
    await service.http.post('/v1/scenarios').send(scenario('dies')).expect(201)
    const start = () => post('/v1/scenarios/dies/runs', 'dies').set('prefer', 'wait=1').send({})
    const { body: run } = await start()
    // As if the first process had been killed before it could settle its answer.
    const { rows } = await query('SELECT scope FROM kept_answer ORDER BY created_at DESC LIMIT 1')
    const soon = `UPDATE kept_answer SET settles_at = clock_timestamp() + interval '400 ms' WHERE scope = $1`
    await query(soon, [rows[0].scope])
    const { body, headers } = await start().expect(409)
    expect(body.code).toBe('request-in-progress')
    expect(headers['retry-after']).toBe('1')
    await new Promise(resolve => setTimeout(resolve, 500))
    expect((await start()).body.id).toBe(run.id)
  })
})

describe('a storm of the same request', () => {
  it('makes one row; every answer is the first one or 409', async () => {
    for (let storm = 0; storm < 10; storm++) {
      const name = `storm-${storm}`
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => post('/v1/scenarios', name).send(scenario(name))),
      )
      const made = answers.filter(({ status }) => status === 201)
      expect(answers.filter(({ status }) => status !== 201 && status !== 409)).toEqual([])
      expect(made.length).toBeGreaterThan(0)
      const [first] = made
      for (const each of made) expect(essence(each)).toEqual(essence(first as Response))
      expect(await named(name)).toHaveLength(1)
      const again = await post('/v1/scenarios', name).send(scenario(name)).expect(201)
      expect(essence(again)).toEqual(essence(first as Response))
    }
  })
})

describe('a failure', () => {
  it('leaves the key free: of the schema, of the content, of a conflict', async () => {
    await service.http.post('/v1/scenarios').send(scenario('taken')).expect(201)
    const wrong = { ...scenario('free'), companies: ['none'] }
    await post('/v1/scenarios', 'free').send({ name: 'free' }).expect(422)
    await post('/v1/scenarios', 'free').send(wrong).expect(422)
    await post('/v1/scenarios', 'free').send(scenario('taken')).expect(409)
    const { headers } = await post('/v1/scenarios', 'free').send(scenario('free')).expect(201)
    expect(headers).not.toHaveProperty('idempotency-replayed')
  })

  it('of a key that is none is 400', async () => {
    for (const key of ['', '""', 'a b', '"a', 'ä'.repeat(3), 'x'.repeat(256), '"a""b"']) {
      const { body } = await post('/v1/scenarios', Buffer.from(key).toString('latin1')).send({}).expect(400)
      expect(body.errors).toMatchObject([{ parameter: 'idempotency-key' }])
    }
    await post('/v1/scenarios', 'x'.repeat(255)).send(scenario('long-key')).expect(201)
  })
})

it('a key belongs to a principal: another may use the same', async () => {
  const one = withKey(keyed, (await makeKey(keyed)).key)
  const other = withKey(keyed, (await makeKey(keyed, { workspace: 'elsewhere' })).key)
  const sent = (send: typeof one) =>
    send('post', '/v1/scenarios').set('idempotency-key', 'same').send(scenario('mine')).expect(201)
  await sent(one)
  const { headers } = await sent(other)
  expect(headers).not.toHaveProperty('idempotency-replayed')
  expect((await sent(other)).headers['idempotency-replayed']).toBe('true')
})

it('a kept answer cannot be read in the database', async () => {
  const { body } = await post('/v1/keys', randomUUID())
    .send({ name: 'sealed', scopes: ['read'] })
    .expect(201)
  const { rows } = await query('SELECT body FROM kept_answer')
  expect(rows.length).toBeGreaterThan(0)
  for (const { body: bytes } of rows) expect(bytes.includes(body.key.slice(-43))).toBe(false)
})

it('answers are kept for a day, and swept a bounded number at a time', async () => {
  const { answers } = service.installation.store
  await query('DELETE FROM kept_answer')
  onTestFinished(async () => void (await query('DELETE FROM kept_answer')))
  const age = (prefix: string, count: number, hours: number) =>
    query(
      `INSERT INTO kept_answer (scope, workspace_id, fingerprint, status, headers, body, created_at)
       SELECT $1 || n, 'default', '', 201, '{}', '', now() - make_interval(hours => $3) FROM generate_series(1, $2) n`,
      [prefix, count, hours],
    )
  await age('old', 6_000, 25)
  await age('young', 10, 23)
  expect(await answers.sweep()).toBe(5_000)
  expect(await answers.sweep()).toBe(1_000)
  expect(await answers.sweep()).toBe(0)
  const { rows } = await query('SELECT count(*)::int AS left FROM kept_answer')
  expect(rows[0].left).toBe(10)
})

it('every POST that makes something takes the key', () => {
  const making = operationsOf().filter(
    ({ method, statuses }) => method === 'post' && (statuses.includes('201') || statuses.includes('202')),
  )
  expect(making.length).toBeGreaterThan(7)
  for (const { parameters, operationId } of making)
    expect(parameters, operationId).toContain('idempotency-key')
})
