import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { expect, it, onTestFinished } from 'vitest'
import { databaseForTest } from '../support/database.ts'
import type { ServiceProcess } from '../support/process.ts'
import { count } from './support/counts.ts'
import { complaints, type Entry } from './support/history.ts'
import { send, simulation, training } from './support/requests.ts'
import { supervise } from './support/supervise.ts'

const rounds = count(1, 5)
const howMany = count(30, 500)
const kills = count(1, 4)
const workerCount = count(3, 4)

it(`R10: ${workerCount} workers, ${howMany} runs, ${kills} kills, ${rounds} times: each run ends once, none waits over 60 s`, async () => {
  const DATABASE_URL = await databaseForTest()
  const { start, kill } = supervise()
  const service = await start({ DATABASE_URL, ROLE: 'service' })
  const worker = () => start({ DATABASE_URL, ROLE: 'worker' })
  const database = new pg.Client({ connectionString: DATABASE_URL })
  await database.connect()
  onTestFinished(() => database.end())
  const scenario = 'kept'
  const created = { ...training, name: scenario, description: 'created' }
  expect((await send(`${service.url}/v1/scenarios`, { method: 'POST', body: created })).status).toBe(201)
  const history: Entry[] = [{ what: 'create', scenario, marker: 'created', outcome: 'ok' }]
  const workers = await Promise.all(Array.from({ length: workerCount }, worker))
  for (let round = 0; round < rounds; round++) {
    for (let run = 0; run < howMany; run++) {
      const marker = `${round}-${run}`
      const { status, body } = await send(`${service.url}/v1/scenarios/${scenario}/runs`, {
        method: 'POST',
        body: simulation(marker, 262_144),
      })
      expect(status).toBe(202)
      const { id } = JSON.parse(body) as { id: string }
      history.push({ what: 'run', scenario, marker, outcome: 'ok', run: id })
      const due = Math.floor(((run + 1) * kills) / howMany) > Math.floor((run * kills) / howMany)
      if (!due) continue
      const place = run % workerCount
      await sleep(Math.random() * 100)
      await kill(workers[place] as ServiceProcess)
      workers[place] = await worker()
    }
    const left = `SELECT count(*)::int AS n FROM run WHERE status IN ('queued', 'running')`
    await expect
      .poll(async () => (await database.query<{ n: number }>(left)).rows[0]?.n, {
        timeout: 300_000,
        interval: 200,
      })
      .toBe(0)
  }
  const { rows } = await database.query<{ status: string; n: number; results: number; longest: number }>(
    `SELECT status, count(*)::int AS n, count(run_id)::int AS results,
       max(extract(epoch FROM finished_at - created_at))::float AS longest
     FROM run LEFT JOIN run_result ON run_id = id WHERE workspace_id = 'default' GROUP BY status`,
  )
  expect(rows).toMatchObject([{ status: 'succeeded', n: rounds * howMany, results: rounds * howMany }])
  expect(await complaints(history, database)).toEqual([])
  process.stdout.write(`R10 ${rounds * howMany} runs, longest ${rows[0]?.longest.toFixed(1)} s\n`)
  expect(rows[0]?.longest).toBeLessThan(60)
})
