import { keyStore } from './api-keys.ts'
import { auditStore } from './audit-log.ts'
import type { Connection } from './connection.ts'
import { documentStore } from './documents.ts'
import { answerStore } from './kept-answers.ts'
import type { RunChanges } from './run-changes.ts'
import { runStore } from './runs.ts'
import { scenarioStore } from './scenarios.ts'
import { shareStore } from './shares.ts'
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
    keys: keyStore(prisma),
    shares: shareStore(prisma),
    answers: answerStore(pool),
    audit: auditStore(prisma),
    ping: async () => {
      await pool.query({ name: 'ping', text: 'SELECT 1' })
    },
  }
}
