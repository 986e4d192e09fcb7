import type { Drivers, Sensitivity } from './sensitivity.ts'
import { rounded } from './significant.ts'
import type { SimulatedQuantity, Simulation } from './simulate.ts'
import type { Solution } from './solve.ts'

/** A simulation as it is answered: percentiles become members such as `p5`. */
export function simulationAnswer({ percentiles, results, inputs, ...rest }: Simulation) {
  const { warnings, repair, ...head } = rest
  return {
    ...head,
    inputs,
    results: Object.fromEntries(
      results.map(result => [result.quantity.id, quantityAnswer(result, percentiles)]),
    ),
    repair,
    warnings,
  }
}

function quantityAnswer(
  { quantity, statistics, thresholds, structure }: SimulatedQuantity,
  percentiles: readonly number[],
) {
  const { id, label, value, unit } = quantity
  const { mean, sd, histogram, exceeding } = statistics
  const named = [
    ['mean', mean] as const,
    ['sd', sd] as const,
    ...statistics.percentiles.map((estimated, index) => [`p${percentiles[index]}`, estimated] as const),
  ]
  return {
    ...{ id, label, value, unit },
    ...Object.fromEntries(named.map(([name, estimated]) => [name, estimated.value])),
    standardError: Object.fromEntries(named.map(([name, estimated]) => [name, estimated.standardError])),
    shown: Object.fromEntries(
      named.map(([name, estimated]) => [name, rounded(estimated.value, estimated.standardError)]),
    ),
    exceeding: exceeding.map((estimated, index) => ({
      value: thresholds[index],
      probability: estimated.value,
      standardError: estimated.standardError,
    })),
    histogram: histogram && {
      bins: histogram.shares.map(({ value: share, standardError }, index) => ({
        from: histogram.edges[index],
        to: histogram.edges[index + 1],
        share,
        standardError,
      })),
      below: histogram.below,
      above: histogram.above,
    },
    ...(structure && {
      structure: {
        share: structure.share.value,
        standardError: structure.share.standardError,
        parameters: 1 - structure.share.value,
        alternatives: structure.alternatives,
      },
    }),
  }
}

/** A sensitivity analysis as it is answered. */
export function sensitivityAnswer({ results, ...rest }: Sensitivity) {
  const { repair, warnings, ...head } = rest
  return { ...head, results: results.map(driversAnswer), repair, warnings }
}

function driversAnswer({
  quantity,
  label,
  unit,
  value,
  percentiles,
  percent,
  ranks,
  indices,
  shapley,
}: Drivers) {
  return {
    ...{ id: quantity, label, unit, value },
    tornado: percentiles,
    steps: percent,
    ranks: ranks.map(({ input, spearman, partial }) => ({
      input,
      spearman: spearman.value,
      standardError: spearman.standardError,
      partial,
    })),
    indices,
    shapley,
  }
}

/** A solution as it is answered. */
export function solutionAnswer({ request, results, warnings, ...head }: Solution) {
  return { ...head, inputs: request, results, warnings }
}
