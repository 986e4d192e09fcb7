import { type Chunk, chunksOf } from '../sheet/simulation/draw.ts'
import { type Moments, momentsOf, noMoments, together } from '../sheet/simulation/moments.ts'
import { chunkLength } from '../sheet/simulation/program.ts'
import { Finder, type Found, type QuantileSearch } from '../sheet/simulation/quantile-search.ts'
import {
  countAbove,
  HistogramCounts,
  type ReplicateSummary,
  summarise,
} from '../sheet/simulation/statistics.ts'
import { binCount, fillBins, type ValueBins } from '../sheet/simulation/value-bins.ts'
import { ChunkValues } from './chunk-values.ts'
import type { Output, PreparedSimulation } from './prepared-simulation.ts'
import { replicates } from './simulation-plan.ts'

/**
 * A stage of a simulation: pieces of the samples that can be worked out anywhere and in any order, by what earlier
 * stages found. Plain data, but for columns that all who work on them share.
 */
export type Stage = {
  readonly pieces: number
  /** How far the simulation is at its start and at its end, from 0 to 1. */
  readonly span: readonly [from: number, to: number]
} /** Every sample is kept; a piece is a replicate. */ & (
  | { readonly name: 'keep'; readonly columns: readonly Float64Array[] }
  /** Samples are counted by bins, and forgotten. */
  | { readonly name: 'count'; readonly bins: readonly ValueBins[] }
  /** The same samples again: those near the quantiles are kept, and those between the ends of histograms counted. */
  | {
      readonly name: 'search'
      readonly searches: readonly QuantileSearch[]
      readonly ends: readonly (readonly [low: number, high: number])[]
    }
)

/** Moments of every alternative, by output; null where there is one alone. */
type AlternativeMoments = readonly (readonly Moments[])[] | null

/** What some pieces of a stage show. Plain data: it crosses from thread to thread. */
export interface Share {
  readonly kept: readonly {
    readonly piece: number
    readonly summaries: readonly ReplicateSummary[]
    readonly alternatives: AlternativeMoments
  }[]
  readonly counted: readonly {
    readonly piece: number
    readonly moments: readonly Moments[]
    readonly above: readonly (readonly number[])[]
    readonly alternatives: AlternativeMoments
  }[]
  /** By output: samples by bin, what was found of quantiles, and samples by bin of the histogram. */
  readonly counts: readonly Uint32Array[]
  readonly found: readonly Found[]
  readonly histograms: readonly Uint32Array[]
}

const nothing: Share = { kept: [], counted: [], counts: [], found: [], histograms: [] }

/** Chunks of a piece of samples that are not kept. */
const chunksOfPiece = 64

/** The chunks of all samples by piece: whole replicates, or parts of one. */
export function piecesOf({ sampler, isKept }: PreparedSimulation): Chunk[][] {
  const chunks = chunksOf(sampler)
  const ofReplicate = chunks.length / replicates
  const length = isKept ? ofReplicate : chunksOfPiece
  const pieces: Chunk[][] = []
  for (let replicate = 0; replicate < replicates; replicate++)
    for (let first = 0; first < ofReplicate; first += length) {
      const from = replicate * ofReplicate + first
      pieces.push(chunks.slice(from, from + Math.min(length, ofReplicate - first)))
    }
  return pieces
}

/** The replicate that a sample belongs to. */
export const replicateOf = ({ sampler }: PreparedSimulation, sample: number): number =>
  Math.floor(sample / (sampler.samples / replicates))

/** Works some pieces of a stage out; tells after each chunk how far it is, from 0 to 1. */
export function* workStage(
  prepared: PreparedSimulation,
  stage: Stage,
  pieces: readonly number[],
): Generator<number, Share> {
  const work = new StageWork(prepared, stage)
  const chunks = piecesOf(prepared)
  let done = 0
  const all = pieces.reduce((sum, piece) => sum + (chunks[piece]?.length ?? 0), 0)
  for (const piece of pieces) {
    work.begin()
    for (const chunk of chunks[piece] ?? []) {
      work.take(chunk)
      yield ++done / all
    }
    work.end(piece, chunks[piece]?.[0]?.start ?? 0)
  }
  return work.share()
}

