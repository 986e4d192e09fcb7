import type { StoredRun } from '../store/run-store.ts'
import type { Viewer } from '../store/store.ts'
import type { HttpDeps } from './deps.ts'

/** Whether a run has come to its final state. */
export const isFinished = ({ status }: StoredRun): boolean => status !== 'queued' && status !== 'running'

const moment = (date: Date | null): string | null => date?.toISOString() ?? null

/** A run as lists show it. */
export const summary = ({
  workspaceId: _w,
  inputs: _i,
  datasetVersions: _d,
  parameters: _p,
  scenarioId,
  createdAt,
  startedAt,
  finishedAt,
  ...run
}: StoredRun) => ({
  ...run,
  scenario: scenarioId,
  createdAt: createdAt.toISOString(),
  startedAt: moment(startedAt),
  finishedAt: moment(finishedAt),
})

/** A run with its result, whose stored bytes are put in as they are. */
export async function withResult({ store }: HttpDeps, viewer: Viewer, run: StoredRun): Promise<string> {
  return runText(run, run.status === 'succeeded' ? await store.runs.result(viewer, run.id) : null)
}

/** The JSON of a run and the JSON of its result. */
export function runText(run: StoredRun, result: string | null): string {
  const { inputs, parameters, datasetVersions } = run
  const head = JSON.stringify({ ...summary(run), inputs, parameters, datasetVersions })
  return `${head.slice(0, -1)},"result":${result ?? 'null'}}`
}

/** The media type of answers that are sent as text. */
export const json = 'application/json; charset=utf-8'
