import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Static } from 'typebox'
import { idParameter } from '../../schemas/common.ts'
import { listQuery } from '../../schemas/document.ts'
import { Key, KeyCreate, KeyPage, NewKey } from '../../schemas/key.ts'
import { ref } from '../../schemas/reference.ts'
import type { StoredKey } from '../../store/access.ts'
import { apiKeys } from '../credentials.ts'
import type { HttpDeps } from '../deps.ts'
import { keyHash, laterThan } from '../new-credential.ts'
import { sendOnce, serialised } from '../once.ts'
import { operation } from '../operation.ts'
import { missing, written } from '../outcome.ts'
import { cursors, pageRequest, sendPage, shownPage } from '../pagination.ts'

const what = 'key'
const params = idParameter(what)
const moment = (date: Date | null): string | null => date?.toISOString() ?? null

const serve = ({ workspaceId, createdAt, expiresAt, lastUsedAt, revokedAt, ...key }: StoredKey) => ({
  ...key,
  scopes: [...key.scopes],
  workspace: workspaceId,
  createdAt: createdAt.toISOString(),
  expiresAt: moment(expiresAt),
  lastUsedAt: moment(lastUsedAt),
  revokedAt: moment(revokedAt),
})

/** API keys of a workspace, for its admins. `forget` is told of each key that is revoked. */
export const keyRoutes =
  (deps: HttpDeps, forget: (keyId: string) => void): FastifyPluginAsyncTypebox =>
  async app => {
    const { keys } = deps.store
    const cursor = cursors(deps.cursorSecret)

    app.get(
      '/v1/keys',
      {
        schema: operation({
          id: 'listKeys',
          summary: 'The API keys of the workspace, oldest first',
          tag: 'access',
          scope: 'admin',
          query: listQuery(['createdAt'], {}),
          answers: { 200: { description: 'A page of the list', schema: KeyPage, headers: ['Link'] } },
        }),
      },
      async (request, reply) => {
        const page = await keys.list(request.viewer, pageRequest(request, cursor, 'createdAt'))
        return sendPage(request, reply, cursor, shownPage(page, serve), deps.publicUrl)
      },
    )

    app.post(
      '/v1/keys',
      {
        schema: operation({
          id: 'createKey',
          summary: 'Make an API key',
          description:
            'Makes a key of 256 random bits for the own workspace. Only its SHA-256 is stored: the answer is the one place that shows it.',
          tag: 'access',
          scope: 'admin',
          isRepeatable: true,
          body: ref(KeyCreate),
          answers: { 201: { description: 'It was made', schema: NewKey, headers: ['Location'] } },
        }),
      },
      (request, reply) => {
        const { name, scopes, expiresAt } = request.body as Static<typeof KeyCreate>
        const now = deps.clock()
        const id = deps.newId('key')
        const key = apiKeys.write(id, deps.newSecret())
        const wanted = { id, name, scopes, secretHash: keyHash(key), expiresAt: laterThan(now, expiresAt) }
        return sendOnce(request, reply, deps.store, {
          work: viewer => keys.create(viewer, wanted, now),
          written: outcome => written(outcome, what, id),
          answer: made => ({
            status: 201,
            headers: { location: `/v1/keys/${made.id}` },
            body: serialised(reply, { ...serve(made), key }, 201),
          }),
        })
      },
    )

    app.get(
      '/v1/keys/:id',
      {
        schema: operation({
          id: 'getKey',
          summary: 'One API key, without its secret',
          tag: 'access',
          scope: 'admin',
          params,
          answers: { 200: { description: 'The key', schema: Key } },
          problems: [404],
        }),
      },
      async request => {
        const { id } = request.params as { id: string }
        const found = await keys.read(request.viewer, id)
        if (found === null) throw missing(what, id)
        return serve(found)
      },
    )

    app.delete(
      '/v1/keys/:id',
      {
        schema: operation({
          id: 'revokeKey',
          summary: 'Revoke an API key; one that is revoked stays so',
          tag: 'access',
          scope: 'admin',
          params,
          answers: { 200: { description: 'The key as it is now', schema: Key } },
          problems: [404],
        }),
      },
      async request => {
        const { id } = request.params as { id: string }
        const revoked = written(await keys.revoke(request.viewer, id, deps.clock()), what, id)
        forget(id)
        return serve(revoked)
      },
    )
  }
