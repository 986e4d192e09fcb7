import type { Catalogue } from '../domain/compute/catalogue.ts'
import { DomainError } from '../domain/errors.ts'
import type { NumericMember } from '../domain/uncertainty/numeric-member.ts'
import type { JsonObject } from '../store/json.ts'
import type { ClaimedRun, EnqueueRun, RunPart } from '../store/run-store.ts'
import type { Store } from '../store/store.ts'
import type { RunTask } from './run-task.ts'
import type { RunWatch } from './threads.ts'

/** What executing a run needs. */
export interface RunDeps {
  readonly store: Store
  /** A version of the catalogue; runs keep the one that they were started with. */
  readonly catalogueOf: (version: string) => Promise<Catalogue>
  /** Works a task out, in a thread or where it stands. */
  readonly work: (task: RunTask, watch: RunWatch) => Promise<string>
  /** The numbers that the inputs of an estimator have or may have, after their schema. */
  readonly membersOf: (estimator: string, inputs: JsonObject) => readonly NumericMember[]
  readonly clock: () => Date
  /** The problem document of a failure. */
  readonly problemOf: (error: Error, runId: string) => JsonObject
}

/** How a run is taken from the queue. */
export interface Attempt {
  /** Whether there will be no other. */
  readonly last: boolean
  /** Aborted when the process must end: the run goes back to the queue. */
  readonly stopping?: { readonly signal: AbortSignal; readonly enqueue: EnqueueRun }
}

/** How often an attempt writes how far it is and looks whether the run is still its own, in milliseconds. */
const reportEvery = 400

/**
 * Takes a run, works it out and finishes it. A refusal of the estimator fails the run for good; any other
 * failure is thrown, to be tried again, unless this is the last attempt. Running twice does no harm: the
 * answer is the same, and only the holder of the latest claim writes it. A run that is cancelled, or taken by
 * another attempt, is dropped within `reportEvery`, and mostly at once.
 */
export async function executeRun(deps: RunDeps, runId: string, { last, stopping }: Attempt): Promise<void> {
  const run = await deps.store.runs.claim(runId, deps.clock())
  if (run === null) return
  const claim = holdClaim(deps.store, run)
  const signal = stopping === undefined ? claim.lost : AbortSignal.any([claim.lost, stopping.signal])
  try {
    const { onProgress, onPart } = claim
    const body = await deps.work(await taskOf(deps, run), { signal, onProgress, onPart })
    await claim.end()
    await deps.store.runs.succeed(run, body, deps.clock())
  } catch (error) {
    await claim.end()
    // Nobody waits for it any more.
    if (claim.lost.aborted) return
    if (stopping?.signal.aborted) {
      await deps.store.runs.giveBack(run, stopping.enqueue)
      return
    }
    if (!(error instanceof DomainError) && !last) throw error
    await deps.store.runs.fail(run, deps.problemOf(error as Error, runId), deps.clock())
  }
}

/** Keeps telling how far a run is, until `end`; `lost` is aborted once the run is not this attempt's any more. */
function holdClaim({ runs }: Store, run: ClaimedRun) {
  const lost = new AbortController()
  const lose = () => lost.abort(new Error(`Run ${run.id} is not this attempt's any more.`))
  let progress = 0
  let reporting = Promise.resolve()
  const report = () => {
    reporting = reporting.then(async () => {
      // Where the database is away, nothing is known; the next look will tell.
      const held = await runs.report(run, progress).catch(() => true)
      if (!held) lose()
    })
  }
  const timer = setInterval(report, reportEvery)
  // Its own reports are told too; only the state is looked at then.
  const unwatch = runs.watch(run.id, report)
  return {
    lost: lost.signal,
    onProgress: (told: number) => {
      progress = Math.max(progress, told)
    },
    onPart: async (part: RunPart) => {
      if (!(await runs.addPart(run, part))) lose()
    },
    end: async () => {
      clearInterval(timer)
      unwatch()
      await reporting
    },
  }
}

async function taskOf({ store, catalogueOf, membersOf }: RunDeps, run: ClaimedRun): Promise<RunTask> {
  const viewer = { workspaceId: run.workspaceId, mayWritePublic: false }
  const [catalogue, datasets] = await Promise.all([
    catalogueOf(run.catalogueVersion),
    store.documents.datasets(viewer, Object.keys(run.datasetVersions), run.datasetVersions),
  ])
  const { kind, estimator, inputs, parameters } = run
  // Only a sweep varies numbers of its inputs, and finding them takes a while.
  const members = kind === 'sweep' ? membersOf(estimator, inputs) : []
  return { kind, estimator, inputs, parameters, lookup: { catalogue, datasets }, members }
}
