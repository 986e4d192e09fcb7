import { DomainError } from '../errors.ts'
import {
  type Estimator,
  engineVersion,
  hashedText,
  type Lookup,
  type Warning,
  warningsOf,
} from '../estimate.ts'
import {
  type CorrelationRequest,
  type Dependence,
  type Repair,
  readCorrelations,
} from '../sheet/correlation/correlations.ts'
import { type ExplainedQuantity, evaluate, explain } from '../sheet/evaluate.ts'
import { type SamplingMethod, samplerOf } from '../sheet/random/sampler.ts'
import { mostDimensions } from '../sheet/random/sobol-sequence.ts'
import { chunksOf, Draw } from '../sheet/simulation/draw.ts'
import { type Statistics, type StatisticsRequest, statisticsOf } from '../sheet/simulation/statistics.ts'
import { type Alternative, alternativesOf, type WeightedRequest } from './alternatives.ts'
import { atMedians } from './distributions-in-request.ts'
import { displayFactor } from './quantities.ts'
import { SheetSamples } from './sheet-samples.ts'
import { checkSamples, outputsOf, replicates } from './simulation-plan.ts'
import { mixed, type StructureShare, structureShare } from './structure.ts'
import type { UncertainInput } from './uncertain-inputs.ts'
import { uncertaintyWarnings } from './uncertainty-warnings.ts'

/** What a simulation is asked, beside the request of its estimator. Everything has a default. */
export interface SimulationRequest<Request = unknown> extends CorrelationRequest {
  /** The request of the estimator; or `alternatives` instead. */
  readonly inputs?: Request
  /** Requests of which one holds, each with a weight for how likely that is. */
  readonly alternatives?: readonly WeightedRequest<Request>[]
  readonly samples?: number
  readonly seed?: string
  readonly sampling?: SamplingMethod
  /** Quantities to answer with; default: the results that depend on a distribution. */
  readonly outputs?: readonly string[]
  readonly percentiles?: readonly number[]
  readonly histogramBins?: number
  readonly exceeding?: readonly { readonly quantity: string; readonly value: number }[]
}

/** What a simulation takes where the request says nothing. */
export const simulationDefaults = {
  samples: 16_384,
  seed: '1',
  sampling: 'sobol',
  percentiles: [5, 25, 50, 75, 95],
  histogramBins: 40,
} as const

/** Numbers that are kept at once: samples times quantities. */
const mostKept = 4_194_304

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

interface Prepared {
  readonly alternatives: readonly Alternative[]
  readonly inputs: readonly UncertainInput[]
  readonly dependence: Dependence | null
  readonly outputs: readonly string[]
  readonly sampling: SamplingMethod
  readonly samples: number
  readonly seed: string
}

/** Throws what `simulate` would refuse before its first sample, and draws none: nothing is set aside for them. */
export function checkSimulation<Request>(
  estimator: Estimator<Request>,
  asked: SimulationRequest<Request>,
  lookup: Lookup,
): void {
  prepare(estimator, asked, lookup)
}

/**
 * Simulates a request, chunk by chunk: each step of the iteration is a chunk, so that whoever drives it can do
 * other things between two and stop. The same request, seed, engine and catalogue give the same numbers. Throws
 * what distributions, correlations and the estimator refuse, `unknown-quantity`, `out-of-range` for a number of
 * samples that does not fit the method, `too-many`, and `non-finite-quantity` with the sample that caused it.
 */
