import { randomBytes } from 'node:crypto'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { estimatorIds } from '../../domain/estimators.ts'
import { idParameter } from '../../schemas/common.ts'
import { filter, ifMatch, ifNoneMatch, listQuery, putConditions, search } from '../../schemas/document.ts'
import { choice, ref } from '../../schemas/reference.ts'
import {
  Scenario,
  ScenarioContent,
  ScenarioPage,
  ScenarioPatch,
  type ScenarioWrite,
} from '../../schemas/scenario.ts'
import type { StoredScenario } from '../../store/store.ts'
import { changeOnRead, etagOf, isCurrent, putIntent, refuseStale, versionsToChange } from '../conditional.ts'
import type { HttpDeps } from '../deps.ts'
import { mergePatch } from '../merge-patch.ts'
import { operation } from '../operation.ts'
import { alreadyThere, missing, written } from '../outcome.ts'
import { cursors, pageRequest, sendPage } from '../pagination.ts'
import { registerMergePatch } from '../plugins/bodies.ts'
import { contentChecker } from '../scenario-content.ts'

const what = 'scenario'
const params = idParameter(what)
/** The scenario as it is served: without its latest run, which changes while the version stands. */
const serve = ({ workspaceId: _w, latestRunId: _l, createdAt, updatedAt, ...scenario }: StoredScenario) => ({
  ...scenario,
  createdAt: createdAt.toISOString(),
  updatedAt: updatedAt.toISOString(),
})

/** An id from a name: its ASCII letters and digits; a name without any gets one that says only what it is. */
function idFrom(name: string): string {
  const slug = name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9._]+/g, '-')
    .replaceAll(/^[^a-z0-9]+|[^a-z0-9]+$/g, '')
  return slug.slice(0, 80) || what
}

