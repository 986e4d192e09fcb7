import type { Transformer } from '../architecture/transformer.ts'
import type { Precision } from '../catalogue.ts'
import { assertLayout, layoutDevices, type ParallelLayout } from './layout.ts'

/** A layout as a request states it: what is absent gets a default. */
export type LayoutRequest = Partial<ParallelLayout>

/** Tokens of a sequence when nobody says. */
export const defaultSequence = 4096
/** Micro-batches a pipeline rank when nobody gives a global batch: enough to fill the pipeline. */
const microBatchesPerRank = 4

/**
 * A layout with its defaults filled in, on `devices` devices (when undefined, on as many as its degrees say). Throws
 * `inconsistent-inputs` for a layout that cannot be.
 */
export function resolveLayout(
  request: LayoutRequest,
  t: Transformer,
  devices: number | undefined,
  precision: Precision,
  at = '/layout',
): ParallelLayout {
  const { tensor = 1, pipeline = 1, context = 1, expert = 1, microBatch = 1, zeroStage = 1 } = request
  const rest = devices === undefined ? 1 : Math.max(1, Math.floor(devices / (tensor * pipeline * context)))
  const data = request.data ?? rest
  const ranks = tensor * context * data
  const layout: ParallelLayout = {
    tensor,
    pipeline,
    data,
    context,
    expert,
    expertTensor: request.expertTensor ?? (ranks % (expert * tensor) === 0 ? tensor : 1),
    virtualStages: request.virtualStages ?? 1,
    unevenStages: request.unevenStages ?? false,
    microBatch,
    globalBatch:
      request.globalBatch ?? microBatch * data * (pipeline > 1 ? microBatchesPerRank * pipeline : 1),
    sequence: request.sequence ?? defaultSequence,
    recompute: request.recompute ?? 'none',
    sequenceParallel: request.sequenceParallel ?? tensor > 1,
    flashAttention: request.flashAttention ?? true,
    dropout: request.dropout ?? false,
    zeroStage,
    optimizer: request.optimizer ?? 'adam',
    precision: request.precision ?? precision,
    gradientBytes: request.gradientBytes ?? (zeroStage === 3 && pipeline === 1 ? 2 : 4),
  }
  assertLayout(t, layout, devices ?? layoutDevices(layout), at)
  return layout
}
