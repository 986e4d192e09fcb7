import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { expect, inject, it, onTestFinished } from 'vitest'
import { databaseForTest } from '../support/database.ts'
import { count } from './support/counts.ts'
import { quantile } from './support/requests.ts'
import { supervise } from './support/supervise.ts'
import { startWriters } from './support/writers.ts'

const seconds = count(10, 1_800)
/** Seconds until code is compiled and pools are full: what grows before is no leak. */
const warmUp = count(4, 300)

/** Resident memory in MB: /proc counts pages of 4 KiB. */
const residentOf = (pid: number) =>
  (Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * 4_096) / 1e6
const filesOf = (pid: number) => readdirSync(`/proc/${pid}/fd`).length

/** The slope of the straight line closest to the points, by least squares. */
function slope(points: readonly (readonly [number, number])[]): number {
  const mean = (of: 0 | 1) => points.reduce((sum, point) => sum + point[of], 0) / points.length
  const [x, y] = [mean(0), mean(1)]
  const over = points.reduce((sum, [a, b]) => sum + (a - x) * (b - y), 0)
  return over / points.reduce((sum, [a]) => sum + (a - x) ** 2, 0)
}

it(`R13: ${seconds} s of mixed load: no error, memory and open files stay, the event loop is on time`, async () => {
  const DATABASE_URL = await databaseForTest()
  const directory = mkdtempSync(join(tmpdir(), 'reckon-soak-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  const LOOP_FILE = join(directory, 'loop')
  const preload = pathToFileURL(join(import.meta.dirname, 'support', 'watch-loop.ts')).href
  const { start } = supervise()
  const service = await start({
    DATABASE_URL,
    LOOP_FILE,
    NODE_OPTIONS: `--import ${preload}`,
    ROLE: 'all',
    QUEUE_LIMIT: '1000000',
  })
  const pid = service.child.pid ?? 0
  const work = startWriters(4, () => service.url)
  const memory: [minute: number, megabytes: number][] = []
  const files: number[] = []
  for (let second = 0; second < seconds; second++) {
    await sleep(1_000)
    if (second < warmUp) continue
    memory.push([second / 60, residentOf(pid)])
    files.push(filesOf(pid))
  }
  await work.stop()
  expect(work.answers.filter(({ status }) => status >= 300).slice(0, 3)).toEqual([])
  expect(work.history.filter(({ outcome }) => outcome !== 'ok')).toEqual([])
  const late = readFileSync(LOOP_FILE, 'utf8').trim().split('\n').map(Number).slice(warmUp)
  const [growth, p99] = [slope(memory), quantile(late, 0.99)]
  process.stdout.write(
    `R13 ${seconds} s, ${work.answers.length} answers, RSS ${growth.toFixed(2)} MB/min, fds ${Math.min(...files)} to ${Math.max(...files)}, event loop p99 by second: median ${quantile(late, 0.5)} ms, p99 ${p99} ms\n`,
  )
  expect(Math.max(...files) - Math.min(...files)).toBeLessThan(20)
  expect(quantile(late, 0.5)).toBeLessThan(100)
  // A slope needs minutes: what a heap takes up in seconds and gives back later would be called a leak.
  if (inject('form') === 'full') {
    expect(growth).toBeLessThan(1)
    expect(p99).toBeLessThan(100)
  }
})
