import { describe, expect, it } from 'vitest'
import { type Belongings, belongingsOf } from '../../support/belongings.ts'
import { makeKey, useKeyedService, withKey } from '../../support/keys.ts'
import { type DocumentedOperation, operationsOf } from '../../support/operations.ts'

const service = useKeyedService({ worker: false })

/** Addresses whose ids are the catalogue's or the service's own: everybody sees the same there. */
const ofEverybody =
  /^\/(problems|v1\/(accelerators|models|prices|sources|estimators|calibration-profiles|shared|estimates))\//

/** Operations that name something of a workspace in their path. */
const withId = operationsOf().filter(({ path }) => path.includes('{') && !ofEverybody.test(path))

/** What stands before a parameter of a path: `/v1/reports/claims` for the claim in `/v1/reports/{r}/claims/{c}`. */
const places = (path: string): { parameter: string; place: string }[] =>
  [...path.matchAll(/\{([^}]+)\}/g)].map(match => ({
    parameter: match[1] ?? '',
    place: path
      .slice(0, match.index)
      .replaceAll(/\/\{[^}]+\}/g, '')
      .replace(/\/$/, ''),
  }))

/** The address of something that another workspace owns. */
function addressOf({ path, operationId }: DocumentedOperation, { ids }: Belongings): string {
  let address = path
  for (const { parameter, place } of places(path)) {
    const id = parameter === 'version' ? '1' : ids[place]
    if (id === undefined)
      throw new Error(`${operationId}: nothing at ${place} belongs to the other workspace.`)
    address = address.replace(`{${parameter}}`, id)
  }
  return address
}

/** A request that would succeed if the sender were the owner. */
function request(operation: DocumentedOperation, sender: Belongings, owner: Belongings) {
  const { method, path, hasBody } = operation
  const asked = sender.send(method, addressOf(operation, owner)).set('if-match', '*')
  if (!hasBody) return asked
  if (method === 'patch') return asked.set('content-type', 'application/merge-patch+json').send('{}')
  if (operation.operationId === 'importObservations') {
    return asked.set('content-type', 'text/csv').send('period,value,status\n2019,1,actual\n')
  }
  const place = places(path).at(-1)?.place ?? ''
  if (method === 'put') return asked.send(owner.contents[place])
  const part = /^\/v1\/(reports|companies)\/\{[^}]+\}\/(claims|facts)$/.exec(path)
  return asked.send(part ? { id: 'intruder', ...owner.contents[`/v1/${part[1]}/${part[2]}`] } : {})
}

/** Everything that a workspace owns, as its owner reads it. */
const inventory = async ({ send, ids }: Belongings): Promise<unknown[]> => {
  const seen: unknown[] = []
  for (const [place, id] of Object.entries(ids)) {
    const [, whole, part] = /^(\/v1\/[a-z-]+)(?:\/([a-z-]+))?$/.exec(place) ?? []
    const path = part === undefined ? `${place}/${id}` : `${whole}/${ids[whole ?? '']}/${part}/${id}`
    const { body } = await send('get', path).expect(200)
    seen.push({ ...body, lastUsedAt: null })
  }
  return seen
}

