import { describe, expect, it } from 'vitest'
import { dataFile } from '../support/reference-files.ts'
import { useService } from '../support/service.ts'

const service = useService({ worker: false })

describe('GET /v1/industry-chain', () => {
  it('serves the whole chain: three layers, generations of models, time to 100 million users', async () => {
    const { body, headers } = await service.http.get('/v1/industry-chain').expect(200)
    expect(body).toEqual({
      ...dataFile<object>('industry-chain.json'),
      version: 1,
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
    })
    expect(body.layers.map(({ id }: { id: string }) => id)).toEqual(['foundation', 'middle', 'application'])
    expect(headers.etag).toBe('"1"')
  })

  it('says what the report says of ChatGPT and TikTok: two and nine months to 100 million users', async () => {
    const { body } = await service.http.get('/v1/industry-chain').expect(200)
    const months = Object.fromEntries(
      body.timeTo100MillionUsers.map(({ product, months: of }: { product: string; months: number }) => [
        product,
        of,
      ]),
    )
    expect(months).toMatchObject({ ChatGPT: 2, TikTok: 9, Instagram: 30, Facebook: 54, Twitter: 60 })
  })

  it('names companies that there are', async () => {
    const { body } = await service.http.get('/v1/industry-chain').expect(200)
    for (const { companies } of body.layers as { companies: string[] }[]) {
      for (const id of companies) await service.http.get(`/v1/companies/${id}`).expect(200)
    }
  })

  it('answers 304 to who has it', async () => {
    for (const tags of ['"1"', 'W/"1"', '"0", "1"', '*']) {
      await service.http
        .get('/v1/industry-chain')
        .set('if-none-match', tags)
        .expect(304)
        .expect('etag', '"1"')
    }
  })

  it('is one resource, which is read alone', async () => {
    await service.http.get('/v1/industry-chain?q=chip').expect(422)
    const { headers } = await service.http.post('/v1/industry-chain').send({}).expect(405)
    expect(headers.allow).toContain('GET')
  })
})
