import pg from 'pg'
import { describe, expect, it } from 'vitest'
import { makeKey, useKeyedService, withKey } from '../support/keys.ts'
import { samplesOf, sampleValue } from '../support/metrics.ts'
import { useService } from '../support/service.ts'

const estimate = { trainingPfDays: 268, throughput: { flopPerSecond: 28e12 } }

describe('GET /metrics', () => {
  const service = useService({ worker: false })
  const read = async () => {
    const answer = await service.http.get('/metrics').expect(200)
    expect(answer.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8')
    return samplesOf(answer.text)
  }

  it('counts the answers of each route by status, estimates and what no route answers too', async () => {
    for (let n = 0; n < 3; n++) await service.http.post('/v1/estimates/training').send(estimate).expect(200)
    await service.http.post('/v1/estimates/training').send({}).expect(422)
    await service.http.get('/v1/scenarios/marker-of-an-address').expect(404)
    await service.http.get('/marker-of-nothing').expect(404)
    const samples = await read()
    const requests = (method: string, route: string, status: string) =>
      sampleValue(samples, 'reckon_http_requests_total', { method, route, status })
    expect(requests('POST', '/v1/estimates/training', '200')).toBe(3)
    expect(requests('POST', '/v1/estimates/training', '422')).toBe(1)
    expect(requests('GET', '/v1/scenarios/:id', '404')).toBe(1)
    expect(requests('GET', '(none)', '404')).toBe(1)
    expect(JSON.stringify(samples)).not.toContain('marker')
  })

  it('has a histogram of durations whose classes add up', async () => {
    for (let n = 0; n < 5; n++) await service.http.get('/livez').expect(200)
    const samples = (await read()).filter(({ labels }) => labels.route === '/livez')
    const name = 'reckon_http_request_duration_seconds'
    const classes = samples.filter(sample => sample.name === `${name}_bucket`)
    expect(classes.map(({ value }) => value)).toEqual(
      classes.map(({ value }) => value).toSorted((a, b) => a - b),
    )
    expect(classes.at(-1)).toMatchObject({ labels: { le: '+Inf' }, value: 5 })
    expect(sampleValue(samples, `${name}_count`)).toBe(5)
    const sum = sampleValue(samples, `${name}_sum`) ?? 0
    expect(sum).toBeGreaterThan(0)
    expect(sum).toBeLessThan(5)
  })

  it('tells of the process, the pool, the runs and the queue', async () => {
    await service.http
      .post('/v1/scenarios')
      .send({ name: 'waiting', estimator: 'training', inputs: estimate })
      .expect(201)
    await service.http.post('/v1/scenarios/waiting/runs').expect(202)
    // What is asked of the database may be some seconds old, and so may what the queue knows of itself.
    const waiting = async () => {
      const samples = await read()
      return [
        sampleValue(samples, 'reckon_runs', { state: 'queued' }),
        sampleValue(samples, 'reckon_queue_jobs', { state: 'ready' }),
      ]
    }
    await expect.poll(waiting, { timeout: 20_000, interval: 500 }).toEqual([1, 1])
    const samples = await read()
    expect(sampleValue(samples, 'reckon_runs', { state: 'running' })).toBe(0)
    expect(sampleValue(samples, 'reckon_runs', { state: 'succeeded' })).toBeGreaterThan(4)
    expect(sampleValue(samples, 'reckon_database_connections', { state: 'idle' })).toBeGreaterThan(0)
    expect(sampleValue(samples, 'reckon_database_connections_waiting')).toBe(0)
    expect(sampleValue(samples, 'reckon_database_up')).toBe(1)
    const { catalogue } = service.installation
    const versions = { engine_version: '1.0.0', catalogue_version: catalogue().version }
    expect(sampleValue(samples, 'reckon_build_info', versions)).toBe(1)
    expect(sampleValue(samples, 'nodejs_eventloop_lag_p99_seconds')).toBeGreaterThan(0)
    expect(sampleValue(samples, 'process_resident_memory_bytes')).toBeGreaterThan(1e6)
  })

  it('goes on while the database is away, and says so', async () => {
    const url = new URL(service.databaseUrl)
    const name = url.pathname.slice(1)
    url.pathname = '/postgres'
    const client = new pg.Client({ connectionString: url.href })
    await client.connect()
    try {
      await client.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`)
      await client.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name])
      await expect
        .poll(async () => sampleValue(await read(), 'reckon_database_up'), { timeout: 15_000, interval: 500 })
        .toBe(0)
      expect((await read()).filter(sample => sample.name === 'reckon_runs')).toEqual([])
    } finally {
      await client.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`)
      await client.end()
    }
    await expect
      .poll(async () => sampleValue(await read(), 'reckon_database_up'), { timeout: 15_000, interval: 500 })
      .toBe(1)
  })
})

describe('GET /metrics of a service that asks for keys', () => {
  const service = useKeyedService({ worker: false })

  it('is for admins alone', async () => {
    await service.http.get('/metrics').expect(401)
    const { key } = await makeKey(service, { scopes: ['read', 'write', 'run'] })
    await withKey(service, key)('get', '/metrics').expect(403)
    const { key: admin } = await makeKey(service, { scopes: ['admin'] })
    const { text } = await withKey(service, admin)('get', '/metrics').expect(200)
    expect(text).toContain('reckon_http_requests_total')
  })
})
