import { chunksOf } from '../sheet/simulation/draw.ts'
import { type Moments, together } from '../sheet/simulation/moments.ts'
import {
  countsUpTo,
  type Found,
  foundTogether,
  quantileFound,
  roughQuantile,
  searchFor,
} from '../sheet/simulation/quantile-search.ts'
import {
  conclude,
  errorOf,
  HistogramCounts,
  meanAndDeviation,
  type ReplicateSummary,
  type Statistics,
  shareOf,
} from '../sheet/simulation/statistics.ts'
import { binCount, binsFor, type ValueBins } from '../sheet/simulation/value-bins.ts'
import { ChunkValues } from './chunk-values.ts'
import type { Output, PreparedSimulation } from './prepared-simulation.ts'
import { replicates } from './simulation-plan.ts'
import { piecesOf, replicateOf, type Share, type Stage } from './simulation-stages.ts'
import { type StructureShare, structureShare } from './structure.ts'

/** What a simulation says of an output. */
export interface OutputStatistics {
  readonly statistics: Statistics
  /** With alternatives: how much of the variance is theirs. */
  readonly structure: StructureShare | null
}

/**
 * The statistics of every output, stage by stage: whoever drives it works each stage out, in as many shares as it
 * likes, and hands these back. However the pieces were divided, the numbers are the same. `newColumn` makes the
 * columns that samples are kept in.
 */
export function* statisticsInStages(
  prepared: PreparedSimulation,
  newColumn: (length: number) => Float64Array,
): Generator<Stage, OutputStatistics[], readonly Share[]> {
  return prepared.isKept ? yield* fromKept(prepared, newColumn) : yield* fromCounts(prepared)
}

function* fromKept(
  prepared: PreparedSimulation,
  newColumn: (length: number) => Float64Array,
): Generator<Stage, OutputStatistics[], readonly Share[]> {
  const { outputs, sampler } = prepared
  const columns = outputs.map(() => newColumn(sampler.samples))
  const shares = yield { name: 'keep', pieces: replicates, span: [0, 1], columns }
  const pieces = inOrder(shares.flatMap(({ kept }) => kept))
  return outputs.map(({ request }, index) => ({
    statistics: conclude(
      columns[index] as Float64Array,
      pieces.map(({ summaries }) => summaries[index] as ReplicateSummary),
      request,
    ),
    structure: structureOf(
      prepared,
      pieces.map(({ alternatives }) => alternatives),
      index,
    ),
  }))
}

function* fromCounts(prepared: PreparedSimulation): Generator<Stage, OutputStatistics[], readonly Share[]> {
  const { outputs } = prepared
  const pieces = piecesOf(prepared)
  const bins = pilotBins(prepared)
  const counting = yield { name: 'count', pieces: pieces.length, span: [0, 0.5], bins }
  const counts = outputs.map((_, index) => summed(counting.map(share => share.counts[index] as Uint32Array)))
  const ends = outputs.map((_, index) => {
    const rough = (share: number) =>
      roughQuantile(bins[index] as ValueBins, counts[index] as Uint32Array, share)
    return [rough(0.005), rough(0.995)] as const
  })
  const searches = outputs.map(({ request }, index) =>
    searchFor(
      bins[index] as ValueBins,
      counts[index] as Uint32Array,
      request.percentiles.map(percentile => percentile / 100),
    ),
  )
  const searched = yield { name: 'search', pieces: pieces.length, span: [0.5, 1], searches, ends }
  const counted = inOrder(counting.flatMap(({ counted }) => counted))
  const byReplicate = Array.from({ length: replicates }, (_, replicate) =>
    counted.filter(({ piece }) => replicateOf(prepared, pieces[piece]?.[0]?.start ?? 0) === replicate),
  )
  return outputs.map((output, index) => {
    const histogram = new HistogramCounts(ends[index] ?? [0, 0], output.request.histogramBins, replicates)
    histogram.counts.set(summed(searched.map(({ histograms }) => histograms[index] as Uint32Array)))
    return {
      statistics: fromParts(prepared, output, {
        moments: byReplicate.map(own => own.map(({ moments }) => moments[index] as Moments).reduce(together)),
        above: byReplicate.map(own => sums(own.map(({ above }) => above[index] ?? []))),
        bins: bins[index] as ValueBins,
        counts: counts[index] as Uint32Array,
        found: foundTogether(searched.map(({ found }) => found[index] as Found)),
        histogram,
      }),
      structure: structureOf(
        prepared,
        byReplicate.map(own => momentsTogether(own.map(({ alternatives }) => alternatives))),
        index,
      ),
    }
  })
}

