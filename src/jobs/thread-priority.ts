import { readlinkSync } from 'node:fs'
import { getPriority, setPriority } from 'node:os'

/** By how much threads that calculate are nicer: a tenth of the weight that a thread which answers has, where both want a core. */
const niceness = 10

/**
 * Lets this thread stand back where a core is wanted for answering. Linux schedules threads by themselves and shows the
 * number of the current one; elsewhere a number would mean the whole process, and nothing is done.
 */
export function standBack(): void {
  try {
    const id = Number(/\/task\/(\d+)$/.exec(readlinkSync('/proc/thread-self'))?.[1])
    if (Number.isInteger(id) && id !== process.pid) setPriority(id, Math.min(19, getPriority() + niceness))
  } catch {
    // A kernel that does not allow it schedules as it would have.
  }
}
