import { run } from '@quri/squiggle-lang'
import { digest } from '../src/digest.ts'
import { training } from '../src/domain/compute/training/training.ts'
import { normalQuantile } from '../src/domain/sheet/distributions/normal.ts'
import { samplerOf } from '../src/domain/sheet/random/sampler.ts'
import { chunksOf, Draw } from '../src/domain/sheet/simulation/draw.ts'
import { conclude, type Statistics, summarise } from '../src/domain/sheet/simulation/statistics.ts'
import { type Simulation, simulate } from '../src/domain/uncertainty/simulate.ts'
import { replicates } from '../src/domain/uncertainty/simulation-plan.ts'
import { catalogueOfFiles } from '../src/store/catalogue-files.ts'
import { type Comparison, median } from './measure.ts'

const samples = 2 ** 20
const statistics = { percentiles: [5, 50, 95], histogramBins: 0, exceeding: [] }

/** GPT-3 with five uncertain inputs. */
export const uncertain = {
  model: { parameters: { lognormal: { p5: 150e9, p95: 200e9 } } },
  tokens: { triangular: { low: 200e9, mode: 300e9, high: 400e9 } },
  accelerator: { id: 'v100-sxm2-32gb' },
  precision: 'fp16',
  throughput: { mfu: { triangular: { low: 0.15, mode: 0.2, high: 0.35 } } },
  price: { perDeviceHour: { lognormal: { p5: 2, p95: 4.5 } } },
  discount: { uniform: { low: 0, high: 0.3 } },
}

/** A calculation in steps, run to its end. */
export function finished<T>(steps: Generator<unknown, T>): T {
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}

function ours(catalogue: ReturnType<typeof catalogueOfFiles>): Simulation {
  const asked = { inputs: uncertain as never, samples, seed: '1', outputs: ['trainingCost'], ...statistics }
  return finished(simulate(training, asked, { catalogue, datasets: new Map() }, digest))
}

/** The same by hand: one loop over typed arrays, with the same points, inverse functions and selection. */
function byHand(): Statistics {
  const sampler = samplerOf('sobol', '1', samples, replicates)
  const draw = new Draw(sampler, 5, null)
  const [u0, u1, u2, u3, u4] = draw.columns as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ]
  const cost = new Float64Array(samples)
  const z95 = normalQuantile(0.95)
  const through = (p5: number, p95: number) =>
    [(Math.log(p5) + Math.log(p95)) / 2, (Math.log(p95) - Math.log(p5)) / (2 * z95)] as const
  const [nMean, nSd] = through(150e9, 200e9)
  const [pMean, pSd] = through(2, 4.5)
  for (const { start, count } of chunksOf(sampler)) {
    draw.next({ start, count })
    for (let index = 0; index < count; index++) {
      const n = Math.exp(nMean + nSd * normalQuantile(u0[index] as number))
      const a = u1[index] as number
      const d = a < 0.5 ? 200e9 + Math.sqrt(a * 2e22) : 400e9 - Math.sqrt((1 - a) * 2e22)
      const b = u2[index] as number
      const mfu = b < 0.25 ? 0.15 + Math.sqrt(b * 0.2 * 0.05) : 0.35 - Math.sqrt((1 - b) * 0.2 * 0.15)
      const price = Math.exp(pMean + pSd * normalQuantile(u3[index] as number))
      const discount = (u4[index] as number) * 0.3
      cost[start + index] = ((6 * n * d) / (mfu * 125e12 * 86_400)) * 24 * price * (1 - discount)
    }
  }
  const length = samples / replicates
  const scratch = new Float64Array(length)
  const summaries = Array.from({ length: replicates }, (_, replicate) =>
    summarise(cost, replicate * length, length, scratch, statistics, cost[0] as number),
  )
  return conclude(cost, summaries, statistics)
}

const squiggle = `
n = lognormal({p5: 150, p95: 200})
d = triangular(200, 300, 400)
m = triangular(0.15, 0.2, 0.35)
p = lognormal({p5: 2, p95: 4.5})
r = uniform(0, 0.3)
c = 6e18 * n * d / (m * 125e12 * 86400) * 24 * 1000 * p * (1 - r)
{mean: mean(c), p5: quantile(c, 0.05), p50: quantile(c, 0.5), p95: quantile(c, 0.95)}`

async function bySquiggle(): Promise<void> {
  const { result } = await run(squiggle, {
    environment: { sampleCount: samples, xyPointLength: 1000, seed: '1' },
  })
  if (!result.ok) throw new Error(result.value.toString())
}

/** A million samples of the cost of a training run, beside a loop written by hand and beside Squiggle. */
export async function simulationBenchmarks(): Promise<Comparison[]> {
  const catalogue = catalogueOfFiles()
  const found = ours(catalogue).results[0]?.statistics
  const expected = byHand()
  if (found === undefined || Math.abs(found.mean.value / expected.mean.value - 1) > 1e-9)
    throw new Error(
      `The two sides compute different numbers: ${found?.mean.value} and ${expected.mean.value}.`,
    )
  const times = { ours: [] as number[], hand: [] as number[], squiggle: [] as number[] }
  const timed = async (into: number[], work: () => unknown): Promise<void> => {
    const start = performance.now()
    await work()
    into.push(performance.now() - start)
  }
  for (let round = 0; round < 12; round++) {
    await timed(times.ours, () => ours(catalogue))
    await timed(times.hand, byHand)
    if (round < 4) await timed(times.squiggle, bySquiggle)
  }
  const ratio = (over: readonly number[]) =>
    median(over.map((time, round) => (times.ours[round] as number) / time))
  const [hand, other] = [ratio(times.hand), ratio(times.squiggle)]
  return [
    {
      name: `simulate training cost, 5 uncertain inputs, ${samples} samples, ms (other: a loop by hand)`,
      ours: median(times.ours),
      other: median(times.hand),
      ratio: hand,
      goal: 'at most 1.3 of the loop',
      holds: hand <= 1.3,
    },
    {
      name: 'the same, ms (other: Squiggle)',
      ours: median(times.ours),
      other: median(times.squiggle),
      ratio: other,
      goal: 'at most 1/8 of Squiggle',
      holds: other <= 1 / 8,
    },
  ]
}
