import type { StoredScenario } from '../store/store.ts'

/** The scenario as it is served: without its latest run, which changes while the version stands. */
export const serveScenario = ({
  workspaceId: _w,
  latestRunId: _l,
  createdAt,
  updatedAt,
  ...scenario
}: StoredScenario) => ({
  ...scenario,
  createdAt: createdAt.toISOString(),
  updatedAt: updatedAt.toISOString(),
})
