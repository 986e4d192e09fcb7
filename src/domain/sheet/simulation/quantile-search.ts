import { atPositions } from './selection.ts'
import { binCount, fillBins, leastOf, rank, type ValueBins } from './value-bins.ts'

/** Values of one bin that are kept; a fuller one is divided into finer bins. */
const mostKept = 65_536
const fineBins = 65_536

/** A bin in which a wanted quantile lies. */
interface WantedBin {
  readonly bin: number
  /** Samples in the bins before it, and in it. */
  readonly before: number
  readonly count: number
}

/** Where quantiles of more samples than are kept lie, as far as the bins tell. Plain data: it crosses threads. */
export interface QuantileSearch {
  readonly bins: ValueBins
  /** In the order of values, each once. */
  readonly wanted: readonly WantedBin[]
}

/** The bins in which the quantiles of some shares lie: for each, those of the two ranks that it is between. */
export function searchFor(bins: ValueBins, counts: Uint32Array, shares: readonly number[]): QuantileSearch {
  const samples = counts.reduce((sum, count) => sum + count, 0)
  const ranks = shares.flatMap(share => {
    const rank = Math.floor(share * (samples - 1))
    return [rank, Math.min(rank + 1, samples - 1)]
  })
  const wanted: WantedBin[] = []
  let before = 0
  for (let bin = 0; bin < binCount; bin++) {
    const count = counts[bin] as number
    if (ranks.some(rank => rank >= before && rank < before + count)) wanted.push({ bin, before, count })
    before += count
  }
  return { bins, wanted }
}

/** A quantile as the bins tell it, taking the values of a bin to lie evenly. */
export function roughQuantile(bins: ValueBins, counts: Uint32Array, share: number): number {
  const samples = counts.reduce((sum, count) => sum + count, 0)
  const position = Math.min(samples, Math.max(0, share * samples))
  let before = 0
  for (let bin = 0; bin < binCount; bin++) {
    const count = counts[bin] as number
    if (count > 0 && before + count >= position) {
      const from = leastOf(bins.origin + bin * bins.width)
      const to = leastOf(bins.origin + (bin + 1) * bins.width)
      return from + ((position - before) / count) * (to - from)
    }
    before += count
  }
  return leastOf(bins.origin + binCount * bins.width)
}

/** Samples of a bin that is too full to keep, by finer bins, with the least and the greatest of each. */
interface FineCounts {
  readonly counts: Uint32Array
  readonly least: Float64Array
  readonly most: Float64Array
}

/** What a second pass over samples finds of the quantiles searched for. Sums and sets: their order does not matter. */
export interface Found {
  readonly search: QuantileSearch
  /** For each wanted bin: its values, with the replicate of each; or finer counts where there are too many. */
  readonly values: readonly number[][]
  readonly from: readonly number[][]
  readonly fine: readonly (FineCounts | null)[]
  /** For each replicate: samples before the first wanted bin, in it, between it and the second, and so on. */
  readonly counts: Uint32Array
}

/** Searches column after column. */
export class Finder implements Found {
  readonly search: QuantileSearch
  readonly values: readonly number[][]
  readonly from: readonly number[][]
  readonly fine: readonly (FineCounts | null)[]
  readonly counts: Uint32Array
  readonly #state: Uint8Array | Uint16Array

  constructor(search: QuantileSearch, replicates: number) {
    this.search = search
    const { wanted } = search
    this.values = wanted.map(() => [])
    this.from = wanted.map(() => [])
    this.fine = wanted.map(({ count }) =>
      count <= mostKept
        ? null
        : {
            counts: new Uint32Array(fineBins),
            least: new Float64Array(fineBins).fill(Number.POSITIVE_INFINITY),
            most: new Float64Array(fineBins).fill(Number.NEGATIVE_INFINITY),
          },
    )
    const states = 2 * wanted.length + 1
    this.counts = new Uint32Array(replicates * states)
    this.#state = states < 256 ? new Uint8Array(binCount) : new Uint16Array(binCount)
    for (const [index, { bin }] of wanted.entries()) {
      this.#state[bin] = 2 * index + 1
      this.#state.fill(2 * index + 2, bin + 1)
    }
  }

  /** Takes the first `count` values of a column, all of one replicate; `room` has space for as many bins. */
  add(column: Float64Array, count: number, replicate: number, room: Uint32Array): void {
    const { counts } = this
    const { bins, wanted } = this.search
    fillBins(column, count, bins, room)
    const at = replicate * (2 * wanted.length + 1)
    for (let index = 0; index < count; index++) {
      const state = this.#state[room[index] as number] as number
      counts[at + state] = (counts[at + state] as number) + 1
      if ((state & 1) === 1) this.#keep(state >> 1, column[index] as number, replicate)
    }
  }

