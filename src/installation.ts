import { randomBytes } from 'node:crypto'
import type { FastifyBaseLogger } from 'fastify'
import type { HttpDeps } from './http/deps.ts'
import { problemOfFailure } from './http/problem.ts'
import { executeRun } from './jobs/execute-run.ts'
import { startRunQueue } from './jobs/run-queue.ts'
import { type CatalogueSnapshot, currentCatalogueVersion, readCatalogue } from './store/catalogue.ts'
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
  }: {
    pool: number
    publicUrl: string | null
    log: FastifyBaseLogger
    clock?: () => Date
    ids?: (prefix: string) => string
  },
): Promise<Installation> {
  await migrate(url)
  const onError = (err: Error) => log.error({ err }, 'background work failed')
  const connection = connect(url, { max: pool, onError })
  const loaded = await loadReferenceData(connection.prisma)
  const store = postgresStore(connection)
  const catalogue = await readCatalogue(connection.pool, await currentCatalogueVersion(connection.pool))
  const catalogues = new Map<string, Promise<CatalogueSnapshot>>([
    [catalogue.version, Promise.resolve(catalogue)],
  ])
  const catalogueOf = (version: string): Promise<CatalogueSnapshot> => {
    const known = catalogues.get(version)
    if (known !== undefined) return known
    const reading = readCatalogue(connection.pool, version)
    catalogues.set(version, reading)
    reading.catch(() => catalogues.delete(version))
    return reading
  }
  const execute = (runId: string, attempt: { readonly last: boolean }) =>
    executeRun({ store, catalogueOf, clock, problemOf: problemOfFailure }, runId, attempt)
  if (loaded) await loadScenarios({ store, catalogue, execute })
  const secret = await connection.prisma.setting.findUniqueOrThrow({ where: { name: 'cursor-secret' } })
  const queue = await startRunQueue(url, onError)
  return {
    store,
    catalogue: () => catalogue,
    queue,
    clock,
    newId: ids,
    cursorSecret: secret.value,
    publicUrl,
    work: () => queue.work(execute),
    close: async () => {
      await queue.stop()
      await connection.close()
    },
  }
}
