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
import type { ScenarioContent as StoredContent, StoredScenario, Viewer } from '../../store/store.ts'
import { isCurrent, versionsToChange } from '../conditional.ts'
import type { HttpDeps } from '../deps.ts'
import { sendOnce } from '../once.ts'
import { operation } from '../operation.ts'
import { missing, written } from '../outcome.ts'
import { cursors, pageRequest, sendPage, shownPage } from '../pagination.ts'
import { registerMergePatch } from '../plugins/bodies.ts'
import { contentChecker } from '../scenario-content.ts'
import { serveScenario as serve } from '../scenario-view.ts'
import { madeAnswer, patchVersioned, putVersioned } from '../versioned.ts'

const what = 'scenario'
const params = idParameter(what)
/** What of a scenario its user writes. */
const writtenMembers = ({
  name,
  estimator,
  description,
  tags,
  inputs,
  companies,
  datasets,
  rerunOn,
}: StoredScenario): StoredContent => ({
  ...{ name, estimator, description, tags, inputs, companies, datasets, rerunOn },
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
    const versioned = (viewer: Viewer, id: string) => ({
      what,
      id,
      serve,
      read: () => scenarios.read(viewer, id),
      replace: (versions: readonly number[] | null, content: StoredContent) =>
        scenarios.replace(viewer, id, versions, content, deps.clock()),
    })

    app.get(
      '/v1/scenarios',
      {
        schema: operation({
          id: 'listScenarios',
          summary: 'The scenarios',
          tag: 'scenarios',
          scope: 'read',
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
        return sendPage(request, reply, cursor, shownPage(page, serve), deps.publicUrl)
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
          scope: 'write',
          isRepeatable: true,
          body: ref(ScenarioContent),
          answers: { 201: { description: 'It was made', schema: Scenario, headers: ['Location', 'ETag'] } },
          problems: [409],
        }),
      },
      async (request, reply) => {
        const { name } = request.body
        return sendOnce(request, reply, deps.store, {
          work: async viewer => {
            const content = await contentOf(request.body, request)
            const id = idFrom(name)
            const outcome = await scenarios.create(viewer, id, content, deps.clock())
            if (!('refused' in outcome) || outcome.refused !== 'exists') return outcome
            // Another scenario may have the id under another name; the same name is refused again.
            const other = `${id}-${randomBytes(3).toString('hex')}`
            return scenarios.create(viewer, other, content, deps.clock())
          },
          written: outcome => written(outcome, what, name),
          answer: made => madeAnswer(reply, `/v1/scenarios/${made.id}`, made, serve),
        })
      },
    )

    app.get(
      '/v1/scenarios/:id',
      {
        schema: operation({
          id: 'getScenario',
          summary: 'One scenario',
          tag: 'scenarios',
          scope: 'read',
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
          scope: 'write',
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
        return putVersioned(request, reply, {
          ...versioned(request.viewer, id),
          content: () => contentOf(request.body, request),
          create: content => scenarios.create(request.viewer, id, content, deps.clock()),
          name: ({ name }) => name,
        })
      },
    )

    app.delete(
      '/v1/scenarios/:id',
      {
        schema: operation({
          id: 'deleteScenario',
          summary: 'Delete a scenario; its runs stay',
          tag: 'scenarios',
          scope: 'write',
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
            scope: 'write',
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
          return patchVersioned(request, reply, {
            ...versioned(request.viewer, id),
            membersOf: writtenMembers,
            content: async merged => {
              app.check('ScenarioContent', merged)
              return contentOf(merged as unknown as ScenarioWrite, request)
            },
          })
        },
      )
    })
  }
