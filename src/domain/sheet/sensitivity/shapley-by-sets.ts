import { type ConditionalScore, conditionalScores, scoreMatrix } from '../correlation/conditional.ts'
import type { Dependence } from '../correlation/correlations.ts'
import { drawnProbability, normalQuantile } from '../distributions/normal.ts'
import { chunksOf, Draw } from '../simulation/draw.ts'
import { chunkLength } from '../simulation/program.ts'
import { keep, roomFor } from './column-model.ts'
import { effectsOf, type ShapleyEffects, type ShapleyProblem, type VarianceParts } from './shapley-effects.ts'

/**
 * Shapley effects over every set of inputs, 2ⁿ evaluations a sample. The expected variance given the inputs outside a
 * set is half the mean square of what drawing the set anew, given those, changes: the pick-and-freeze estimator of
 * Broto, Bachoc and Depecker 2020. Yields after each set of a chunk.
 */
export function* shapleyBySets({
  model,
  inputs,
  outputs,
  dependence,
  sampler,
}: ShapleyProblem): Generator<number, ShapleyEffects> {
  const sets = 2 ** inputs
  const squares = Array.from({ length: outputs }, () =>
    Array.from({ length: sampler.replicates }, () => new Float64Array(sets)),
  )
  const draw = new Draw(sampler, 2 * inputs, dependence)
  const redraw = new Redraw(draw.columns, inputs, dependence)
  const base = roomFor(outputs, chunkLength)
  for (const chunk of chunksOf(sampler)) {
    draw.next(chunk)
    redraw.begin(chunk.count)
    const replicate = Math.floor((chunk.start * sampler.replicates) / sampler.samples)
    keep(model(draw.columns.slice(0, inputs), chunk.count), base)
    for (let set = 1; set < sets; set++) {
      const changed = model(redraw.set(set), chunk.count)
      for (let output = 0; output < outputs; output++) {
        const sums = squares[output]?.[replicate] as Float64Array
        sums[set] =
          (sums[set] as number) +
          squaredDistance(base[output] as Float64Array, changed[output] as Float64Array, chunk.count)
      }
      yield 0
    }
  }
  return squares.map(replicates =>
    effectsOf(
      replicates.map(sums => partsOf(sums, inputs)),
      inputs,
    ),
  )
}

function squaredDistance(one: Float64Array, other: Float64Array, count: number): number {
  let sum = 0
  for (let index = 0; index < count; index++) sum += ((one[index] as number) - (other[index] as number)) ** 2
  return sum
}

/** Averages over orders what each input adds to the sets before it. A set is a number whose bits are its inputs. */
function partsOf(squares: Float64Array, inputs: number): VarianceParts {
  const parts = new Float64Array(inputs)
  const weights = orderShares(inputs)
  for (let set = 0; set < squares.length; set++) {
    const weight = weights[sizeOf(set)] as number
    for (let input = 0; input < inputs; input++) {
      const bit = 2 ** input
      if ((set & bit) !== 0) continue
      const added = (squares[set | bit] as number) - (squares[set] as number)
      parts[input] = (parts[input] as number) + weight * added
    }
  }
  return { parts, whole: squares[squares.length - 1] as number }
}

/** The share of all orders that start with a given set of each size and go on with a given input: k! (n−1−k)! / n!. */
function orderShares(inputs: number): number[] {
  const shares = [1 / inputs]
  for (let size = 1; size < inputs; size++)
    shares.push(((shares[size - 1] as number) * size) / (inputs - size))
  return shares
}

function sizeOf(set: number): number {
  let size = 0
  for (let rest = set; rest !== 0; rest &= rest - 1) size++
  return size
}

/** Draws the inputs of a set anew, given the others. */
class Redraw {
  readonly #base: readonly Float64Array[]
  readonly #fresh: readonly Float64Array[]
  readonly #members: readonly number[]
  /** Normal scores of the members as they were drawn, and independent ones to draw them anew with. */
  readonly #scores: readonly Float64Array[]
  readonly #freshScores: readonly Float64Array[]
  readonly #redrawn: readonly Float64Array[]
  readonly #conditional: (set: number) => readonly ConditionalScore[]
  #count = 0

  constructor(columns: readonly Float64Array[], inputs: number, dependence: Dependence | null) {
    this.#base = columns.slice(0, inputs)
    this.#fresh = columns.slice(inputs)
    this.#members = dependence?.members ?? []
    const [scores, fresh, redrawn] = [0, 1, 2].map(() => roomFor(this.#members.length, chunkLength))
    this.#scores = scores ?? []
    this.#freshScores = fresh ?? []
    this.#redrawn = redrawn ?? []
    const matrix = dependence === null ? [] : scoreMatrix(dependence)
    const known = new Map<number, readonly ConditionalScore[]>()
    this.#conditional = set => {
      const found =
        known.get(set) ??
        conditionalScores(matrix, row => (set & (2 ** (this.#members[row] as number))) !== 0)
      known.set(set, found)
      return found
    }
  }

  /** To be called when the columns have the first `count` samples of a chunk. */
  begin(count: number): void {
    this.#count = count
    for (const [row, member] of this.#members.entries()) {
      scoresOf(this.#base[member] as Float64Array, this.#scores[row] as Float64Array, count)
      scoresOf(this.#fresh[member] as Float64Array, this.#freshScores[row] as Float64Array, count)
    }
  }

  /** Columns of probabilities in which those of the set are new; the next call overwrites them. */
  set(set: number): readonly Float64Array[] {
    const columns = this.#base.map((column, input) =>
      (set & (2 ** input)) === 0 ? column : (this.#fresh[input] as Float64Array),
    )
    for (const { row, ofKept, ofNew } of this.#conditional(set)) {
      const into = this.#redrawn[row] as Float64Array
      into.fill(0)
      for (const each of ofKept)
        addTimes(into, this.#scores[each.row] as Float64Array, each.weight, this.#count)
      for (const each of ofNew)
        addTimes(into, this.#freshScores[each.row] as Float64Array, each.weight, this.#count)
      for (let index = 0; index < this.#count; index++) into[index] = drawnProbability(into[index] as number)
      columns[this.#members[row] as number] = into
    }
    return columns
  }
}

function scoresOf(probabilities: Float64Array, into: Float64Array, count: number): void {
  for (let index = 0; index < count; index++) into[index] = normalQuantile(probabilities[index] as number)
}

function addTimes(into: Float64Array, column: Float64Array, weight: number, count: number): void {
  if (weight === 0) return
  for (let index = 0; index < count; index++)
    into[index] = (into[index] as number) + weight * (column[index] as number)
}
