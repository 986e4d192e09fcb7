/** What a segment may contribute, candidate by candidate. */
export interface SearchSegment {
  readonly contributions: Float64Array
  /** Whether each candidate is a size at all; one that is not known contributes 0. */
  readonly known: readonly boolean[]
}

/** A choice of one candidate a segment, and what it comes to. */
export interface Combination {
  /** Index of the candidate of each segment. */
  readonly choice: readonly number[]
  readonly total: number
}

/** What all combinations come to. */
export interface SearchResult {
  readonly combinations: number
  readonly least: number
  readonly most: number
  /** Within the tolerance. */
  readonly closing: number
  /** Within the tolerance with a known size for every segment. */
  readonly closingComplete: number
  /** Of the closing combinations, how many use each candidate of each segment. */
  readonly usage: readonly (readonly number[])[]
  /** Nearest first. */
  readonly closest: readonly Combination[]
}

/** How many combinations there are. */
export const combinationsOf = (segments: readonly { readonly contributions: ArrayLike<number> }[]): number =>
  segments.reduce((product, { contributions }) => product * contributions.length, 1)

/** Every combination of one candidate a segment, held against a target. Of equally near ones the first is kept. */
export function searchCombinations(
  segments: readonly SearchSegment[],
  target: number,
  tolerance: number,
  show: number,
): SearchResult {
  const depth = segments.length
  const choice = new Int32Array(depth)
  const sums = new Float64Array(depth + 1)
  const unknown = new Int32Array(depth + 1)
  const usage = segments.map(({ known }) => known.map(() => 0))
  const nearest = new Nearest(target, show)
  const margin = tolerance * target
  let [least, most, closing, closingComplete] = [Infinity, -Infinity, 0, 0]

  const leaf = (total: number, missing: number): void => {
    if (total < least) least = total
    if (total > most) most = total
    nearest.offer(total, choice)
    if (Math.abs(total - target) > margin) return
    closing++
    if (missing === 0) closingComplete++
    for (let s = 0; s < depth; s++) {
      const counts = usage[s] as number[]
      counts[choice[s] as number] = (counts[choice[s] as number] as number) + 1
    }
  }
  const descend = (s: number): void => {
    const { contributions, known } = segments[s] as SearchSegment
    for (let c = 0; c < contributions.length; c++) {
      choice[s] = c
      const sum = (sums[s] as number) + (contributions[c] as number)
      const missing = (unknown[s] as number) + (known[c] ? 0 : 1)
      if (s === depth - 1) leaf(sum, missing)
      else {
        sums[s + 1] = sum
        unknown[s + 1] = missing
        descend(s + 1)
      }
    }
  }
  descend(0)
  const combinations = combinationsOf(segments)
  return { combinations, least, most, closing, closingComplete, usage, closest: nearest.kept }
}

/** The combinations nearest to a target, in order. */
class Nearest {
  readonly kept: Combination[] = []
  readonly #target: number
  readonly #most: number
  #furthest = Number.POSITIVE_INFINITY

  constructor(target: number, most: number) {
    this.#target = target
    this.#most = most
  }

  offer(total: number, choice: Int32Array): void {
    const apart = Math.abs(total - this.#target)
    if (!(apart < this.#furthest)) return
    const at = this.kept.findIndex(({ total: other }) => Math.abs(other - this.#target) > apart)
    this.kept.splice(at < 0 ? this.kept.length : at, 0, { choice: [...choice], total })
    if (this.kept.length > this.#most) this.kept.pop()
    if (this.kept.length < this.#most) return
    const last = this.kept.at(-1) as Combination
    this.#furthest = Math.abs(last.total - this.#target)
  }
}
