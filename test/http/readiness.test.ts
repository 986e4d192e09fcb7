import pg from 'pg'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildApp } from '../../src/app.ts'
import { everything } from '../../src/http/deps.ts'
import { useService } from '../support/service.ts'

const service = useService({ worker: false })

let server: pg.Client
let database: pg.Client
beforeAll(async () => {
  const url = new URL(service.databaseUrl)
  url.pathname = '/postgres'
  server = new pg.Client({ connectionString: url.href })
  await server.connect()
  database = new pg.Client({ connectionString: service.databaseUrl })
  // One of the tests ends all connections.
  database.on('error', () => {})
  await database.connect()
})
afterAll(async () => {
  await server.end()
  await database.end().catch(() => {})
})

const ready = () =>
  expect.poll(async () => (await service.http.get('/readyz')).status, { timeout: 15_000 }).toBe(200)

/** The answer while some statements hold, which others take back. */
async function whileSo(change: string, back: string) {
  await database.query(change)
  try {
    return await service.http.get('/readyz')
  } finally {
    await database.query(back)
    await ready()
  }
}

describe('/readyz', () => {
  it('names every part when all are ready', async () => {
    const { body } = await service.http.get('/readyz').expect(200)
    const parts = ['process', 'cluster', 'database', 'migrations', 'catalogue', 'queue']
    expect(body).toEqual({ status: 'ok', parts: Object.fromEntries(parts.map(part => [part, 'ok'])) })
  })

  it.each([
    [
      'migrations',
      `UPDATE _prisma_migrations SET rolled_back_at = now() WHERE migration_name LIKE '%_trust'`,
      'UPDATE _prisma_migrations SET rolled_back_at = NULL',
      /lacks \d+_trust: run "npm run migrate"/,
    ],
    [
      'catalogue',
      `UPDATE catalogue_version SET version = 'other-' || version`,
      'UPDATE catalogue_version SET version = substr(version, 7)',
      /has no catalogue 20/,
    ],
    [
      'queue',
      'ALTER SCHEMA pgboss RENAME TO elsewhere',
      'ALTER SCHEMA elsewhere RENAME TO pgboss',
      /The queue does not answer/,
    ],
  ])('says that the %s are not ready, and nothing else', async (part, change, back, detail) => {
    const { status, body, headers } = await whileSo(change, back)
    expect(status).toBe(503)
    expect(headers['content-type']).toContain('application/problem+json')
    expect(headers['retry-after']).toBe('2')
    expect(body.errors).toEqual([{ code: `${part}-not-ready`, detail: expect.stringMatching(detail) }])
    expect(body.detail).toContain(`Not ready: ${part}.`)
  })

  it('says that the database is not ready while /livez goes on', async () => {
    const name = new URL(service.databaseUrl).pathname.slice(1)
    await server.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`)
    await server.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name])
    const [{ status, body }, live] = await Promise.all([
      service.http.get('/readyz'),
      service.http.get('/livez'),
    ])
    await server.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`)
    expect(live.body).toEqual({ status: 'ok' })
    expect(status).toBe(503)
    expect(body.errors).toEqual([{ code: 'database-not-ready', detail: 'The database does not answer.' }])
    await ready()
  })

  it('says that the process is about to stop', async () => {
    const app = await buildApp({
      ...service.installation,
      log: pino({ level: 'silent' }),
      principal: everything,
    })
    let answer: Response | undefined
    app.addHook('preClose', async () => {
      answer = await fetch(`${url}/readyz`)
    })
    const url = await app.listen({ host: '127.0.0.1', port: 0 })
    expect((await fetch(`${url}/readyz`)).status).toBe(200)
    await app.close()
    expect(answer?.status).toBe(503)
    expect(await answer?.json()).toMatchObject({ errors: [{ code: 'process-not-ready' }] })
  })
})
