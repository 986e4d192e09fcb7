import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import { countRequests, type RequestCounts } from './request-counts.ts'
import { requestDurations } from './request-durations.ts'

/** What a process knows about itself, as Prometheus reads it. */
export interface Metrics {
  /** Where answers are counted. */
  readonly requests: RequestCounts
  /** The media type of `text`. */
  readonly mediaType: string
  /** All metrics at this moment, in Prometheus' text format. */
  readonly text: () => Promise<string>
}

/** What is asked when somebody reads the metrics. */
export interface MetricSources {
  readonly engineVersion: string
  readonly catalogueVersion: () => string
  /** Connections to PostgreSQL: all, those that nobody uses, and those who wait for one. */
  readonly pool: { readonly totalCount: number; readonly idleCount: number; readonly waitingCount: number }
  /** Runs by state, of all workspaces. */
  readonly runs: () => Promise<Readonly<Record<string, number>>>
  /** Jobs of the queue by what they wait for. */
  readonly jobs: () => Promise<Readonly<Record<string, number>>>
}

/** How long an answer of the database is good for, in ms: several readers then cost no more than one. */
const goodFor = 5_000

/** How long a reader waits for the database, in ms; Prometheus itself gives up after ten seconds. */
const waitsFor = 2_000

/** The metrics of a process. What they cost is paid by who reads them: until the first does, nothing is watched. */
export function openMetrics(sources: MetricSources): Metrics {
  const requests = countRequests()
  let registry: Registry | undefined
  return {
    requests,
    mediaType: Registry.PROMETHEUS_CONTENT_TYPE,
    text: () => {
      registry ??= registryOf(sources, requests)
      return registry.metrics()
    },
  }
}

function registryOf(sources: MetricSources, requests: RequestCounts): Registry {
  const registry = new Registry()
  const registers = [registry]
  // Memory, CPU, open files, garbage collection, and how late the event loop is since the last reading.
  collectDefaultMetrics({ register: registry })
  registry.registerMetric(requestDurations(requests))

  new Counter({
    name: 'reckon_http_requests_total',
    help: 'Requests that were answered; errors are those with a status of 500 and more',
    labelNames: ['method', 'route', 'status'],
    registers,
    collect() {
      this.reset()
      for (const { method, route, statuses } of requests.all())
        for (const [status, count] of statuses) this.inc({ method, route, status }, count)
    },
  })

  new Gauge({
    name: 'reckon_build_info',
    help: '1; the labels say which engine and which catalogue answer',
    labelNames: ['engine_version', 'catalogue_version', 'node_version'],
    registers,
    collect() {
      this.reset()
      const catalogue = sources.catalogueVersion()
      this.set(
        {
          engine_version: sources.engineVersion,
          catalogue_version: catalogue,
          node_version: process.versions.node,
        },
        1,
      )
    },
  })

  new Gauge({
    name: 'reckon_database_connections',
    help: 'Connections of the pool to PostgreSQL, by whether they are in use',
    labelNames: ['state'],
    registers,
    collect() {
      const { totalCount, idleCount } = sources.pool
      this.set({ state: 'used' }, totalCount - idleCount)
      this.set({ state: 'idle' }, idleCount)
    },
  })

  new Gauge({
    name: 'reckon_database_connections_waiting',
    help: 'Who waits for a connection to PostgreSQL',
    registers,
    collect() {
      this.set(sources.pool.waitingCount)
    },
  })

  const runs = recently(sources.runs)
  new Gauge({
    name: 'reckon_runs',
    help: 'Runs of all workspaces by state; absent while the database does not answer',
    labelNames: ['state'],
    registers,
    async collect() {
      this.reset()
      for (const [state, count] of Object.entries((await runs()) ?? {})) this.set({ state }, count)
    },
  })

  const jobs = recently(sources.jobs)
  new Gauge({
    name: 'reckon_queue_jobs',
    help: 'Jobs of the queue of runs by state; absent while the database does not answer',
    labelNames: ['state'],
    registers,
    async collect() {
      this.reset()
      for (const [state, count] of Object.entries((await jobs()) ?? {})) this.set({ state }, count)
    },
  })

  new Gauge({
    name: 'reckon_database_up',
    help: '1 when the database answered this reading, else 0',
    registers,
    async collect() {
      this.set((await runs()) === null ? 0 : 1)
    },
  })
  return registry
}

/** The latest answer to a question, asked again when it is old; null when there is none in time. */
function recently<T>(ask: () => Promise<T>): () => Promise<T | null> {
  let asked = Number.NEGATIVE_INFINITY
  let answer: Promise<T | null> = Promise.resolve(null)
  return () => {
    if (performance.now() - asked > goodFor) {
      asked = performance.now()
      answer = inTime(ask())
      // A failure is not kept: the next reader asks again.
      answer.then(got => {
        if (got === null) asked = Number.NEGATIVE_INFINITY
      })
    }
    return answer
  }
}

/** What a promise gives, or null when it fails or takes too long. */
function inTime<T>(promise: Promise<T>): Promise<T | null> {
  return new Promise(resolve => {
    const timer = setTimeout(() => resolve(null), waitsFor)
    promise.then(resolve, () => resolve(null)).finally(() => clearTimeout(timer))
  })
}
