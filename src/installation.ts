import { randomBytes } from 'node:crypto'
import { availableParallelism } from 'node:os'
import type { FastifyBaseLogger } from 'fastify'
import type { HttpDeps } from './http/deps.ts'
import { problemOfFailure } from './http/problem.ts'
import { executeRun, type RunDeps } from './jobs/execute-run.ts'
import { startRunQueue } from './jobs/run-queue.ts'
import { openThreads } from './jobs/threads.ts'
import { watchCatalogue } from './store/catalogue-watch.ts'
import { connect } from './store/connection.ts'
import { loadReferenceData } from './store/load-reference-data.ts'
import { loadScenarios } from './store/load-scenarios.ts'
import { migrate } from './store/migrations.ts'
import { postgresStore } from './store/postgres-store.ts'

/** A database that is ready for service, and what works on it. */
export interface Installation extends HttpDeps {
  /** Starts executing runs in this process. */
  readonly work: () => Promise<void>
  /** Finishes runs under way and closes all connections. */
  readonly close: () => Promise<void>
}

/** Threads that calculate at once in one process: the other core is left to answering. */
const threadsOfProcess = Math.max(1, availableParallelism() - 1)

/** Ids that sort by the time they were made: milliseconds, then randomness. */
function newId(prefix: string): string {
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
    lookForCatalogue = 10_000,
  }: {
    pool: number
    publicUrl: string | null
    log: FastifyBaseLogger
    clock?: () => Date
    ids?: (prefix: string) => string
    /** How often to look for a newer catalogue, in milliseconds. */
    lookForCatalogue?: number
  },
): Promise<Installation> {
  await migrate(url)
  const onError = (err: Error) => log.error({ err }, 'background work failed')
  const connection = connect(url, { max: pool, onError })
  try {
    await loadReferenceData(connection.prisma)
    const store = postgresStore(connection)
    const catalogues = await watchCatalogue(connection.pool, { every: lookForCatalogue, onError })
    const execute = executor({ store, catalogueOf: catalogues.ofVersion, clock })
    await loadScenarios({ store, catalogue: catalogues.current(), execute })
    const secret = await connection.prisma.setting.findUniqueOrThrow({ where: { name: 'cursor-secret' } })
    const queue = await startRunQueue(url, onError)
    const threads = openThreads(threadsOfProcess)
    const abandon = (runId: string) => store.runs.abandon(runId, problemOfFailure(lost, runId), clock())
    return {
      store,
      catalogue: catalogues.current,
      queue,
      threads,
      clock,
      newId: ids,
      cursorSecret: secret.value,
      publicUrl,
      work: () => queue.work(execute, abandon),
      close: async () => {
        catalogues.stop()
        await threads.close()
        await queue.stop()
        await connection.close()
      },
    }
  } catch (error) {
    await connection.close()
    throw error
  }
}

const lost = new Error('Every attempt at the run ended without a word.')

type Execute = (runId: string, attempt: { readonly last: boolean }) => Promise<void>

const executor =
  (deps: Pick<RunDeps, 'store' | 'catalogueOf' | 'clock'>): Execute =>
  (runId, attempt) =>
    executeRun({ ...deps, problemOf: problemOfFailure }, runId, attempt)