/** Scenarios and their versions. */
export const scenarioRoutes =
  (deps: HttpDeps): FastifyPluginAsyncTypebox =>
  async app => {
    const { scenarios } = deps.store
    const cursor = cursors(deps.cursorSecret)
    const contentOf = contentChecker(deps)

    app.get(
      '/v1/scenarios',
      {
        schema: operation({
          id: 'listScenarios',
          summary: 'The scenarios',
          tag: 'scenarios',
          query: listQuery(['name', 'createdAt', 'updatedAt'], {
            q: search,
            estimator: choice(estimatorIds, { description: 'Only those of this estimator' }),
            tag: filter('Only those with this tag'),
          }),
          answers: { 200: { description: 'A page of the list', schema: ScenarioPage, headers: ['Link'] } },
        }),
      },
      async (request, reply) => {
        const { q, estimator, tag } = request.query as { q?: string; estimator?: string; tag?: string }
        const page = await scenarios.list(request.viewer, {
          ...pageRequest(request, cursor, 'name'),
          ...(q !== undefined && { q }),
          ...(estimator !== undefined && { estimator }),
          ...(tag !== undefined && { tag }),
        })
        return sendPage(
          request,
          reply,
          cursor,
          { items: page.items.map(serve), next: page.next },
          deps.publicUrl,
        )
      },
    )

    app.post(
      '/v1/scenarios',
      {
        schema: operation({
          id: 'createScenario',
          summary: 'Make a scenario',
          description:
            'Makes a scenario under an id that follows from its name. The inputs are checked as the estimator would.',
          tag: 'scenarios',
          body: ref(ScenarioContent),
          answers: { 201: { description: 'It was made', schema: Scenario, headers: ['Location', 'ETag'] } },
          problems: [409],
        }),
      },
      async (request, reply) => {
        const content = await contentOf(request.body, request)
        const id = idFrom(content.name)
        let outcome = await scenarios.create(request.viewer, id, content, deps.clock())
        if ('refused' in outcome) {
          // Another scenario may have the id under another name; the same name is refused again.
          outcome = await scenarios.create(
            request.viewer,
            `${id}-${randomBytes(3).toString('hex')}`,
            content,
            deps.clock(),
          )
        }
        const made = written(outcome, what, content.name)
        return reply
          .code(201)
          .header('location', `/v1/scenarios/${made.id}`)
          .header('etag', etagOf(made.version))
          .send(serve(made))
      },
    )

    app.get(
      '/v1/scenarios/:id',
      {
        schema: operation({
          id: 'getScenario',
          summary: 'One scenario',
          tag: 'scenarios',
          params,
          headers: ifNoneMatch,
          answers: {
            200: { description: 'The scenario', schema: Scenario, headers: ['ETag'] },
            304: { description: 'The caller has this version already', headers: ['ETag'] },
          },
          problems: [404],
        }),
      },
      async (request, reply) => {
        const { id } = request.params as { id: string }
        const found = await scenarios.read(request.viewer, id)
        if (found === null) throw missing(what, id)
        return isCurrent(request, reply, found.version) ? reply.code(304).send() : serve(found)
      },
    )

    app.put(
      '/v1/scenarios/:id',
      {
        schema: operation({
          id: 'replaceScenario',
          summary: 'Replace a scenario by a new version, or make it at this id',
          description:
            'Makes a new version of the scenario when If-Match names the current one; makes the scenario when If-None-Match is *.',
          tag: 'scenarios',
          params,
          headers: putConditions,
          body: ref(ScenarioContent),
          answers: {
            200: { description: 'It was replaced', schema: Scenario, headers: ['ETag'] },
            201: { description: 'It was made', schema: Scenario, headers: ['Location', 'ETag'] },
          },
          problems: [403, 404, 409, 412, 428],
        }),
      },
      async (request, reply) => {
        const { id } = request.params as { id: string }
        const intent = putIntent(request, await scenarios.read(request.viewer, id), what, id)
        const content = await contentOf(request.body, request)
        if (intent.make) {
          const outcome = await scenarios.create(request.viewer, id, content, deps.clock())
          // Made by another request meanwhile; an id that is only reserved, or a name that is taken, is a conflict.
          if ('refused' in outcome && (await scenarios.read(request.viewer, id)) !== null)
            throw alreadyThere(what, id)
          const made = written(outcome, what, content.name)
          return reply
            .code(201)
            .header('location', `/v1/scenarios/${id}`)
            .header('etag', etagOf(made.version))
            .send(serve(made))
        }
        const now = written(
          await scenarios.replace(request.viewer, id, intent.versions, content, deps.clock()),
          what,
          id,
        )
        return reply.header('etag', etagOf(now.version)).send(serve(now))
      },
    )

    app.delete(
      '/v1/scenarios/:id',
      {
        schema: operation({
          id: 'deleteScenario',
          summary: 'Delete a scenario; its runs stay',
          tag: 'scenarios',
          params,
          headers: ifMatch,
          answers: { 204: { description: 'It is deleted' } },
          problems: [403, 404, 412, 428],
        }),
      },
      async (request, reply) => {
        const { id } = request.params as { id: string }
        written(await scenarios.remove(request.viewer, id, versionsToChange(request), deps.clock()), what, id)
        return reply.code(204).send()
      },
    )

    await app.register(async scope => {
      registerMergePatch(scope)
      scope.patch(
        '/v1/scenarios/:id',
        {
          schema: operation({
            id: 'patchScenario',
            summary: 'Change parts of a scenario, as a new version',
            tag: 'scenarios',
            params,
            headers: ifMatch,
            body: ref(ScenarioPatch),
            consumes: ['application/merge-patch+json'],
            answers: { 200: { description: 'It was changed', schema: Scenario, headers: ['ETag'] } },
            problems: [403, 404, 409, 412, 428],
          }),
        },
        async (request, reply) => {
          const { id } = request.params as { id: string }
          const versions = versionsToChange(request)
          const attempt = async () => {
            const found = refuseStale(await scenarios.read(request.viewer, id), versions, what, id)
            const { name, estimator, description, tags, inputs, companies, datasets } = found
            const merged = mergePatch(
              { name, estimator, description, tags, inputs, companies, datasets },
              request.body,
            )
            app.check('ScenarioContent', merged)
            const content = await contentOf(merged as ScenarioWrite, request)
            // The patch is made to the version that was read: another one by now means starting over.
            return scenarios.replace(request.viewer, id, [found.version], content, deps.clock())
          }
          const now = await changeOnRead(versions, attempt, what, id)
          return reply.header('etag', etagOf(now.version)).send(serve(now))
        },
      )
    })
  }
