import { type Moments, meanIn, momentsOf, together } from './moments.ts'
import { atPositions, quantilesOf } from './selection.ts'

/** What a simulation says of each quantity. */
export interface StatisticsRequest {
  /** Percentages of the samples that a percentile is not exceeded by, from 0 to 100. */
  readonly percentiles: readonly number[]
  /** Bins of equal width between the 0.5th and the 99.5th percentile; 0 for no histogram. */
  readonly histogramBins: number
  /** Values whose probability of being exceeded is asked for. */
  readonly exceeding: readonly number[]
}

/** A statistic with its standard error. */
export interface Estimated {
  readonly value: number
  readonly standardError: number
}

/** Shares of the samples by value. */
export interface Histogram {
  /** Ends of the bins: one more than there are bins. */
  readonly edges: readonly number[]
  readonly shares: readonly Estimated[]
  /** Shares outside the bins. */
  readonly below: number
  readonly above: number
}

/** What a column of samples shows. */
export interface Statistics {
  readonly mean: Estimated
  readonly sd: Estimated
  readonly percentiles: readonly Estimated[]
  readonly histogram: Histogram | null
  readonly exceeding: readonly Estimated[]
}

/** What one replicate of a column shows. Plain and small: it crosses from thread to thread. */
export interface ReplicateSummary {
  readonly moments: Moments
  /** For each share of `sharesOf`: the quantile, and values that the quantile of all replicates lies between. */
  readonly quantiles: readonly { readonly value: number; readonly low: number; readonly high: number }[]
  /** Samples above each threshold. */
  readonly above: readonly number[]
}

/** The ends of the histogram, as shares of the samples. */
const histogramEnds = [0.005, 0.995] as const

/** The shares of the samples whose quantiles are needed: those asked for, then the ends of the histogram. */
function sharesOf({ percentiles, histogramBins }: StatisticsRequest): number[] {
  const shares = percentiles.map(percentile => percentile / 100)
  return histogramBins > 0 ? [...shares, ...histogramEnds] : shares
}

/**
 * What the replicate of `length` samples from `start` on shows; `centre` is some value about which they lie. `scratch`
 * is as long as a replicate and is overwritten.
 */
export function summarise(
  column: Float64Array,
  start: number,
  length: number,
  scratch: Float64Array,
  request: StatisticsRequest,
  centre: number,
): ReplicateSummary {
  scratch.set(column.subarray(start, start + length))
  return {
    moments: momentsOf(column, start, start + length, centre),
    quantiles: quantilesOf(scratch, 0, length, sharesOf(request)),
    above: request.exceeding.map(threshold => countAbove(column, start, start + length, threshold)),
  }
}

/**
 * The statistics of a column from what each of its replicates, of equal length and one behind the other, shows. The
 * standard error of each comes from how the replicates differ, so it holds for scrambled sequences too.
 */
export function conclude(
  column: Float64Array,
  summaries: readonly ReplicateSummary[],
  request: StatisticsRequest,
): Statistics {
  const { percentiles, histogramBins } = request
  const shares = sharesOf(request)
  const quantiles = shares.map((share, index) => {
    const of = summaries.map(({ quantiles }) => quantiles[index] as ReplicateSummary['quantiles'][number])
    // Of a whole, so many values are below the least of its parts' quantiles, and above the greatest, as of each part.
    return quantileBetween(
      column,
      share,
      Math.min(...of.map(({ low }) => low)),
      Math.max(...of.map(({ high }) => high)),
    )
  })
  return {
    ...meanAndDeviation(summaries.map(({ moments }) => moments)),
    percentiles: percentiles.map((_, index) => ({
      value: quantiles[index] as number,
      standardError: errorOf(summaries.map(({ quantiles }) => quantiles[index]?.value as number)),
    })),
    histogram:
      histogramBins > 0
        ? histogramOf(column, summaries.length, quantiles.slice(-2) as [number, number], histogramBins)
        : null,
    exceeding: request.exceeding.map((_, index) =>
      shareOf(summaries.map(({ above, moments }) => (above[index] as number) / moments.count)),
    ),
  }
}

