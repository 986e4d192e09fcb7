import { quantilesOf } from './selection.ts'

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

/** The ends of the histogram, as shares of the samples. */
const histogramEnds = [0.005, 0.995] as const

/**
 * Statistics of a column whose samples fall into replicates of equal length, one behind the other. The standard
 * error of each comes from how the replicates differ, so it holds for scrambled sequences too. `scratch` is as
 * long as the column and is overwritten.
 */
export function statisticsOf(
  column: Float64Array,
  scratch: Float64Array,
  replicates: number,
  { percentiles, histogramBins, exceeding }: StatisticsRequest,
): Statistics {
  const length = column.length / replicates
  const parts = Array.from(
    { length: replicates },
    (_, index) => [index * length, (index + 1) * length] as const,
  )
  const means = parts.map(([start, end]) => meanOf(column, start, end))
  const mean = means.reduce((sum, each) => sum + each, 0) / replicates
  const squares = parts.map(([start, end]) => squaresAbout(column, start, end, mean))
  const deviations = parts.map(([start, end], index) =>
    Math.sqrt(
      Math.max(0, (squares[index] as number) / (end - start) - ((means[index] as number) - mean) ** 2),
    ),
  )
  const sd = Math.sqrt(squares.reduce((sum, each) => sum + each, 0) / (column.length - 1))

  scratch.set(column)
  const shares = percentiles.map(percentile => percentile / 100)
  const asked = histogramBins > 0 ? [...shares, ...histogramEnds] : shares
  const ofParts = parts.map(([start, end]) => quantilesOf(scratch, start, end, shares))
  const quantiles = quantilesOf(scratch, 0, column.length, asked)
  return {
    mean: { value: mean, standardError: errorOf(means) },
    sd: { value: sd, standardError: errorOf(deviations) },
    percentiles: shares.map((_, index) => ({
      value: quantiles[index] as number,
      standardError: errorOf(ofParts.map(part => part[index] as number)),
    })),
    histogram:
      histogramBins > 0
        ? histogramOf(column, parts, quantiles.slice(-2) as [number, number], histogramBins)
        : null,
    exceeding: exceeding.map(threshold => shareAbove(column, parts, threshold)),
  }
}

type Part = readonly [start: number, end: number]

/** The standard error of the average of statistics that were found independently of each other. */
export function errorOf(replicated: readonly number[]): number {
  const count = replicated.length
  if (count < 2) return 0
  const mean = replicated.reduce((sum, each) => sum + each, 0) / count
  const squares = replicated.reduce((sum, each) => sum + (each - mean) ** 2, 0)
  return Math.sqrt(squares / (count * (count - 1)))
}

export function meanOf(column: Float64Array, start: number, end: number): number {
  // A first guess taken off keeps the digits of a small spread about a large mean.
  const shift = column[start] as number
  let sum = 0
  for (let index = start; index < end; index++) sum += (column[index] as number) - shift
  return shift + sum / (end - start)
}

function squaresAbout(column: Float64Array, start: number, end: number, mean: number): number {
  let sum = 0
  for (let index = start; index < end; index++) {
    const away = (column[index] as number) - mean
    sum += away * away
  }
  return sum
}

function shareAbove(column: Float64Array, parts: readonly Part[], threshold: number): Estimated {
  const shares = parts.map(([start, end]) => {
    let above = 0
    for (let index = start; index < end; index++) if ((column[index] as number) > threshold) above++
    return above / (end - start)
  })
  return { value: average(shares), standardError: errorOf(shares) }
}

const average = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

function histogramOf(
  column: Float64Array,
  parts: readonly Part[],
  [low, high]: readonly [number, number],
  bins: number,
): Histogram | null {
  if (!(high > low)) return null
  const width = (high - low) / bins
  const counts = parts.map(() => new Uint32Array(bins))
  let below = 0
  let above = 0
  for (const [part, [start, end]] of parts.entries()) {
    const own = counts[part] as Uint32Array
    for (let index = start; index < end; index++) {
      const value = column[index] as number
      if (value < low) below++
      else if (value > high) above++
      else {
        const bin = Math.min(bins - 1, Math.floor((value - low) / width))
        own[bin] = (own[bin] as number) + 1
      }
    }
  }
  const length = column.length / parts.length
  return {
    edges: Array.from({ length: bins + 1 }, (_, index) => (index === bins ? high : low + index * width)),
    shares: Array.from({ length: bins }, (_, bin) => {
      const shares = counts.map(own => (own[bin] as number) / length)
      return { value: average(shares), standardError: errorOf(shares) }
    }),
    below: below / column.length,
    above: above / column.length,
  }
}
