import { correlate } from '../correlation/copula.ts'
import type { Dependence } from '../correlation/correlations.ts'
import type { Distribution } from '../distributions/distribution.ts'
import type { Sampler } from '../random/sampler.ts'
import { chunkLength } from './program.ts'

/** A part of the samples, all in one replicate. Chunks can be worked out anywhere, in any order. */
export interface Chunk {
  readonly start: number
  readonly count: number
}

/** The chunks of all samples, in order. */
export function chunksOf({ samples, replicates }: Sampler): Chunk[] {
  const length = samples / replicates
  const chunks: Chunk[] = []
  for (let replicate = 0; replicate < replicates; replicate++)
    for (let offset = 0; offset < length; offset += chunkLength)
      chunks.push({
        start: replicate * length + offset,
        count: Math.min(chunkLength, length - offset),
      })
  return chunks
}

/** Draws chunks of correlated probabilities: one column a dimension. */
export class Draw {
  readonly columns: readonly Float64Array[]
  readonly #sampler: Sampler
  readonly #dependence: Dependence | null

  /** The inputs that `dependence` is about are the dimensions from `firstInput` on. */
  constructor(sampler: Sampler, dimensions: number, dependence: Dependence | null, firstInput = 0) {
    this.columns = Array.from({ length: dimensions }, () => new Float64Array(chunkLength))
    this.#sampler = sampler
    this.#dependence = dependence && {
      ...dependence,
      members: dependence.members.map(member => member + firstInput),
    }
  }

  /** Fills the columns with a chunk. */
  next({ start, count }: Chunk): void {
    for (const [dimension, column] of this.columns.entries())
      this.#sampler.fill(column, count, start, dimension)
    if (this.#dependence === null) return
    const { members, triangle } = this.#dependence
    correlate(
      members.map(member => this.columns[member] as Float64Array),
      count,
      triangle,
    )
  }
}

/** How a value of a request reaches an input of a sheet: `offset + factor · value`. */
export interface Feed {
  readonly handle: number
  readonly offset: number
  readonly factor: number
}

/** Fills the column of an input with the values at some probabilities. */
export function fillInput(
  distribution: Distribution,
  { offset, factor }: Pick<Feed, 'offset' | 'factor'>,
  probabilities: Float64Array,
  into: Float64Array,
  count: number,
): void {
  distribution.fill(probabilities, into, count)
  if (offset === 0 && factor === 1) return
  for (let index = 0; index < count; index++) into[index] = offset + factor * (into[index] as number)
}
