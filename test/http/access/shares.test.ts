import { describe, expect, it } from 'vitest'
import { shareTokens } from '../../../src/http/credentials.ts'
import { makeKey, useKeyedService, withKey } from '../../support/keys.ts'

let made = 0
const service = useKeyedService()
const later = useKeyedService({ worker: false })
const inputs = { trainingPfDays: 268, throughput: { flopPerSecond: 125e12 }, devices: 8 }

async function shared(on = service) {
  const send = withKey(on, (await makeKey(on, { workspace: 'acme' })).key)
  const { body: scenario } = await send('post', '/v1/scenarios')
    .send({ name: `shown-${++made}`, estimator: 'training', inputs })
    .expect(201)
  const address = `/v1/scenarios/${scenario.id}/shares`
  const { body: share } = await send('post', address).expect(201)
  return { send, scenario, address, share, link: share.link as string }
}

describe('a link to a scenario', () => {
  it('shows the scenario and its latest result to whoever has it, without a key', async () => {
    const { send, scenario, link } = await shared()
    const { body, headers } = await service.http.get(link).expect(200)
    expect(body).toEqual({ scenario, result: null })
    expect(headers['referrer-policy']).toBe('no-referrer')
    await service.http.get(link).set('if-none-match', `"0", ${headers.etag}`).expect(304)
    await send('post', `/v1/scenarios/${scenario.id}/runs`).set('prefer', 'wait=10').expect(201)
    const result = await send('get', `/v1/scenarios/${scenario.id}/result`).expect(200)
    const { body: after } = await service.http
      .get(link)
      .set('if-none-match', String(headers.etag))
      .expect(200)
    expect(after.result).toEqual(result.body)
  })

  it('opens nothing else, and changes nothing', async () => {
    const { scenario, link } = await shared()
    const token = link.split('/').at(-1) ?? ''
    for (const path of [
      '/v1/scenarios',
      `/v1/scenarios/${scenario.id}`,
      `/v1/scenarios/${scenario.id}/result`,
    ])
      await service.http.get(path).set('authorization', `Bearer ${token}`).expect(401)
    for (const method of ['put', 'patch', 'delete', 'post'] as const) {
      const { headers } = await service.http[method](link).expect(405)
      expect(headers.allow).toBe('GET, HEAD')
    }
  })

  it('cannot be guessed: any other token is 404', async () => {
    const { link, share } = await shared()
    const token = link.split('/').at(-1) ?? ''
    const wrong = [
      `${token.slice(0, -1)}${token.at(-1) === 'A' ? 'B' : 'A'}`,
      shareTokens.write(share.id, 'A'.repeat(43)),
      share.id,
      token.replace('rs_', 'rk_'),
      '..%2f..%2fkeys',
    ]
    for (const each of wrong) await service.http.get(`/v1/shared/${each}`).expect(404)
  })

  it('is shown once, listed without its token, and gone once it is revoked', async () => {
    const { send, address, share, link } = await shared()
    const { body: list, text } = await send('get', address).expect(200)
    expect(list.items).toEqual([{ ...share, link: undefined }])
    expect(text).not.toContain(link.slice(-43))
    const { body: revoked } = await send('delete', `${address}/${share.id}`).expect(200)
    expect(revoked.revokedAt).not.toBeNull()
    await service.http.get(link).expect(404)
    await send('delete', `${address}/${share.id}`).expect(200)
  })

  it('ends with its scenario, and when it was told to', async () => {
    const { send, scenario, link, address } = await shared()
    const soon = new Date(Date.now() + 300).toISOString()
    const { body: short } = await send('post', address).send({ expiresAt: soon }).expect(201)
    await service.http.get(short.link).expect(200)
    await new Promise(resolve => setTimeout(resolve, 350))
    await service.http.get(short.link).expect(404)
    const { body } = await send('post', address).send({ expiresAt: '2020-01-01T00:00:00Z' }).expect(422)
    expect(body.errors).toMatchObject([{ pointer: '/expiresAt' }])
    await send('delete', `/v1/scenarios/${scenario.id}`).set('if-match', '*').expect(204)
    await service.http.get(link).expect(404)
  })

  it('needs the scope write, and a scenario of the own workspace', async () => {
    const { address } = await shared(later)
    const reader = withKey(later, (await makeKey(later, { workspace: 'acme', scopes: ['read'] })).key)
    await reader('post', address).expect(403)
    const other = withKey(later, (await makeKey(later, { workspace: 'else' })).key)
    await other('post', address).expect(404)
    const { body } = await other('get', '/v1/scenarios?limit=1').expect(200)
    await other('post', `/v1/scenarios/${body.items[0].id}/shares`).expect(404)
  })
})
