// Loaded before a process of the service: writes how late its event loop is, the 99th percentile of each second in ms.
import { appendFileSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { isMainThread } from 'node:worker_threads'

const file = process.env.LOOP_FILE
/** The histogram's resolution, in ms: it tells the time between two ticks, so that much is no delay. */
const resolution = 10

if (file !== undefined && isMainThread) {
  const delay = monitorEventLoopDelay({ resolution })
  delay.enable()
  setInterval(() => {
    appendFileSync(file, `${(delay.percentile(99) / 1e6 - resolution).toFixed(1)}\n`)
    delay.reset()
  }, 1_000).unref()
}
