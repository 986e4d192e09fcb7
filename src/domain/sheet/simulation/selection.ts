/**
 * Reorders `values` from `left` to `right` (both included) so that the element of rank `k` stands at index k,
 * none before it is greater and none after it is less: the algorithm SELECT of Floyd and Rivest 1975.
 */
function select(values: Float64Array, k: number, left: number, right: number): void {
  while (right > left) {
    // On a long range, a sample first narrows it down to where rank k will be.
    if (right - left > 600) {
      const n = right - left + 1
      const rank = k - left + 1
      const log = Math.log(n)
      const size = 0.5 * Math.exp((2 * log) / 3)
      const spread = 0.5 * Math.sqrt((log * size * (n - size)) / n) * (rank < n / 2 ? -1 : 1)
      const from = Math.max(left, Math.floor(k - (rank * size) / n + spread))
      const to = Math.min(right, Math.floor(k + ((n - rank) * size) / n + spread))
      select(values, k, from, to)
    }
    const pivot = values[k] as number
    let i = left
    let j = right
    swap(values, left, k)
    if ((values[right] as number) > pivot) swap(values, left, right)
    while (i < j) {
      swap(values, i, j)
      i++
      j--
      while ((values[i] as number) < pivot) i++
      while ((values[j] as number) > pivot) j--
    }
    if (values[left] === pivot) swap(values, left, j)
    else {
      j++
      swap(values, j, right)
    }
    if (j <= k) left = j + 1
    if (k <= j) right = j - 1
  }
}

function swap(values: Float64Array, a: number, b: number): void {
  const held = values[a] as number
  values[a] = values[b] as number
  values[b] = held
}

/** A quantile of some values, with the values of the rank that it starts from and of the second above that. */
export interface RankedQuantile {
  readonly value: number
  readonly low: number
  readonly high: number
}

/**
 * Quantiles of a part of a column, which is reordered: straight between the ordered values (type 7 of Hyndman
 * and Fan 1996), in the order of `probabilities`. `end` is not included.
 */
export const quantilesOf = (
  values: Float64Array,
  start: number,
  end: number,
  probabilities: readonly number[],
): RankedQuantile[] =>
  atPositions(
    values,
    start,
    end,
    probabilities.map(p => p * (end - start - 1)),
  )

/** The same by positions among the ordered values, counted from 0. */
export function atPositions(
  values: Float64Array,
  start: number,
  end: number,
  positions: readonly number[],
): RankedQuantile[] {
  const ranks = [...new Set(positions.map(position => start + Math.floor(position)))].toSorted(
    (a, b) => a - b,
  )
  selectAll(values, ranks, start, end - 1)
  return positions.map(position => {
    const rank = start + Math.floor(position)
    const value = values[rank] as number
    // The next two ranks are among the values up to the next selected ranks.
    const until = Math.min(end - 1, Math.max(rank + 2, ranks.find(other => other > rank) ?? end - 1))
    const [next, second] = twoLeast(values, rank + 1, until, value)
    const part = position - Math.floor(position)
    return { value: part === 0 ? value : value + part * (next - value), low: value, high: second }
  })
}

/** The least value from `from` to `to` (included) and the next after it; `none` where there are no values. */
function twoLeast(values: Float64Array, from: number, to: number, none: number): [number, number] {
  let least = Number.POSITIVE_INFINITY
  let second = Number.POSITIVE_INFINITY
  for (let index = from; index <= to; index++) {
    const value = values[index] as number
    if (value < least) {
      second = least
      least = value
    } else if (value < second) second = value
  }
  if (from > to) return [none, none]
  return [least, second === Number.POSITIVE_INFINITY ? least : second]
}

/** Selects several ranks, the middle one first, so that each of the others searches in a part only. */
function selectAll(values: Float64Array, ranks: readonly number[], left: number, right: number): void {
  if (ranks.length === 0) return
  const middle = ranks.length >> 1
  const rank = ranks[middle] as number
  select(values, rank, left, right)
  selectAll(values, ranks.slice(0, middle), left, rank - 1)
  selectAll(values, ranks.slice(middle + 1), rank + 1, right)
}
