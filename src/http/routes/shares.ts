import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { type Static, Type } from 'typebox'
import { idParameter, idPattern } from '../../schemas/common.ts'
import { ifNoneMatch, listQuery } from '../../schemas/document.ts'
import { ref } from '../../schemas/reference.ts'
import { NewShare, Share, ShareCreate, SharedScenario, SharePage } from '../../schemas/share.ts'
import type { StoredShare } from '../../store/access.ts'
import { isCurrent } from '../conditional.ts'
import { isSecretOf, shareTokens } from '../credentials.ts'
import type { HttpDeps } from '../deps.ts'
import { keyHash, laterThan } from '../new-credential.ts'
import { sendOnce, serialised } from '../once.ts'
import { operation } from '../operation.ts'
import { missing, written } from '../outcome.ts'
import { cursors, pageRequest, sendPage, shownPage } from '../pagination.ts'
import { HttpProblem } from '../problem.ts'
import { json } from '../run-view.ts'
import { serveScenario } from '../scenario-view.ts'

const scenarioParams = idParameter('scenario')
const shareParams = Type.Object(
  {
    ...scenarioParams.properties,
    share: Type.String({ pattern: idPattern, maxLength: 100, description: 'Id of the link' }),
  },
  { additionalProperties: false },
)
const tokenParams = Type.Object(
  { token: Type.String({ minLength: 1, maxLength: 100, description: 'Token of the link' }) },
  { additionalProperties: false },
)

const moment = (date: Date | null): string | null => date?.toISOString() ?? null
const serve = ({ scenarioId, createdAt, expiresAt, revokedAt, id }: StoredShare) => ({
  id,
  scenario: scenarioId,
  createdAt: createdAt.toISOString(),
  expiresAt: moment(expiresAt),
  revokedAt: moment(revokedAt),
})

/** Links under which anybody may read a scenario of one's own: made, listed, revoked, followed. */
export const shareRoutes =
  (deps: HttpDeps): FastifyPluginAsyncTypebox =>
  async app => {
    const { shares, runs } = deps.store
    const cursor = cursors(deps.cursorSecret)

    app.get(
      '/v1/scenarios/:id/shares',
      {
        schema: operation({
          id: 'listShares',
          summary: 'The links to a scenario, oldest first',
          tag: 'access',
          scope: 'write',
          params: scenarioParams,
          query: listQuery(['createdAt'], {}),
          answers: { 200: { description: 'A page of the list', schema: SharePage, headers: ['Link'] } },
          problems: [404],
        }),
      },
      async (request, reply) => {
        const { id } = request.params as { id: string }
        const page = await shares.list(request.viewer, id, pageRequest(request, cursor, 'createdAt'))
        if (page === null) throw missing('scenario', id)
        return sendPage(request, reply, cursor, shownPage(page, serve), deps.publicUrl)
      },
    )

    app.post(
      '/v1/scenarios/:id/shares',
      {
        // A link needs nothing said: no body means one without an end.
        preValidation: async request => {
          if (request.body === undefined) request.body = {}
        },
        schema: operation({
          id: 'createShare',
          summary: 'Make a link under which anybody may read a scenario',
          description:
            'The link has 256 random bits, shows the current version of the scenario and its latest result, and nothing else. It can be revoked.',
          tag: 'access',
          scope: 'write',
          isRepeatable: true,
          params: scenarioParams,
          body: ref(ShareCreate),
          answers: { 201: { description: 'It was made', schema: NewShare, headers: ['Location'] } },
          problems: [404],
        }),
      },
      (request, reply) => {
        const { id: scenario } = request.params as { id: string }
        const { expiresAt } = request.body as Static<typeof ShareCreate>
        const now = deps.clock()
        const id = deps.newId('share')
        const token = shareTokens.write(id, deps.newSecret())
        const wanted = { id, tokenHash: keyHash(token), expiresAt: laterThan(now, expiresAt) }
        const link = `${deps.publicUrl ?? ''}/v1/shared/${token}`
        return sendOnce(request, reply, deps.store, {
          work: viewer => shares.create(viewer, scenario, wanted, now),
          written: outcome => written(outcome, 'scenario', scenario),
          answer: made => ({
            status: 201,
            headers: { location: `/v1/scenarios/${scenario}/shares/${made.id}` },
            body: serialised(reply, { ...serve(made), link }, 201),
          }),
        })
      },
    )

    app.get(
      '/v1/scenarios/:id/shares/:share',
      {
        schema: operation({
          id: 'getShare',
          summary: 'One link to a scenario, without its token',
          tag: 'access',
          scope: 'write',
          params: shareParams,
          answers: { 200: { description: 'The link', schema: Share } },
          problems: [404],
        }),
      },
      async request => {
        const { id, share } = request.params as { id: string; share: string }
        const found = await shares.read(request.viewer, id, share)
        if (found === null) throw missing('link', share)
        return serve(found)
      },
    )

    app.delete(
      '/v1/scenarios/:id/shares/:share',
      {
        schema: operation({
          id: 'revokeShare',
          summary: 'Revoke a link to a scenario; one that is revoked stays so',
          tag: 'access',
          scope: 'write',
          params: shareParams,
          answers: { 200: { description: 'The link as it is now', schema: Share } },
          problems: [404],
        }),
      },
      async request => {
        const { id, share } = request.params as { id: string; share: string }
        return serve(written(await shares.revoke(request.viewer, id, share, deps.clock()), 'link', share))
      },
    )

    app.get(
      '/v1/shared/:token',
      {
        schema: operation({
          id: 'getSharedScenario',
          summary: 'The scenario behind a link, with its latest result',
          description: 'Needs no key: the link itself is the permission, until it is revoked or ends.',
          tag: 'access',
          scope: null,
          params: tokenParams,
          headers: ifNoneMatch,
          answers: {
            200: { description: 'The scenario and its result', schema: SharedScenario, headers: ['ETag'] },
            304: { description: 'The caller has this already', headers: ['ETag'] },
          },
          problems: [404],
        }),
      },
      async (request, reply) => {
        const { token } = request.params as { token: string }
        const credential = shareTokens.read(token)
        const found = credential === null ? null : await shares.open(credential.id, deps.clock())
        if (credential === null || found === null || !isSecretOf(credential, found.tokenHash))
          throw new HttpProblem('not-found', 'There is no such link, or it has ended or been revoked.')
        const { scenario } = found
        // Whoever follows a link of the page must not be told where it came from.
        reply.header('referrer-policy', 'no-referrer')
        if (isCurrent(request, reply, `${scenario.version}.${scenario.latestRunId ?? ''}`))
          return reply.code(304).send()
        const owner = { workspaceId: scenario.workspaceId, mayWritePublic: false }
        const result = scenario.latestRunId === null ? null : await runs.result(owner, scenario.latestRunId)
        const head = JSON.stringify(serveScenario(scenario))
        return reply.type(json).send(`{"scenario":${head},"result":${result ?? 'null'}}`)
      },
    )
  }