describe('two workspaces', () => {
  it('do not exist for each other: every operation with an id, in both directions', async () => {
    const [one, other] = [await belongingsOf(service, 'mare'), await belongingsOf(service, 'tern')]
    const before = [await inventory(one), await inventory(other)]
    for (const [sender, owner] of [
      [one, other],
      [other, one],
    ] as const) {
      for (const operation of withId) {
        const { status, text } = await request(operation, sender, owner)
        expect(status, `${operation.operationId}: ${text}`).toBe(404)
        expect(text.replaceAll(addressOf(operation, owner), '').length).toBeLessThan(1_500)
      }
    }
    expect([await inventory(one), await inventory(other)]).toEqual(before)
    expect(withId.length).toBeGreaterThan(30)
  })

  it('find their own by the same requests', async () => {
    const own = await belongingsOf(service, 'wren')
    // A stream of states goes on until a run is finished; its own tests read it.
    const mine = withId.filter(({ method, operationId }) => method !== 'delete' && operationId !== 'watchRun')
    for (const operation of mine) {
      const { status, body } = await request(operation, own, own)
      if (operation.operationId === 'getScenarioResult') expect(body.code).toBe('no-result-yet')
      else if (operation.operationId === 'getRunChart') expect(body.code).toBe('conflict')
      else if (operation.operationId === 'getRunRows') expect(body.detail).toContain('only a sweep has rows')
      else expect(status, operation.operationId).toBeLessThan(300)
    }
    for (const operation of withId.filter(({ method }) => method === 'delete').toReversed())
      expect([200, 204], operation.operationId).toContain((await request(operation, own, own)).status)
  })

  it('see nothing of each other in any list, search or count', async () => {
    const [one, other] = [await belongingsOf(service, 'kitezq'), await belongingsOf(service, 'rookzq')]
    const lists = operationsOf().filter(({ method, path }) => method === 'get' && !path.includes('{'))
    for (const [sender, owner] of [
      [one, other],
      [other, one],
    ] as const) {
      for (const { path, parameters, scopes } of lists) {
        if (scopes === null) continue
        const queries = ['', ...(parameters.includes('q') ? [`?q=${owner.marker}`] : [])]
        for (const query of queries) {
          const { status, text } = await sender.send('get', path + query)
          // What a list cannot do without a parameter is no leak.
          expect([200, 422], path).toContain(status)
          for (const id of [owner.marker, ...Object.values(owner.ids)])
            expect(text.includes(id), `${path}${query} shows ${id}`).toBe(false)
        }
      }
    }
    const { body } = await one.send('get', '/v1/scenarios?q=kitezq').expect(200)
    expect(body.items).toHaveLength(1)
  })

  it('may use the same names, and cannot refer to what the other has', async () => {
    const [one, other] = [await belongingsOf(service, 'lark'), await belongingsOf(service, 'swan')]
    const theirs = other.ids['/v1/scenarios'] ?? ''
    const inputs = { trainingPfDays: 268, throughput: { flopPerSecond: 125e12 } }
    await one.send('post', '/v1/scenarios').send({ name: theirs, estimator: 'training', inputs }).expect(201)
    const refers = { name: 'refers', estimator: 'training', inputs, companies: [theirs], datasets: [theirs] }
    const { body } = await one.send('post', '/v1/scenarios').send(refers).expect(422)
    expect(body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
      '/companies/0',
      '/datasets/0',
    ])
    const sizing = {
      region: 'CN',
      unit: '亿元',
      baseYear: 2022,
      targetYear: 2023,
      segments: [
        {
          id: 'games',
          size: { dataset: theirs, year: 2022 },
          growth: { cagr: 0 },
          valueCapture: 1,
          penetration: 0.1,
        },
      ],
    }
    const own = await one.send('post', '/v1/estimates/market').send(sizing)
    expect(own.status).toBe(422)
  })

  it('share what is public, and change it only with the scope admin', async () => {
    const plain = withKey(service, (await makeKey(service, { workspace: 'teal' })).key)
    const admin = withKey(service, (await makeKey(service, { workspace: 'teal', scopes: ['admin'] })).key)
    await plain('get', '/v1/accelerators/v100-sxm2-32gb').expect(200)
    const { body } = await plain('get', '/v1/companies?limit=1').expect(200)
    const address = `/v1/companies/${body.items[0].id}`
    const patch = (send: typeof plain) =>
      send('patch', address)
        .set('if-match', '*')
        .set('content-type', 'application/merge-patch+json')
        .send('{"ticker":null}')
    expect((await patch(plain).expect(403)).body.detail).toContain('scope admin')
    await plain('delete', address).set('if-match', '*').expect(403)
    await patch(admin).expect(200)
  })
})
