import { setImmediate } from 'node:timers/promises'

/** Milliseconds of a calculation after which other requests get their turn. */
const slice = 8

/**
 * Runs a calculation step by step to its result, with a pause for other requests after each slice of time; null
 * when `abandoned` says that nobody waits for it any more.
 */
export async function inSlices<Result>(
  steps: Generator<unknown, Result>,
  abandoned: () => boolean,
): Promise<Result | null> {
  let until = performance.now() + slice
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
    if (performance.now() < until) continue
    await setImmediate()
    if (abandoned()) return null
    until = performance.now() + slice
  }
}

/** A pause for other requests after each slice of time; throws `gone` when nobody waits for the result any more. */
export function pauses(abandoned: () => boolean, gone: () => Error): () => Promise<void> {
  let until = performance.now() + slice
  return async () => {
    if (performance.now() < until) return
    await setImmediate()
    if (abandoned()) throw gone()
    until = performance.now() + slice
  }
}
