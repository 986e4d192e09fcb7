import type { TSchema } from 'typebox'
import type { EstimatorId } from '../domain/estimators.ts'
import { MarketRequest, marketComponents } from './market.ts'
import { ServingRequest, servingComponents } from './serving.ts'
import { TrainingRequest, trainingComponents } from './training.ts'

/** The request of each estimator. */
export const estimatorRequests = {
  training: TrainingRequest,
  serving: ServingRequest,
  market: MarketRequest,
} as const satisfies Record<EstimatorId, TSchema>

export const estimatorComponents = [...trainingComponents, ...servingComponents, ...marketComponents]
