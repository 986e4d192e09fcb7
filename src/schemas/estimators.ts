import type { TSchema } from 'typebox'
import type { EstimatorId } from '../domain/estimators.ts'
import { ArchitectureRequest, architectureComponents } from './architecture.ts'
import { DemandRequest, demandComponents } from './demand.ts'
import { ImageRequest, imageComponents } from './image.ts'
import { layoutComponents } from './layout.ts'
import { MarketRequest, marketComponents } from './market.ts'
import { MemoryRequest, memoryComponents } from './memory.ts'
import { ScalingRequest, scalingComponents } from './scaling.ts'
import { ServingRequest, servingComponents } from './serving.ts'
import { TrainingRequest, trainingComponents } from './training.ts'
import { uncertainComponents } from './uncertain-number.ts'

const requests = {
  training: TrainingRequest,
  architecture: ArchitectureRequest,
  memory: MemoryRequest,
  serving: ServingRequest,
  scaling: ScalingRequest,
  image: ImageRequest,
  market: MarketRequest,
  demand: DemandRequest,
} as const satisfies Record<EstimatorId, TSchema>

/** What requests are made of, as other parts of the document may refer to it: with plain numbers. */
export const plainComponents: readonly TSchema[] = [
  ...trainingComponents,
  ...architectureComponents,
  ...layoutComponents,
  ...memoryComponents,
  ...servingComponents,
  ...scalingComponents,
  ...imageComponents,
  ...marketComponents,
  ...demandComponents,
]

/** What requests are made of. Every number in it may be a distribution. */
export const estimatorComponents = uncertainComponents(plainComponents, Object.values(requests))

const idOf = (component: TSchema): unknown => (component as { readonly $id?: string }).$id

/** The request of each estimator, with numbers that may be distributions. */
export const estimatorRequests = Object.fromEntries(
  Object.entries<TSchema>(requests).map(([id, request]) => [
    id,
    estimatorComponents.find(component => idOf(component) === idOf(request)),
  ]),
) as { readonly [Id in EstimatorId]: (typeof requests)[Id] }
