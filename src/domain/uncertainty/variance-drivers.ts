import type { Dependence } from '../sheet/correlation/correlations.ts'
import { samplerOf } from '../sheet/random/sampler.ts'
import type { ColumnModel } from '../sheet/sensitivity/column-model.ts'
import { shapleyByOrders } from '../sheet/sensitivity/shapley-by-orders.ts'
import { shapleyBySets } from '../sheet/sensitivity/shapley-by-sets.ts'
import { sobolIndices } from '../sheet/sensitivity/sobol-indices.ts'
import { chunkLength } from '../sheet/simulation/program.ts'
import type { Estimated } from '../sheet/simulation/statistics.ts'
import { SheetSamples } from './sheet-samples.ts'
import type { UncertainEstimate } from './uncertain-inputs.ts'

/** A share of the variance with the interval that holds it with 95 % confidence. */
export interface Interval95 {
  readonly value: number
  readonly low: number
  readonly high: number
}

/** Sobol' indices of an input. */
export interface InputIndices {
  readonly input: string
  readonly first: Interval95
  readonly total: Interval95
}

/** The Shapley effect of an input. */
export interface InputEffect {
  readonly input: string
  readonly effect: Interval95
}

/** Replicates that the confidence intervals come from: with few, each is long, and long scrambled sequences err less. */
const replicates = 4
/** Student's t for the middle 95 % with three degrees of freedom. */
const t95 = 3.182446305284263

/** Most evaluations that Shapley effects take over every set of inputs, about a second; with more, orders are drawn. */
const mostOverSets = 2_097_152

/** Sobol' indices of each output, over independent inputs, the largest total first. */
export function* indices(
  estimate: UncertainEstimate,
  outputs: readonly string[],
  samples: number,
  seed: string,
): Generator<number, InputIndices[][]> {
  const { inputs } = estimate
  const sampler = samplerOf('sobol', `${seed}/indices`, samples, replicates)
  const found = yield* sobolIndices(modelOf(estimate, outputs), sampler, inputs.length, outputs.length)
  return found.map(each =>
    each
      .map(({ first, total }, index) => ({
        input: inputs[index]?.id ?? '',
        first: intervalOf(first),
        total: intervalOf(total),
      }))
      .toSorted((x, y) => y.total.value - x.total.value),
  )
}

/** How Shapley effects are found of so many inputs. */
export const effectsBy = (inputs: number, samples: number): 'every-set' | 'random-orders' =>
  samples * 2 ** inputs <= mostOverSets ? 'every-set' : 'random-orders'

/** Most values of inputs that walking along random orders may take, a few seconds: n (n + 1) a sample. */
const mostOverOrders = 4_194_304

/** The most samples, a power of two, for which Shapley effects of so many inputs are found. */
export const mostSamplesDivided = (inputs: number): number =>
  2 ** Math.floor(Math.log2(Math.max(mostOverSets / 2 ** inputs, mostOverOrders / (inputs * (inputs + 1)))))

/** Shapley effects of each output, over inputs correlated as asked, the largest first. */
export function* shapleyEffects(
  estimate: UncertainEstimate,
  outputs: readonly string[],
  samples: number,
  seed: string,
  dependence: Dependence | null,
): Generator<number, InputEffect[][]> {
  const { inputs } = estimate
  const problem = {
    model: modelOf(estimate, outputs),
    inputs: inputs.length,
    outputs: outputs.length,
    dependence,
    sampler: samplerOf('sobol', `${seed}/shapley`, samples, replicates),
  }
  const found = yield* effectsBy(inputs.length, samples) === 'every-set'
    ? shapleyBySets(problem)
    : shapleyByOrders(problem, seed)
  return found.map(each =>
    each
      .map((effect, index) => ({ input: inputs[index]?.id ?? '', effect: intervalOf(effect) }))
      .toSorted((x, y) => y.effect.value - x.effect.value),
  )
}

function modelOf(estimate: UncertainEstimate, outputs: readonly string[]): ColumnModel {
  const samples = new SheetSamples(estimate, estimate.inputs, outputs, chunkLength)
  return (probabilities, count) => {
    samples.take(probabilities, { start: 0, count })
    return samples.columns
  }
}

const intervalOf = ({ value, standardError }: Estimated): Interval95 => ({
  value,
  low: value - t95 * standardError,
  high: value + t95 * standardError,
})
