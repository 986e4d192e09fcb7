import type { StoredKey } from '../store/access.ts'
import type { Store } from '../store/store.ts'
import { apiKeys, isSecretOf } from './credentials.ts'
import type { Principal } from './deps.ts'

/** Finds out who sends a request. */
export interface Authentication {
  /** Who holds a credential if that is known at once; undefined when it has to be looked up. */
  readonly known: (credential: string) => Principal | undefined
  /** Who holds it, after looking it up; null for nobody. */
  readonly find: (credential: string) => Promise<Principal | null>
  /** Forgets a key that has been revoked here; elsewhere it is forgotten within `trustedFor`. */
  readonly forget: (keyId: string) => void
  /** Writes what is still to be written. */
  readonly close: () => Promise<void>
}

/** Checks a bearer token that is not an API key; null for one that does not hold. */
export type VerifyToken = (token: string) => Promise<Principal | null>

/** How long a key that was looked up is taken for good: as long may a revoked one still work in another process. */
const trustedFor = 5_000

/** How often it is written when keys were last used. */
const writtenEvery = 60_000

/** Keys remembered at once. */
const mostKnown = 10_000

interface Known {
  readonly principal: Principal
  readonly secretHash: string
  /** When it has to be looked up again, as the monotonic clock shows. */
  readonly until: number
  readonly expiresAt: number
}

/** Authentication by API keys, and by tokens if something verifies them. */
export function authentication(
  { keys }: Pick<Store, 'keys'>,
  {
    clock,
    verifyToken = async () => null,
    onError,
  }: { clock: () => Date; verifyToken?: VerifyToken; onError: (error: Error) => void },
): Authentication {
  const remembered = new Map<string, Known>()
  let uses = new Map<string, Date>()

  const write = async () => {
    const written = uses
    uses = new Map()
    await keys.touch(written)
  }
  const timer = setInterval(() => void write().catch(onError), writtenEvery)
  timer.unref()

  const remember = (key: StoredKey & { readonly secretHash: string }): Principal => {
    const principal = {
      id: `key:${key.id}`,
      workspaceId: key.workspaceId,
      scopes: new Set(key.scopes),
    }
    const oldest = remembered.keys().next().value
    if (remembered.size >= mostKnown && oldest !== undefined) remembered.delete(oldest)
    const { secretHash, expiresAt } = key
    remembered.set(key.id, {
      principal,
      secretHash,
      until: performance.now() + trustedFor,
      expiresAt: expiresAt?.getTime() ?? Number.POSITIVE_INFINITY,
    })
    return principal
  }

  return {
    known: text => {
      const credential = apiKeys.read(text)
      const known = credential === null ? undefined : remembered.get(credential.id)
      if (credential === null || known === undefined || known.until < performance.now()) return undefined
      const now = clock()
      if (known.expiresAt <= now.getTime() || !isSecretOf(credential, known.secretHash)) return undefined
      uses.set(credential.id, now)
      return known.principal
    },
    find: async text => {
      const credential = apiKeys.read(text)
      if (credential === null) return text.startsWith('rk_') ? null : verifyToken(text)
      const key = await keys.credential(credential.id)
      const now = clock()
      if (!isSecretOf(credential, key?.secretHash) || key === null) return null
      if (key.revokedAt !== null || (key.expiresAt !== null && key.expiresAt <= now)) return null
      uses.set(key.id, now)
      return remember(key)
    },
    forget: keyId => remembered.delete(keyId),
    close: async () => {
      clearInterval(timer)
      await write()
    },
  }
}
