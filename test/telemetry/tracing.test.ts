import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { pino } from 'pino'
import { describe, expect, it, onTestFinished } from 'vitest'
import { buildApp } from '../../src/app.ts'
import { everything } from '../../src/http/deps.ts'
import { openInstallation } from '../../src/installation.ts'
import { openTracing } from '../../src/telemetry/tracing.ts'
import { databaseForTest } from '../support/database.ts'
import { startProcess } from '../support/process.ts'
import { type CollectedSpan, startCollector } from '../support/trace-collector.ts'

const [server, client, producer, consumer] = [2, 3, 4, 5]

const scenario = {
  name: 'marker-name',
  description: 'marker of a value',
  estimator: 'training',
  inputs: { trainingFlop: 1e21, throughput: { flopPerSecond: 1e14 } },
}

const traceOf = (n: number): string => n.toString(16).padStart(32, '0')
const caller = '00000000000000ca'
const traceparent = (n: number, flags = '01') => ({ traceparent: `00-${traceOf(n)}-${caller}-${flags}` })

/** A service that traces to a collector of its own. `sent` ends the tracing and gives what was collected. */
async function tracedService() {
  const collector = await startCollector()
  const tracing = await openTracing({
    url: `${collector.url}/v1/traces`,
    serviceName: 'reckon-test',
    serviceVersion: '1.0.0',
    share: 1,
  })
  const log = pino({ level: 'silent' })
  const url = await databaseForTest()
  const installation = await openInstallation(url, { pool: 2, publicUrl: null, log, tracing })
  await installation.work()
  const app = await buildApp({ ...installation, log, principal: everything })
  const address = await app.listen({ host: '127.0.0.1', port: 0 })
  let stopping: Promise<void> | undefined
  const stop = async () => {
    await app.close()
    await installation.close()
    await tracing.close()
  }
  onTestFinished(() => {
    stopping ??= stop()
    return stopping
  })
  return {
    address,
    send: (method: string, path: string, n: number, body?: object, flags?: string) =>
      fetch(address + path, {
        method,
        headers: { ...traceparent(n, flags), ...(body && { 'content-type': 'application/json' }) },
        ...(body && { body: JSON.stringify(body) }),
      }),
    sent: async () => {
      stopping ??= stop()
      await stopping
      return { spans: collector.spans(), text: collector.text() }
    },
  }
}

const inTrace = (spans: readonly CollectedSpan[], n: number) =>
  spans.filter(({ traceId }) => traceId === traceOf(n))
const root = (spans: readonly CollectedSpan[]) => spans.find(({ kind }) => kind === server)

describe('a traced request', () => {
  it('is a span by its route in the trace of the caller, with its statements below it', async () => {
    const { send, sent } = await tracedService()
    expect((await send('POST', '/v1/scenarios', 1, scenario)).status).toBe(201)
    expect((await send('GET', '/v1/scenarios/marker-missing', 2)).status).toBe(404)
    await send('POST', '/v1/estimates/training', 3, scenario.inputs)
    await send('GET', '/livez', 4)
    await send('GET', '/v1/scenarios', 5, undefined, '00')
    const { spans, text } = await sent()

    const created = inTrace(spans, 1)
    expect(root(created)).toMatchObject({
      name: 'POST /v1/scenarios',
      parentSpanId: caller,
      status: 0,
      service: 'reckon-test',
      attributes: { 'http.route': '/v1/scenarios', 'http.response.status_code': 201 },
    })
    const statements = created.filter(({ kind }) => kind === client)
    expect(statements.map(({ name }) => name)).toEqual(expect.arrayContaining(['BEGIN', 'INSERT', 'COMMIT']))
    for (const { parentSpanId } of statements) expect(parentSpanId).toBe(root(created)?.spanId)

    const missing = root(inTrace(spans, 2))
    expect(missing).toMatchObject({ name: 'GET /v1/scenarios/:id', status: 0 })
    expect(missing?.attributes['http.response.status_code']).toBe(404)
    expect(inTrace(spans, 3).map(({ name }) => name)).toEqual(['POST /v1/estimates/training'])
    // Health checks are no work, and what the caller does not record is not recorded.
    expect(inTrace(spans, 4)).toEqual([])
    expect(inTrace(spans, 5)).toEqual([])
    expect(text).not.toContain('marker')
  })

  it('keeps its statements when requests wait for each other’s connections', async () => {
    const { send, sent } = await tracedService()
    expect((await send('POST', '/v1/scenarios', 1, scenario)).status).toBe(201)
    const traces = Array.from({ length: 40 }, (_, index) => index + 10)
    const reads = traces.map(n => n + 100)
    const answers = await Promise.all(traces.map(n => send('POST', '/v1/scenarios/marker-name/runs', n)))
    expect(answers.map(({ status }) => status)).toEqual(traces.map(() => 202))
    await Promise.all(reads.map(n => send('GET', '/v1/scenarios/marker-name/result', n)))
    const { spans } = await sent()
    for (const n of reads) {
      const statements = inTrace(spans, n).filter(({ kind }) => kind === client)
      expect(statements.length, `statements of ${n}`).toBe(inTrace(spans, 110).length - 1)
    }
    expect(inTrace(spans, 110).length).toBeGreaterThan(1)
    const bySpan = new Map(spans.map(span => [span.spanId, span]))
    for (const n of traces) {
      const own = inTrace(spans, n)
      const names = own.map(({ name }) => name)
      for (const name of ['BEGIN', 'run-scenario', 'run-insert', 'COMMIT'])
        expect(names.filter(each => each === name).length, `${name} of ${n}`).toBeGreaterThanOrEqual(1)
      expect(names.filter(name => name === 'run-insert')).toHaveLength(1)
      for (const { parentSpanId = '' } of own)
        expect(parentSpanId === caller || bySpan.get(parentSpanId)?.traceId === traceOf(n)).toBe(true)
    }
  })
})

