import { readdirSync, readFileSync } from 'node:fs'
import { expect, it, onTestFinished } from 'vitest'
import { openThreads } from '../../src/jobs/threads.ts'

/** SCHED_IDLE of sched(7). */
const idle = 5

/** The scheduling classes of this process's threads: field 41 of proc_pid_stat(5), which counts from the name on. */
const classes = () =>
  readdirSync('/proc/self/task').map(id => {
    const stat = readFileSync(`/proc/self/task/${id}/stat`, 'utf8')
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[38])
  })

const count = () => classes().filter(each => each === idle).length

it('threads that calculate run only where no other wants the core', async () => {
  const threads = openThreads({ answering: 1, runs: 1, ways: 1 })
  onTestFinished(() => threads.close())
  const before = count()
  const table = { bytes: new TextEncoder().encode('year,value\n2024,1\n'), format: 'csv' } as const
  await threads.readTable(table, new AbortController().signal)
  await expect.poll(count).toBe(before + 1)
  // Those that answer are as they were.
  expect(classes()[0]).toBe(0)
})
