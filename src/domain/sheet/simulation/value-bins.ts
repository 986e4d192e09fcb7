/**
 * Bins that are in the order of the values in them, over those binary digits of the numbers that tell them apart: a
 * fine grid for values that lie close together, and a relative one for values of many magnitudes. Plain data.
 */
export interface ValueBins {
  /** Rank of the least number in the first bin, and how many ranks a bin has. */
  readonly origin: number
  readonly width: number
}

export const binCount = 2 ** 18

/** Digits of the rank below those of the upper word; the last 12 of a number are left out, so that ranks are exact. */
const lowDigits = 2 ** 20

/**
 * Writes the bin of each of the first `count` values of a column. What lies outside the bins falls into the first or
 * the last. The rank of a number is its 52 leading binary digits, turned so that ranks are in the order of numbers.
 */
export function fillBins(
  column: Float64Array,
  count: number,
  { origin, width }: ValueBins,
  into: Uint32Array,
): void {
  const words = new Uint32Array(column.buffer, column.byteOffset, 2 * count)
  const scale = 1 / width
  const last = binCount - 1
  for (let index = 0; index < count; index++) {
    const bin = (rankOf(words[2 * index + 1] as number, words[2 * index] as number) - origin) * scale
    into[index] = bin > last ? last : bin > 0 ? bin : 0
  }
}

function rankOf(high: number, low: number): number {
  // Among negative numbers the greater in digits is the less.
  return high < 0x80000000
    ? (high + 0x80000000) * lowDigits + (low >>> 12)
    : (~high >>> 0) * lowDigits + (~low >>> 12)
}

const one = new Float64Array(1)
const words = new Uint32Array(one.buffer)

/** The rank of a number. */
export function rank(value: number): number {
  // −0 is 0.
  one[0] = value + 0
  return rankOf(words[1] as number, words[0] as number)
}

/** The least number of a rank. */
export function leastOf(rank: number): number {
  const high = Math.floor(rank / lowDigits)
  const low = rank % lowDigits
  if (high >= 0x80000000) {
    words[1] = high - 0x80000000
    words[0] = low << 12
  } else {
    words[1] = ~high
    words[0] = ~(low << 12)
  }
  return one[0] as number
}

/** Bins for values like those of a pilot, with room for more beyond its ends. */
export function binsFor(pilot: readonly Float64Array[]): ValueBins {
  let least = Number.POSITIVE_INFINITY
  let most = Number.NEGATIVE_INFINITY
  for (const column of pilot)
    for (const value of column) {
      if (value < least) least = value
      if (value > most) most = value
    }
  const span = Math.max(1, rank(most) - rank(least))
  const width = 2 ** Math.max(0, Math.ceil(Math.log2((1.5 * span) / binCount)))
  return { origin: rank(least) - Math.floor((binCount * width - span) / 2), width }
}
