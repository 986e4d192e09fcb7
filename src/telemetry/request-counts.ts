/** Upper bounds of the classes of durations, in seconds: an estimate takes a tenth of a millisecond, a wait up to 30 s. */
export const durationBounds: readonly number[] = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
]

/** The route of what none answers. A pattern begins with a slash, so no route is called that. */
export const noRoute = '(none)'

/** What was answered on a route to a method. */
export interface RouteCounts {
  readonly method: string
  /** The pattern of the route, never an address: those are without number, and hold what callers write. */
  readonly route: string
  /** Answers by status. */
  readonly statuses: ReadonlyMap<number, number>
  /** Answers by duration: one count for each of `durationBounds`, and one for what took longer. */
  readonly classes: readonly number[]
  /** Sum of all durations, in seconds. */
  readonly seconds: number
}

/** Counts of all answers of an app. */
export interface RequestCounts {
  /** Counts an answer; `milliseconds` is how long it took. */
  readonly count: (method: string, route: string | undefined, status: number, milliseconds: number) => void
  readonly all: () => Iterable<RouteCounts>
}

interface Counted extends RouteCounts {
  statuses: Map<number, number>
  classes: number[]
  seconds: number
}

/**
 * Counts answers in plain maps and arrays, which are read when somebody asks: a metric of a library finds its labels
 * again for every answer, and an estimate has no time for that.
 */
export function countRequests(): RequestCounts {
  const byRoute = new Map<string, Map<string, Counted>>()

  const make = (method: string, route: string): Counted => {
    const classes = Array.from({ length: durationBounds.length + 1 }, () => 0)
    const made: Counted = { method, route, statuses: new Map(), classes, seconds: 0 }
    const byMethod = byRoute.get(route) ?? new Map<string, Counted>()
    byRoute.set(route, byMethod)
    byMethod.set(method, made)
    return made
  }

  return {
    count: (method, route = noRoute, status, milliseconds) => {
      const counted = byRoute.get(route)?.get(method) ?? make(method, route)
      const seconds = milliseconds / 1_000
      let index = 0
      while (index < durationBounds.length && seconds > (durationBounds[index] as number)) index++
      counted.classes[index] = (counted.classes[index] as number) + 1
      counted.seconds += seconds
      counted.statuses.set(status, (counted.statuses.get(status) ?? 0) + 1)
    },
    all: function* () {
      for (const byMethod of byRoute.values()) yield* byMethod.values()
    },
  }
}