export function* simulate<Request>(
  estimator: Estimator<Request>,
  asked: SimulationRequest<Request>,
  lookup: Lookup,
  digest: (text: string) => string,
): Generator<number, Simulation> {
  const prepared = prepare(estimator, asked, lookup)
  const { alternatives, samples, sampling, seed, dependence, outputs } = prepared
  const sampler = samplerOf(sampling, seed, samples, replicates)
  const choosing = alternatives.length > 1 ? 1 : 0
  const draw = new Draw(sampler, choosing + prepared.inputs.length, dependence, choosing)
  const sheets = alternatives.map(
    alternative => new SheetSamples(alternative, prepared.inputs, outputs, samples),
  )
  const chosen = choosing === 1 ? new Uint8Array(samples) : null
  const chunks = chunksOf(sampler)
  for (const [index, chunk] of chunks.entries()) {
    draw.next(chunk)
    const probabilities = choosing === 1 ? draw.columns.slice(1) : draw.columns
    for (const sheet of sheets) sheet.take(probabilities, chunk)
    if (chosen !== null) choose(chosen, alternatives, draw.columns[0] as Float64Array, chunk)
    yield (index + 1) / chunks.length
  }
  const [first] = alternatives as readonly [Alternative]
  const percentiles = asked.percentiles ?? simulationDefaults.percentiles
  const scratch = new Float64Array(samples)
  const values = evaluate(first.built.sheet)
  const results: SimulatedQuantity[] = []
  for (const [output, id] of outputs.entries()) {
    const columns = sheets.map(sheet => sheet.columns[output] as Float64Array)
    results.push(summary(asked, alternatives, id, values, columns, chosen, scratch))
    yield 1
  }
  return {
    estimator: estimator.id,
    engineVersion,
    catalogueVersion: lookup.catalogue.version,
    inputHash: `sha256-${digest(JSON.stringify(hashed(estimator, asked, alternatives)))}`,
    samples,
    seed,
    sampling,
    percentiles,
    inputs: prepared.inputs.map(({ id, pointer, median }) => ({ id, pointer, median })),
    results,
    repair: dependence?.repair ?? null,
    warnings: [...uncertaintyWarnings(alternatives, outputs), ...warningsOf(first.built, values, [])],
  }
}

/** What the columns of a quantity show, one column an alternative. They are brought to its display unit on the way. */
function summary<Request>(
  asked: SimulationRequest<Request>,
  alternatives: readonly Alternative[],
  id: string,
  values: Float64Array,
  columns: readonly Float64Array[],
  chosen: Uint8Array | null,
  scratch: Float64Array,
): SimulatedQuantity {
  const [{ built }] = alternatives as readonly [Alternative]
  const handle = built.sheet.find(id) as number
  const factor = displayFactor(built.sheet, handle)
  if (factor !== 1) for (const column of columns) scale(column, factor)
  const thresholds = (asked.exceeding ?? [])
    .filter(({ quantity }) => quantity === id)
    .map(({ value }) => value)
  const request: StatisticsRequest = {
    percentiles: asked.percentiles ?? simulationDefaults.percentiles,
    histogramBins: asked.histogramBins ?? simulationDefaults.histogramBins,
    exceeding: thresholds,
  }
  const column = chosen === null ? (columns[0] as Float64Array) : mixed(columns, chosen)
  return {
    quantity: explain(built.sheet, values, handle),
    statistics: statisticsOf(column, scratch, replicates, request),
    thresholds,
    structure: chosen === null ? null : structureShare(columns, alternatives, replicates),
  }
}

function scale(column: Float64Array, factor: number): void {
  for (let index = 0; index < column.length; index++) column[index] = (column[index] as number) * factor
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

function prepare<Request>(
  estimator: Estimator<Request>,
  asked: SimulationRequest<Request>,
  lookup: Lookup,
): Prepared {
  const sampling = asked.sampling ?? simulationDefaults.sampling
  const samples = asked.samples ?? simulationDefaults.samples
  checkSamples(samples, sampling)
  const alternatives = alternativesOf(estimator, asked, lookup)
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
  const outputs = outputsOf(alternatives, asked)
  if (outputs.length * samples * alternatives.length > mostKept) {
    const fit = Math.floor(mostKept / samples / alternatives.length)
    throw new DomainError(
      'too-many',
      `${samples} samples of ${outputs.length} quantities${alternatives.length > 1 ? ` in ${alternatives.length} alternatives` : ''} are more than the ${mostKept} numbers that one answer may keep; name at most ${fit} of the quantities in outputs, or take fewer samples.`,
      { pointer: '/outputs', facts: { samples, quantities: outputs.length, most: mostKept } },
    )
  }
  return {
    alternatives,
    inputs: all,
    dependence: readCorrelations(asked, all),
    outputs,
    sampling,
    samples,
    seed: asked.seed ?? simulationDefaults.seed,
  }
}

function choose(
  chosen: Uint8Array,
  alternatives: readonly Alternative[],
  probabilities: Float64Array,
  { start, count }: { readonly start: number; readonly count: number },
): void {
  const total = alternatives.reduce((sum, { weight }) => sum + weight, 0)
  for (let index = 0; index < count; index++) {
    let rest = (probabilities[index] as number) * total
    let which = 0
    for (; which < alternatives.length - 1; which++) {
      rest -= alternatives[which]?.weight as number
      if (rest <= 0) break
    }
    chosen[start + index] = which
  }
}
