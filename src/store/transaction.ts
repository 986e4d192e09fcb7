import type pg from 'pg'
import type { Prisma, PrismaClient } from '../generated/prisma/client.ts'
import { inTransaction } from './pool-transaction.ts'
import { claim } from './record-write.ts'
import { type Refusal, Refused } from './refusal.ts'
import type { Viewer, WriteOutcome } from './store.ts'

export { refuse } from './refusal.ts'

/** A write of the viewer's in one transaction, which `refuse` undoes. A repeated request is refused at its start. */
export async function refusable<T>(
  prisma: PrismaClient,
  viewer: Viewer,
  write: (transaction: Prisma.TransactionClient) => Promise<WriteOutcome<T>>,
): Promise<WriteOutcome<T>> {
  try {
    return await prisma.$transaction(async transaction => {
      await claim(sql => transaction.$queryRaw(sql), viewer)
      return write(transaction)
    })
  } catch (error) {
    if (error instanceof Refused) return error.refusal
    throw error
  }
}

/** The same on a connection of the pool, for what Prisma does not write. */
export async function refusableOnPool<Outcome>(
  pool: pg.Pool,
  viewer: Viewer,
  write: (client: pg.PoolClient) => Promise<Outcome>,
): Promise<Outcome | Refusal> {
  try {
    return await inTransaction(pool, async client => {
      await claim(async sql => (await client.query(sql.text, sql.values)).rows, viewer)
      return write(client)
    })
  } catch (error) {
    if (error instanceof Refused) return error.refusal
    throw error
  }
}
