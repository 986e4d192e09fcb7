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
  clock,
  newId,
  execute,
}: {
  store: Store
  catalogue: Catalogue
  clock: () => Date
  newId: (prefix: string) => string
  execute: (runId: string, attempt: { readonly last: boolean }) => Promise<void>
}): Promise<void> {
  const viewer = { workspaceId: publicWorkspace, mayWritePublic: true }
  for (const { id, ...content } of readReferenceData().scenarios) {
    const made = await store.scenarios.create(viewer, id, { ...content, name: id }, clock())
    if ('refused' in made) continue
    const runId = newId('run')
    await store.runs.start(
      viewer,
      id,
      'latest',
      { runId, engineVersion, catalogueVersion: catalogue.version, datasetsOf, now: clock() },
      async () => {},
    )
    await execute(runId, { last: true })
  }
}