/** A stage as one thread works on it. */
class StageWork {
  readonly #prepared: PreparedSimulation
  readonly #stage: Stage
  readonly #chunk: ChunkValues
  readonly #kept: Share['kept'][number][] = []
  readonly #counted: Share['counted'][number][] = []
  readonly #counts: readonly Uint32Array[]
  readonly #finders: readonly Finder[]
  readonly #histograms: readonly HistogramCounts[]
  readonly #room = new Uint32Array(chunkLength)
  readonly #scratch: Float64Array
  #moments: Moments[] = []
  #above: number[][] = []
  #alternatives: Moments[][] = []

  constructor(prepared: PreparedSimulation, stage: Stage) {
    const { outputs, sampler } = prepared
    this.#prepared = prepared
    this.#stage = stage
    this.#chunk = new ChunkValues(prepared)
    this.#scratch = new Float64Array(stage.name === 'keep' ? sampler.samples / replicates : 0)
    this.#counts = stage.name === 'count' ? outputs.map(() => new Uint32Array(binCount)) : []
    this.#finders =
      stage.name === 'search' ? stage.searches.map(search => new Finder(search, replicates)) : []
    this.#histograms =
      stage.name === 'search'
        ? outputs.map(
            ({ request }, index) =>
              new HistogramCounts(stage.ends[index] ?? [0, 0], request.histogramBins, replicates),
          )
        : []
  }

  begin(): void {
    const { outputs, alternatives } = this.#prepared
    const none = () => outputs.map(({ centre }) => noMoments(centre))
    this.#moments = none()
    this.#above = outputs.map(({ request }) => request.exceeding.map(() => 0))
    this.#alternatives = alternatives.length > 1 ? alternatives.map(none) : []
  }

  take(chunk: Chunk): void {
    const { outputs } = this.#prepared
    const { count } = chunk
    this.#chunk.take(chunk)
    if (this.#stage.name !== 'search') {
      for (const [which, moments] of this.#alternatives.entries())
        addMoments(moments, outputs, this.#chunk.ofAlternatives[which] ?? [], count)
    }
    for (const [index, values] of this.#chunk.values.entries()) this.#takeOutput(index, values, chunk)
    if (this.#stage.name === 'count') addMoments(this.#moments, outputs, this.#chunk.values, count)
  }

  #takeOutput(index: number, values: Float64Array, { start, count }: Chunk): void {
    const stage = this.#stage
    if (stage.name === 'keep') {
      stage.columns[index]?.set(count === values.length ? values : values.subarray(0, count), start)
      return
    }
    if (stage.name === 'count') {
      fillBins(values, count, stage.bins[index] as ValueBins, this.#room)
      const counts = this.#counts[index] as Uint32Array
      for (let sample = 0; sample < count; sample++) {
        const bin = this.#room[sample] as number
        counts[bin] = (counts[bin] as number) + 1
      }
      const above = this.#above[index] as number[]
      for (const [which, threshold] of (this.#prepared.outputs[index] as Output).request.exceeding.entries())
        above[which] = (above[which] as number) + countAbove(values, 0, count, threshold)
      return
    }
    const replicate = replicateOf(this.#prepared, start)
    this.#finders[index]?.add(values, count, replicate, this.#room)
    this.#histograms[index]?.add(values, 0, count, replicate)
  }

  end(piece: number, start: number): void {
    const { outputs, sampler } = this.#prepared
    const stage = this.#stage
    const alternatives = this.#alternatives.length === 0 ? null : this.#alternatives
    if (stage.name === 'keep') {
      const length = sampler.samples / replicates
      const summaries = outputs.map(({ request, centre }, index) =>
        summarise(stage.columns[index] as Float64Array, start, length, this.#scratch, request, centre),
      )
      this.#kept.push({ piece, summaries, alternatives })
    } else if (stage.name === 'count') {
      this.#counted.push({ piece, moments: this.#moments, above: this.#above, alternatives })
    }
  }

  share(): Share {
    return {
      ...nothing,
      kept: this.#kept,
      counted: this.#counted,
      counts: this.#counts,
      found: this.#finders.map(({ search, values, from, fine, counts }) => ({
        ...{ search, values, from, fine, counts },
      })),
      histograms: this.#histograms.map(({ counts }) => counts),
    }
  }
}

function addMoments(
  into: Moments[],
  outputs: readonly Output[],
  columns: readonly Float64Array[],
  count: number,
): void {
  for (const [index, { centre }] of outputs.entries())
    into[index] = together(
      into[index] as Moments,
      momentsOf(columns[index] as Float64Array, 0, count, centre),
    )
}
