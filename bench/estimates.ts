import { digest } from '../src/digest.ts'
import { estimate, type Lookup } from '../src/domain/estimate.ts'
import { type EstimatorId, estimatorOf } from '../src/domain/estimators.ts'
import { catalogueOfFiles } from '../src/store/catalogue-files.ts'
import type { Comparison } from './measure.ts'

interface Timed {
  readonly name: string
  readonly estimator: EstimatorId
  readonly request: unknown
  /** Microseconds. */
  readonly goal: number
}

const accelerator = { id: 'h100-sxm-80gb' }
const estimates: readonly Timed[] = [
  {
    name: 'a training estimate with a layout',
    estimator: 'training',
    request: {
      ...{ model: { id: 'llama-3.1-405b' }, accelerator },
      throughput: {
        layout: { tensor: 8, pipeline: 16, data: 128, unevenStages: true, sequence: 8192, globalBatch: 2048 },
      },
    },
    goal: 100,
  },
  {
    name: 'a serving estimate with a workload',
    estimator: 'serving',
    request: {
      ...{ model: { id: 'llama-3-70b' }, accelerator, parallel: { tensor: 8, pipeline: 1, data: 1 } },
      workload: { concurrency: 64, inputTokens: 1000, outputTokens: 300 },
    },
    goal: 50,
  },
]

const rounds = 60
const calls = 250

/**
 * Microseconds of whole estimates: sheet, values, hash, intervals and answer. The least of many short rounds counts:
 * what other work on the machine adds is none of theirs.
 */
export function estimateBenchmarks(): Comparison[] {
  const lookup: Lookup = { catalogue: catalogueOfFiles(), datasets: new Map() }
  return estimates.map(({ name, estimator, request, goal }) => {
    const once = () => estimate(estimatorOf(estimator), request, lookup, { digest, trace: false })
    let least = Number.POSITIVE_INFINITY
    for (let round = 0; round < rounds; round++) {
      const start = performance.now()
      for (let call = 0; call < calls; call++) once()
      least = Math.min(least, ((performance.now() - start) / calls) * 1000)
    }
    return {
      name: `${name}, µs (other: the goal)`,
      ours: least,
      other: goal,
      ratio: least / goal,
      goal: `under ${goal} µs`,
      holds: least < goal,
    }
  })
}
