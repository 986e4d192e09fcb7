import { spawn } from 'node:child_process'
import { readlinkSync } from 'node:fs'
import { getPriority, setPriority } from 'node:os'

/** By how much threads that calculate are nicer: a tenth of the weight that a thread which answers has, where both want a core. */
const niceness = 10

/**
 * Lets this thread stand back where a core is wanted for answering. Linux schedules threads by themselves and shows the
 * number of the current one; elsewhere a number would mean the whole process, and nothing is done.
 *
 * Niceness alone shares a core fairly and yet late: a thread that wakes up to answer waits until the one that
 * calculates has used up its slice, some milliseconds. One of the class SCHED_IDLE is put off at once, and its core
 * counts as free when a place is sought for another.
 */
export function standBack(): void {
  const id = ownThread()
  if (id === null) return
  try {
    setPriority(id, Math.min(19, getPriority() + niceness))
  } catch {
    // A kernel that does not allow it schedules as it would have.
  }
  // Node has no call for it; `chrt` comes with every Debian and with BusyBox. Where it is missing, niceness is all.
  spawn('chrt', ['-i', '-p', '0', String(id)], { stdio: 'ignore' }).on('error', () => undefined)
}

/** The number of this thread, where it has one that is not the number of the process. */
function ownThread(): number | null {
  try {
    const id = Number(/\/task\/(\d+)$/.exec(readlinkSync('/proc/thread-self'))?.[1])
    return Number.isInteger(id) && id !== process.pid ? id : null
  } catch {
    return null
  }
}
