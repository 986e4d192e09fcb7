import { PgBoss } from 'pg-boss'
import type { ExecuteSql } from '../store/store.ts'

/** Where runs wait for a worker. */
export interface RunQueue {
  /** Adds a run's job, in the transaction of `executeSql`. */
  enqueue: (runId: string, executeSql: ExecuteSql) => Promise<void>
  /** Starts taking jobs; `execute` may throw, and the job is then tried again. `last` says that it will not be. */
  work: (execute: (runId: string, attempt: { readonly last: boolean }) => Promise<void>) => Promise<void>
  /** Lets jobs under way finish, then stops. */
  stop: () => Promise<void>
}

const queueName = 'runs'

/** A job is tried this often beyond the first time: a crash of the worker is one, bad luck twice is two. */
const retryLimit = 2

interface RunJob {
  readonly runId: string
}

/** The queue in PostgreSQL, by pg-boss. `onError` hears of its background work. */
export async function startRunQueue(url: string, onError: (error: Error) => void): Promise<RunQueue> {
  const boss = new PgBoss({
    connectionString: url,
    application_name: 'reckon-jobs',
    max: 4,
    connectionTimeoutMillis: 5_000,
    useListenNotify: true,
    schedule: false,
  })
  boss.on('error', onError)
  await boss.start()
  await boss.createQueue(queueName, {
    retryLimit,
    retryDelay: 1,
    retryBackoff: true,
    // A worker that says nothing for this long is gone, and its job goes to another.
    heartbeatSeconds: 10,
    expireInSeconds: 600,
    deleteAfterSeconds: 86_400,
    notify: true,
  })
  return {
    enqueue: async (runId, executeSql) => {
      const db = { executeSql: async (text: string, values?: unknown[]) => executeSql(text, values) }
      await boss.send(queueName, { runId } satisfies RunJob, { db })
    },
    work: async execute => {
      // Waking is by notification; the poll is for a notification that was missed.
      const options = {
        includeMetadata: true,
        localConcurrency: 2,
        pollingIntervalSeconds: 1,
        notifyPollingIntervalSeconds: 5,
      } as const
      await boss.work<RunJob>(queueName, options, async jobs => {
        for (const { data, retryCount } of jobs as { data: RunJob; retryCount: number }[]) {
          await execute(data.runId, { last: retryCount >= retryLimit })
        }
      })
    },
    stop: () => boss.stop({ graceful: true, timeout: 8_000, close: true }),
  }
}
