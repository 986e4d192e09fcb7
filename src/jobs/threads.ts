import { Piscina } from 'piscina'
import type { PlanProblem, PlanSearch } from '../domain/compute/plan/search.ts'
import type { ReadTable, TableBytes } from '../spreadsheet/read-table.ts'

/**
 * A search, or how many layouts it would have gone through when those are too many, or that no thread was free, or
 * that its caller has gone away.
 */
export type PlanOutcome =
  | { readonly search: PlanSearch }
  | { readonly tooMany: number }
  | { readonly busy: true }
  | { readonly gone: true }

/** Long calculations apart from the event loop. */
export interface Threads {
  /** Answers `busy` when too many wait already; aborting the signal ends the calculation: `gone`. */
  readonly plan: (problem: PlanProblem, signal: AbortSignal) => Promise<PlanOutcome>
  /** The rows of a table that was sent, why it cannot be read, or `busy` as with `plan`. */
  readonly readTable: (table: TableBytes, signal: AbortSignal) => Promise<ReadTable | { readonly busy: true }>
  readonly close: () => Promise<void>
}

/** A caller waits for the answer, so few may wait at a time; the rest is told to come back. */
const mostWaiting = 16
/** Threads are started when first needed, and end when idle for so long. */
const idle = 60_000

/** Threads of this process; `count` at once. */
export function openThreads(count: number): Threads {
  const pool = new Piscina({
    filename: new URL('./thread.ts', import.meta.url).href,
    minThreads: 0,
    maxThreads: count,
    idleTimeout: idle,
    maxQueue: mostWaiting,
  })
  const run = async (name: string, task: unknown, signal: AbortSignal) => {
    try {
      return await pool.run(task, { name, signal })
    } catch (error) {
      if (name === 'plan' && signal.aborted) return { gone: true }
      if (error instanceof Error && /queue is at limit/i.test(error.message)) return { busy: true }
      throw error
    }
  }
  return {
    plan: (problem, signal) => run('plan', problem, signal),
    readTable: (table, signal) => run('readTable', table, signal),
    close: () => pool.close({ force: true }),
  }
}
