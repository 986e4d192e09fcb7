import { DomainError } from '../errors.ts'
import type { Estimator, Lookup } from '../estimate.ts'
import { type Dependence, readCorrelations } from '../sheet/correlation/correlations.ts'
import { evaluate } from '../sheet/evaluate.ts'
import { type Sampler, samplerOf } from '../sheet/random/sampler.ts'
import { mostDimensions } from '../sheet/random/sobol-sequence.ts'
import type { StatisticsRequest } from '../sheet/simulation/statistics.ts'
import { type Alternative, alternativesOf } from './alternatives.ts'
import { displayFactor } from './quantities.ts'
import { checkSamples, outputsOf, replicates } from './simulation-plan.ts'
import { type SimulationRequest, simulationDefaults } from './simulation-request.ts'
import type { UncertainInput } from './uncertain-inputs.ts'

/** Numbers that are kept at once, samples times quantities; beyond, samples are gone through twice in place of kept. */
const mostKept = 4_194_304

/** Quantities of a simulation whose samples are not kept: each takes some megabytes of counts. */
const mostCounted = 64

/** A quantity to answer with. */
export interface Output {
  readonly id: string
  /** From the unit that is calculated in to the one that is shown. */
  readonly factor: number
  /** At the medians of the first alternative, in the unit that is shown. */
  readonly centre: number
  readonly request: StatisticsRequest
}

/** A simulation, read and checked: the same request prepares the same one anywhere. */
export interface PreparedSimulation {
  readonly alternatives: readonly Alternative[]
  readonly inputs: readonly UncertainInput[]
  readonly dependence: Dependence | null
  readonly outputs: readonly Output[]
  readonly sampler: Sampler
  readonly seed: string
  /** Whether all samples are kept until the end. */
  readonly isKept: boolean
}

/**
 * Reads a request. Throws what distributions, correlations and the estimator refuse, `unknown-quantity`,
 * `out-of-range` for a number of samples that does not fit the method, and `too-many`.
 */
export function prepareSimulation<Request>(
  estimator: Estimator<Request>,
  asked: SimulationRequest<Request>,
  lookup: Lookup,
  keep = mostKept,
): PreparedSimulation {
  const sampling = asked.sampling ?? simulationDefaults.sampling
  const samples = asked.samples ?? simulationDefaults.samples
  const seed = asked.seed ?? simulationDefaults.seed
  checkSamples(samples, sampling)
  const alternatives = alternativesOf(estimator, asked, lookup)
  const inputs = inputsOf(alternatives)
  const ids = outputsOf(alternatives, asked)
  const isKept = ids.length * samples <= keep
  if (!isKept && ids.length > mostCounted) {
    throw new DomainError(
      'too-many',
      `${samples} samples of ${ids.length} quantities are more than the ${keep} numbers that are kept, and beyond these at most ${mostCounted} quantities are counted; name those that matter in outputs, or take at most ${Math.floor(keep / ids.length)} samples.`,
      { pointer: '/outputs', facts: { samples, quantities: ids.length, most: mostCounted } },
    )
  }
  const [{ built }] = alternatives as readonly [Alternative]
  const values = evaluate(built.sheet)
  return {
    alternatives,
    inputs,
    dependence: readCorrelations(asked, inputs),
    outputs: ids.map(id => {
      const handle = built.sheet.find(id) as number
      const factor = displayFactor(built.sheet, handle)
      return { id, factor, centre: (values[handle] as number) * factor, request: statisticsAsked(asked, id) }
    }),
    sampler: samplerOf(sampling, seed, samples, replicates),
    seed,
    isKept,
  }
}

/** The distributions of all alternatives; one that several share is one. */
function inputsOf(alternatives: readonly Alternative[]): readonly UncertainInput[] {
  const inputs = new Map<string, UncertainInput>()
  for (const alternative of alternatives)
    for (const input of alternative.inputs) if (!inputs.has(input.id)) inputs.set(input.id, input)
  const all = [...inputs.values()]
  const met = alternatives.some(({ idle, kept }) => idle.length + kept.length > 0)
  if (all.length === 0 && alternatives.length === 1 && !met) {
    throw new DomainError(
      'missing-value',
      'Nothing in the inputs is uncertain; give a distribution, such as { "triangular": { "low", "mode", "high" } }, in the place of at least one number.',
      { pointer: '/inputs' },
    )
  }
  if (all.length + 1 > mostDimensions) {
    throw new DomainError(
      'too-many',
      `The request has ${all.length} distributions; at most ${mostDimensions - 1} can be simulated together. Give the least uncertain of them as numbers.`,
      { pointer: '/inputs', facts: { distributions: all.length, most: mostDimensions - 1 } },
    )
  }
  return all
}

const statisticsAsked = (
  {
    percentiles = simulationDefaults.percentiles,
    histogramBins = simulationDefaults.histogramBins,
    exceeding = [],
  }: SimulationRequest,
  id: string,
): StatisticsRequest => ({
  percentiles,
  histogramBins,
  exceeding: exceeding.filter(({ quantity }) => quantity === id).map(({ value }) => value),
})
