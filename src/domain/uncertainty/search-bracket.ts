import { DomainError } from '../errors.ts'

/** A value of an input, and how far the quantity is from the target there. */
export interface Point {
  readonly at: number
  readonly gap: number
}

/** How far a search may go, in the unit of the input. */
export interface SearchRange {
  readonly low: number
  readonly high: number
}

/** How far the quantity is from its target at a value. */
export type Gap = (value: number) => Promise<number>

/** Steps in either direction: enough to cross any range of numbers by doubling. */
const mostSteps = 400

/**
 * Two neighbouring points between which the sign of the gap changes, found by walking both ways from a start
 * with growing steps; or the two points farthest out, when there are none. Where the estimator refuses a value,
 * the walk ends at the last one that it accepts.
 */
export async function searchBracket(
  gapAt: Gap,
  start: number,
  range: SearchRange,
): Promise<
  | { readonly bracket: readonly [Point, Point] }
  | { readonly ends: readonly [Point, Point]; readonly refusals: readonly string[] }
> {
  const first = { at: start, gap: await gapAt(start) }
  const walks = [walk(gapAt, first, range.high, range), walk(gapAt, first, range.low, range)]
  const refusals: string[] = []
  const ends: [Point, Point] = [first, first]
  const open = [true, true]
  for (let step = 0; step < mostSteps && (open[0] || open[1]); step++) {
    for (const side of [0, 1] as const) {
      if (!open[side]) continue
      const next = await (walks[side] as ReturnType<typeof walk>).next()
      if (next.done) {
        open[side] = false
        if (next.value !== undefined) refusals.push(next.value)
        continue
      }
      const before = ends[side]
      ends[side] = next.value
      if (before.gap === 0) return { bracket: [before, before] }
      if (before.gap > 0 !== next.value.gap > 0 || next.value.gap === 0)
        return { bracket: [before, next.value] }
    }
  }
  return { ends: [ends[1], ends[0]], refusals }
}

/** Points from the start to an end of the range; the reason why it ends earlier is returned. */
async function* walk(
  gapAt: Gap,
  start: Point,
  end: number,
  { low, high }: SearchRange,
): AsyncGenerator<Point, string | undefined> {
  const step = stepper(start.at, end, { low, high })
  let last = start
  while (last.at !== end) {
    const at = step(last.at)
    if (!Number.isFinite(at)) return undefined
    try {
      last = { at, gap: await gapAt(at) }
    } catch (error) {
      if (!(error instanceof DomainError)) throw error
      const edge = await lastAccepted(gapAt, last, at)
      if (edge.at !== last.at) yield edge
      return `at ${at.toPrecision(6)}: ${error.message}`
    }
    yield last
  }
  return undefined
}

/**
 * How a walk goes on from a value: by half as much again, where numbers keep their sign, else by steps that double;
 * never past the end.
 */
function stepper(start: number, end: number, { low, high }: SearchRange): (from: number) => number {
  const up = end > start
  const within = (value: number) => (up ? Math.min(end, value) : Math.max(end, value))
  if (start !== 0 && low >= 0) {
    // So close to an end that is zero, the end itself is next.
    const least = up ? 0 : start * 1e-15
    return from => (up ? within(from * 1.5) : from / 1.5 < least ? end : within(from / 1.5))
  }
  let size = start === 0 ? Math.min(high, -low, 1e-3) || (high - low) * 1e-6 : Math.abs(start) / 4
  return from => {
    const at = within(from + (up ? size : -size))
    size *= 2
    return at
  }
}

/** The last value on the way to one that is refused, to within rounding. */
async function lastAccepted(gapAt: Gap, accepted: Point, refused: number): Promise<Point> {
  let last = accepted
  let beyond = refused
  for (let step = 0; step < 60; step++) {
    const at = (last.at + beyond) / 2
    try {
      last = { at, gap: await gapAt(at) }
    } catch (error) {
      if (!(error instanceof DomainError)) throw error
      beyond = at
    }
  }
  return last
}
