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

/** Steps in either direction: enough to cross any range of numbers by doubling. */
const mostSteps = 400

/**
 * Two neighbouring points between which the sign of the gap changes, found by walking both ways from a start
 * with growing steps; or the two points farthest out, when there are none. Where the estimator refuses a value,
 * the walk ends at the last one that it accepts.
 */
export function searchBracket(
  gapAt: (value: number) => number,
  start: number,
  range: SearchRange,
):
  | { readonly bracket: readonly [Point, Point] }
  | { readonly ends: readonly [Point, Point]; readonly refusals: readonly string[] } {
  const first = { at: start, gap: gapAt(start) }
  const walks = [walk(gapAt, first, range.high, range), walk(gapAt, first, range.low, range)]
  const refusals: string[] = []
  const ends: [Point, Point] = [first, first]
  const open = [true, true]
  for (let step = 0; step < mostSteps && (open[0] || open[1]); step++) {
    for (const side of [0, 1] as const) {
      if (!open[side]) continue
      const next = (walks[side] as ReturnType<typeof walk>).next()
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
function* walk(
  gapAt: (value: number) => number,
  start: Point,
  end: number,
  { low, high }: SearchRange,
): Generator<Point, string | undefined> {
  let last = start
  const up = end > start.at
  const additive = start.at === 0 || low < 0
  let size =
    start.at === 0
      ? Math.min(high - start.at, start.at - low, 1e-3) || (high - low) * 1e-6
      : Math.abs(start.at) / 4
  while (last.at !== end) {
    const next = additive ? last.at + (up ? size : -size) : up ? last.at * 1.5 : last.at / 1.5
    size *= 2
    // So close to an end that is zero, the end itself is next.
    const small = !additive && !up && next < Math.abs(start.at) * 1e-15
    const at = up ? Math.min(end, next) : small ? end : Math.max(end, next)
    if (!Number.isFinite(at)) return undefined
    try {
      last = { at, gap: gapAt(at) }
    } catch (error) {
      if (!(error instanceof DomainError)) throw error
      const edge = lastAccepted(gapAt, last, at)
      if (edge.at !== last.at) yield edge
      return `at ${at.toPrecision(6)}: ${error.message}`
    }
    yield last
  }
  return undefined
}

/** The last value on the way to one that is refused, to within rounding. */
function lastAccepted(gapAt: (value: number) => number, accepted: Point, refused: number): Point {
  let last = accepted
  let beyond = refused
  for (let step = 0; step < 60; step++) {
    const at = (last.at + beyond) / 2
    try {
      last = { at, gap: gapAt(at) }
    } catch (error) {
      if (!(error instanceof DomainError)) throw error
      beyond = at
    }
  }
  return last
}
