import { MessageChannel } from 'node:worker_threads'
import { Piscina } from 'piscina'
import type { Chart, Size } from '../chart/chart.ts'
import type { PlanProblem, PlanSearch } from '../domain/compute/plan/search.ts'
import { progressIn } from '../domain/uncertainty/simulate.ts'
import type { Share, Stage } from '../domain/uncertainty/simulation-stages.ts'
import type { ReadTable, TableBytes } from '../spreadsheet/read-table.ts'
import type { RunPart } from '../store/run-store.ts'
import { type Refusal, refusalOf } from './refusal.ts'
import { isStage, type RunTask } from './run-task.ts'
import { type SharedCatalogue, shareCatalogue } from './shared-catalogue.ts'

/**
 * A search, or how many layouts it would have gone through when those are too many, or that no thread was free, or
 * that nobody waits for it any more.
 */
export type PlanOutcome =
  | { readonly search: PlanSearch }
  | { readonly tooMany: number }
  | { readonly busy: true }
  | { readonly abandoned: true }

/** The body that a run has worked out, or what its estimator refuses. */
export type RunOutcome = { readonly body: string } | Refusal

/** A share of a stage that a thread has worked out, or what was refused in it. */
export type ShareOutcome = { readonly share: Share } | Refusal

/** A task as it goes to a thread. */
export interface SharedTask extends Omit<RunTask, 'lookup'> {
  readonly catalogue: SharedCatalogue
  readonly datasets: RunTask['lookup']['datasets']
}

const sharedTask = ({ lookup: { catalogue, datasets }, ...task }: RunTask): SharedTask => ({
  ...task,
  catalogue: shareCatalogue(catalogue),
  datasets,
})

/** A chart, and how large its picture is to be. */
export interface ChartTask {
  readonly chart: Chart
  readonly size: Size
}

/** How a run is followed and ended. */
export interface RunWatch {
  /** Aborting it ends the calculation at once, in the middle of a step if need be. */
  readonly signal: AbortSignal
  /** Told a few times a second how far the run is, from 0 to 1. */
  readonly onProgress: (progress: number) => void
  /** Given rows as they are worked out; no more come before it resolves, and the run fails when it throws. */
  readonly onPart: (part: RunPart) => Promise<void>
}

/** Long calculations apart from the event loop. */
export interface Threads {
  /** Answers `busy` when too many wait already; aborting the signal ends the calculation: `abandoned`. */
  readonly plan: (problem: PlanProblem, signal: AbortSignal) => Promise<PlanOutcome>
  /** The rows of a table that was sent, why it cannot be read, or `busy` as with `plan`. */
  readonly readTable: (table: TableBytes, signal: AbortSignal) => Promise<ReadTable | { readonly busy: true }>
  /** A chart as SVG, or `busy` as with `plan`. */
  readonly drawChart: (task: ChartTask, signal: AbortSignal) => Promise<string | { readonly busy: true }>
  /** The body of a run; throws what its estimator refuses, and an `AbortError` when it was ended. */
  readonly run: (task: RunTask, watch: RunWatch) => Promise<string>
  readonly close: () => Promise<void>
}

/** A caller waits for the answer, so few may wait at a time; the rest is told to come back. */
const mostWaiting = 16
/** Threads are started when first needed, and end when idle for so long. */
const idle = 60_000

/**
 * Threads of this process: `answering` for callers that wait, one for each run that it works on at a time, and, where
 * `ways` is above 1, as many for the shares of long simulations.
 */
export function openThreads({
  answering,
  runs,
  ways,
}: {
  answering: number
  runs: number
  ways: number
}): Threads {
  const filename = new URL('./thread.ts', import.meta.url).href
  const pool = new Piscina({
    ...{ filename, minThreads: 0, idleTimeout: idle },
    maxThreads: answering + runs,
    maxQueue: mostWaiting,
  })
  // Shares wait for nobody, so they never wait for a thread that waits for them.
  const sharers = new Piscina({ filename, minThreads: 0, idleTimeout: idle, maxThreads: ways })
  const run = async (name: string, task: unknown, signal: AbortSignal) => {
    try {
      return await pool.run(task, { name, signal })
    } catch (error) {
      if (name === 'plan' && signal.aborted) return { abandoned: true }
      if (error instanceof Error && /queue is at limit/i.test(error.message)) return { busy: true }
      throw error
    }
  }
  return {
    plan: (problem, signal) => run('plan', problem, signal),
    readTable: (table, signal) => run('readTable', table, signal),
    drawChart: (task, signal) => run('drawChart', task, signal),
    run: async (task, { signal, onProgress, onPart }) => {
      const { port1, port2 } = new MessageChannel()
      const failing = new AbortController()
      const ended = AbortSignal.any([signal, failing.signal])
      const shared = sharedTask(task)
      const answer = (made: Promise<unknown>) =>
        void made.then(
          answer => port1.postMessage(answer),
          (cause: Error) => failing.abort(cause),
        )
      port1.on('message', (told: number | RunPart | Stage) => {
        if (typeof told === 'number') onProgress(told)
        else if (isStage(told))
          answer(divided(sharers, { task: shared, stage: told, ways, signal: ended, onProgress }))
        else answer(onPart(told).then(() => 'kept'))
      })
      try {
        const outcome = (await pool
          .run({ task: shared, ways, port: port2 }, { name: 'run', signal: ended, transferList: [port2] })
          .catch((error: Error) => {
            throw failing.signal.aborted ? failing.signal.reason : error
          })) as RunOutcome
        if ('body' in outcome) return outcome.body
        throw refusalOf(outcome)
      } finally {
        port1.close()
      }
    },
    close: async () => {
      await Promise.all([pool.close({ force: true }), sharers.close({ force: true })])
    },
  }
}

/** The shares of a stage, one thread each, or what was refused in the first that was. */
async function divided(
  threads: Piscina,
  {
    task,
    stage,
    ways,
    signal,
    onProgress,
  }: {
    readonly task: SharedTask
    readonly stage: Stage
    readonly ways: number
    readonly signal: AbortSignal
    readonly onProgress: (progress: number) => void
  },
): Promise<readonly Share[] | Refusal> {
  const progress = Array.from({ length: ways }, () => 0)
  const outcomes = await Promise.all(
    progress.map(async (_, way): Promise<ShareOutcome> => {
      const { port1, port2 } = new MessageChannel()
      port1.on('message', (told: number) => {
        progress[way] = told
        onProgress(progressIn(stage.span, progress.reduce((sum, each) => sum + each, 0) / ways))
      })
      const pieces = Array.from({ length: stage.pieces }, (_, piece) => piece).filter(
        piece => piece % ways === way,
      )
      try {
        const share = { task, stage, pieces, port: port2 }
        return await threads.run(share, { name: 'share', signal, transferList: [port2] })
      } finally {
        port1.close()
      }
    }),
  )
  const refused = outcomes.find(outcome => 'refusal' in outcome)
  return refused ?? outcomes.flatMap(outcome => ('share' in outcome ? [outcome.share] : []))
}
