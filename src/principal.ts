import type { FastifyBaseLogger } from 'fastify'
import { type Config, isAuthenticated } from './config.ts'
import { type Authentication, authentication } from './http/authentication.ts'
import { everything, type HttpDeps, type Principal } from './http/deps.ts'
import { tokenVerifier } from './http/token-verifier.ts'

/** Who everybody is under a configuration without authentication, or what finds out under one with it. */
export function principalOf(
  config: Config,
  { store, clock }: Pick<HttpDeps, 'store' | 'clock'>,
  log: FastifyBaseLogger,
): Principal | Authentication {
  if (!isAuthenticated(config)) return everything
  const { JWT_ISSUER: issuer, JWT_AUDIENCE: audience, JWT_JWKS_URL: url, JWT_JWKS_FILE: file } = config
  const keys = url !== undefined ? { url } : { file: file ?? '' }
  return authentication(store, {
    clock,
    onError: (err: Error) => log.error({ err }, 'the last use of keys could not be written'),
    ...(issuer !== undefined &&
      audience !== undefined && {
        verifyToken: tokenVerifier(
          { issuer, audience, keys, workspaceClaim: config.JWT_WORKSPACE_CLAIM },
          store,
          clock,
        ),
      }),
  })
}
