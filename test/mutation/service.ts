import { pino } from 'pino'
import supertest from 'supertest'
import { afterAll, beforeAll } from 'vitest'
import { buildApp } from '../../src/app.ts'
import { readConfig } from '../../src/config.ts'
import { everything } from '../../src/http/deps.ts'
import type { Installation } from '../../src/installation.ts'
import { openThreads } from '../../src/jobs/threads.ts'
import { limitsOf } from '../../src/limits.ts'
import type { Store } from '../../src/store/store.ts'
import { lookupOfFiles } from '../support/lookup.ts'
import type { TestService } from '../support/service.ts'

/** What stands in for a store: the datasets of the data files, and nothing that would need a database. */
function storeOfFiles({ datasets }: ReturnType<typeof lookupOfFiles>): Store {
  const documents = {
    datasets: async (_viewer: unknown, ids: readonly string[]) =>
      new Map([...datasets].filter(([id]) => ids.includes(id))),
    read: async () => null,
  }
  return { documents } as unknown as Store
}

/**
 * Stands in for `useService` where the domain is mutated: the same app, over a real socket, but without a database,
 * so that the tests of what stores nothing can be run thousands of times.
 */
export function useService(): TestService {
  let service: TestService | undefined
  const threads = openThreads({ answering: 1, runs: 1, ways: 1 })
  beforeAll(async () => {
    const lookup = lookupOfFiles()
    const installation = {
      store: storeOfFiles(lookup),
      catalogue: () => lookup.catalogue,
      catalogueOf: async () => lookup.catalogue,
      threads,
      mostQueued: 0,
      clock: () => new Date('2026-11-25T00:00:00Z'),
      newId: (prefix: string) => `${prefix}_0`,
      newSecret: () => 'A'.repeat(43),
      limits: limitsOf(readConfig({})),
      cursorSecret: 'secret',
      publicUrl: null,
    } as unknown as Installation
    const app = await buildApp({ ...installation, log: pino({ level: 'silent' }), principal: everything })
    const url = await app.listen({ host: '127.0.0.1', port: 0 })
    service = { app, installation, databaseUrl: '', url, http: supertest(url) }
  })
  afterAll(async () => {
    await service?.app.close()
    await threads.close()
  })
  return new Proxy({} as TestService, {
    get: (_, member) => {
      if (service === undefined) throw new Error('The service is not started yet.')
      return service[member as keyof TestService]
    },
  })
}
