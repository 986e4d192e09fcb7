import type { LayoutRequest } from '../layout/layout-request.ts'
import type { TrainingStackName } from '../training-time/training-stack.ts'
import type { OptimizerStep } from './optimizer-step.ts'
import type { adaptedMatrices } from './state-memory.ts'
import type { StorageFormat } from './storage-format.ts'

/** Low-rank adaptation as a request states it. */
export interface AdapterRequest {
  readonly rank: number
  readonly matrices?: (typeof adaptedMatrices)[number]
  readonly frozenFormat?: StorageFormat
}

/** A training job. */
export interface TrainingMemoryRequest {
  readonly devices?: number
  readonly layout?: LayoutRequest
  readonly stack?: TrainingStackName
  /** How the optimizer's step is put together; by default as `stack` does it. */
  readonly optimizerStep?: OptimizerStep
  readonly adapter?: AdapterRequest
}
