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
import { type SobolIndex, sobolIndices } from '../sheet/sensitivity/sobol-indices.ts'
import { chunksOf, Draw } from '../sheet/simulation/draw.ts'
import { type Estimated, errorOf } from '../sheet/simulation/statistics.ts'
import type { Label } from '../units.ts'
import { atMedians, placedUnder } from './distributions-in-request.ts'
import { quantityNamed } from './quantities.ts'
import { SheetSamples } from './sheet-samples.ts'
import { type Swing, tornado } from './tornado.ts'
import { type UncertainEstimate, uncertainEstimate } from './uncertain-inputs.ts'
import { uncertaintyWarnings } from './uncertainty-warnings.ts'

/** What a sensitivity analysis is asked. */
export interface SensitivityRequest<Request = unknown> extends CorrelationRequest {
  readonly inputs: Request
  /** Quantities to analyse; default: the last of the results, which is what the others lead to. */
  readonly outputs?: readonly string[]
  /** By how much, in percent, every input is moved in the tornado of equal steps. */
  readonly percent?: number
  readonly samples?: number
  readonly seed?: string
}

export const sensitivityDefaults = { percent: 10, samples: 8_192, seed: '1' } as const

/** Replicates of the samples, from which the confidence intervals come. */
const replicates = 8
/** Student's t for the middle 95 % with seven degrees of freedom. */
const t95 = 2.364624251592785
/** Most evaluations of the sheet that one answer may take. */
const mostEvaluations = 8_388_608

/** An index with the interval that holds it with 95 % confidence. */
export interface Interval95 {
  readonly value: number
  readonly low: number
  readonly high: number
}

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
  readonly indices: readonly {
    readonly input: string
    readonly first: Interval95
    readonly total: Interval95
  }[]
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
  readonly results: readonly Drivers[]
  readonly repair: Repair | null
  readonly warnings: readonly Warning[]
}

/**
 * What drives the results of a request: tornados, rank correlations, and Sobol' indices with confidence
 * intervals, chunk by chunk like `simulate`. Without distributions there are only the steps of equal percentage.
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
  const values = evaluate(built.sheet)
  const ranked =
    inputs.length === 0 ? [] : yield* rankCorrelations(estimate, outputs, samples, seed, dependence)
  const indexed = inputs.length === 0 ? [] : yield* indices(estimate, outputs, samples, seed)
  return {
    estimator: estimator.id,
    engineVersion,
    catalogueVersion: lookup.catalogue.version,
    inputHash: `sha256-${digest(hashed(estimator, asked, estimate))}`,
    samples,
    seed,
    percent,
    indicesOf: dependence === null ? 'request' : 'independent-inputs',
    results: outputs.map((id, output): Drivers => {
      const handle = built.sheet.find(id) as number
      const { label } = built.sheet.at(handle).definition
      return {
        quantity: id,
        label,
        ...tornado(estimate, handle, percent),
        ranks: ranked[output] ?? [],
        indices: indexed[output] ?? [],
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
    en: "The inputs are correlated, and Sobol' indices only add up for independent ones. Those given are of the same distributions without the correlations; the rank correlations are of the correlated inputs.",
    zh: '输入之间存在相关性，而 Sobol 指数仅在输入独立时才可相加。此处给出的是相同分布在不相关情形下的指数；秩相关系数则针对相关的输入。',
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
  const evaluations = samples * (inputs + 2)
  if (evaluations > mostEvaluations) {
    throw new DomainError(
      'too-many',
      `${samples} samples of ${inputs} inputs take ${evaluations} evaluations; one answer may take ${mostEvaluations}. Take fewer samples.`,
      { pointer: '/samples', facts: { samples, evaluations, most: mostEvaluations } },
    )
  }
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

/** Sobol' indices of each output, over independent inputs. */
function* indices(
  estimate: UncertainEstimate,
  outputs: readonly string[],
  samples: number,
  seed: string,
): Generator<number, Drivers['indices'][]> {
  const { inputs } = estimate
  const count = inputs.length
  const sampler = samplerOf('sobol', `${seed}/indices`, samples, replicates)
  const draw = new Draw(sampler, 2 * count, null)
  const sheets = Array.from({ length: count + 2 }, () => new SheetSamples(estimate, inputs, outputs, samples))
  for (const chunk of chunksOf(sampler)) {
    draw.next(chunk)
    const [a, b] = [draw.columns.slice(0, count), draw.columns.slice(count)]
    for (const [index, sheet] of sheets.entries()) {
      const mixed =
        index === count
          ? b
          : a.map((column, input) => (input === index ? (b[input] as Float64Array) : column))
      sheet.take(mixed, chunk)
    }
    yield 0
  }
  return outputs.map((_, output) => {
    const columns = sheets.map(sheet => sheet.columns[output] as Float64Array)
    const found = sobolIndices(
      {
        mixed: columns.slice(0, count),
        b: columns[count] as Float64Array,
        a: columns[count + 1] as Float64Array,
      },
      replicates,
    )
    return inputs
      .map(({ id }, index) => withIntervals(id, found[index] as SobolIndex))
      .toSorted((x, y) => y.total.value - x.total.value)
  })
}

function withIntervals(input: string, { first, total }: SobolIndex) {
  const interval = ({ value, standardError }: Estimated): Interval95 => ({
    value,
    low: value - t95 * standardError,
    high: value + t95 * standardError,
  })
  return { input, first: interval(first), total: interval(total) }
}
