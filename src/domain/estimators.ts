import { architecture } from './compute/architecture/architecture.ts'
import { image } from './compute/image/image.ts'
import { memory } from './compute/memory/memory-job.ts'
import { scaling } from './compute/scaling/scaling.ts'
import { serving } from './compute/serving/serving.ts'
import { training } from './compute/training/training.ts'
import type { Estimator } from './estimate.ts'
import { demand } from './market/demand/demand.ts'
import { market } from './market/sizing.ts'

/** Every estimator by id: adding one is a row here and a row in `schemas/estimators.ts`. */
export const estimators = {
  training,
  architecture,
  memory,
  serving,
  scaling,
  image,
  market,
  demand,
} as const

export type EstimatorId = keyof typeof estimators

export const estimatorIds = Object.keys(estimators) as EstimatorId[]

/** An estimator by id, for requests that its schema has checked. */
export function estimatorOf(id: EstimatorId): Estimator {
  return estimators[id] as unknown as Estimator
}

/** The datasets that an estimator's inputs refer to. */
export function datasetsOf(estimator: string, inputs: unknown): readonly string[] {
  return estimatorOf(estimator as EstimatorId).needs(inputs)
}
