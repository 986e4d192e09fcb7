import pg from 'pg'
import { describe, expect, it, onTestFinished } from 'vitest'
import { useService } from '../support/service.ts'

const service = useService({ lookForCatalogue: 50 })

/** Loads, as another process would, a copy of the current edition in which a V100 has twice its peak. */
async function loadEdition(version: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: service.databaseUrl })
  await client.connect()
  onTestFinished(() => client.end())
  await client.query('BEGIN')
  await client.query(
    `INSERT INTO catalogue_version (version, content_hash, loaded_at) VALUES ($1, $1, now() + interval '1 minute')`,
    [version],
  )
  await client.query(
    `INSERT INTO catalogue_item (catalogue_version, kind, id, position, document)
     SELECT $1, kind, id, position, CASE WHEN id = 'v100-sxm2-32gb'
       THEN jsonb_set(document::jsonb, '{peakFlopPerSecond,fp16,value}', '250e12')::json ELSE document END
     FROM catalogue_item WHERE catalogue_version = $2`,
    [version, service.installation.catalogue().version],
  )
  await client.query('COMMIT')
  return client
}

const body = {
  trainingPfDays: 268,
  accelerator: { id: 'v100-sxm2-32gb' },
  precision: 'fp16',
  throughput: { mfu: 0.5 },
}
const estimate = async () =>
  (await service.http.post('/v1/estimates/training').send(body).expect(200)).body as {
    catalogueVersion: string
    results: { deviceDays: { value: number } }
  }

describe('an edition of the catalogue that another process loads', () => {
  it('is what estimates, lists and new runs use soon after; runs before it keep theirs', async () => {
    const inputs = body
    const { body: scenario } = await service.http
      .post('/v1/scenarios')
      .send({ name: 'editions', estimator: 'training', inputs })
      .expect(201)
    const run = async () =>
      (await service.http.post(`/v1/scenarios/${scenario.id}/runs`).set('prefer', 'wait=10').expect(201)).body
    const before = { estimate: await estimate(), run: await run() }
    await loadEdition('2030-01-01.doubled')
    await expect.poll(async () => (await estimate()).catalogueVersion).toBe('2030-01-01.doubled')
    expect((await estimate()).results.deviceDays.value).toBeCloseTo(
      before.estimate.results.deviceDays.value / 2,
      6,
    )
    const { body: device } = await service.http.get('/v1/accelerators/v100-sxm2-32gb').expect(200)
    expect(device.peakFlopPerSecond.fp16.value).toBe(250e12)
    expect(await run()).toMatchObject({ catalogueVersion: '2030-01-01.doubled', status: 'succeeded' })
    const { body: kept } = await service.http.get(`/v1/runs/${before.run.id}`).expect(200)
    expect(kept.catalogueVersion).toBe(before.estimate.catalogueVersion)
    expect(kept.result.results.deviceDays.value).toBe(before.run.result.results.deviceDays.value)
  })

  it('leaves the one before in place when it cannot be read, and is looked for again', async () => {
    const before = service.installation.catalogue()
    const client = new pg.Client({ connectionString: service.databaseUrl })
    await client.connect()
    onTestFinished(() => client.end())
    await client.query(
      `INSERT INTO catalogue_version (version, content_hash, loaded_at)
       VALUES ('2031-01-01.empty', 'empty', now() + interval '2 minutes')`,
    )
    await new Promise(resolve => setTimeout(resolve, 300))
    expect(service.installation.catalogue()).toBe(before)
    await client.query(
      `INSERT INTO catalogue_item (catalogue_version, kind, id, position, document)
       SELECT '2031-01-01.empty', kind, id, position, document FROM catalogue_item WHERE catalogue_version = $1`,
      [before.version],
    )
    await expect.poll(() => service.installation.catalogue().version).toBe('2031-01-01.empty')
  })
})
