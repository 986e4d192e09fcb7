import { digest } from '../digest.ts'
import type { Catalogue } from '../domain/compute/catalogue.ts'
import { DomainError } from '../domain/errors.ts'
import { estimate } from '../domain/estimate.ts'
import { type EstimatorId, estimatorOf } from '../domain/estimators.ts'
import type { JsonObject } from '../store/json.ts'
import type { ClaimedRun, Store } from '../store/store.ts'

/** What executing a run needs. */
export interface RunDeps {
  readonly store: Store
  /** A version of the catalogue; runs keep the one that they were started with. */
  readonly catalogueOf: (version: string) => Promise<Catalogue>
  readonly clock: () => Date
  /** The problem document of a failure. */
  readonly problemOf: (error: Error, runId: string) => JsonObject
}

/**
 * Takes a run, works it out and finishes it. A refusal of the estimator fails the run for good; any other
 * failure is thrown, to be tried again, unless this is the last attempt. Running twice does no harm: the
 * answer is the same, and only the holder of the latest claim writes it.
 */
export async function executeRun(
  deps: RunDeps,
  runId: string,
  attempt: { readonly last: boolean },
): Promise<void> {
  const run = await deps.store.runs.claim(runId, deps.clock())
  if (run === null) return
  try {
    await deps.store.runs.succeed(run, await answerOf(deps, run), deps.clock())
  } catch (error) {
    if (!(error instanceof DomainError) && !attempt.last) throw error
    await deps.store.runs.fail(run, deps.problemOf(error as Error, runId), deps.clock())
  }
}

async function answerOf({ store, catalogueOf }: RunDeps, run: ClaimedRun): Promise<string> {
  const viewer = { workspaceId: run.workspaceId, mayWritePublic: false }
  const [catalogue, datasets] = await Promise.all([
    catalogueOf(run.catalogueVersion),
    store.documents.datasets(viewer, Object.keys(run.datasetVersions), run.datasetVersions),
  ])
  const estimator = estimatorOf(run.estimator as EstimatorId)
  return JSON.stringify(estimate(estimator, run.inputs, { catalogue, datasets }, { digest, trace: true }))
}
