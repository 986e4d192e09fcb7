import { setTimeout as sleep } from 'node:timers/promises'
import type { RunStore, StoredRun } from '../store/run-store.ts'
import type { Viewer } from '../store/store.ts'
import { isFinished, summary } from './run-view.ts'

/** What a stream of a run's states needs. */
export interface RunEvents {
  readonly runs: RunStore
  readonly viewer: Viewer
  readonly run: StoredRun
  /** The version that the reader has already; null when it has none. */
  readonly since: number | null
  /** Aborted when the reader has gone. */
  readonly gone: AbortSignal
  /** Aborted when the service stops: the last state is sent, and the reader comes back elsewhere. */
  readonly stopping: AbortSignal
  /** How often something is sent when nothing happens, so that no proxy takes the connection for dead, in milliseconds. */
  readonly heartbeatEvery?: number
  /** How often the state is looked at when no change is told, in milliseconds. */
  readonly lookEvery?: number
}

/** How soon a reader comes back after a broken connection, in milliseconds. */
const retry = 2_000
/** The shortest time between two states. */
const between = 100

const event = (run: StoredRun): string => `id: ${run.version}\ndata: ${JSON.stringify(summary(run))}\n\n`

/**
 * The states of a run as server-sent events, up to the final one. States that follow each other faster than the
 * reader takes them are left out: each event is the whole state.
 */
export async function* runEvents({
  runs,
  viewer,
  run,
  since,
  gone,
  stopping,
  heartbeatEvery = 15_000,
  lookEvery = 2_000,
}: RunEvents): AsyncGenerator<string> {
  const change = signalOf(changed => runs.watch(run.id, changed))
  const ended = AbortSignal.any([gone, stopping])
  try {
    yield `retry: ${retry}\n\n`
    let sent = since
    let state = run
    let beat = performance.now()
    for (;;) {
      if (state.version !== sent) {
        sent = state.version
        beat = performance.now()
        yield event(state)
      }
      if (isFinished(state) || ended.aborted) return
      await sleep(between, undefined, { signal: ended }).catch(() => {})
      await change.next(lookEvery, ended)
      if (gone.aborted) return
      // Where the database is away, the state is looked at again later.
      state = (await runs.read(viewer, run.id).catch(() => null)) ?? state
      if (performance.now() - beat >= heartbeatEvery) {
        beat = performance.now()
        yield ': still here\n\n'
      }
    }
  } finally {
    change.end()
  }
}

/** Changes as something to wait for: one that comes between two waits is kept for the next. */
function signalOf(watch: (changed: () => void) => () => void) {
  let pending = false
  let wake = (): void => {}
  const unwatch = watch(() => {
    pending = true
    wake()
  })
  return {
    next: async (most: number, ended: AbortSignal): Promise<void> => {
      if (!pending && !ended.aborted) {
        await new Promise<void>(resolve => {
          wake = () => {
            clearTimeout(timer)
            ended.removeEventListener('abort', wake)
            resolve()
          }
          const timer = setTimeout(wake, most)
          ended.addEventListener('abort', wake, { once: true })
        })
      }
      pending = false
    },
    end: unwatch,
  }
}
