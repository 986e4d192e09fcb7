import { randomBytes } from 'node:crypto'
import { availableParallelism } from 'node:os'
import type { FastifyBaseLogger } from 'fastify'
import { readConfig } from './config.ts'
import { engineVersion } from './domain/estimate.ts'
import { newSecret } from './http/credentials.ts'
import type { HttpDeps, Limits } from './http/deps.ts'
import { problemOfFailure } from './http/problem.ts'
import { type Attempt, executeRun, type RunDeps } from './jobs/execute-run.ts'
import { rerunStale } from './jobs/rerun-stale.ts'
import { startRunQueue } from './jobs/run-queue.ts'
import { isStage, type RunTask, workOut } from './jobs/run-task.ts'
import { openThreads, type RunWatch } from './jobs/threads.ts'
import { limitsOf } from './limits.ts'
import { unreadyParts } from './readiness.ts'
import { membersOfRequest } from './schemas/members-of-request.ts'
import { watchCatalogue } from './store/catalogue-watch.ts'
import { connect } from './store/connection.ts'
import { loadReferenceData } from './store/load-reference-data.ts'
import { loadScenarios } from './store/load-scenarios.ts'
import { migrate } from './store/migrations.ts'
import { postgresStore } from './store/postgres-store.ts'
import { listenForRunChanges } from './store/run-changes.ts'
import { openMetrics } from './telemetry/metrics.ts'
import type { Tracing } from './telemetry/tracing.ts'

/** A database that is ready for service, and what works on it. */
export interface Installation extends HttpDeps {
  /** Starts executing runs in this process. */
  readonly work: () => Promise<void>
  /** Finishes runs under way and closes all connections. */
  readonly close: () => Promise<void>
}

/** Threads that calculate for callers who wait: the other core is left to answering. */
const answeringThreads = Math.max(1, availableParallelism() - 1)

/** Runs that one process works on at once. One place is for runs that somebody waits for. */
const runsAtOnce = Math.max(2, availableParallelism())

/** How long a run under way may still take once the process is told to stop, before it goes back to the queue. */
const lastMoments = 2_000

/** Runs of one workspace that may wait for a worker. */
const mostQueuedRuns = 1_000

/** How often answers to repeated requests that are a day old are deleted, in ms. */
const sweepEvery = 600_000

/** Limits of an installation that is used from its own machine. */
const defaultLimits: Limits = limitsOf(readConfig({}))

/** Ids that sort by the time they were made: milliseconds, then randomness. */
export function newId(prefix: string): string {
  return `${prefix}_${Date.now().toString(36).padStart(9, '0')}${randomBytes(8).toString('hex')}`
}

/**
 * Brings a database up to date (migrations, reference data, the scenarios that every installation has) and
 * opens what works on it.
 */
export async function openInstallation(
  url: string,
  {
    pool,
    publicUrl,
    log,
    clock = () => new Date(),
    ids = newId,
    secrets = newSecret,
    limits = defaultLimits,
    lookForCatalogue = 10_000,
    mostQueued = mostQueuedRuns,
    simulationThreads = answeringThreads,
    isClusterRunning,
    tracing = null,
  }: {
    pool: number
    publicUrl: string | null
    log: FastifyBaseLogger
    clock?: () => Date
    ids?: (prefix: string) => string
    secrets?: () => string
    limits?: Limits
    /** How often to look for a newer catalogue, and for scenarios that are to be run again, in milliseconds. */
    lookForCatalogue?: number
    /** Runs of one workspace that may wait. */
    mostQueued?: number
    /** Threads that share a long simulation. */
    simulationThreads?: number
    /** Whether the server of the embedded PostgreSQL runs; absent where there is none. */
    isClusterRunning?: (() => boolean) | undefined
    tracing?: Tracing | null
  },
): Promise<Installation> {
  await migrate(url)
  const onError = (err: Error) => log.error({ err }, 'background work failed')
  const connection = connect(url, { max: pool, onError, statements: tracing?.statements })
  const changes = listenForRunChanges(url, onError)
  try {
    await loadReferenceData(connection.prisma)
    const store = postgresStore(connection, changes)
    const catalogues = await watchCatalogue(connection.pool, { every: lookForCatalogue, onError })
    const deps = {
      ...{ store, catalogueOf: catalogues.ofVersion, clock, problemOf: problemOfFailure },
      membersOf: membersOfRequest,
    }
    const here: RunDeps = { ...deps, work: workedOut }
    await loadScenarios({
      store,
      catalogue: catalogues.current(),
      execute: runId => executeRun(here, runId, { last: true }),
    })
    const secret = await connection.prisma.setting.findUniqueOrThrow({ where: { name: 'cursor-secret' } })
    const queue = await startRunQueue(url, { atOnce: runsAtOnce, onError, tracing })
    const threads = openThreads({
      answering: answeringThreads,
      runs: runsAtOnce,
      ways: simulationThreads,
    })
    const stopping = new AbortController()
    const execute = (runId: string, { last }: Attempt) => {
      tracing?.nameRun(runId)
      return executeRun({ ...deps, work: threads.run }, runId, {
        last,
        stopping: { signal: stopping.signal, enqueue: queue.enqueue },
      })
    }
    let reruns: NodeJS.Timeout | undefined
    const rerun = () => void rerunStale({ store, enqueue: queue.enqueue, clock, onError }).catch(onError)
    const abandon = (runId: string) => store.runs.abandon(runId, problemOfFailure(lost, runId), clock())
    const sweeping = setInterval(() => void store.answers.sweep().catch(onError), sweepEvery)
    sweeping.unref()
    const metrics = openMetrics({
      engineVersion,
      catalogueVersion: () => catalogues.current().version,
      pool: connection.pool,
      runs: store.runs.countByStatus,
      jobs: queue.jobs,
    })
    return {
      store,
      catalogue: catalogues.current,
      catalogueOf: catalogues.ofVersion,
      queue,
      unready: () =>
        unreadyParts({
          store,
          pool: connection.pool,
          catalogue: catalogues.current,
          queue,
          isClusterRunning,
        }),
      metrics,
      tracing,
      mostQueued,
      threads,
      clock,
      newId: ids,
      newSecret: secrets,
      limits,
      cursorSecret: secret.value,
      publicUrl,
      work: async () => {
        await queue.work(execute, abandon)
        reruns = setInterval(rerun, lookForCatalogue).unref()
      },
      close: async () => {
        catalogues.stop()
        clearInterval(reruns)
        setTimeout(() => stopping.abort(), lastMoments).unref()
        clearInterval(sweeping)
        await queue.stop()
        await threads.close()
        await changes.stop()
        await connection.close()
      },
    }
  } catch (error) {
    await changes.stop()
    await connection.close()
    throw error
  }
}

const lost = new Error('Every attempt at the run ended without a word.')

/** Works a task out where it stands. */
async function workedOut(task: RunTask, { onPart }: RunWatch): Promise<string> {
  const work = workOut(task)
  for (;;) {
    const step = work.next([])
    if (step.done) return step.value
    if (typeof step.value !== 'number' && !isStage(step.value)) await onPart(step.value)
  }
}
