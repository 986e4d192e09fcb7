import { pino } from 'pino'
import supertest from 'supertest'
import { expect, it } from 'vitest'
import { buildApp } from '../../src/app.ts'
import { useService } from '../support/service.ts'

const service = useService({ worker: false })

it('a public run may be read by everybody, and cancelled by who may write public resources', async () => {
  const { body: list } = await service.http.get('/v1/scenarios?limit=1').expect(200)
  const { body: run } = await service.http.post(`/v1/scenarios/${list.items[0].id}/runs`).expect(202)
  const app = await buildApp({
    ...service.installation,
    log: pino({ level: 'silent' }),
    principal: { id: 'local', workspaceId: 'default', scopes: new Set(['read', 'write', 'run'] as const) },
  })
  try {
    const http = supertest(await app.listen({ host: '127.0.0.1', port: 0 }))
    await http.get(`/v1/runs/${run.id}`).expect(200)
    const { body } = await http.delete(`/v1/runs/${run.id}`).expect(403)
    expect(body).toMatchObject({ code: 'forbidden', detail: expect.stringContaining('admin') })
  } finally {
    await app.close()
  }
  const { body: cancelled } = await service.http.delete(`/v1/runs/${run.id}`).expect(200)
  expect(cancelled.status).toBe('cancelled')
})
