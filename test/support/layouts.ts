import type { ParallelLayout } from '../../src/domain/compute/layout/layout.ts'

/** One device, one sequence of 2,048 tokens, nothing computed again; a test changes what it is about. */
export const plainLayout: ParallelLayout = {
  tensor: 1,
  pipeline: 1,
  data: 1,
  context: 1,
  expert: 1,
  expertTensor: 1,
  virtualStages: 1,
  unevenStages: false,
  microBatch: 1,
  globalBatch: 1,
  sequence: 2048,
  recompute: 'none',
  sequenceParallel: false,
  flashAttention: false,
  dropout: false,
  zeroStage: 0,
  optimizer: 'adam',
  precision: 'bf16',
  gradientBytes: 4,
}
