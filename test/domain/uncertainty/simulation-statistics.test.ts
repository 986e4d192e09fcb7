import { describe, expect, it } from 'vitest'
import { training } from '../../../src/domain/compute/training/training.ts'
import { normalQuantile } from '../../../src/domain/sheet/distributions/normal.ts'
import {
  type PreparedSimulation,
  prepareSimulation,
} from '../../../src/domain/uncertainty/prepared-simulation.ts'
import { statisticsAlone } from '../../../src/domain/uncertainty/simulate.ts'
import type { SimulationRequest } from '../../../src/domain/uncertainty/simulation-request.ts'
import { type Share, type Stage, workStage } from '../../../src/domain/uncertainty/simulation-stages.ts'
import {
  type OutputStatistics,
  statisticsInStages,
} from '../../../src/domain/uncertainty/simulation-statistics.ts'
import { catalogueOfFiles } from '../../../src/store/catalogue-files.ts'

const lookup = { catalogue: catalogueOfFiles(), datasets: new Map() }
const inputs = {
  trainingFlop: { lognormal: { p5: 1e23, p95: 9e23 } },
  throughput: { flopPerSecond: { uniform: { low: 28e12, high: 56e12 } } },
  devices: 1_000,
  price: { perDeviceHour: { normal: { mean: 3, sd: 0.3 } }, currency: 'USD' },
}
const outputs = ['deviceDays', 'trainingCost', 'effectiveFlopPerSecond']

const prepared = (asked: Partial<SimulationRequest>, keep?: number): PreparedSimulation =>
  prepareSimulation(
    training,
    {
      inputs,
      outputs,
      samples: 65_536,
      exceeding: [{ quantity: 'trainingCost', value: 2e7 }],
      ...asked,
    } as never,
    lookup,
    keep,
  )

function finished<T>(steps: Generator<unknown, T>): T {
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}

/** Worked out in several shares, which are handed back in some order. */
function divided(simulation: PreparedSimulation, ways: number): OutputStatistics[] {
  const stages = statisticsInStages(simulation, length => new Float64Array(length))
  let step = stages.next()
  while (!step.done) {
    const stage: Stage = step.value
    const shares: Share[] = Array.from({ length: ways }, (_, way) =>
      structuredClone(
        finished(
          workStage(
            simulation,
            stage,
            Array.from({ length: stage.pieces }, (_, piece) => piece).filter(piece => piece % ways === way),
          ),
        ),
      ),
    )
    step = stages.next(shares.reverse())
  }
  return step.value
}

const alternatives = [
  { id: 'dear', weight: 1, inputs: { ...inputs, price: { perDeviceHour: 4, currency: 'USD' } } },
  { id: 'cheap', weight: 3, inputs },
]

describe('a simulation in stages', () => {
  it.each<[string, Partial<SimulationRequest>]>([
    ['Sobol’ points', {}],
    ['independent numbers', { sampling: 'monte-carlo', samples: 40_000 }],
    ['alternatives', { inputs: undefined, alternatives } as never],
  ])('gives the same numbers in however many shares, kept or counted: %s', (_, asked) => {
    for (const keep of [undefined, 0]) {
      const one = finished(statisticsAlone(prepared(asked, keep)))
      for (const ways of [2, 3, 16]) expect(divided(prepared(asked, keep), ways)).toEqual(one)
    }
  })

  it.each<[string, Partial<SimulationRequest>]>([
    ['Sobol’ points', {}],
    ['a Latin hypercube', { sampling: 'latin-hypercube' }],
    ['alternatives', { inputs: undefined, alternatives } as never],
  ])('counts what it does not keep, to the same numbers: %s', (_, asked) => {
    const percentiles = [0, 0.1, 5, 50, 95, 99.9, 100]
    const kept = finished(statisticsAlone(prepared({ ...asked, percentiles })))
    const counted = finished(statisticsAlone(prepared({ ...asked, percentiles }, 0)))
    for (const [index, { statistics, structure }] of counted.entries()) {
      const expected = kept[index]?.statistics as OutputStatistics['statistics']
      expect(statistics.percentiles.map(({ value }) => value)).toEqual(
        expected.percentiles.map(({ value }) => value),
      )
      expect(statistics.mean.value / expected.mean.value).toBeCloseTo(1, 12)
      expect(statistics.sd.value / expected.sd.value).toBeCloseTo(1, 10)
      expect(statistics.exceeding).toEqual(expected.exceeding)
      // Another estimator of the same error: of its order where 16 replicates tell it at all.
      const ratio =
        (statistics.percentiles[3]?.standardError as number) /
        (expected.percentiles[3]?.standardError as number)
      // Sobol' points cut a uniform quantity so evenly that counts cannot tell its error.
      expect(ratio).toBeGreaterThan(index === 2 ? 0 : 0.7)
      if (index !== 2) expect(ratio).toBeLessThan(1.4)
      const middle = (histogram: typeof statistics.histogram) => histogram?.shares[10]?.value as number
      expect(middle(statistics.histogram)).toBeCloseTo(middle(expected.histogram), 2)
      expect(structure?.share.value).toEqual(
        structure === null ? undefined : expect.closeTo(kept[index]?.structure?.share.value as number, 12),
      )
    }
  })

  it('finds the quantiles that theory gives', () => {
    // ln of a lognormal with these quantiles has this standard deviation.
    const sd = Math.log(9) / (2 * normalQuantile(0.95))
    const [deviceDays] = finished(
      statisticsAlone(
        prepared(
          { inputs: { ...inputs, throughput: { flopPerSecond: 28e12 } }, percentiles: [10, 50] } as never,
          0,
        ),
      ),
    )
    const quantile = (p: number) => (3e23 * Math.exp(sd * normalQuantile(p))) / 28e12 / 86_400
    expect((deviceDays?.statistics.percentiles[0]?.value as number) / quantile(0.1)).toBeCloseTo(1, 4)
    expect((deviceDays?.statistics.percentiles[1]?.value as number) / quantile(0.5)).toBeCloseTo(1, 4)
  })
})
