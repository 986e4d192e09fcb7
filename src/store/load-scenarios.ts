import type { Catalogue } from '../domain/compute/catalogue.ts'
import { engineVersion } from '../domain/estimate.ts'
import { datasetsOf } from '../domain/estimators.ts'
import { publicWorkspace } from './load-reference-data.ts'
import { readReferenceData } from './reference-data.ts'
import type { Store } from './store.ts'

/**
 * Makes the scenarios that every installation starts with, where they do not stand yet, and runs each at
 * once, so that the first caller finds their results.
 */
export async function loadScenarios({
  store,
  catalogue,
  execute,
}: {
  store: Store
  catalogue: Catalogue
  execute: (runId: string, attempt: { readonly last: boolean }) => Promise<void>
}): Promise<void> {
  const viewer = { workspaceId: publicWorkspace, mayWritePublic: true }
  const { scenarios, madeAt } = readReferenceData()
  for (const { id, ...content } of scenarios) {
    const made = await store.scenarios.create(viewer, id, { ...content, name: id }, madeAt)
    if ('refused' in made) continue
    const runId = `run_${id}`
    const start = { runId, engineVersion, catalogueVersion: catalogue.version, datasetsOf, now: madeAt }
    // No job is queued: the run is executed here and now.
    await store.runs.start(viewer, id, 'latest', start, async () => {})
    await execute(runId, { last: true })
  }
}
