import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import { PrismaClient } from '../generated/prisma/client.ts'
import { type StatementWatch, tracedPool } from './traced-pool.ts'

/** One pool, used by Prisma and by the named statements of the hot reads. */
export interface Connection {
  readonly pool: pg.Pool
  readonly prisma: PrismaClient
  readonly close: () => Promise<void>
}

/** Opens a pool. Nothing waits for ever: not for a connection, not for a statement, not in a transaction. */
export function connect(
  url: string,
  options: { max: number; onError: (error: Error) => void; statements?: StatementWatch | undefined },
): Connection {
  const config: pg.PoolConfig = {
    connectionString: url,
    max: options.max,
    application_name: 'reckon',
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    statement_timeout: 5_000,
    query_timeout: 10_000,
    idle_in_transaction_session_timeout: 15_000,
  }
  const pool = options.statements === undefined ? new pg.Pool(config) : tracedPool(config, options.statements)
  // A connection that breaks while idle raises here; without a listener it would end the process.
  pool.on('error', options.onError)
  // So does one that breaks in use, between two statements of a transaction; the next statement then fails.
  pool.on('connect', client => client.on('error', () => {}))
  const prisma = new PrismaClient({
    adapter: new PrismaPg(pool),
    transactionOptions: { maxWait: 5_000, timeout: 10_000 },
  })
  return {
    pool,
    prisma,
    close: async () => {
      await prisma.$disconnect()
      if (!pool.ended) await pool.end()
    },
  }
}
