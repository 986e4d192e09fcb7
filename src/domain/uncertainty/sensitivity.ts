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
import { evaluate } from '../sheet/evaluate.ts'
import { samplerOf } from '../sheet/random/sampler.ts'
import { mostDimensions } from '../sheet/random/sobol-sequence.ts'
import { correlationOf, partialRankCorrelations, ranksOf } from '../sheet/sensitivity/ranks.ts'
import { evaluationsOf } from '../sheet/sensitivity/sobol-indices.ts'
import { chunksOf, Draw } from '../sheet/simulation/draw.ts'
import { type Estimated, errorOf } from '../sheet/simulation/statistics.ts'
import type { Label } from '../units.ts'
import { atMedians, placedUnder } from './distributions-in-request.ts'
import { quantityNamed } from './quantities.ts'
import { SheetSamples } from './sheet-samples.ts'
import { type Swing, tornado } from './tornado.ts'
import { type UncertainEstimate, uncertainEstimate } from './uncertain-inputs.ts'
import { uncertaintyWarnings } from './uncertainty-warnings.ts'
import {
  effectsBy,
  type InputEffect,
  type InputIndices,
  indices,
  mostSamplesDivided,
  shapleyEffects,
} from './variance-drivers.ts'

/** What a sensitivity analysis is asked. */
export interface SensitivityRequest<Request = unknown> extends CorrelationRequest {
  readonly inputs: Request
  /** Quantities to analyse; default: the last of the results, which is what the others lead to. */
  readonly outputs?: readonly string[]
  /** By how much, in percent, every input is moved in the tornado of equal steps. */
  readonly percent?: number
  readonly samples?: number
  readonly seed?: string
  /** Whether to find Shapley effects; default: where inputs are correlated and few enough for the samples. */
  readonly shapley?: boolean
}

export const sensitivityDefaults = { percent: 10, samples: 8_192, seed: '1' } as const

/** Replicates of the samples, from which the standard errors of rank correlations come. */
const replicates = 8
/** Most evaluations of the sheet that one answer may take. */
const mostEvaluations = 8_388_608

/** What drives one quantity. */
export interface Drivers {
  readonly quantity: string
  readonly label: Label
  readonly unit: string
  readonly value: number
  /** Each uncertain input at its 10th and 90th percentile, widest first. */
  readonly percentiles: readonly Swing[]
  /** Each input of the sheet moved by the same percentage, widest first. */
  readonly percent: readonly Swing[]
  readonly ranks: readonly {
    readonly input: string
    readonly spearman: Estimated
    /** Null where the ranks of the inputs determine each other. */
    readonly partial: number | null
  }[]
  readonly indices: readonly InputIndices[]
  /** Largest first; none where they were not asked for. */
  readonly shapley: readonly InputEffect[]
}

/** The answer of a sensitivity analysis. */
export interface Sensitivity {
  readonly estimator: string
  readonly engineVersion: string
  readonly catalogueVersion: string
  readonly inputHash: string
  readonly samples: number
  readonly seed: string
  readonly percent: number
  /** What the Sobol' indices are of: the request itself, or the request with its inputs taken as independent. */
  readonly indicesOf: 'request' | 'independent-inputs'
  /** How the Shapley effects were found, which are always of the request; null where they were not asked for. */
  readonly shapleyBy: 'every-set' | 'random-orders' | null
  readonly results: readonly Drivers[]
  readonly repair: Repair | null
  readonly warnings: readonly Warning[]
}

/**
 * What drives the results of a request: tornados, rank correlations, and Sobol' indices with confidence
 * intervals, and Shapley effects, chunk by chunk like `simulate`. Without distributions there are only the steps of equal percentage.
 * Throws what `simulate` throws.
 */
export function* sensitivity<Request>(
  estimator: Estimator<Request>,
  asked: SensitivityRequest<Request>,
  lookup: Lookup,
  digest: (text: string) => string,
): Generator<number, Sensitivity> {
  const estimate = placedUnder('/inputs', () => uncertainEstimate(estimator, asked.inputs, lookup))
  const { built, inputs } = estimate
  const samples = asked.samples ?? sensitivityDefaults.samples
  const seed = asked.seed ?? sensitivityDefaults.seed
  const percent = asked.percent ?? sensitivityDefaults.percent
  const outputs = outputsOf(estimate, asked.outputs)
  check(samples, inputs.length)
  const dependence = readCorrelations(asked, inputs)
  const divided = isDivided(asked.shapley, samples, inputs.length, dependence)
  const values = evaluate(built.sheet)
  const ranked =
    inputs.length === 0 ? [] : yield* rankCorrelations(estimate, outputs, samples, seed, dependence)
  const indexed = inputs.length === 0 ? [] : yield* indices(estimate, outputs, samples, seed)
  const effects = divided ? yield* shapleyEffects(estimate, outputs, samples, seed, dependence) : []
  return {
    estimator: estimator.id,
    engineVersion,
    catalogueVersion: lookup.catalogue.version,
    inputHash: `sha256-${digest(hashed(estimator, asked, estimate))}`,
    samples,
    seed,
    percent,
    indicesOf: dependence === null ? 'request' : 'independent-inputs',
    shapleyBy: divided ? effectsBy(inputs.length, samples) : null,
    results: outputs.map((id, output): Drivers => {
      const handle = built.sheet.find(id) as number
      const { label } = built.sheet.at(handle).definition
      return {
        quantity: id,
        label,
        ...tornado(estimate, handle, percent),
        ranks: ranked[output] ?? [],
        indices: indexed[output] ?? [],
        shapley: effects[output] ?? [],
      }
    }),
    repair: dependence?.repair ?? null,
    warnings: [
      ...(dependence === null ? [] : [independentIndices]),
      ...uncertaintyWarnings([{ ...estimate, place: '/inputs' }], outputs),
      ...warningsOf(built, values, []),
    ],
  }
}

