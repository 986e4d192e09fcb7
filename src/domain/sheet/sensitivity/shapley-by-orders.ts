import { scoreMatrix, triangleInOrder } from '../correlation/conditional.ts'
import type { Dependence } from '../correlation/correlations.ts'
import type { Matrix } from '../correlation/symmetric.ts'
import { drawnProbability, normalQuantile } from '../distributions/normal.ts'
import { seedOf } from '../random/hash.ts'
import { philox } from '../random/philox.ts'
import { type Chunk, chunksOf, Draw } from '../simulation/draw.ts'
import { keep, roomFor } from './column-model.ts'
import { effectsOf, type ShapleyEffects, type ShapleyProblem, type VarianceParts } from './shapley-effects.ts'

/** Samples that are walked together: every step of a walk keeps a column an input, which few must fit. */
const walkedTogether = 64

/**
 * Shapley effects over one random order of the inputs a sample, n + 1 evaluations each: along the order, inputs are
 * drawn anew given those that still stand, and each is told what it adds to the squared change (Goda 2021, here for
 * inputs that depend on each other by a Gaussian copula). Yields after each step of a part of a chunk.
 */
export function* shapleyByOrders(
  { model, inputs, outputs, dependence, sampler }: ShapleyProblem,
  seed: string,
): Generator<number, ShapleyEffects> {
  const draw = new Draw(sampler, 2 * inputs, dependence)
  const walk = new Walk(inputs, dependence, seed)
  const sums = Array.from({ length: outputs }, () =>
    Array.from({ length: sampler.replicates }, () => new WalkSums(inputs)),
  )
  const base = roomFor(outputs, walkedTogether)
  for (const chunk of chunksOf(sampler).flatMap(partsOf)) {
    draw.next(chunk)
    walk.take(draw.columns, chunk)
    const replicate = Math.floor((chunk.start * sampler.replicates) / sampler.samples)
    const own = sums.map(replicates => replicates[replicate] as WalkSums)
    keep(model(draw.columns.slice(0, inputs), chunk.count), base)
    for (const [step, columns] of walk.steps.entries()) {
      const values = model(columns, chunk.count)
      for (const [output, sum] of own.entries())
        sum.add(walk, step, base[output] as Float64Array, values[output] as Float64Array, chunk.count)
      yield 0
    }
  }
  return sums.map(replicates => effectsOf(replicates, inputs))
}

/** What inputs add to the squared change of an output, over the walks of a replicate. */
class WalkSums implements VarianceParts {
  readonly parts: Float64Array
  whole = 0
  /** The squared change of each sample before the step. */
  readonly #before = new Float64Array(walkedTogether)

  constructor(inputs: number) {
    this.parts = new Float64Array(inputs)
  }

  /** Takes a step of all walks that are under way: the values before the first, and those after it. */
  add(walk: Walk, step: number, base: Float64Array, values: Float64Array, count: number): void {
    if (step === 0) this.#before.fill(0)
    for (let index = 0; index < count; index++) {
      const square = ((values[index] as number) - (base[index] as number)) ** 2
      const added = square - (this.#before[index] as number)
      const input = walk.inputAt(index, step)
      this.parts[input] = (this.parts[input] as number) + added
      this.whole += added
      this.#before[index] = square
    }
  }
}

function partsOf({ start, count }: Chunk): Chunk[] {
  const parts: Chunk[] = []
  for (let from = 0; from < count; from += walkedTogether)
    parts.push({ start: start + from, count: Math.min(walkedTogether, count - from) })
  return parts
}

/** The steps of some samples: columns of probabilities after each, in the order of each sample. */
class Walk {
  /** By step, then input. */
  readonly steps: readonly (readonly Float64Array[])[]
  readonly #inputs: number
  readonly #members: readonly number[]
  readonly #matrix: Matrix
  readonly #key: number
  /** Sample by sample, the inputs in the order in which they are drawn anew. */
  readonly #orders: Uint8Array

  constructor(inputs: number, dependence: Dependence | null, seed: string) {
    this.steps = Array.from({ length: inputs }, () => roomFor(inputs, walkedTogether))
    this.#inputs = inputs
    this.#members = dependence?.members ?? []
    this.#matrix = dependence === null ? [] : scoreMatrix(dependence)
    this.#key = seedOf(`${seed}/orders`)
    this.#orders = new Uint8Array(walkedTogether * inputs)
  }

  /** The input that a sample of the part draws anew in a step. */
  inputAt(index: number, step: number): number {
    return this.#orders[index * this.#inputs + step] as number
  }

  /** Walks a part of the samples, of which the columns have probabilities, and behind them those to draw anew with. */
  take(columns: readonly Float64Array[], { start, count }: Chunk): void {
    for (let index = 0; index < count; index++) {
      const order = this.#orders.subarray(index * this.#inputs, (index + 1) * this.#inputs)
      shuffle(order, start + index, this.#key)
      this.#walk(columns, index, order)
    }
  }

  #walk(columns: readonly Float64Array[], index: number, order: Uint8Array): void {
    const drawn = (input: number) => (columns[input] as Float64Array)[index] as number
    const fresh = (input: number) => (columns[this.#inputs + input] as Float64Array)[index] as number
    const now = Float64Array.from({ length: this.#inputs }, (_, input) => drawn(input))
    // What is drawn anew first comes last: then the triangle tells what it is given all before it.
    const rows = [...order]
      .map(input => this.#members.indexOf(input))
      .filter(row => row >= 0)
      .reverse()
    const triangle = triangleInOrder(this.#matrix, rows)
    const scores = rows.map(row => normalQuantile(drawn(this.#members[row] as number)))
    const own = independentParts(triangle, scores)
    let place = rows.length - 1
    for (const [step, input] of order.entries()) {
      if (rows[place] !== undefined && this.#members[rows[place] as number] === input) {
        const change = normalQuantile(fresh(input)) - (own[place] as number)
        for (let row = place; row < rows.length; row++) {
          scores[row] = (scores[row] as number) + ((triangle[row] as Float64Array)[place] as number) * change
          now[this.#members[rows[row] as number] as number] = drawnProbability(scores[row] as number)
        }
        place--
      } else now[input] = fresh(input)
      for (const [which, column] of (this.steps[step] as readonly Float64Array[]).entries())
        column[index] = now[which] as number
    }
  }
}

/** The independent scores that a triangle mixes into given ones. */
function independentParts(triangle: readonly Float64Array[], scores: readonly number[]): number[] {
  const parts: number[] = []
  for (const [row, weights] of triangle.entries()) {
    let rest = scores[row] as number
    for (let k = 0; k < row; k++) rest -= (weights[k] as number) * (parts[k] as number)
    const pivot = weights[row] as number
    parts.push(pivot > 1e-7 ? rest / pivot : 0)
  }
  return parts
}

/** Writes a random order of 0, 1, 2, … (Durstenfeld 1964), the same for the same sample and key. */
function shuffle(order: Uint8Array, sample: number, key: number): void {
  for (let place = 0; place < order.length; place++) {
    const other = Math.floor((philox(sample, place, key)[0] * (place + 1)) / 2 ** 32)
    order[place] = order[other] as number
    order[other] = place
  }
}
