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
import { uncertain } from './uncertain-number.ts'

const requests = {
  training: TrainingRequest,
  architecture: ArchitectureRequest,
  memory: MemoryRequest,
  serving: ServingRequest,
  scaling: ScalingRequest,
  image: ImageRequest,
  market: MarketRequest,
} as const satisfies Record<EstimatorId, TSchema>

const components: readonly TSchema[] = [
  ...trainingComponents,
  ...architectureComponents,
  ...layoutComponents,
  ...memoryComponents,
  ...servingComponents,
  ...scalingComponents,
  ...imageComponents,
  ...marketComponents,
]

/** The request of each estimator. Every number in it may be a distribution. */
export const estimatorRequests = Object.fromEntries(
  Object.entries(requests).map(([id, request]) => [id, uncertain<TSchema>(request)]),
) as { readonly [Id in EstimatorId]: (typeof requests)[Id] }

/** What requests are made of. */
export const estimatorComponents = components.map(component => uncertain(component))