const independentIndices: Warning = {
  code: 'indices-of-independent-inputs',
  message: {
    en: "The inputs are correlated, and Sobol' indices only add up for independent ones. Those given are of the same distributions without the correlations; rank correlations, and Shapley effects where they are given, are of the correlated inputs.",
    zh: '输入之间存在相关性，而 Sobol 指数仅在输入独立时才可相加。此处给出的是相同分布在不相关情形下的指数；秩相关系数以及（若给出）Shapley 效应则针对相关的输入。',
  },
}

function hashed<Request>(
  estimator: Estimator<Request>,
  { inputs, ...asked }: SensitivityRequest<Request>,
  { built }: UncertainEstimate,
): string {
  return `${hashedText(estimator.id, built, atMedians(inputs).distributions)}\n${JSON.stringify(asked)}`
}

function outputsOf({ built }: UncertainEstimate, asked: readonly string[] | undefined): readonly string[] {
  if (asked === undefined) return built.results.slice(-1).map(handle => built.sheet.idOf(handle))
  for (const [index, id] of asked.entries()) quantityNamed(built, id, `/outputs/${index}`)
  return [...new Set(asked)]
}

function check(samples: number, inputs: number): void {
  if (!Number.isInteger(Math.log2(samples))) {
    const below = 2 ** Math.floor(Math.log2(samples))
    throw new DomainError(
      'out-of-range',
      `samples is ${samples}; it must be a power of two, such as ${below} or ${2 * below}.`,
      { pointer: '/samples', facts: { samples, below } },
    )
  }
  if (2 * inputs > mostDimensions) {
    throw new DomainError(
      'too-many',
      `The request has ${inputs} distributions; at most ${mostDimensions / 2} can be told apart. Give the least uncertain of them as numbers.`,
      { pointer: '/inputs', facts: { distributions: inputs, most: mostDimensions / 2 } },
    )
  }
  const evaluations = samples * evaluationsOf(inputs)
  if (evaluations > mostEvaluations) {
    throw new DomainError(
      'too-many',
      `${samples} samples of ${inputs} inputs take ${evaluations} evaluations; one answer may take ${mostEvaluations}. Take fewer samples.`,
      { pointer: '/samples', facts: { samples, evaluations, most: mostEvaluations } },
    )
  }
}

/** Whether Shapley effects are found: `too-many` when they are asked for and would take too long. */
function isDivided(
  asked: boolean | undefined,
  samples: number,
  inputs: number,
  dependence: Dependence | null,
): boolean {
  if (inputs === 0 || !(asked ?? dependence !== null)) return false
  const most = mostSamplesDivided(inputs)
  if (samples > most && asked) {
    throw new DomainError(
      'too-many',
      `Shapley effects of ${inputs} inputs are found from at most ${most} samples, and ${samples} are asked for; take fewer samples or inputs.`,
      { pointer: '/samples', facts: { samples, inputs, most } },
    )
  }
  return samples <= most
}

/** Rank correlations of each output, over correlated samples. */
function* rankCorrelations(
  estimate: UncertainEstimate,
  outputs: readonly string[],
  samples: number,
  seed: string,
  dependence: Dependence | null,
): Generator<number, Drivers['ranks'][]> {
  const { inputs } = estimate
  const sampler = samplerOf('sobol', seed, samples, replicates)
  const draw = new Draw(sampler, inputs.length, dependence)
  const columns = new SheetSamples(estimate, inputs, outputs, samples)
  const drawn = inputs.map(() => new Float64Array(samples))
  for (const chunk of chunksOf(sampler)) {
    draw.next(chunk)
    columns.take(draw.columns, chunk)
    // Quantile functions rise, so that probabilities have the ranks of the values.
    for (const [index, column] of drawn.entries())
      column.set((draw.columns[index] as Float64Array).subarray(0, chunk.count), chunk.start)
    yield 0
  }
  const ranks = drawn.map(ranksOf)
  const length = samples / replicates
  return columns.columns.map(column => {
    const output = ranksOf(column)
    const partial = partialRankCorrelations(ranks, output)
    return ranks
      .map((rank, index) => ({
        input: inputs[index]?.id ?? '',
        spearman: {
          value: correlationOf(rank, output),
          standardError: errorOf(
            Array.from({ length: replicates }, (_, part) =>
              correlationOf(rank, output, part * length, (part + 1) * length),
            ),
          ),
        },
        partial: partial[index] ?? null,
      }))
      .toSorted((a, b) => Math.abs(b.spearman.value) - Math.abs(a.spearman.value))
  })
}
