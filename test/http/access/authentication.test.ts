import pg from 'pg'
import { describe, expect, it } from 'vitest'
import { authentication } from '../../../src/http/authentication.ts'
import { apiKeys, isSecretOf, newSecret } from '../../../src/http/credentials.ts'
import { keyHash } from '../../../src/http/new-credential.ts'
import { makeKey, useKeyedService, withKey } from '../../support/keys.ts'

let skew = 0
const service = useKeyedService({ worker: false, clock: () => new Date(Date.now() + skew) })

const hash = (text: string) => keyHash(text)

describe('a request without a credential that holds', () => {
  const refused = async (header: string | null) => {
    const request = service.http.get('/v1/scenarios')
    if (header !== null) request.set('authorization', header)
    const { body, headers } = await request.expect(401)
    expect(body).toMatchObject({ code: 'unauthorized', status: 401 })
    expect(JSON.stringify(body)).not.toContain('items')
    return headers['www-authenticate']
  }

  it('is told how to say who it is', async () => {
    expect(await refused(null)).toBe('Bearer realm="reckon"')
    for (const header of ['Basic YWRtaW46YWRtaW4=', 'Bearer', 'Bearer ', 'rk_abc', 'bearer a b'])
      expect(await refused(header), header).toBe('Bearer realm="reckon"')
  })

  it('is refused with a key that is wrong anywhere', async () => {
    const { key } = await makeKey(service)
    await withKey(service, key)('get', '/v1/scenarios').expect(200)
    const last = key.at(-1) === 'A' ? 'B' : 'A'
    const wrong = [
      `${key.slice(0, -1)}${last}`,
      key.slice(0, -1),
      `${key}A`,
      key.toUpperCase(),
      apiKeys.write('key_nobody', newSecret()),
      'rk_',
      `rk_${'A'.repeat(5_000)}`,
    ]
    for (const each of wrong) expect(await refused(`Bearer ${each}`)).toContain('error="invalid_token"')
  })

  it('is refused with a key that has expired, also one that was good a moment ago', async () => {
    const { key } = await makeKey(service, { expiresAt: new Date(Date.now() + 60_000) })
    await withKey(service, key)('get', '/v1/scenarios').expect(200)
    skew = 61_000
    expect(await refused(`Bearer ${key}`)).toContain('invalid_token')
    skew = 0
  })

  it('may still see whether the service lives, and its document', async () => {
    for (const path of ['/livez', '/readyz', '/problems/unauthorized', '/openapi.json', '/docs'])
      await service.http.get(path).redirects(1).expect(200)
  })
})

describe('a key that is revoked', () => {
  it('opens nothing from then on, and stays in the list', async () => {
    const admin = withKey(service, (await makeKey(service, { scopes: ['admin'] })).key)
    const { body: made } = await admin('post', '/v1/keys')
      .send({ name: 'short', scopes: ['read'] })
      .expect(201)
    const holder = withKey(service, made.key)
    await holder('get', '/v1/scenarios').expect(200)
    await admin('delete', `/v1/keys/${made.id}`).expect(200)
    await holder('get', '/v1/scenarios').expect(401)
    const { body: again } = await admin('delete', `/v1/keys/${made.id}`).expect(200)
    expect(again.revokedAt).not.toBeNull()
    const { body } = await admin('get', '/v1/keys?limit=200').expect(200)
    expect(body.items.map(({ id }: { id: string }) => id)).toContain(made.id)
  })

  it('is forgotten by another process within five seconds', async () => {
    const { id, key } = await makeKey(service)
    const other = authentication(service.installation.store, {
      clock: () => new Date(),
      onError: error => {
        throw error
      },
    })
    expect(await other.find(key)).toMatchObject({ id: `key:${id}`, workspaceId: 'default' })
    await service.installation.store.keys.revoke(
      { workspaceId: 'default', mayWritePublic: false },
      id,
      new Date(),
    )
    await expect.poll(() => other.known(key), { timeout: 7_000, interval: 100 }).toBeUndefined()
    expect(await other.find(key)).toBeNull()
    await other.close()
  })
})

describe('the secret of a key', () => {
  it('is 256 random bits that are shown once and stored as a hash alone', async () => {
    const admin = withKey(service, (await makeKey(service, { scopes: ['admin'] })).key)
    const { body: made, headers } = await admin('post', '/v1/keys')
      .send({ name: 'once', scopes: ['read', 'run'] })
      .expect(201)
    expect(Buffer.from(made.key.slice(-43), 'base64url')).toHaveLength(32)
    expect(made.key).toMatch(/^rk_[a-z0-9]+_/)
    expect(headers.location).toBe(`/v1/keys/${made.id}`)
    const { body: read } = await admin('get', `/v1/keys/${made.id}`).expect(200)
    expect(read).toEqual({ ...made, key: undefined })
    const client = new pg.Client({ connectionString: service.databaseUrl })
    await client.connect()
    const { rows } = await client.query('SELECT api_key::text AS row FROM api_key WHERE id = $1', [made.id])
    await client.end()
    expect(rows[0].row).toContain(hash(made.key))
    expect(rows[0].row).not.toContain(made.key.slice(-43))
  })

  it('is compared as a whole, and an id of nobody fails', () => {
    const text = apiKeys.write('key_a1', newSecret())
    const credential = apiKeys.read(text)
    if (credential === null) throw new Error('A key that was written must be read.')
    expect(credential.id).toBe('key_a1')
    expect(isSecretOf(credential, hash(text))).toBe(true)
    expect(isSecretOf(credential, hash(`${text}x`))).toBe(false)
    expect(isSecretOf({ id: '', text: '' }, undefined)).toBe(false)
  })
})

it('writes the last use of keys now and then, not at every request', async () => {
  const { id, key } = await makeKey(service)
  const { store } = service.installation
  const door = authentication(store, {
    clock: () => new Date('2026-11-25T10:00:00Z'),
    onError: error => {
      throw error
    },
  })
  const viewer = { workspaceId: 'default', mayWritePublic: false }
  await door.find(key)
  for (let request = 0; request < 100; request++) door.known(key)
  expect((await store.keys.read(viewer, id))?.lastUsedAt).toBeNull()
  await door.close()
  expect((await store.keys.read(viewer, id))?.lastUsedAt).toEqual(new Date('2026-11-25T10:00:00Z'))
})

it('ends guessing with 429 by address, and lets who has a key go on', async () => {
  const { key } = await makeKey(service)
  const known = withKey(service, key)
  await known('get', '/v1/scenarios?limit=1').expect(200)
  const guess = () =>
    service.http.get('/v1/scenarios').set('authorization', `Bearer ${apiKeys.write('key_x', newSecret())}`)
  let refused = await guess()
  for (let tries = 0; refused.status === 401 && tries < 700; tries++) refused = await guess()
  expect(refused.status).toBe(429)
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
  expect(refused.headers['ratelimit-policy']).toBe('"address";q=600;w=60')
  await known('get', '/v1/scenarios?limit=1').expect(200)
})
