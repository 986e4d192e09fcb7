import { destination, type Logger, pino } from 'pino'
import { loggedError } from './logged-error.ts'
import { withoutCredentials } from './without-credentials.ts'

/** Longest that a line waits in memory, in milliseconds. */
const longestWait = 500

/** Characters that are written at once: a busy service then makes a few system calls a second for its lines. */
const batchLength = 64 * 1024

/**
 * The process's log: JSON lines on standard output. They are written in batches, as a system call a request
 * costs more than the calculation; `flush` writes what waits, and leaving the process does too. No line has a
 * credential.
 */
export function openLog(level: string, file: string | number = 1): { log: Logger; flush: () => void } {
  const stream = destination({ dest: file, sync: false })
  // The stream has a buffer of its own, but measures all of it again for every line.
  let waiting = ''
  const pass = () => {
    if (waiting === '') return
    stream.write(waiting)
    waiting = ''
  }
  const flush = () => {
    try {
      pass()
      stream.flushSync()
    } catch {
      // Not open yet, or closed already: there is nothing to write then.
    }
  }
  const write = (line: string) => {
    waiting += withoutCredentials(line)
    if (waiting.length >= batchLength) pass()
  }
  setInterval(pass, longestWait).unref()
  process.on('exit', flush)
  const options = { level, serializers: { err: (error: unknown) => loggedError(error) } }
  return { log: pino(options, { write, flushSync: flush } as { write: typeof write }), flush }
}
