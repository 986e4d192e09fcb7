import { destination, type Logger, pino } from 'pino'

/** How often lines that wait in memory are written. */
const flushEvery = 500

/**
 * The process's log: JSON lines on standard output. They are written in batches, as a system call a request
 * costs more than the calculation; `flush` writes what waits, and leaving the process does too.
 */
export function openLog(level: string, file: string | number = 1): { log: Logger; flush: () => void } {
  const stream = destination({ dest: file, sync: false, minLength: 4_096 })
  const flush = () => {
    try {
      stream.flushSync()
    } catch {
      // Not open yet, or closed already: there is nothing to write then.
    }
  }
  setInterval(() => stream.flush(), flushEvery).unref()
  process.on('exit', flush)
  return { log: pino({ level }, stream), flush }
}
