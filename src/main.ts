import { availableParallelism } from 'node:os'
import { buildApp } from './app.ts'
import { readConfig, refuseOpenService, tracesUrl } from './config.ts'
import { openDatabase } from './database.ts'
import { engineVersion } from './domain/estimate.ts'
import { openInstallation } from './installation.ts'
import { limitsOf } from './limits.ts'
import { openLog } from './log.ts'
import { principalOf } from './principal.ts'
import { serveMetrics } from './telemetry/metrics-server.ts'
import { openTracing } from './telemetry/tracing.ts'

/** Longest that stopping may take before the process ends anyway. */
const stopWithin = 10_000

const config = readConfig(process.env)
if (config.ROLE !== 'worker') refuseOpenService(config)
const { log, flush } = openLog(config.LOG_LEVEL)

/** What has been opened, last first: stopping goes through it in this order. */
const opened: { readonly what: string; readonly close: () => Promise<unknown> }[] = []

let stopping = false
async function stop(signal: string, code: number): Promise<void> {
  if (stopping) return
  stopping = true
  log.info({ signal }, 'stopping')
  flush()
  setTimeout(() => process.exit(1), stopWithin).unref()
  // What is being opened at this moment must be there before it can be closed.
  await started
  for (const { what, close } of opened) {
    await close().catch((err: Error) => log.error({ err }, `${what} did not close`))
  }
  process.exit(code)
}

/** Opens one thing after the other, and nothing more once the process is told to stop. */
async function start(): Promise<void> {
  const database = await openDatabase(config)
  opened.unshift({ what: 'PostgreSQL', close: database.close })
  if (database.directory !== null) {
    log.info({ directory: database.directory }, 'embedded PostgreSQL is running')
  }
  if (stopping) return
  const publicUrl = config.PUBLIC_URL ?? null
  const traces = tracesUrl(config)
  const tracing =
    traces === undefined
      ? null
      : await openTracing({
          url: traces,
          serviceName: config.OTEL_SERVICE_NAME,
          serviceVersion: engineVersion,
          share: config.OTEL_TRACES_SAMPLER_ARG,
        })
  if (tracing !== null) opened.unshift({ what: 'tracing', close: tracing.close })
  const installation = await openInstallation(database.url, {
    pool: config.DATABASE_POOL,
    publicUrl,
    log,
    limits: limitsOf(config),
    mostQueued: config.QUEUE_LIMIT,
    // A process that answers keeps a core for that.
    simulationThreads:
      config.SIMULATION_THREADS ?? Math.max(1, availableParallelism() - (config.ROLE === 'worker' ? 0 : 1)),
    isClusterRunning: database.isRunning,
    tracing,
  })
  opened.unshift({ what: 'the installation', close: installation.close })
  if (stopping) return
  const { METRICS_HOST: host, METRICS_PORT: port } = config
  if (port !== undefined) {
    const metrics = await serveMetrics(installation.metrics, { host, port })
    opened.unshift({ what: 'the address of the metrics', close: metrics.close })
    log.info({ metrics: metrics.url }, 'metrics are read without a key at an address of their own')
  }
  if (stopping) return
  if (config.ROLE !== 'service') await installation.work()
  if (config.ROLE === 'worker') {
    log.info('worker is ready')
    return
  }
  const principal = principalOf(config, installation, log)
  if ('close' in principal) opened.unshift({ what: 'the use of keys', close: principal.close })
  const app = await buildApp({ ...installation, log, principal })
  opened.unshift({ what: 'the server', close: () => app.drain() })
  if (stopping) return
  const address = await app.listen({ host: config.HOST, port: config.PORT })
  const at = publicUrl ?? address
  log.info(
    { page: `${at}/docs`, document: `${at}/openapi.json`, health: `${at}/readyz` },
    `Reckon answers at ${at}`,
  )
}

process.on('SIGINT', () => void stop('SIGINT', 0))
process.on('SIGTERM', () => void stop('SIGTERM', 0))
const started = start().catch((err: Error) => {
  log.fatal({ err }, 'could not start')
  return err
})
if ((await started) instanceof Error) await stop('failure', 1)
