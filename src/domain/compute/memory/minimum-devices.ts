import type { Transformer } from '../architecture/transformer.ts'
import { brokenLayoutRule, layoutDevices, type ParallelLayout } from '../layout/layout.ts'
import type { MemoryModel } from './held-parameters.ts'
import type { MemoryConstants } from './memory-calibration.ts'
import type { ServingPlacement } from './serving-memory.ts'
import type { Adapter } from './state-memory.ts'
import { trainingMemory } from './training-memory.ts'
import { emptyTrainingMemory } from './training-memory-parts.ts'

/** Devices that a search for the fewest goes up to. */
const mostDevices = 65_536
/** Ranks that tensor parallelism spans where the catalogue does not know how many devices share a node. */
const commonNode = 8
/** Longest pipeline that is tried. */
const mostStages = 256

/** Tensor-parallel degrees within a node, smallest first. */
function tensorDegrees(node: number | null): number[] {
  const degrees: number[] = []
  for (let tensor = 1; tensor <= (node ?? commonNode); tensor *= 2) degrees.push(tensor)
  return degrees
}

/** Most ranks that experts can be divided among within `ranks`: the greatest common divisor of the two. */
function expertRanks(t: Transformer, ranks: number): number {
  let [a, b] = [t.experts, ranks]
  while (b > 0) [a, b] = [b, a % b]
  return t.experts > 0 ? a : 1
}

/** A layout on few devices, and what it takes. */
export interface SmallestLayout {
  readonly devices: number
  readonly layout: ParallelLayout
}

/**
 * The layout on the fewest devices that keeps a layout's workload (micro-batch, sequence, recomputation, ZeRO,
 * optimizer) within `usable` bytes a device: tensor parallelism within a node, pipelines of up to 256 stages that share
 * the layers evenly, data parallelism in powers of two. Undefined where none up to `mostDevices` does.
 */
export function smallestTrainingLayout(
  model: MemoryModel,
  asked: ParallelLayout,
  constants: MemoryConstants,
  adapter: Adapter | null,
  usable: number,
  node: number | null,
): SmallestLayout | undefined {
  const { t } = model
  const out = emptyTrainingMemory()
  let smallest: SmallestLayout | undefined
  for (const tensor of tensorDegrees(node)) {
    for (let pipeline = 1; pipeline <= Math.min(t.layers, mostStages); pipeline++) {
      for (let data = 1; ; data *= 2) {
        const layout = divided(t, asked, tensor, pipeline, data)
        const devices = layoutDevices(layout)
        if (devices >= (smallest?.devices ?? mostDevices + 1)) break
        if (brokenLayoutRule(t, layout, devices) !== undefined) break
        if (trainingMemory(model, layout, constants, out, adapter).total <= usable) {
          smallest = { devices, layout }
          break
        }
        // More data-parallel ranks divide states alone.
        if (out.allocated - out.weights - out.gradients - out.optimizer > usable) break
      }
    }
  }
  return smallest
}

/** A layout with other degrees: experts on as many ranks as can be, micro-batches enough to fill the pipeline. */
function divided(
  t: Transformer,
  asked: ParallelLayout,
  tensor: number,
  pipeline: number,
  data: number,
): ParallelLayout {
  return {
    ...asked,
    tensor,
    pipeline,
    data,
    expert: expertRanks(t, tensor * data * asked.context),
    expertTensor: 1,
    virtualStages: 1,
    globalBatch: asked.microBatch * data * pipeline,
    sequenceParallel: asked.sequenceParallel || tensor > 1,
  }
}

/** A placement on few devices. */
export interface SmallestPlacement {
  readonly devices: number
  readonly placement: ServingPlacement
}

/** The placement on the fewest devices for which `fits` holds; undefined where none does. Tensor parallelism first. */
export function smallestPlacement(
  t: Transformer,
  node: number | null,
  fits: (placement: ServingPlacement) => boolean,
): SmallestPlacement | undefined {
  let smallest: SmallestPlacement | undefined
  for (let pipeline = 1; pipeline <= Math.min(t.layers, mostStages); pipeline++) {
    for (const tensor of tensorDegrees(node)) {
      const devices = tensor * pipeline
      if (devices >= (smallest?.devices ?? mostDevices + 1)) break
      const shares = t.kvHeads % tensor === 0 || tensor % t.kvHeads === 0
      if (t.heads % tensor !== 0 || !shares) continue
      const placement = { tensor, pipeline, expert: 1 }
      if (fits(placement)) smallest = { devices, placement }
    }
  }
  return smallest
}
