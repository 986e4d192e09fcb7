/** A side-by-side comparison: ours against another, and the goal that the ratio is held to. */
export interface Comparison {
  readonly name: string
  /** In `unit`. */
  readonly ours: number
  readonly other: number
  /** ours / other. */
  readonly ratio: number
  readonly goal: string
  readonly holds: boolean
}

/** The median of a list that is not empty. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

/**
 * Microseconds a call of each of two functions takes, measured in alternation, as this kind of machine changes
 * its speed within minutes. The ratio is the median of the rounds' own ratios.
 */
export function alternate(
  ours: () => unknown,
  other: () => unknown,
  { rounds = 12, calls = 20_000 }: { rounds?: number; calls?: number } = {},
): { ours: number; other: number; ratio: number } {
  let sink: unknown
  const once = (work: () => unknown): number => {
    const start = process.hrtime.bigint()
    for (let call = 0; call < calls; call++) sink = work()
    return Number(process.hrtime.bigint() - start) / calls / 1_000
  }
  once(ours)
  once(other)
  const a: number[] = []
  const b: number[] = []
  for (let round = 0; round < rounds; round++) {
    a.push(once(ours))
    b.push(once(other))
  }
  if (sink === undefined) throw new Error('Nothing was computed.')
  return {
    ours: median(a),
    other: median(b),
    ratio: median(a.map((time, round) => time / (b[round] ?? Number.NaN))),
  }
}
