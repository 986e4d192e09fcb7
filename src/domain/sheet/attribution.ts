import { philox } from './random/philox.ts'

/** How much of the difference between two evaluations each change explains, for each result. */
export interface Attribution {
  /** Every combination of changes was worked out, or a sample of the orders in which they can be made. */
  readonly method: 'exact' | 'sampled'
  /** Orders that were sampled; null when exact. */
  readonly orders: number | null
  /** By change, then by result: what the change does alone, from the first state. */
  readonly alone: readonly Float64Array[]
  /** By change, then by result: its Shapley value. For each result these sum to the whole difference. */
  readonly parts: readonly Float64Array[]
  /** Standard errors of the parts that come from sampling; null when exact. */
  readonly standardErrors: readonly Float64Array[] | null
}

/** Changes up to which every combination is worked out: 1,024 of them. */
export const mostExact = 10
/** Changes that can be attributed at all. */
export const mostChanges = 64
/** Pairs of sampled orders, each with its reverse. */
const pairs = 128

/** The results when the changes that are set have been made. The array may be reused by the next call. */
export type ResultsAfter = (made: Uint8Array) => ArrayLike<number>

/**
 * Divides the difference that `count` changes make together among them by the Shapley value: the average, over all
 * orders in which they can be made, of what each does at its turn (Shapley 1953). Exact for up to `mostExact` changes;
 * beyond, over random orders and their reverses (antithetic pairs, Mitchell et al. 2022), which still sum to the
 * whole. Each step of the iteration is a few evaluations, so that whoever drives it can do other things in between.
 */
export function* attribute(
  count: number,
  results: number,
  resultsAfter: ResultsAfter,
): Generator<number, Attribution> {
  return count <= mostExact
    ? yield* exactly(count, results, resultsAfter)
    : yield* bySampling(count, results, resultsAfter)
}

const columns = (count: number, results: number): Float64Array[] =>
  Array.from({ length: count }, () => new Float64Array(results))

const at = (values: ArrayLike<number>, index: number): number => values[index] as number

function* exactly(
  count: number,
  results: number,
  resultsAfter: ResultsAfter,
): Generator<number, Attribution> {
  const combinations = 2 ** count
  const values = columns(combinations, results)
  const made = new Uint8Array(count)
  for (let mask = 0; mask < combinations; mask++) {
    for (let change = 0; change < count; change++) made[change] = (mask >> change) & 1
    values[mask]?.set(resultsAfter(made))
    yield (mask + 1) / combinations
  }
  const parts = columns(count, results)
  const weights = orderShares(count)
  for (let mask = 0; mask < combinations; mask++) {
    const before = values[mask] as Float64Array
    const weight = weights[bitsOf(mask)] as number
    for (const [change, part] of parts.entries()) {
      if ((mask >> change) & 1) continue
      const after = values[mask | (1 << change)] as Float64Array
      for (let result = 0; result < results; result++)
        part[result] = at(part, result) + weight * (at(after, result) - at(before, result))
    }
  }
  const alone = parts.map((_, change) => difference(values[1 << change], values[0]))
  return { method: 'exact', orders: null, alone, parts, standardErrors: null }
}

const difference = (to: Float64Array | undefined, from: Float64Array | undefined): Float64Array =>
  (to as Float64Array).map((value, result) => value - at(from as Float64Array, result))

/** The share of all orders in which exactly a given set of s changes comes before a given other: s!(n−1−s)!/n!. */
function orderShares(count: number): number[] {
  const shares = [1 / count]
  for (let before = 1; before < count; before++)
    shares.push(((shares[before - 1] as number) * before) / (count - before))
  return shares
}

function bitsOf(mask: number): number {
  let bits = 0
  for (let rest = mask; rest !== 0; rest &= rest - 1) bits++
  return bits
}

function* bySampling(
  count: number,
  results: number,
  resultsAfter: ResultsAfter,
): Generator<number, Attribution> {
  const sums = columns(count, results)
  const squares = columns(count, results)
  const made = new Uint8Array(count)
  const first = Float64Array.from(resultsAfter(made))
  const previous = new Float64Array(results)

  /** Adds what each change does at its turn. */
  const walk = (order: readonly number[], onto: readonly Float64Array[]): void => {
    made.fill(0)
    previous.set(first)
    for (const change of order) {
      made[change] = 1
      const values = resultsAfter(made)
      const own = onto[change] as Float64Array
      for (let result = 0; result < results; result++) {
        const value = at(values, result)
        own[result] = at(own, result) + (value - at(previous, result)) / 2
        previous[result] = value
      }
    }
  }

  for (let pair = 0; pair < pairs; pair++) {
    const order = shuffled(count, pair)
    const ofPair = columns(count, results)
    walk(order, ofPair)
    walk(order.toReversed(), ofPair)
    for (const [change, own] of ofPair.entries()) {
      const sum = sums[change] as Float64Array
      const square = squares[change] as Float64Array
      for (let result = 0; result < results; result++) {
        sum[result] = at(sum, result) + at(own, result)
        square[result] = at(square, result) + at(own, result) ** 2
      }
    }
    yield (pair + 1) / pairs
  }
  const alone = sums.map((_, change) => {
    made.fill(0)
    made[change] = 1
    return Float64Array.from(resultsAfter(made)).map((value, result) => value - at(first, result))
  })
  const parts = sums.map(sum => sum.map(value => value / pairs))
  const standardErrors = squares.map((square, change) =>
    square.map((value, result) => {
      const mean = at(parts[change] as Float64Array, result)
      return Math.sqrt(Math.max(0, value / pairs - mean * mean) / (pairs - 1))
    }),
  )
  return { method: 'sampled', orders: 2 * pairs, alone, parts, standardErrors }
}

/** The order of number `which`: the same in every process (Fisher and Yates, with Philox numbers). */
function shuffled(count: number, which: number): number[] {
  const order = Array.from({ length: count }, (_, index) => index)
  for (let last = count - 1; last > 0; last--) {
    const other = philox(which, last, 0x53484150)[0] % (last + 1)
    const held = order[last] as number
    order[last] = order[other] as number
    order[other] = held
  }
  return order
}
