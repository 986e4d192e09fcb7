import { describe, expect, it } from 'vitest'
import { useService } from '../support/service.ts'

const service = useService()

const problemAt = async (path: string, method = 'GET') => {
  const answer = await fetch(`${service.url}${path}`, { method })
  const problem = (await answer.json()) as { status: number; requestId: string }
  expect(answer.headers.get('content-type')).toContain('application/problem+json')
  expect(answer.headers.get('x-request-id')).toBe(problem.requestId)
  expect(problem.status).toBe(answer.status)
  return problem
}

describe('an address', () => {
  it.each(['/%', '/v1/datasets/%ff', '/v1/%zz/x', '/v1/datasets/%'])(
    'that cannot be decoded is a problem: %s',
    async path => {
      expect(await problemAt(path)).toMatchObject({ status: 400, code: 'malformed-request' })
    },
  )

  it('with an id of thousands of characters is of nothing', async () => {
    const path = `/v1/datasets/${'x'.repeat(7_000)}`
    expect(await problemAt(path)).toMatchObject({ status: 404, code: 'not-found' })
    expect(await problemAt(path, 'DELETE')).toMatchObject({ status: 404, code: 'not-found' })
  })

  it.each(['/livez', '/readyz', '/v1/industry-chain'])(
    'with a parameter that it does not know is refused, and documented so: %s',
    async path => {
      expect(await problemAt(`${path}?a=1`)).toMatchObject({ status: 422, errors: [{ parameter: 'a' }] })
      const { body: document } = await service.http.get('/openapi.json').expect(200)
      expect(document.paths[path].get.responses['422']).toBeDefined()
    },
  )
})

it('a run that is started with null is refused, and one with nothing is started', async () => {
  const { body } = await service.http.get('/v1/scenarios?limit=1').expect(200)
  const address = `/v1/scenarios/${body.items[0].id}/runs`
  await service.http.post(address).set('content-type', 'application/json').send('null').expect(422)
  await service.http.post(address).expect(202)
})
