import { pino } from 'pino'
import supertest from 'supertest'
import { beforeAll } from 'vitest'
import { buildApp } from '../../src/app.ts'
import { readConfig } from '../../src/config.ts'
import { countLayouts, mostLayouts, searchPlans } from '../../src/domain/compute/plan/search.ts'
import { engineVersion } from '../../src/domain/estimate.ts'
import { everything } from '../../src/http/deps.ts'
import type { Installation } from '../../src/installation.ts'
import type { Threads } from '../../src/jobs/threads.ts'
import { limitsOf } from '../../src/limits.ts'
import { readReferenceData } from '../../src/store/reference-data.ts'
import type { DocumentAddress, Store } from '../../src/store/store.ts'
import { openMetrics } from '../../src/telemetry/metrics.ts'
import { lookupOfFiles } from '../support/lookup.ts'
import type { TestService } from '../support/service.ts'

/** What stands in for a store: the datasets and documents of the data files, and nothing that would need a database. */
function storeOfFiles({ datasets }: ReturnType<typeof lookupOfFiles>): Store {
  const kept = readReferenceData().documents
  const find = (kind: string, id: string) => kept.find(each => each.kind === kind && each.id === id) ?? null
  const documents = {
    datasets: async (_viewer: unknown, ids: readonly string[]) =>
      new Map([...datasets].filter(([id]) => ids.includes(id))),
    read: async (_viewer: unknown, { kind, id }: DocumentAddress) => find(kind, id),
    unknownIds: async (_viewer: unknown, kind: string, ids: readonly string[]) =>
      ids.filter(id => find(kind, id) === null),
  }
  return { documents } as unknown as Store
}

/** Searches for plans where they are asked for: a thread would have the calculation without its mutant. */
const threads = {
  plan: async problem => {
    const layouts = countLayouts(problem)
    return layouts > mostLayouts ? { tooMany: layouts } : { search: searchPlans(problem) }
  },
} as Pick<Threads, 'plan'> as Threads

async function start(): Promise<TestService> {
  const lookup = lookupOfFiles()
  const installation = {
    store: storeOfFiles(lookup),
    catalogue: () => lookup.catalogue,
    catalogueOf: async () => lookup.catalogue,
    threads,
    metrics: openMetrics({
      engineVersion,
      catalogueVersion: () => lookup.catalogue.version,
      pool: { totalCount: 0, idleCount: 0, waitingCount: 0 },
      runs: async () => ({}),
      jobs: async () => ({}),
    }),
    tracing: null,
    unready: async () => [],
    mostQueued: 0,
    clock: () => new Date('2026-11-25T00:00:00Z'),
    newId: (prefix: string) => `${prefix}_0`,
    newSecret: () => 'A'.repeat(43),
    // No answer may hang on how many were asked before, or on how busy the machine is.
    limits: { ...limitsOf(readConfig({})), unitsPerMinute: 1e12, eventLoopDelay: 0 },
    cursorSecret: 'secret',
    publicUrl: null,
  } as unknown as Installation
  const app = await buildApp({ ...installation, log: pino({ level: 'silent' }), principal: everything })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  return { app, installation, databaseUrl: '', url, http: supertest(url) }
}

/** The one service of this process: it remembers nothing from test to test. */
let started: Promise<TestService> | undefined

/**
 * Stands in for `useService` where the domain is mutated: the same app, over a real socket, but without a database,
 * so that the tests of what stores nothing can be run thousands of times.
 */
export function useService(): TestService {
  let service: TestService | undefined
  beforeAll(async () => {
    started ??= start()
    service = await started
  })
  return new Proxy({} as TestService, {
    get: (_, member) => {
      if (service === undefined) throw new Error('The service is not started yet.')
      return service[member as keyof TestService]
    },
  })
}