function fromParts(
  { sampler: { samples } }: PreparedSimulation,
  { request }: Output,
  parts: {
    readonly moments: readonly Moments[]
    readonly above: readonly (readonly number[])[]
    readonly bins: ValueBins
    readonly counts: Uint32Array
    readonly found: Found
    readonly histogram: HistogramCounts
  },
): Statistics {
  const { moments, above, bins, counts, found, histogram } = parts
  const length = samples / replicates
  return {
    ...meanAndDeviation(moments),
    percentiles: request.percentiles.map(percentile => {
      const share = percentile / 100
      const value = quantileFound(found, samples, share)
      // How far the replicates' shares of samples below differ, over how dense the samples lie there (Bahadur 1966).
      const around = Math.max(1 / samples, Math.sqrt((share * (1 - share)) / samples))
      const [from, to] = [Math.max(0, share - around), Math.min(1, share + around)]
      const slope = (roughQuantile(bins, counts, to) - roughQuantile(bins, counts, from)) / (to - from)
      const below = countsUpTo(found, value, replicates).map(count => count / length)
      // Counts tell no less than one sample of each replicate.
      const rounding = 1 / length / Math.sqrt(12 * replicates)
      return { value, standardError: slope * Math.hypot(errorOf(below), rounding) }
    }),
    histogram: request.histogramBins > 0 ? histogram.shares(length) : null,
    exceeding: request.exceeding.map((_, which) =>
      shareOf(above.map(own => (own[which] as number) / length)),
    ),
  }
}

/** Bins for each output, by the first samples of every replicate. */
function pilotBins(prepared: PreparedSimulation): ValueBins[] {
  const values = new ChunkValues(prepared)
  const pilots: Float64Array[][] = prepared.outputs.map(() => [])
  for (const chunk of chunksOf(prepared.sampler)) {
    if (chunk.start % (prepared.sampler.samples / replicates) !== 0) continue
    values.take(chunk)
    for (const [index, column] of values.values.entries()) pilots[index]?.push(column.slice(0, chunk.count))
  }
  return pilots.map(binsFor)
}

const inOrder = <T extends { readonly piece: number }>(pieces: readonly T[]): T[] =>
  pieces.toSorted((a, b) => a.piece - b.piece)

function summed(parts: readonly Uint32Array[]): Uint32Array {
  const sum = new Uint32Array(parts[0]?.length ?? binCount)
  for (const part of parts)
    for (let index = 0; index < sum.length; index++)
      sum[index] = (sum[index] as number) + (part[index] as number)
  return sum
}

const sums = (rows: readonly (readonly number[])[]): number[] =>
  (rows[0] ?? []).map((_, index) => rows.reduce((sum, row) => sum + (row[index] as number), 0))

type AlternativeMoments = Share['counted'][number]['alternatives']

/** Moments of several pieces in one, by alternative and output. */
function momentsTogether(pieces: readonly AlternativeMoments[]): AlternativeMoments {
  return pieces.reduce((sum, own) =>
    sum === null || own === null
      ? null
      : sum.map((outputs, which) =>
          outputs.map((moments, index) => together(moments, own[which]?.[index] as Moments)),
        ),
  )
}

function structureOf(
  { alternatives }: PreparedSimulation,
  byReplicate: readonly AlternativeMoments[],
  output: number,
): StructureShare | null {
  if (alternatives.length === 1) return null
  return structureShare(
    byReplicate.map(own => (own ?? []).map(outputs => outputs[output] as Moments)),
    alternatives,
  )
}
