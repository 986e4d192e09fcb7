import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import { buildApp } from '../../../src/app.ts'
import { everything } from '../../../src/http/deps.ts'
import type { Scope } from '../../../src/store/access.ts'
import { makeKey, useKeyedService, withKey } from '../../support/keys.ts'
import { operationsOf } from '../../support/operations.ts'

const service = useKeyedService({ worker: false })
const all: readonly Scope[] = ['read', 'write', 'run', 'admin']

describe('every operation', () => {
  it('lets in who has one of its scopes, and nobody else', async () => {
    const keys = await Promise.all(
      all.map(async scope => ({ scope, key: (await makeKey(service, { scopes: [scope] })).key })),
    )
    let refusals = 0
    for (const { method, address, scopes, operationId } of operationsOf()) {
      if (scopes === null) continue
      for (const { scope, key } of keys) {
        const { status, body, headers } = await withKey(service, key)(method, address('none'))
        const isLetIn = scope === 'admin' || scopes.includes(scope)
        expect(status === 403, `${operationId} with ${scope}`).toBe(!isLetIn)
        if (isLetIn) continue
        refusals++
        expect(body).toMatchObject({
          code: 'forbidden',
          detail: expect.stringContaining(scopes.join(' or ')),
        })
        expect(headers['www-authenticate']).toContain(`scope="${scopes.join(' ')}"`)
      }
    }
    expect(refusals).toBeGreaterThan(100)
  })

  it('asks for a credential unless it is open to all', async () => {
    const open: string[] = []
    for (const { method, address, scopes, operationId } of operationsOf()) {
      const { status, body } = await service.http[method](address('none'))
      if (scopes === null) open.push(operationId)
      else expect({ status, code: body.code }, operationId).toEqual({ status: 401, code: 'unauthorized' })
    }
    expect(open.toSorted()).toEqual(['getLiveness', 'getProblemType', 'getReadiness', 'getSharedScenario'])
  })
})

it('a route whose operation declares no scope keeps the service from starting', async () => {
  const app = await buildApp({
    ...service.installation,
    log: pino({ level: 'silent' }),
    principal: everything,
  })
  for (const schema of [undefined, { operationId: 'getSecret' }]) {
    expect(() =>
      app.get('/v1/secret', { ...(schema && { schema: schema as object }) }, async () => 'secret'),
    ).toThrow('/v1/secret declares no scope')
  }
  await app.close()
})
