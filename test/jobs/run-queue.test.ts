import { pino } from 'pino'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openInstallation } from '../../src/installation.ts'
import { startRunQueue } from '../../src/jobs/run-queue.ts'
import { databaseForTest } from '../support/database.ts'

const viewer = { workspaceId: 'default', mayWritePublic: true }
const unheard = () => {}

async function installation() {
  const url = await databaseForTest()
  const opened = await openInstallation(url, { pool: 5, publicUrl: null, log: pino({ level: 'silent' }) })
  onTestFinished(opened.close)
  const start = async () => {
    const runId = opened.newId('run')
    const now = opened.clock()
    const run = {
      runId,
      engineVersion: '1',
      catalogueVersion: opened.catalogue().version,
      datasetsOf: () => [],
      now,
    }
    await opened.store.runs.start(
      viewer,
      'galaxy-2023-gpt3-13b-training',
      'latest',
      run,
      opened.queue.enqueue,
    )
    return runId
  }
  return { ...opened, url, start }
}

describe('the run queue', () => {
  it('works a backlog off without waiting between jobs', async () => {
    const { start, work, store } = await installation()
    const runs: string[] = []
    for (let count = 0; count < 100; count++) runs.push(await start())
    const began = performance.now()
    await work()
    const unfinished = async () => {
      const states = await Promise.all(runs.map(run => store.runs.read(viewer, run)))
      return states.filter(run => run?.status !== 'succeeded').length
    }
    await expect.poll(unfinished, { timeout: 20_000, interval: 100 }).toBe(0)
    expect(performance.now() - began).toBeLessThan(15_000)
  })

  it('fails a run whose every attempt ends without a word', async () => {
    const { url, start, store, clock } = await installation()
    const run = await start()
    const queue = await startRunQueue(url, { atOnce: 2, onError: unheard })
    onTestFinished(queue.stop)
    let attempts = 0
    const vanish = async () => {
      attempts++
      throw new Error('as if killed')
    }
    await queue.work(vanish, id => store.runs.abandon(id, { title: 'lost' }, clock()))
    await expect
      .poll(async () => (await store.runs.read(viewer, run))?.status, { timeout: 25_000 })
      .toBe('failed')
    expect(attempts).toBe(3)
  })
})