describe('a traced request whose body comes late', () => {
  it('has its statements in its trace too', async () => {
    const { address, sent } = await tracedService()
    const pieces = [JSON.stringify(scenario).slice(0, 50), JSON.stringify(scenario).slice(50)]
    const body = new ReadableStream({
      pull: async controller => {
        await sleep(100)
        const piece = pieces.shift()
        if (piece === undefined) controller.close()
        else controller.enqueue(new TextEncoder().encode(piece))
      },
    })
    const headers = { ...traceparent(1), 'content-type': 'application/json' }
    const init = { method: 'POST', headers, body, duplex: 'half' }
    expect((await fetch(`${address}/v1/scenarios`, init as RequestInit)).status).toBe(201)
    const { spans } = await sent()
    expect(inTrace(spans, 1).map(({ name }) => name)).toContain('INSERT')
  })
})

describe('a traced run', () => {
  it('goes on in the trace of the request that started it, and names itself', async () => {
    const { send, sent } = await tracedService()
    await send('POST', '/v1/scenarios', 1, scenario)
    const { id } = (await (await send('POST', '/v1/scenarios/marker-name/runs', 2)).json()) as { id: string }
    await expect
      .poll(
        async () => ((await (await send('GET', `/v1/runs/${id}`, 3)).json()) as { status: string }).status,
        {
          timeout: 15_000,
        },
      )
      .toBe('succeeded')
    const { spans } = await sent()
    const own = inTrace(spans, 2)
    const [request, sending, working] = [server, producer, consumer].map(kind =>
      own.find(each => each.kind === kind),
    )
    expect(request?.name).toBe('POST /v1/scenarios/:id/runs')
    expect(sending?.parentSpanId).toBe(request?.spanId)
    expect(working).toMatchObject({ parentSpanId: sending?.spanId, attributes: { 'reckon.run.id': id } })
    const statements = own.filter(({ parentSpanId }) => parentSpanId === working?.spanId)
    expect(statements.map(({ name }) => name)).toContain('run-claim')
  })
})

describe('a process', () => {
  it('traces where OTEL_EXPORTER_OTLP_ENDPOINT says, and sends what waits before it ends', async () => {
    const collector = await startCollector()
    const service = await startProcess({
      DATABASE_URL: await databaseForTest(),
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_SERVICE_NAME: 'reckon-here',
    })
    await fetch(`${service.url}/v1/accelerators`, { headers: traceparent(7) })
    service.child.kill('SIGTERM')
    expect(await service.exited).toBe(0)
    expect(inTrace(collector.spans(), 7)[0]).toMatchObject({
      name: 'GET /v1/accelerators',
      service: 'reckon-here',
    })
  })

  it('ends in time although nobody collects', async () => {
    const service = await startProcess({
      DATABASE_URL: await databaseForTest(),
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
    })
    await fetch(`${service.url}/v1/accelerators`, { headers: traceparent(8) })
    const start = performance.now()
    service.child.kill('SIGTERM')
    const [code] = (await once(service.child, 'exit')) as [number]
    expect(code).toBe(0)
    expect(performance.now() - start).toBeLessThan(8_000)
  })
})