/** Mean and standard deviation of all replicates, with how far the replicates differ. */
export function meanAndDeviation(replicates: readonly Moments[]): Pick<Statistics, 'mean' | 'sd'> {
  const all = replicates.reduce(together)
  return {
    mean: { value: meanIn(all), standardError: errorOf(replicates.map(({ offset }) => offset)) },
    sd: {
      value: Math.sqrt(all.squares / (all.count - 1)),
      standardError: errorOf(replicates.map(({ squares, count }) => Math.sqrt(squares / count))),
    },
  }
}

/** The quantile of a column that is known to lie between two of its values. */
function quantileBetween(column: Float64Array, share: number, low: number, high: number): number {
  const between: number[] = []
  let below = 0
  for (let index = 0; index < column.length; index++) {
    const value = column[index] as number
    if (value < low) below++
    else if (value <= high) between.push(value)
  }
  const position = share * (column.length - 1) - below
  return atPositions(Float64Array.from(between), 0, between.length, [position])[0]?.value as number
}

/** The standard error of the average of statistics that were found independently of each other. */
export function errorOf(replicated: readonly number[]): number {
  const count = replicated.length
  if (count < 2) return 0
  const mean = replicated.reduce((sum, each) => sum + each, 0) / count
  const squares = replicated.reduce((sum, each) => sum + (each - mean) ** 2, 0)
  return Math.sqrt(squares / (count * (count - 1)))
}

/** Samples above a threshold from `start` up to `end`, which is not included. */
export function countAbove(column: Float64Array, start: number, end: number, threshold: number): number {
  let above = 0
  for (let index = start; index < end; index++) if ((column[index] as number) > threshold) above++
  return above
}

/** A share of the samples from that of each replicate. */
export const shareOf = (shares: readonly number[]): Estimated => ({
  value: shares.reduce((sum, value) => sum + value, 0) / shares.length,
  standardError: errorOf(shares),
})

function histogramOf(
  column: Float64Array,
  replicates: number,
  ends: readonly [number, number],
  bins: number,
): Histogram | null {
  const counts = new HistogramCounts(ends, bins, replicates)
  const length = column.length / replicates
  for (let replicate = 0; replicate < replicates; replicate++)
    counts.add(column, replicate * length, (replicate + 1) * length, replicate)
  return counts.shares(length)
}

/** Samples of each replicate by bin, between two ends. */
export class HistogramCounts {
  /** Replicate by replicate: those below the bins, in each bin, and above. */
  readonly counts: Uint32Array
  readonly #low: number
  readonly #high: number
  readonly #bins: number

  constructor([low, high]: readonly [number, number], bins: number, replicates: number) {
    this.#low = low
    this.#high = high
    this.#bins = bins
    this.counts = new Uint32Array(replicates * (bins + 2))
  }

  add(column: Float64Array, start: number, end: number, replicate: number): void {
    const { counts } = this
    const [low, high, bins] = [this.#low, this.#high, this.#bins]
    if (!(high > low)) return
    const width = (high - low) / bins
    const at = replicate * (bins + 2) + 1
    for (let index = start; index < end; index++) {
      const value = column[index] as number
      const bin =
        value < low ? -1 : value > high ? bins : Math.min(bins - 1, Math.floor((value - low) / width))
      counts[at + bin] = (counts[at + bin] as number) + 1
    }
  }

  /** Shares of replicates of `length` samples; null where everything is one value. */
  shares(length: number): Histogram | null {
    const [low, high, bins] = [this.#low, this.#high, this.#bins]
    if (!(high > low)) return null
    const replicates = this.counts.length / (bins + 2)
    const share = (bin: number): Estimated =>
      shareOf(
        Array.from(
          { length: replicates },
          (_, replicate) => (this.counts[replicate * (bins + 2) + 1 + bin] as number) / length,
        ),
      )
    const width = (high - low) / bins
    return {
      edges: Array.from({ length: bins + 1 }, (_, index) => (index === bins ? high : low + index * width)),
      shares: Array.from({ length: bins }, (_, bin) => share(bin)),
      below: share(-1).value,
      above: share(bins).value,
    }
  }
}
