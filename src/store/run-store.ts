import type { JsonObject } from './json.ts'
import type { Page, PageRequest, Viewer, WriteOutcome } from './store.ts'

/** What a run works out: an estimate, how far it may be off, an estimate for many inputs, or a layout of a training. */
export type RunKind = 'estimate' | 'simulation' | 'sweep' | 'plan'

/** Whether somebody waits for a run. What nobody waits for never holds up what somebody does. */
export type RunPriority = 'interactive' | 'batch'

/** A change that scenarios are run again on: of a dataset that they refer to, or of the catalogue, prices included. */
export type RerunCause = 'datasets' | 'catalogue'

/** What a run was started by. */
export type RunCause = 'request' | RerunCause

/** A scenario whose latest run is not of the current data any more, and that asks to be run again then. */
export interface StaleScenario {
  readonly workspaceId: string
  readonly scenarioId: string
  readonly cause: RerunCause
  readonly catalogueVersion: string
  readonly latestRun: string
  /** The run behind its result; null when none has succeeded. */
  readonly resultRun: string | null
}

export type RunStatus = 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled'

export interface StoredRun {
  readonly id: string
  readonly workspaceId: string
  /** Null, as its version, for a run that was asked without a scenario. */
  readonly scenarioId: string | null
  readonly scenarioVersion: number | null
  readonly estimator: string
  readonly kind: RunKind
  /** What the kind is asked beside the inputs. */
  readonly parameters: JsonObject
  readonly priority: RunPriority
  readonly cause: RunCause
  /** The run whose result this one renews. */
  readonly rerunOf: string | null
  readonly inputs: JsonObject
  readonly datasetVersions: Readonly<Record<string, number>>
  readonly engineVersion: string
  readonly catalogueVersion: string
  readonly status: RunStatus
  readonly version: number
  readonly progress: number
  readonly attempt: number
  readonly problem: JsonObject | null
  readonly createdAt: Date
  readonly startedAt: Date | null
  readonly finishedAt: Date | null
}

/** What a run without a scenario works on. */
export interface RunSubject {
  readonly estimator: string
  readonly inputs: JsonObject
}

/** Some of the rows of a run. */
export interface RunPart {
  /** From 0, without gaps. */
  readonly part: number
  /** Lines of JSON as UTF-8, compressed by gzip. */
  readonly bytes: Uint8Array
}

/** What a run is started with, beyond the scenario version or the inputs that it works on. */
export interface RunStart {
  readonly runId: string
  /** An estimate unless given, that somebody waits for, asked for by a request. */
  readonly kind?: RunKind
  readonly parameters?: JsonObject
  readonly priority?: RunPriority
  readonly cause?: RunCause
  readonly rerunOf?: string | null
  readonly engineVersion: string
  readonly catalogueVersion: string
  /** The datasets that a version's inputs refer to. */
  readonly datasetsOf: (estimator: string, inputs: JsonObject) => readonly string[]
  /** Runs of one workspace that may wait for a worker; any number unless given. */
  readonly mostQueued?: number
  readonly now: Date
}

/** Sends a run's job to the workers, in the transaction of `executeSql`. */
export type EnqueueRun = (
  run: { readonly id: string; readonly priority: RunPriority },
  executeSql: ExecuteSql,
) => Promise<void>

/** A run was written, or why it was not. */
export type RunStartOutcome =
  | WriteOutcome<StoredRun>
  | { readonly refused: 'queue-full'; readonly waiting: number }

/** Runs a statement on the connection and in the transaction of the caller. */
export type ExecuteSql = (text: string, values?: unknown[]) => Promise<{ rows: unknown[] }>

/** A run that a worker has taken; only the holder of the token may finish it. */
export interface ClaimedRun extends StoredRun {
  readonly token: string
}

export interface RunStore {
  list: (
    viewer: Viewer,
    page: PageRequest & {
      readonly scenario?: string
      readonly status?: RunStatus
      readonly estimator?: string
    },
  ) => Promise<Page<StoredRun>>
  read: (viewer: Viewer, id: string) => Promise<StoredRun | null>
  /** The answer of a run, as the bytes that are served; null when it has none. */
  result: (viewer: Viewer, id: string) => Promise<string | null>
  /**
   * Writes the run and, through `enqueue`, its job in one transaction. `latest` takes the scenario's current version.
   * Refuses with `dangling` when a reference of that version leads nowhere, and with `queue-full` when too many wait.
   */
  start: (
    viewer: Viewer,
    scenarioId: string,
    scenarioVersion: number | 'latest',
    start: RunStart,
    enqueue: EnqueueRun,
  ) => Promise<RunStartOutcome>
  /** The same for inputs of its own, in the viewer's workspace. */
  startAlone: (
    viewer: Viewer,
    subject: RunSubject,
    start: RunStart,
    enqueue: EnqueueRun,
  ) => Promise<RunStartOutcome>
  /** Takes a run that is not finished, under a token of this attempt; null when there is nothing to take. */
  claim: (id: string, now: Date) => Promise<ClaimedRun | null>
  /** Writes how far an attempt has come; false when the run is not its any more: cancelled, or taken by another. */
  report: (run: ClaimedRun, progress: number) => Promise<boolean>
  /**
   * Writes some of the rows of a claimed run in one transaction; the first part takes the place of all that an earlier
   * attempt has left. False when the claim has lapsed: nothing is written then.
   */
  addPart: (run: ClaimedRun, part: RunPart) => Promise<boolean>
  /** A part of the rows of a run, as it was written; null past the last. */
  part: (id: string, part: number) => Promise<Uint8Array | null>
  /** Puts a claimed run back into the queue, as if this attempt had not begun; false when the claim has lapsed. */
  giveBack: (run: ClaimedRun, enqueue: EnqueueRun) => Promise<boolean>
  /** Finishes a claimed run with its answer, and makes it the scenario's result; false when the claim has lapsed. */
  succeed: (run: ClaimedRun, body: string, now: Date) => Promise<boolean>
  fail: (run: ClaimedRun, problem: JsonObject, now: Date) => Promise<boolean>
  /** Fails a run that nobody will finish any more, whoever had claimed it. */
  abandon: (id: string, problem: JsonObject, now: Date) => Promise<void>
  /** Scenarios, of all workspaces, that are to be run again; at most `limit`. */
  stale: (limit: number) => Promise<readonly StaleScenario[]>
  /** Runs of all workspaces by state; a state without any is 0. */
  countByStatus: () => Promise<Readonly<Record<RunStatus, number>>>
  /** Cancels a run that is not finished; one that is stays as it is. */
  cancel: (viewer: Viewer, id: string, now: Date) => Promise<WriteOutcome<StoredRun>>
  /**
   * Calls `changed` after changes of a run, by whichever process, until the function it returns is called. A change
   * may be missed while the database is away.
   */
  watch: (id: string, changed: () => void) => () => void
}
