import type { CorrelationRequest } from '../sheet/correlation/correlations.ts'
import type { SamplingMethod } from '../sheet/random/sampler.ts'
import type { WeightedRequest } from './alternatives.ts'

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
