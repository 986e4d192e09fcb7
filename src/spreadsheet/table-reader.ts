import { Piscina } from 'piscina'
import type { ReadTable, TableBytes } from './read-table.ts'
import { type TableRow, UnreadableTable } from './table.ts'

/** Reads tables in a thread of its own, so that a large one holds nobody else up. */
export interface TableReader {
  /** The rows of a table; throws `UnreadableTable`, with the place where reading stopped. */
  readonly read: (table: TableBytes) => Promise<readonly TableRow[]>
  readonly close: () => Promise<void>
}

/** How long reading may take: ten times what the largest table needs. */
const readWithin = 15_000
/** Tables that may wait for the thread: more are refused, as each holds up to 10 MiB. */
const mostWaiting = 8

/** The thread starts with the first table, and ends when there has been none for a while. */
export function tableReader(): TableReader {
  let pool: Piscina | undefined
  return {
    read: async table => {
      pool ??= new Piscina({
        filename: new URL('./read-table.ts', import.meta.url).href,
        minThreads: 0,
        maxThreads: 1,
        maxQueue: mostWaiting,
        idleTimeout: 30_000,
        resourceLimits: { maxOldGenerationSizeMb: 512 },
      })
      const answer: ReadTable = await pool.run(table, {
        name: 'readTable',
        signal: AbortSignal.timeout(readWithin),
      })
      if ('unreadable' in answer) throw new UnreadableTable(answer.unreadable)
      return answer.rows
    },
    close: async () => pool?.destroy(),
  }
}
