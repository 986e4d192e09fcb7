import type { Catalogue } from '../domain/compute/catalogue.ts'
import { engineVersion } from '../domain/estimate.ts'
import { datasetsOf } from '../domain/estimators.ts'
import { readReferenceData } from './reference-data.ts'
import type { Store } from './store.ts'
import { publicWorkspace } from './workspaces.ts'

/**
 * Makes the scenarios that every installation starts with, where they do not stand yet, and runs each that has
 * no result at once, so that the first caller finds it. A start that was cut short is finished by the next;
 * what a user has deleted stays deleted.
 */
export async function loadScenarios({
  store,
  catalogue,
  execute,
}: {
  store: Store
  catalogue: Catalogue
  /** Works a run out at once, and finishes it. */
  execute: (runId: string) => Promise<void>
}): Promise<void> {
  const viewer = { workspaceId: publicWorkspace, mayWritePublic: true }
  const { scenarios, madeAt } = readReferenceData()
  for (const { id, ...content } of scenarios) {
    await store.scenarios.create(viewer, id, { ...content, name: id, rerunOn: [] }, madeAt)
    // A result stands already, or (undefined) the scenario has been deleted.
    if ((await store.scenarios.latestRunId(viewer, id)) !== null) continue
    const runId = `run_${id}`
    if ((await store.runs.read(viewer, runId)) === null) {
      const start = { runId, engineVersion, catalogueVersion: catalogue.version, datasetsOf, now: madeAt }
      // No job is queued: the run is executed here and now.
      await store.runs
        .start(viewer, id, 'latest', start, async () => {})
        .catch(async (error: Error) => {
          // Another process that starts at this moment may have been first.
          if ((await store.runs.read(viewer, runId)) === null) throw error
        })
    }
    await execute(runId)
  }
}
