import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { afterAll, describe, expect, it, onTestFinished } from 'vitest'
import { authentication } from '../../../src/http/authentication.ts'
import { tokenVerifier } from '../../../src/http/token-verifier.ts'
import { useService } from '../../support/service.ts'

const issuer = 'https://login.example'
const audience = 'reckon'
const own = await generateKeyPair('ES256', { extractable: true })
const foreign = await generateKeyPair('ES256', { extractable: true })
const jwks = { keys: [{ ...(await exportJWK(own.publicKey)), kid: 'one', alg: 'ES256' }] }
const directory = mkdtempSync(join(tmpdir(), 'reckon-jwks-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))
const file = join(directory, 'jwks.json')
writeFileSync(file, JSON.stringify(jwks))

const onError = (error: Error) => {
  throw error
}
const service = useService({
  worker: false,
  principal: ({ store, clock }) =>
    authentication(store, {
      clock,
      onError,
      verifyToken: tokenVerifier(
        { issuer, audience, keys: { file }, workspaceClaim: 'workspace' },
        store,
        clock,
      ),
    }),
})

const claims = { sub: 'maria', workspace: 'default', scope: 'openid read write' }
const token = (more: object = {}, { key = own.privateKey, exp = '5m' as string | number } = {}) =>
  new SignJWT({ ...claims, iss: issuer, aud: audience, ...more })
    .setProtectedHeader({ alg: 'ES256', kid: 'one' })
    .setExpirationTime(exp)
    .sign(key)
const ask = (credential: string, path = '/v1/scenarios') =>
  service.http.get(path).set('authorization', `Bearer ${credential}`)
const encoded = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')

describe('a token of the issuer', () => {
  it('lets in with the scopes and the workspace that it names', async () => {
    const credential = await token()
    await ask(credential).expect(200)
    await ask(credential, '/v1/keys').expect(403)
    await service.http
      .post('/v1/companies')
      .set('authorization', `Bearer ${credential}`)
      .send({ id: 'by-token', name: { en: 'T', zh: 'T' } })
      .expect(201)
    const admin = await token({ scope: 'admin' })
    const { body } = await ask(admin, '/v1/audit-log?resource=by-token').expect(200)
    expect(body.items).toMatchObject([{ actor: 'token:maria' }])
  })

  it('is refused when anything about it is wrong', async () => {
    const good = await token()
    const [head = '', payload = '', signature = ''] = good.split('.')
    const now = Math.floor(Date.now() / 1_000)
    const refused = {
      expired: await token({}, { exp: now - 60 }),
      'not for us': await token({ aud: 'another' }),
      'from elsewhere': await token({ iss: 'https://other.example' }),
      'not yet': await token({ nbf: now + 600 }),
      'without a subject': await token({ sub: undefined }),
      'without a workspace': await token({ workspace: undefined }),
      'of a workspace that is not there': await token({ workspace: 'nowhere' }),
      'of the public workspace': await token({ workspace: 'public' }),
      'signed by another': await token({}, { key: foreign.privateKey }),
      'without an end': await new SignJWT({ ...claims, iss: issuer, aud: audience })
        .setProtectedHeader({ alg: 'ES256', kid: 'one' })
        .sign(own.privateKey),
      'alg none': `${encoded({ alg: 'none' })}.${payload}.`,
      'alg None with the signature': `${encoded({ alg: 'None', kid: 'one' })}.${payload}.${signature}`,
      'the public key as a secret': await new SignJWT({ ...claims, iss: issuer, aud: audience })
        .setProtectedHeader({ alg: 'HS256', kid: 'one' })
        .setExpirationTime('5m')
        .sign(Buffer.from(JSON.stringify(jwks.keys[0]))),
      'another payload': `${head}.${encoded({ ...claims, scope: 'admin' })}.${signature}`,
      'no signature': `${head}.${payload}.`,
      'too long': await token({ padding: 'x'.repeat(9_000) }),
      'no token at all': 'a.b.c',
    }
    for (const [what, credential] of Object.entries(refused)) {
      const { status, body } = await ask(credential)
      expect({ status, code: body.code }, what).toEqual({ status: 401, code: 'unauthorized' })
    }
    await ask(good).expect(200)
  })
})

describe('keys of the issuer behind an address', () => {
  async function serve(status: () => number): Promise<{ url: string; server: Server }> {
    const server = createServer((_request, response) => {
      response.writeHead(status(), { 'content-type': 'application/json' }).end(JSON.stringify(jwks))
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`, server }
  }
  const verifier = (url: string) =>
    tokenVerifier(
      { issuer, audience, keys: { url }, workspaceClaim: 'workspace' },
      service.installation.store,
      () => new Date(),
    )

  it('are read from there', async () => {
    const { url } = await serve(() => 200)
    expect(await verifier(url)(await token())).toMatchObject({ id: 'token:maria', workspaceId: 'default' })
  })

  it('are unavailable, not wrong, when the address does not answer', async () => {
    const { url, server } = await serve(() => 500)
    await expect(verifier(url)(await token())).rejects.toMatchObject({ code: 'unavailable' })
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
    await expect(verifier(url)(await token())).rejects.toMatchObject({ code: 'unavailable' })
  })
})
