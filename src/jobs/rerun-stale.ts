import { digest } from '../digest.ts'
import { engineVersion } from '../domain/estimate.ts'
import { datasetsOf } from '../domain/estimators.ts'
import type { EnqueueRun, StaleScenario } from '../store/run-store.ts'
import type { Store } from '../store/store.ts'

/** Scenarios that are run again in one go; the others follow at the next look. */
const mostAtOnce = 50

/** What running scenarios again needs. */
export interface RerunDeps {
  readonly store: Store
  readonly enqueue: EnqueueRun
  readonly clock: () => Date
  readonly onError: (error: Error) => void
}

/**
 * Runs scenarios again whose data have changed, where they ask for it. Any number of processes may do this at a time:
 * the id of the new run follows from the run before, so there is one.
 */
export async function rerunStale({ store, enqueue, clock, onError }: RerunDeps): Promise<void> {
  for (const stale of await store.runs.stale(mostAtOnce)) {
    const viewer = { workspaceId: stale.workspaceId, mayWritePublic: true }
    const start = {
      runId: rerunId(stale),
      ...({ priority: 'batch', cause: stale.cause, rerunOf: stale.resultRun } as const),
      ...{ engineVersion, catalogueVersion: stale.catalogueVersion, datasetsOf, now: clock() },
    }
    await store.runs.start(viewer, stale.scenarioId, 'latest', start, enqueue).catch(async (error: Error) => {
      // Another process may have been first.
      if ((await store.runs.read(viewer, start.runId)) === null) onError(error)
    })
  }
}

const rerunId = ({ latestRun }: StaleScenario): string => `run_${digest(`again ${latestRun}`).slice(0, 25)}`
