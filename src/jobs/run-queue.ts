import { PgBoss } from 'pg-boss'
import type { EnqueueRun, RunPriority } from '../store/run-store.ts'
import type { Tracing } from '../telemetry/tracing.ts'

/** Where runs wait for a worker. */
export interface RunQueue {
  /** Adds a run's job, in the transaction of `executeSql`. */
  enqueue: EnqueueRun
  /**
   * Starts taking jobs. `execute` may throw, and the job is then tried again; `last` says that it will not be.
   * `abandon` is given the runs whose last attempt ended without a word, as that of a worker that was killed.
   */
  work: (
    execute: (runId: string, attempt: { readonly last: boolean }) => Promise<void>,
    abandon: (runId: string) => Promise<void>,
  ) => Promise<void>
  /** Jobs by what they wait for: a free worker, the time of their next attempt, their worker's end; and those given up. */
  jobs: () => Promise<Readonly<Record<'ready' | 'deferred' | 'active' | 'lost', number>>>
  /** Whether runs can be queued; throws when the database cannot say. */
  isReady: () => Promise<boolean>
  /** Lets jobs under way finish, then stops. */
  stop: () => Promise<void>
}

const queueName = 'runs'

/** Higher goes first. */
const priorities: Readonly<Record<RunPriority, number>> = { interactive: 10, batch: 0 }

/** Where jobs go whose attempts are used up. */
const lostQueueName = 'lost-runs'

/** A job is tried this often beyond the first time: a crash of the worker is one, bad luck twice is two. */
const retryLimit = 2

interface RunJob {
  readonly runId: string
}

/**
 * The queue in PostgreSQL, by pg-boss. `atOnce` jobs are worked on at a time in this process, at least two: one place
 * is kept for interactive runs, so that batches never hold them up. `onError` hears of its background work. With
 * `tracing`, a job goes on in the trace of the request that sent it.
 */
export async function startRunQueue(
  url: string,
  {
    atOnce,
    onError,
    tracing = null,
  }: {
    readonly atOnce: number
    readonly onError: (error: Error) => void
    readonly tracing?: Pick<Tracing, 'provider' | 'propagator'> | null
  },
): Promise<RunQueue> {
  const boss = new PgBoss({
    connectionString: url,
    application_name: 'reckon-jobs',
    max: 4,
    connectionTimeoutMillis: 5_000,
    useListenNotify: true,
    schedule: false,
    openTelemetry:
      tracing === null
        ? { enabled: false }
        : { tracerProvider: tracing.provider, propagator: tracing.propagator, propagateContext: true },
    // How soon a worker that has gone silent is noticed.
    superviseIntervalSeconds: 5,
    monitorIntervalSeconds: 5,
  })
  boss.on('error', onError)
  await boss.start()
  await boss.createQueue(lostQueueName, { retryLimit: 100, retryDelay: 5 })
  await boss.createQueue(queueName, {
    deadLetter: lostQueueName,
    retryLimit,
    retryDelay: 1,
    retryBackoff: true,
    // A worker that says nothing for this long is gone, and its job goes to another.
    heartbeatSeconds: 10,
    // The longest that a run may take.
    expireInSeconds: 3_600,
    deleteAfterSeconds: 86_400,
    notify: true,
  })
  return {
    enqueue: async ({ id: runId, priority }, executeSql) => {
      const db = { executeSql: async (text: string, values?: unknown[]) => executeSql(text, values) }
      await boss.send(queueName, { runId } satisfies RunJob, { db, priority: priorities[priority] })
    },
    work: async (execute, abandon) => {
      // Waking is by notification; the poll is for one that was missed.
      const options = {
        includeMetadata: true,
        pollingIntervalSeconds: 1,
        notifyPollingIntervalSeconds: 5,
      } as const
      for (let worker = 0; worker < atOnce; worker++) {
        let id = ''
        const own = worker === 0 ? { ...options, minPriority: priorities.interactive } : options
        id = await boss.work<RunJob>(queueName, own, async jobs => {
          try {
            for (const { data, retryCount } of jobs)
              await execute(data.runId, { last: retryCount >= retryLimit })
          } finally {
            // Another job may wait: it is looked for at once, until there is none.
            boss.notifyWorker(id)
          }
        })
      }
      await boss.work<RunJob>(lostQueueName, { pollingIntervalSeconds: 5 }, async jobs => {
        for (const { data } of jobs) await abandon(data.runId)
      })
    },
    jobs: async () => {
      const [[runs], [lost]] = await Promise.all([
        boss.getQueueStats(queueName),
        boss.getQueueStats(lostQueueName),
      ])
      return {
        ready: runs?.readyCount ?? 0,
        deferred: runs?.deferredCount ?? 0,
        active: runs?.activeCount ?? 0,
        lost: lost?.queuedCount ?? 0,
      }
    },
    isReady: async () => (await boss.getQueue(queueName)) !== null,
    stop: () => boss.stop({ graceful: true, timeout: 8_000, close: true }),
  }
}
