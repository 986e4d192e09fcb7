import type { Connection } from './connection.ts'
import { documentStore } from './documents.ts'
import { runStore } from './runs.ts'
import { scenarioStore } from './scenarios.ts'
import type { Store } from './store.ts'

/** The store on a connection to PostgreSQL. */
export function postgresStore({ prisma, pool }: Connection): Store {
  return {
    documents: documentStore(prisma),
    scenarios: scenarioStore(prisma, pool),
    runs: runStore(prisma, pool),
    ping: async () => {
      await pool.query({ name: 'ping', text: 'SELECT 1' })
    },
  }
}
