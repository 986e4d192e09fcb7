import type { Sampler } from '../random/sampler.ts'
import { chunksOf, Draw } from '../simulation/draw.ts'
import { chunkLength } from '../simulation/program.ts'
import { type Estimated, errorOf } from '../simulation/statistics.ts'
import { type ColumnModel, keep, roomFor } from './column-model.ts'

/** How much of the variance of an output is an input's. */
export interface SobolIndex {
  /** Share that is due to the input by itself. */
  readonly first: Estimated
  /** Share that is due to the input by itself and together with others. */
  readonly total: Estimated
}

/** Evaluations of the model for each sample: over two independent sets A and B, and with each input exchanged. */
export const evaluationsOf = (inputs: number): number => 2 * inputs + 2

/**
 * Sobol' indices by output, then input: the estimators of Azzini, Mara and Rosati 2021, which compare only differences
 * that one input makes and divide by differences over the same points. For the same evaluations they err less than
 * those of Saltelli 2010 and Jansen 1999. `sampler` draws two dimensions an input; the standard errors come from how
 * its replicates differ. All are 0 for an output that does not vary. Yields after each input of a chunk.
 */
export function* sobolIndices(
  model: ColumnModel,
  sampler: Sampler,
  inputs: number,
  outputs: number,
): Generator<number, SobolIndex[][]> {
  const sums = Array.from({ length: outputs }, () =>
    Array.from({ length: inputs }, () =>
      Array.from({ length: sampler.replicates }, (): Sums => ({ first: 0, total: 0, whole: 0 })),
    ),
  )
  const draw = new Draw(sampler, 2 * inputs, null)
  const [a, b] = [draw.columns.slice(0, inputs), draw.columns.slice(inputs)]
  const [ofA, ofB, ofExchanged] = [0, 1, 2].map(() => roomFor(outputs, chunkLength)) as [
    Float64Array[],
    Float64Array[],
    Float64Array[],
  ]
  for (const chunk of chunksOf(sampler)) {
    draw.next(chunk)
    const { count } = chunk
    const replicate = Math.floor((chunk.start * sampler.replicates) / sampler.samples)
    keep(model(a, count), ofA)
    keep(model(b, count), ofB)
    for (let input = 0; input < inputs; input++) {
      keep(model(exchanged(a, b, input), count), ofExchanged)
      const ofOther = model(exchanged(b, a, input), count)
      for (let output = 0; output < outputs; output++) {
        const at = (columns: readonly Float64Array[]) => columns[output] as Float64Array
        const sum = sums[output]?.[input]?.[replicate] as Sums
        add(sum, at(ofA), at(ofB), at(ofExchanged), at(ofOther), count)
      }
      yield 0
    }
  }
  return sums.map(ofOutput => ofOutput.map(indexOf))
}

/** Columns with that of one input from another set. */
const exchanged = (own: readonly Float64Array[], other: readonly Float64Array[], input: number) =>
  own.with(input, other[input] as Float64Array)

/** Of the products of differences, whose ratios are the indices. */
interface Sums {
  first: number
  total: number
  whole: number
}

/** Adds samples over A and B, over A with the input from B (`ab`), and over B with it from A (`ba`). */
function add(
  sums: Sums,
  a: Float64Array,
  b: Float64Array,
  ab: Float64Array,
  ba: Float64Array,
  count: number,
): void {
  let [first, total, whole] = [0, 0, 0]
  for (let index = 0; index < count; index++) {
    const underA = (a[index] as number) - (ab[index] as number)
    const underB = (ba[index] as number) - (b[index] as number)
    const between = (a[index] as number) - (b[index] as number)
    const across = (ba[index] as number) - (ab[index] as number)
    first += underA * underB
    total += underA * underA + underB * underB
    whole += between * between + across * across
  }
  sums.first += 2 * first
  sums.total += total
  sums.whole += whole
}

function indexOf(replicates: readonly Sums[]): SobolIndex {
  const all = replicates.reduce((one, other) => ({
    first: one.first + other.first,
    total: one.total + other.total,
    whole: one.whole + other.whole,
  }))
  const share = (name: 'first' | 'total'): Estimated => ({
    value: ratio(all[name], all.whole),
    standardError: errorOf(replicates.map(sums => ratio(sums[name], sums.whole))),
  })
  return { first: share('first'), total: share('total') }
}

const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole)
