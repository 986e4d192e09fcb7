import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'

/** Milliseconds of a window, and windows at most. */
const [window, most] = [400, 5]

/**
 * Holds that this process comes to rest: in one of some windows it takes less than half a core. Work that should have
 * ended takes a whole core in each of them; what other test files have left behind is cleared away in one.
 */
export async function expectRest(): Promise<void> {
  let least = Number.POSITIVE_INFINITY
  for (let tries = 0; tries < most && least >= window / 2; tries++) {
    const before = process.cpuUsage()
    await sleep(window)
    const { user, system } = process.cpuUsage(before)
    least = Math.min(least, (user + system) / 1_000)
  }
  expect(least, 'milliseconds of CPU').toBeLessThan(window / 2)
}
