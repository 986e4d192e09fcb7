import type { Connection } from './connection.ts'
import { documentStore } from './documents.ts'
import type { RunChanges } from './run-changes.ts'
import { runStore } from './runs.ts'
import { scenarioStore } from './scenarios.ts'
import type { Store } from './store.ts'

/** The store on a connection to PostgreSQL; `changes` tells of runs that change, and without it nobody is told. */
export function postgresStore(
  { prisma, pool }: Connection,
  changes: Pick<RunChanges, 'watch'> = { watch: () => () => {} },
): Store {
  return {
    documents: documentStore(prisma),
    scenarios: scenarioStore(prisma, pool),
    runs: runStore(prisma, pool, changes),
    ping: async () => {
      await pool.query({ name: 'ping', text: 'SELECT 1' })
    },
  }
}
