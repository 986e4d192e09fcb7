import type { Test } from 'supertest'
import { authentication } from '../../src/http/authentication.ts'
import { apiKeys, newSecret } from '../../src/http/credentials.ts'
import type { Limits } from '../../src/http/deps.ts'
import { keyHash } from '../../src/http/new-credential.ts'
import type { Scope } from '../../src/store/access.ts'
import { type TestService, useService } from './service.ts'

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete'

/** A service that asks for keys. `clock` may be moved by a test. */
export function useKeyedService(
  options: {
    readonly worker?: boolean
    readonly mostQueued?: number
    readonly limits?: Partial<Limits>
    readonly clock?: () => Date
  } = {},
): TestService {
  const { clock = () => new Date(), ...rest } = options
  return useService({
    ...rest,
    principal: ({ store }) =>
      authentication(store, {
        clock,
        onError: error => {
          throw error
        },
      }),
  })
}

/** Makes a key as the command does, and gives it with its id. */
export async function makeKey(
  { installation: { store, newId } }: TestService,
  {
    workspace = 'default',
    scopes = ['read', 'write', 'run'],
    expiresAt = null,
  }: { workspace?: string; scopes?: readonly Scope[]; expiresAt?: Date | null } = {},
): Promise<{ id: string; key: string }> {
  await store.keys.ensureWorkspace(workspace)
  const id = newId('key')
  const key = apiKeys.write(id, newSecret())
  const viewer = { workspaceId: workspace, mayWritePublic: false }
  const wanted = { id, name: 'test', scopes, secretHash: keyHash(key), expiresAt }
  const outcome = await store.keys.create(viewer, wanted, new Date())
  if (!('written' in outcome)) throw new Error(outcome.refused)
  return { id, key }
}

/** Sends requests with a credential. */
export const withKey =
  (service: TestService, key: string) =>
  (method: Method, path: string): Test =>
    service.http[method](path).set('authorization', `Bearer ${key}`)
