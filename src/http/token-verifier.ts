import { readFileSync } from 'node:fs'
import { createLocalJWKSet, createRemoteJWKSet, errors, type JWTVerifyGetKey, jwtVerify } from 'jose'
import type { Scope } from '../store/access.ts'
import type { Store } from '../store/store.ts'
import type { VerifyToken } from './authentication.ts'
import { HttpProblem } from './problem.ts'

/** Where tokens come from and what they must say. */
export interface TokenIssuer {
  readonly issuer: string
  readonly audience: string
  /** Its public keys: an address or a file with a JWK set. */
  readonly keys: { readonly url: string } | { readonly file: string }
  /** The claim that names the workspace. */
  readonly workspaceClaim: string
}

/** Signatures that are accepted: asymmetric ones alone, so that no public key can be taken for a secret. */
const algorithms = ['RS256', 'PS256', 'ES256', 'EdDSA']

/** Difference between the clocks that is overlooked, in seconds. */
const clockTolerance = 5

/** Longest token that is looked at, in characters. */
const longestToken = 8_192

/** Workspaces that tokens may not name: what is public is changed by whoever has the scope `admin`. */
const reserved = 'public'

/** Whether it is the token that is wrong, and not the way to the issuer's keys. */
const isOfToken = (error: Error): boolean =>
  error instanceof errors.JOSEError &&
  !(error instanceof errors.JWKSTimeout || error.code === errors.JOSEError.code)

const known: ReadonlySet<string> = new Set<Scope>(['read', 'write', 'run', 'admin'])

/**
 * Verifies JSON Web Tokens of one issuer as RFC 8725 asks: fixed algorithms; signature, `iss`, `aud`, `exp` and
 * `sub` needed. The claim `scope` gives scopes, and the workspace that the token names must exist.
 */
export function tokenVerifier(
  { issuer, audience, keys, workspaceClaim }: TokenIssuer,
  store: Pick<Store, 'keys'>,
  clock: () => Date,
): VerifyToken {
  const getKey: JWTVerifyGetKey =
    'url' in keys
      ? createRemoteJWKSet(new URL(keys.url), { timeoutDuration: 5_000 })
      : createLocalJWKSet(JSON.parse(readFileSync(keys.file, 'utf8')))
  return async token => {
    if (token.length > longestToken) return null
    const claims = await jwtVerify(token, getKey, {
      algorithms,
      issuer,
      audience,
      clockTolerance,
      currentDate: clock(),
      requiredClaims: ['exp', 'sub'],
    }).then(
      ({ payload }) => payload,
      (cause: Error) => {
        if (isOfToken(cause)) return null
        throw new HttpProblem('unavailable', 'The keys of the token issuer cannot be read at the moment.', {
          headers: { 'retry-after': '5' },
          cause,
        })
      },
    )
    const workspaceId = claims?.[workspaceClaim]
    if (claims === null || typeof workspaceId !== 'string' || workspaceId === reserved) return null
    if (!(await store.keys.workspaceExists(workspaceId))) return null
    const asked = typeof claims.scope === 'string' ? claims.scope.split(' ') : []
    return {
      id: `token:${String(claims.sub).slice(0, 200)}`,
      workspaceId,
      scopes: new Set(asked.filter(scope => known.has(scope)) as Scope[]),
    }
  }
}
