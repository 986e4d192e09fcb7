import { digest } from '../src/digest.ts'
import { market } from '../src/domain/market/sizing.ts'
import { normalQuantile } from '../src/domain/sheet/distributions/normal.ts'
import type { SamplingMethod } from '../src/domain/sheet/random/sampler.ts'
import { simulate } from '../src/domain/uncertainty/simulate.ts'
import { catalogueOfFiles } from '../src/store/catalogue-files.ts'
import { type Comparison, median } from './measure.ts'
import { finished } from './simulation.ts'

/** Six segments (亿元) by 5th and 95th percentile, with the mode of their penetration, 0.15 either way. */
const segments = [
  ['text', 430, 520, 0.7],
  ['images', 150, 500, 0.6],
  ['music', 300, 900, 0.6],
  ['news', 600, 2200, 0.5],
  ['video', 1500, 4000, 0.3],
  ['games', 3000, 4000, 0.25],
] as const

const request = {
  baseYear: 2025,
  targetYear: 2025,
  segments: segments.map(([id, p5, p95, mode]) => ({
    id,
    size: { value: { lognormal: { p5, p95 } } },
    penetration: { constant: { pert: { low: mode - 0.15, mode, high: mode + 0.15 } } },
  })),
}

/** The mean of the total, exactly: sizes and penetrations are independent, and both have known means. */
const exact = segments.reduce((sum, [, p5, p95, mode]) => {
  const sd = Math.log(p95 / p5) / (2 * normalQuantile(0.95))
  return sum + Math.sqrt(p5 * p95) * Math.exp((sd * sd) / 2) * mode
}, 0)

/** Relative error of the mean that both sides are asked for. */
const accuracy = 2e-4
const seeds = 12

/** Time to a mean of the market to 0.02 %: scrambled Sobol' points beside independent numbers. */
export function accuracyBenchmarks(): Comparison[] {
  const catalogue = catalogueOfFiles()
  const run = (sampling: SamplingMethod, samples: number, seed: string) => {
    const asked = {
      inputs: request as never,
      samples,
      seed,
      sampling,
      outputs: ['total'],
      percentiles: [5, 50, 95],
    }
    const start = performance.now()
    const { results } = finished(
      simulate(market, { ...asked, histogramBins: 0 }, { catalogue, datasets: new Map() }, digest),
    )
    const { mean, percentiles } = results[0]?.statistics ?? { mean: { value: 0 }, percentiles: [] }
    return {
      time: performance.now() - start,
      mean: mean.value,
      percentiles: percentiles.map(({ value }) => value),
    }
  }
  const many = (sampling: SamplingMethod, samples: number) =>
    Array.from({ length: seeds }, (_, seed) => run(sampling, samples, String(seed)))
  const error = (runs: ReturnType<typeof many>) =>
    Math.sqrt(runs.reduce((sum, { mean }) => sum + (mean / exact - 1) ** 2, 0) / runs.length)
  /** The least power of two whose root mean square error over the seeds is small enough. */
  const enough = (sampling: SamplingMethod, from: number) => {
    for (let samples = from; ; samples *= 2) {
      const runs = many(sampling, samples)
      if (error(runs) <= accuracy) return { samples, time: median(runs.map(({ time }) => time)) }
    }
  }
  many('sobol', 1024)
  const sobol = enough('sobol', 256)
  const plain = enough('monte-carlo', 2 ** 16)
  const ratio = sobol.time / plain.time
  const spread = (sampling: SamplingMethod) => {
    const runs = many(sampling, 4096)
    return [0, 2].map(at => {
      const values = runs.map(({ percentiles }) => percentiles[at] as number)
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length
      return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
    }) as [number, number]
  }
  const [ownP5, ownP95] = spread('sobol')
  const [plainP5, plainP95] = spread('monte-carlo')
  return [
    {
      name: `mean of a six-segment market to 0.02 %, ms: ${sobol.samples} Sobol' points (other: ${plain.samples} independent samples)`,
      ours: sobol.time,
      other: plain.time,
      ratio,
      goal: "at most 1/50 of plain Monte Carlo's time",
      holds: ratio <= 1 / 50,
    },
    {
      name: 'variance of its p5 at 4,096 samples, 亿元² (other: plain Monte Carlo)',
      ours: ownP5,
      other: plainP5,
      ratio: ownP5 / plainP5,
      goal: 'less than plain',
      holds: ownP5 < plainP5,
    },
    {
      name: 'variance of its p95 at 4,096 samples, 亿元² (other: plain Monte Carlo)',
      ours: ownP95,
      other: plainP95,
      ratio: ownP95 / plainP95,
      goal: 'less than plain',
      holds: ownP95 < plainP95,
    },
  ]
}
