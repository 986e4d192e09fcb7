import type { TSchema } from 'typebox'
import type { EstimatorId } from '../domain/estimators.ts'
import { ArchitectureRequest, architectureComponents } from './architecture.ts'
import { ImageRequest, imageComponents } from './image.ts'
import { layoutComponents } from './layout.ts'
import { MarketRequest, marketComponents } from './market.ts'
import { MemoryRequest, memoryComponents } from './memory.ts'
import { ScalingRequest, scalingComponents } from './scaling.ts'
import { ServingRequest, servingComponents } from './serving.ts'
import { TrainingRequest, trainingComponents } from './training.ts'

/** The request of each estimator. */
export const estimatorRequests = {
  training: TrainingRequest,
  architecture: ArchitectureRequest,
  memory: MemoryRequest,
  serving: ServingRequest,
  scaling: ScalingRequest,
  image: ImageRequest,
  market: MarketRequest,
} as const satisfies Record<EstimatorId, TSchema>

export const estimatorComponents = [
  ...trainingComponents,
  ...architectureComponents,
  ...layoutComponents,
  ...memoryComponents,
  ...servingComponents,
  ...scalingComponents,
  ...imageComponents,
  ...marketComponents,
]
