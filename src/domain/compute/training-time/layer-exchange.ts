import type { Transformer } from '../architecture/transformer.ts'
import type { ParallelLayout } from '../layout/layout.ts'
import { allToAllTime, nearDevices, ringTime } from './collective-time.ts'
import type { TrainingConstants } from './training-constants.ts'
import type { TrainingSystem } from './training-system.ts'

/** Seconds in which keys and values travel around the context-parallel ranks, as far as attention does not hide them. */
export function contextExchange(
  t: Transformer,
  layout: ParallelLayout,
  rows: number,
  core: { readonly forward: number; readonly backward: number },
  system: TrainingSystem,
  c: TrainingConstants,
): number {
  const { context, tensor } = layout
  const heads = t.latent === null ? t.kvHeads : t.heads
  const keysAndValues = (4 * rows * heads * t.headDim) / tensor
  const near = nearDevices(context, tensor, system.devicesPerNode)
  const ring = ringTime((context - 1) * keysAndValues, context, near, system, c)
  return (
    Math.max(0, ring - c.gatherHidden * core.forward) +
    Math.max(0, 2 * ring - c.gatherHidden * core.backward) +
    3 * c.contention * ring
  )
}

/** Seconds of dispatch and combine of a layer's tokens, forward and backward, as far as nothing hides them. */
export function expertExchange(
  t: Transformer,
  layout: ParallelLayout,
  rows: number,
  system: TrainingSystem,
  c: TrainingConstants,
): number {
  if (layout.expert === 1) return 0
  const near = nearDevices(layout.expert, layout.expertTensor, system.devicesPerNode)
  const nodes = layout.expert / near
  const rowsOfRank = (rows * layout.expertTensor) / layout.tensor
  // A token goes once to each node that holds any of its experts, and from there to them.
  const copies = nodes <= 1 ? t.topK : nodes * (1 - (1 - 1 / nodes) ** t.topK)
  return (
    4 *
    c.exchangeExposed *
    allToAllTime(2 * rowsOfRank * t.hidden, t.topK, copies, layout.expert, near, system, c)
  )
}
