import { pino } from 'pino'
import { type App, buildApp } from './app.ts'
import { readConfig } from './config.ts'
import { everything } from './http/deps.ts'
import { type ExampleRequest, exampleRequests } from './http/example-requests.ts'
import { openInstallation } from './installation.ts'
import type { RunQueue } from './jobs/run-queue.ts'
import type { Threads } from './jobs/threads.ts'
import { limitsOf } from './limits.ts'
import type { Store } from './store/store.ts'
import { countRequests } from './telemetry/request-counts.ts'

/** What the service answered to an example. */
export interface RecordedAnswer {
  readonly status: number
  readonly answer?: unknown
}

/** The time at which all examples happen. */
const exampleTime = new Date('2026-11-24T12:00:00.000Z')

/**
 * A service whose clock stands still and whose ids are counted, on a database of its own, so that the same
 * requests give the same bytes. `close` ends it.
 */
export async function openExampleService(
  databaseUrl: string,
): Promise<{ app: App; close: () => Promise<void> }> {
  const log = pino({ level: 'silent' })
  const ids = new Map<string, number>()
  let requests = 0
  const installation = await openInstallation(databaseUrl, {
    pool: 4,
    publicUrl: null,
    log,
    clock: () => exampleTime,
    ids: prefix => {
      const count = (ids.get(prefix) ?? 0) + 1
      ids.set(prefix, count)
      return `${prefix}_example${count}`
    },
    // Forty-three characters, as real ones have, and no secret.
    secrets: () => 'example-'.padEnd(43, '0'),
  })
  await installation.work()
  const app = await buildApp({
    ...installation,
    cursorSecret: 'example',
    log,
    principal: everything,
    requestIds: () => `example-${++requests}`,
  })
  await app.ready()
  return {
    app,
    close: async () => {
      await app.close()
      await installation.close()
    },
  }
}

/** The OpenAPI document as it is committed. Nothing is asked of a database: routes are registered, not called. */
export async function documentText(): Promise<string> {
  const untouched = () => {
    throw new Error('Building the document needs no data.')
  }
  const app = await buildApp({
    store: {} as Store,
    catalogue: untouched,
    catalogueOf: untouched,
    queue: {} as RunQueue,
    mostQueued: 0,
    threads: {} as Threads,
    clock: untouched,
    newId: untouched,
    newSecret: untouched,
    unready: untouched,
    tracing: null,
    metrics: { requests: countRequests(), mediaType: '', text: untouched },
    limits: limitsOf(readConfig({})),
    cursorSecret: '',
    publicUrl: null,
    log: pino({ level: 'silent' }),
    principal: everything,
  })
  await app.ready()
  const text = `${JSON.stringify(app.swagger(), null, 2)}\n`
  await app.close()
  return text
}

interface Operation {
  readonly operationId?: string
  readonly parameters?: readonly { readonly name: string; readonly in: string }[]
  readonly requestBody?: { readonly content: Readonly<Record<string, unknown>> }
}

/** Sends every example in order, and gives what was answered, by the example's name. */
export async function answerExamples(app: App): Promise<Record<string, RecordedAnswer>> {
  const operations = operationsOf(app)
  const answers: Record<string, RecordedAnswer> = {}
  for (const example of exampleRequests) answers[example.name] = await send(app, operations, example)
  return answers
}

function operationsOf(app: App): Map<string, { method: string; path: string; operation: Operation }> {
  const { paths = {} } = app.swagger() as { paths?: Record<string, Record<string, Operation>> }
  return new Map(
    Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(
        ([method, operation]) => [operation.operationId ?? '', { method, path, operation }] as const,
      ),
    ),
  )
}

async function send(
  app: App,
  operations: ReturnType<typeof operationsOf>,
  example: ExampleRequest,
): Promise<RecordedAnswer> {
  const found = operations.get(example.operation)
  if (found === undefined)
    throw new Error(`The example ${example.name} names an unknown operation ${example.operation}.`)
  const { method, path, operation } = found
  const query = new URLSearchParams()
  const headers: Record<string, string> = {}
  let url = path
  for (const [name, value] of Object.entries(example.parameters ?? {})) {
    const place = operation.parameters?.find(parameter => parameter.name === name)?.in
    if (place === 'path') url = url.replace(`{${name}}`, encodeURIComponent(value))
    else if (place === 'query') query.set(name, String(value))
    else if (place === 'header') headers[name] = String(value)
    else
      throw new Error(`The example ${example.name} gives ${name}, which ${example.operation} does not take.`)
  }
  const [mediaType = 'application/json'] = Object.keys(operation.requestBody?.content ?? {})
  const response = await app.inject({
    method: method.toUpperCase() as 'GET',
    url: query.size === 0 ? url : `${url}?${query}`,
    headers: { ...headers, ...(example.body !== undefined && { 'content-type': mediaType }) },
    ...(example.body !== undefined && {
      payload: typeof example.body === 'string' ? example.body : JSON.stringify(example.body),
    }),
  })
  if (response.statusCode >= 400) throw new Error(`The example ${example.name} was refused: ${response.body}`)
  return { status: response.statusCode, ...(response.body !== '' && { answer: answerIn(response) }) }
}

/** The JSON of an answer; of one that is streamed line by line, its lines as an array; other text as it is. */
function answerIn({ body, headers }: { readonly body: string; readonly headers: object }): unknown {
  const type = String((headers as Record<string, unknown>)['content-type'])
  if (!type.includes('json')) return body
  if (!type.startsWith('application/x-ndjson')) return JSON.parse(body)
  const lines = body.trimEnd().split('\n')
  return lines.map(line => JSON.parse(line) as unknown)
}
