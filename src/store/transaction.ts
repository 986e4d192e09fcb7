import type { Prisma, PrismaClient } from '../generated/prisma/client.ts'
import type { WriteOutcome } from './store.ts'

type Refusal = Exclude<WriteOutcome<never>, { readonly written: never }>

/** Thrown, so that what the transaction has written goes too. */
class Refused extends Error {
  readonly refusal: Refusal

  constructor(refusal: Refusal) {
    super(refusal.refused)
    this.refusal = refusal
  }
}

/** Ends a transaction of `refusable` without a trace, with this outcome. */
export function refuse(refusal: Refusal): never {
  throw new Refused(refusal)
}

/** A write in one transaction, which `refuse` undoes. */
export async function refusable<T>(
  prisma: PrismaClient,
  write: (transaction: Prisma.TransactionClient) => Promise<WriteOutcome<T>>,
): Promise<WriteOutcome<T>> {
  try {
    return await prisma.$transaction(write)
  } catch (error) {
    if (error instanceof Refused) return error.refusal
    throw error
  }
}
