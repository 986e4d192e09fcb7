/** Requests under way at once. */
const width = 8

/** Works through tasks, a few at a time. */
export async function inLanes(tasks: Iterable<() => Promise<unknown>>): Promise<void> {
  const rest = tasks[Symbol.iterator]()
  await Promise.all(
    Array.from({ length: width }, async () => {
      for (let next = rest.next(); next.done !== true; next = rest.next()) await next.value()
    }),
  )
}

/** A generator of numbers in [0, 1) that is the same for the same seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** At most `count` of the cases, chosen evenly at random, in their order. */
export function chosen<T>(cases: readonly T[], count: number, seed: number): readonly T[] {
  if (cases.length <= count) return cases
  const random = randomOf(seed)
  let wanted = count
  return cases.filter((_, index) => {
    if (random() * (cases.length - index) >= wanted) return false
    wanted -= 1
    return true
  })
}