  #keep(which: number, value: number, replicate: number): void {
    const fine = this.fine[which]
    if (fine === null || fine === undefined) {
      this.values[which]?.push(value)
      this.from[which]?.push(replicate)
      return
    }
    const { bins, wanted } = this.search
    const start = bins.origin + (wanted[which] as WantedBin).bin * bins.width
    const width = Math.max(1, bins.width / fineBins)
    const bin = Math.min(fineBins - 1, Math.max(0, Math.floor((rank(value) - start) / width)))
    fine.counts[bin] = (fine.counts[bin] as number) + 1
    if (value < (fine.least[bin] as number)) fine.least[bin] = value
    if (value > (fine.most[bin] as number)) fine.most[bin] = value
  }
}

/** What several passes over different samples found, in one. */
export function foundTogether(parts: readonly Found[]): Found {
  const [first, ...others] = parts as [Found, ...Found[]]
  for (const other of others) {
    for (let index = 0; index < first.counts.length; index++)
      first.counts[index] = (first.counts[index] as number) + (other.counts[index] as number)
    for (const [which, values] of first.values.entries()) {
      for (const value of other.values[which] ?? []) values.push(value)
      for (const replicate of other.from[which] ?? []) first.from[which]?.push(replicate)
      addFine(first.fine[which] ?? null, other.fine[which] ?? null)
    }
  }
  return first
}

function addFine(into: FineCounts | null, other: FineCounts | null): void {
  if (into === null || other === null) return
  for (let bin = 0; bin < fineBins; bin++) {
    into.counts[bin] = (into.counts[bin] as number) + (other.counts[bin] as number)
    into.least[bin] = Math.min(into.least[bin] as number, other.least[bin] as number)
    into.most[bin] = Math.max(into.most[bin] as number, other.most[bin] as number)
  }
}

/**
 * The quantile of a share: the order statistics themselves, or, in a bin that was too full to keep, straight between
 * the least and the greatest value of its finer bin, which one value that many samples have meets exactly.
 */
export function quantileFound({ search, values, fine }: Found, samples: number, share: number): number {
  const position = share * (samples - 1)
  const valueAt = (rank: number): number => {
    const which = search.wanted.findIndex(({ before, count }) => rank >= before && rank < before + count)
    const { before } = search.wanted[which] as WantedBin
    const finer = fine[which]
    if (finer !== null && finer !== undefined) return fineValue(finer, rank - before)
    const kept = Float64Array.from(values[which] as number[])
    return atPositions(kept, 0, kept.length, [rank - before])[0]?.value as number
  }
  const rank = Math.floor(position)
  const value = valueAt(rank)
  const part = position - rank
  return part === 0 ? value : value + part * (valueAt(Math.min(rank + 1, samples - 1)) - value)
}

function fineValue({ counts, least, most }: FineCounts, rank: number): number {
  let before = 0
  for (let bin = 0; bin < fineBins; bin++) {
    const count = counts[bin] as number
    if (rank < before + count) {
      const [from, to] = [least[bin] as number, most[bin] as number]
      return count === 1 ? from : from + ((rank - before) / (count - 1)) * (to - from)
    }
    before += count
  }
  return most[fineBins - 1] as number
}

/** For each replicate: samples up to a value in one of the wanted bins. */
export function countsUpTo(
  { search, values, from, fine, counts }: Found,
  value: number,
  replicates: number,
): number[] {
  const { bins, wanted } = search
  const bin = Math.min(binCount - 1, Math.max(0, Math.floor((rank(value) - bins.origin) / bins.width)))
  const found = wanted.findIndex(each => each.bin >= bin)
  const which = found < 0 ? wanted.length - 1 : found
  const states = 2 * wanted.length + 1
  const kept = values[which] as number[]
  return Array.from({ length: replicates }, (_, replicate) => {
    let up = 0
    for (let state = 0; state <= 2 * which; state++) up += counts[replicate * states + state] as number
    const inside = counts[replicate * states + 2 * which + 1] as number
    const finer = fine[which]
    // Too many to tell apart: each replicate has its share of them below the value.
    if (finer !== null && finer !== undefined) return up + inside * shareUpTo(finer, value)
    for (const [index, each] of kept.entries()) if (from[which]?.[index] === replicate && each <= value) up++
    return up
  })
}

function shareUpTo({ counts, least, most }: FineCounts, value: number): number {
  let up = 0
  let all = 0
  for (let bin = 0; bin < fineBins; bin++) {
    const count = counts[bin] as number
    all += count
    if (count === 0 || (least[bin] as number) > value) continue
    const [from, to] = [least[bin] as number, most[bin] as number]
    up += to <= value ? count : (count * (value - from)) / (to - from)
  }
  return all === 0 ? 0 : up / all
}
