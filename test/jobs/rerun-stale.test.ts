import pg from 'pg'
import { describe, expect, it, onTestFinished } from 'vitest'
import { useService } from '../support/service.ts'

const service = useService({ lookForCatalogue: 100 })

interface RunSummary {
  readonly id: string
  readonly cause: string
  readonly rerunOf: string | null
  readonly status: string
  readonly priority: string
}

async function scenario(content: object): Promise<{ id: string; first: string }> {
  const { body } = await service.http.post('/v1/scenarios').send(content).expect(201)
  const { body: run } = await service.http
    .post(`/v1/scenarios/${body.id}/runs`)
    .set('prefer', 'wait=10')
    .expect(201)
  return { id: body.id, first: run.id }
}
const runsOf = async (id: string): Promise<RunSummary[]> =>
  (await service.http.get(`/v1/scenarios/${id}/runs`).expect(200)).body.items
const settled = (id: string, count: number) =>
  expect
    .poll(async () => (await runsOf(id)).filter(({ status }) => status === 'succeeded').length, {
      timeout: 15_000,
    })
    .toBe(count)

const training = {
  estimator: 'training',
  inputs: {
    trainingPfDays: 268,
    accelerator: { id: 'v100-sxm2-32gb' },
    precision: 'fp16',
    throughput: { mfu: 0.5 },
  },
}

describe('scenarios that ask to be run again', () => {
  it('are, once, when the catalogue changes, and the difference to before is at hand', async () => {
    const asking = await scenario({ ...training, name: 'asking', rerunOn: ['catalogue'] })
    const other = await scenario({ ...training, name: 'not asking' })
    const client = new pg.Client({ connectionString: service.databaseUrl })
    await client.connect()
    onTestFinished(() => client.end())
    await client.query('BEGIN')
    await client.query(
      `INSERT INTO catalogue_version (version, content_hash, loaded_at) VALUES ('next', 'next', now() + interval '1 minute')`,
    )
    await client.query(
      `INSERT INTO catalogue_item (catalogue_version, kind, id, position, document)
       SELECT 'next', kind, id, position, CASE WHEN id = 'v100-sxm2-32gb'
         THEN jsonb_set(document::jsonb, '{peakFlopPerSecond,fp16,value}', '250e12')::json ELSE document END
       FROM catalogue_item WHERE catalogue_version = $1`,
      [service.installation.catalogue().version],
    )
    await client.query('COMMIT')

    await settled(asking.id, 2)
    const [, again] = await runsOf(asking.id)
    expect(again).toMatchObject({ cause: 'catalogue', rerunOf: asking.first, priority: 'batch' })
    const { body } = await service.http.get(`/v1/comparisons?runs=${asking.first},${again?.id}`).expect(200)
    const days = body.differences[0].results.find(({ id }: { id: string }) => id === 'deviceDays')
    // Half the time on devices with twice the peak, and nothing else is to blame.
    expect(days.to / days.from).toBeCloseTo(0.5, 12)
    expect(days.parts).toHaveLength(1)
    expect(days.parts[0].part).toBeCloseTo(days.difference, 9)
    await service.http.get(`/v1/scenarios/${asking.id}/result`).expect('etag', `"${again?.id}"`)
    // Nothing has changed since, and who does not ask is left alone.
    await new Promise(resolve => setTimeout(resolve, 500))
    expect(await runsOf(asking.id)).toHaveLength(2)
    expect(await runsOf(other.id)).toHaveLength(1)
  })

  it('are when a dataset changes that their inputs refer to', async () => {
    const id = 'games_gpc'
    const market = {
      name: 'games',
      estimator: 'market',
      rerunOn: ['datasets'],
      inputs: {
        region: 'CN',
        unit: '亿元',
        baseYear: 2021,
        targetYear: 2025,
        segments: [
          {
            id: 'games',
            size: { dataset: id, year: 2021 },
            growth: { cagr: 0 },
            valueCapture: 1,
            penetration: { constant: 0.25 },
          },
        ],
      },
    }
    const games = await scenario(market)
    await service.http
      .patch(`/v1/datasets/${id}`)
      .set('if-match', '*')
      .set('content-type', 'application/merge-patch+json')
      .send(JSON.stringify({ title: { en: 'Games, once more' } }))
      .expect(200)
    await settled(games.id, 2)
    expect((await runsOf(games.id)).at(-1)).toMatchObject({ cause: 'datasets', rerunOf: games.first })
  })

  it('refuse a change that there is not', async () => {
    const { body } = await service.http
      .post('/v1/scenarios')
      .send({ ...training, name: 'wrong', rerunOn: ['weather'] })
      .expect(422)
    expect(body.errors[0].pointer).toBe('/rerunOn/0')
  })
})
