import { HttpProblem } from './problem.ts'

/** Milliseconds of a calculation after which other requests get their turn. */
export const slice = 8

/** Calculations that may be under way at once in a process: each holds some ten megabytes of samples. */
const mostUnderway = 64

/**
 * Calculations that wait for their next slice, the longest waiting first. There is one line for all of them, as there
 * is one event loop: each of its turns has one slice, however many calculations there are.
 */
const waiting: (() => void)[] = []

/** Waits until it is a calculation's turn again. */
export function nextSlice(): Promise<void> {
  return new Promise(resolve => {
    waiting.push(resolve)
    if (waiting.length === 1) setImmediate(giveSlice)
  })
}

function giveSlice(): void {
  waiting.shift()?.()
  if (waiting.length > 0) setImmediate(giveSlice)
}

/** Waits for the others if there are any: many that come at once would else take their first slices in one turn. */
export async function firstSlice(): Promise<void> {
  if (waiting.length > 0) await nextSlice()
}

let underway = 0

/**
 * Runs a calculation step by step to its result, with a pause for other requests after each slice of time; null
 * when `abandoned` says that nobody waits for it any more. Refused with 503 when too many are under way.
 */
export async function inSlices<Result>(
  steps: Generator<unknown, Result>,
  abandoned: () => boolean,
): Promise<Result | null> {
  if (underway >= mostUnderway) throw busy()
  underway += 1
  try {
    return await sliced(steps, abandoned)
  } finally {
    underway -= 1
  }
}

async function sliced<Result>(
  steps: Generator<unknown, Result>,
  abandoned: () => boolean,
): Promise<Result | null> {
  await firstSlice()
  let until = performance.now() + slice
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
    if (performance.now() < until) continue
    await nextSlice()
    if (abandoned()) return null
    until = performance.now() + slice
  }
}

/** A pause for other requests after each slice of time; throws `gone` when nobody waits for the result any more. */
export function pauses(abandoned: () => boolean, gone: () => Error): () => Promise<void> {
  let until = performance.now() + slice
  return async () => {
    if (performance.now() < until) return
    await nextSlice()
    if (abandoned()) throw gone()
    until = performance.now() + slice
  }
}

const busy = (): HttpProblem =>
  new HttpProblem('overloaded', `${mostUnderway} calculations are under way at the moment.`, {
    headers: { 'retry-after': '2' },
  })
