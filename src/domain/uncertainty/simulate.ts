import {
  type Estimator,
  engineVersion,
  hashedText,
  type Lookup,
  type Warning,
  warningsOf,
} from '../estimate.ts'
import type { Repair } from '../sheet/correlation/correlations.ts'
import { type ExplainedQuantity, evaluate, explain } from '../sheet/evaluate.ts'
import type { SamplingMethod } from '../sheet/random/sampler.ts'
import type { Statistics } from '../sheet/simulation/statistics.ts'
import type { Alternative } from './alternatives.ts'
import { atMedians } from './distributions-in-request.ts'
import { type PreparedSimulation, prepareSimulation } from './prepared-simulation.ts'
import { type SimulationRequest, simulationDefaults } from './simulation-request.ts'
import { type Share, type Stage, workStage } from './simulation-stages.ts'
import { type OutputStatistics, statisticsInStages } from './simulation-statistics.ts'
import type { StructureShare } from './structure.ts'
import { uncertaintyWarnings } from './uncertainty-warnings.ts'

/** An uncertain quantity, in its display unit. */
export interface SimulatedQuantity {
  /** At the medians of the inputs. */
  readonly quantity: ExplainedQuantity
  readonly statistics: Statistics
  /** Values of `exceeding`, in the order of the statistics. */
  readonly thresholds: readonly number[]
  /** With alternatives: how much of the variance is theirs. */
  readonly structure: StructureShare | null
}

/** The answer of a simulation. */
export interface Simulation {
  readonly estimator: string
  readonly engineVersion: string
  readonly catalogueVersion: string
  readonly inputHash: string
  readonly samples: number
  readonly seed: string
  readonly sampling: SamplingMethod
  readonly percentiles: readonly number[]
  readonly inputs: readonly { readonly id: string; readonly pointer: string; readonly median: number }[]
  readonly results: readonly SimulatedQuantity[]
  readonly repair: Repair | null
  readonly warnings: readonly Warning[]
}

/**
 * Simulates a request, chunk by chunk: each step of the iteration is a chunk, so that whoever drives it can do
 * other things between two and stop. The same request, seed, engine and catalogue give the same numbers. Throws
 * what `prepareSimulation` refuses, and `non-finite-quantity` with the sample that caused it.
 */
export function* simulate<Request>(
  estimator: Estimator<Request>,
  asked: SimulationRequest<Request>,
  lookup: Lookup,
  digest: (text: string) => string,
): Generator<number, Simulation> {
  const prepared = prepareSimulation(estimator, asked, lookup)
  return answerOf(estimator, asked, lookup, digest, prepared, yield* statisticsAlone(prepared))
}

/** All stages, one piece after the other. */
export function* statisticsAlone(prepared: PreparedSimulation): Generator<number, OutputStatistics[]> {
  const stages = statisticsInStages(prepared, length => new Float64Array(length))
  let step = stages.next()
  while (!step.done) {
    const { span, pieces } = step.value
    const work = workStage(
      prepared,
      step.value,
      Array.from({ length: pieces }, (_, piece) => piece),
    )
    let part = work.next()
    for (; !part.done; part = work.next()) yield progressIn(span, part.value)
    step = stages.next([part.value])
  }
  return step.value
}

/** How far a simulation is when a stage is at `part`, both from 0 to 1. */
export const progressIn = ([from, to]: Stage['span'], part: number): number => from + part * (to - from)

/**
 * The same in stages: each that it gives is to be worked out by `workStage`, in one share or in many, and the shares
 * handed back. Samples are kept in memory that threads share.
 */
export function* simulateInStages<Request>(
  estimator: Estimator<Request>,
  asked: SimulationRequest<Request>,
  lookup: Lookup,
  digest: (text: string) => string,
): Generator<Stage, Simulation, readonly Share[]> {
  const prepared = prepareSimulation(estimator, asked, lookup)
  const found = yield* statisticsInStages(
    prepared,
    length => new Float64Array(new SharedArrayBuffer(length * Float64Array.BYTES_PER_ELEMENT)),
  )
  return answerOf(estimator, asked, lookup, digest, prepared, found)
}

function answerOf<Request>(
  estimator: Estimator<Request>,
  asked: SimulationRequest<Request>,
  lookup: Lookup,
  digest: (text: string) => string,
  { alternatives, inputs, dependence, outputs, sampler, seed }: PreparedSimulation,
  found: readonly OutputStatistics[],
): Simulation {
  const [{ built }] = alternatives as readonly [Alternative]
  const values = evaluate(built.sheet)
  const ids = outputs.map(({ id }) => id)
  return {
    estimator: estimator.id,
    engineVersion,
    catalogueVersion: lookup.catalogue.version,
    inputHash: `sha256-${digest(JSON.stringify(hashed(estimator, asked, alternatives)))}`,
    samples: sampler.samples,
    seed,
    sampling: asked.sampling ?? simulationDefaults.sampling,
    percentiles: asked.percentiles ?? simulationDefaults.percentiles,
    inputs: inputs.map(({ id, pointer, median }) => ({ id, pointer, median })),
    results: outputs.map(({ id, request }, index) => ({
      quantity: explain(built.sheet, values, built.sheet.find(id) as number),
      thresholds: request.exceeding,
      ...(found[index] as OutputStatistics),
    })),
    repair: dependence?.repair ?? null,
    warnings: [...uncertaintyWarnings(alternatives, ids), ...warningsOf(built, values, [])],
  }
}

function hashed<Request>(
  estimator: Estimator<Request>,
  { inputs: _inputs, alternatives: _alternatives, ...asked }: SimulationRequest<Request>,
  alternatives: readonly Alternative[],
): unknown {
  const texts = alternatives.map(({ built, asked: inputs, weight, id }) => [
    id,
    weight,
    hashedText(estimator.id, built, atMedians(inputs).distributions),
  ])
  return [asked, texts]
}
