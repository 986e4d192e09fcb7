import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { idParameter } from '../../schemas/common.ts'
import { listQuery } from '../../schemas/document.ts'
import { ScenarioVersion, ScenarioVersionPage } from '../../schemas/scenario.ts'
import type { StoredScenarioVersion } from '../../store/store.ts'
import type { HttpDeps } from '../deps.ts'
import { operation } from '../operation.ts'
import { missing } from '../outcome.ts'
import { cursors, pageRequest, sendPage, shownPage } from '../pagination.ts'
import { HttpProblem } from '../problem.ts'

const what = 'scenario'
const params = idParameter(what)
const versionParams = Type.Object(
  {
    ...params.properties,
    version: Type.Integer({
      format: 'int32',
      minimum: 1,
      maximum: 2_147_483_647,
      description: 'Version of the scenario',
    }),
  },
  { additionalProperties: false },
)

const serveVersion = ({ createdAt, ...scenario }: StoredScenarioVersion) => ({
  ...scenario,
  createdAt: createdAt.toISOString(),
})

/** What a scenario was, version by version. */
export const scenarioVersionRoutes =
  (deps: HttpDeps): FastifyPluginAsyncTypebox =>
  async app => {
    const { scenarios } = deps.store
    const cursor = cursors(deps.cursorSecret)

    app.get(
      '/v1/scenarios/:id/versions',
      {
        schema: operation({
          id: 'listScenarioVersions',
          summary: 'The versions of a scenario, oldest first',
          tag: 'scenarios',
          scope: 'read',
          params,
          query: listQuery(['version'], {}),
          answers: {
            200: { description: 'A page of the list', schema: ScenarioVersionPage, headers: ['Link'] },
          },
          problems: [404],
        }),
      },
      async (request, reply) => {
        const { id } = request.params as { id: string }
        const page = await scenarios.versions(request.viewer, id, pageRequest(request, cursor, 'version'))
        if (page === null) throw missing(what, id)
        return sendPage(request, reply, cursor, shownPage(page, serveVersion), deps.publicUrl)
      },
    )

    app.get(
      '/v1/scenarios/:id/versions/:version',
      {
        schema: operation({
          id: 'getScenarioVersion',
          summary: 'A scenario as it was at a version',
          tag: 'scenarios',
          scope: 'read',
          params: versionParams,
          answers: { 200: { description: 'The version, which never changes', schema: ScenarioVersion } },
          problems: [404],
        }),
      },
      async (request, reply) => {
        const { id, version } = request.params as { id: string; version: number }
        const found = await scenarios.readVersion(request.viewer, id, version)
        if (found === null)
          throw new HttpProblem('not-found', `There is no version ${version} of a scenario "${id}".`)
        reply.header('cache-control', 'private, max-age=31536000, immutable')
        return serveVersion(found)
      },
    )
  }
