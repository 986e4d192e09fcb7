import type { ParameterCounts } from '../architecture/parameters.ts'
import type { Transformer } from '../architecture/transformer.ts'
import { exchangedGradientBytes, layoutDevices, microBatches, type ParallelLayout } from '../layout/layout.ts'
import { collectiveFormulas, nearDevices, ringTime } from './collective-time.ts'
import { type LayerTimes, layerTimes } from './layer-time.ts'
import { fullestStage, pipelineFormulas } from './pipeline.ts'
import type { TrainingConstants } from './training-constants.ts'
import type { TrainingStack } from './training-stack.ts'
import type { TrainingSystem } from './training-system.ts'

/** A training step and its parts, in seconds of the busiest device; `total` is more than their sum by the slack. */
export interface StepTime {
  total: number
  /** Forward and backward passes of all micro-batches, without exchange and recomputation. */
  computing: number
  recomputing: number
  /** Waiting for the pipeline to fill and drain. */
  bubble: number
  /** Exchange that nothing hides, by what it is between. */
  tensor: number
  context: number
  expert: number
  pipeline: number
  data: number
  /** Reading and writing weights, gradients and optimizer states once. */
  optimizer: number
  /** What no part counts: host, stragglers. */
  other: number
}

/** An empty result, to be written into. */
export function emptyStepTime(): StepTime {
  const zero = { total: 0, computing: 0, recomputing: 0, bubble: 0, tensor: 0, context: 0 }
  return { ...zero, expert: 0, pipeline: 0, data: 0, optimizer: 0, other: 0 }
}

/**
 * Bytes a parameter that a step of Adam in mixed precision reads and writes in its passes: the norm of gradients (4),
 * their clipping (8), gradient, moments and master weights (28), the 16-bit weight (6), and zeroing (4).
 */
const optimizerTraffic = 50
const weightBytes = 2

const layer: LayerTimes = { forward: 0, backward: 0, again: 0, tensor: 0, expert: 0, context: 0, head: 0 }

/** Seconds of a training step on a layout, with its parts, into `out`. Allocates nothing. */
export function stepTime(
  t: Transformer,
  counts: ParameterCounts,
  layout: ParallelLayout,
  stack: TrainingStack,
  system: TrainingSystem,
  c: TrainingConstants,
  out: StepTime,
): StepTime {
  layerTimes(t, counts, layout, stack, system, c, layer)
  return stepOfLayers(t, counts, layout, layer, stack, system, c, out)
}

/** The same from the times of a layer, which depend on neither the pipeline nor the number of data-parallel ranks. */
export function stepOfLayers(
  t: Transformer,
  counts: ParameterCounts,
  layout: ParallelLayout,
  times: LayerTimes,
  stack: TrainingStack,
  system: TrainingSystem,
  c: TrainingConstants,
  out: StepTime,
): StepTime {
  const { pipeline, data, context, tensor, microBatch } = layout
  const batches = Math.max(1, microBatches(layout))
  const { layers } = t
  const bandwidth = system.memoryBandwidth * c.bandwidth

  // Parameters of one device's layers, embeddings with them.
  const routed = t.experts * t.expertMatrices * t.hidden * t.expertFfn
  const matrices = (counts.total - t.expertLayers * routed) / tensor / pipeline
  const experts = (t.expertLayers * routed) / (layout.expert * layout.expertTensor) / pipeline
  const replicas = data * context
  const together = nearDevices(replicas, tensor, system.devicesPerNode)
  const near = stack.gathersByPort === true && together < replicas ? 1 : together
  const expertReplicas = Math.max(1, (replicas * tensor) / (layout.expert * layout.expertTensor))
  const expertNear = nearDevices(expertReplicas, layout.expert * layout.expertTensor, system.devicesPerNode)
  const gather = (bytes: number): number =>
    ringTime(collectiveFormulas.allGather.fn(replicas, bytes * matrices), replicas, near, system, c) +
    (experts === 0
      ? 0
      : ringTime(
          collectiveFormulas.allGather.fn(expertReplicas, bytes * experts),
          expertReplicas,
          expertNear,
          system,
          c,
        ))

  const perStage = layers / pipeline
  const gradientBytes = exchangedGradientBytes(layout)
  const forward = times.forward
  const backward = times.backward + times.again
  let data3 = 0
  // In a pipeline sharded weights are gathered once a step and kept, as each micro-batch needs them.
  if (layout.zeroStage === 3 && replicas > 1 && pipeline === 1) {
    const weights = gather(weightBytes) / perStage
    const gradients = gather(gradientBytes) / perStage
    data3 =
      exposed(weights, forward + times.tensor / 2, c) +
      exposed(weights + gradients, backward + times.tensor / 2, c)
  } else if (layout.zeroStage === 2 && replicas > 1 && pipeline === 1) {
    const weights = gather(weightBytes) / perStage
    const gradients = gather(gradientBytes) / perStage
    data3 = exposed(weights, forward, c) / batches + exposed(gradients, backward, c)
  }

  // Between stages each micro-batch goes forth and its gradient back.
  const sent =
    pipeline === 1
      ? 0
      : (2 * layout.virtualStages * 2 * ((microBatch * layout.sequence) / context) * t.hidden) /
        (layout.sequenceParallel || stack.scattersBetweenStages ? tensor : 1) /
        (layoutDevices(layout) <= system.devicesPerNode
          ? system.intraNodeBandwidth * c.intraNode
          : system.interNodeBandwidth * c.interNode)
  const boundary =
    stack.overlapsStages === true && layout.virtualStages > 1
      ? exposed(sent, perStage * (forward + backward), c)
      : c.pipelineExposed * sent

  const each = forward + backward + times.tensor + times.expert + times.context + data3
  const full = fullestStage(layers, pipeline, times.head / each)
  const mean = (layers + times.head / each) / pipeline
  const steady = batches * (full * each + boundary)
  const idle =
    pipelineFormulas.bubble.fn(pipeline, layout.virtualStages, batches) * batches * (mean * each + boundary)

  const share = batches * perStage
  out.computing = share * (times.forward + times.backward) + (batches * times.head) / pipeline
  out.recomputing = share * times.again
  out.tensor = share * times.tensor
  out.expert = share * times.expert
  out.context = share * times.context
  out.pipeline = batches * boundary
  out.data = share * data3
  out.bubble =
    steady +
    idle -
    out.computing -
    out.recomputing -
    out.tensor -
    out.expert -
    out.context -
    out.pipeline -
    out.data

  const atEnd = (layout.zeroStage < 2 || pipeline > 1) && replicas > 1
  if (atEnd) {
    const gradients = gather(gradientBytes)
    const second = layout.zeroStage === 0 ? gradients : gather(weightBytes)
    out.data += stack.overlapsGradients
      ? Math.max(0, gradients - c.gradientHidden * perStage * times.backward) +
        Math.max(0, second - c.gradientHidden * perStage * times.forward) +
        c.contention * Math.min(gradients + second, perStage * (times.backward + times.forward))
      : gradients + second
  }
  const shards = layout.zeroStage === 0 ? 1 : replicas
  const expertShards = layout.zeroStage === 0 ? 1 : expertReplicas
  out.optimizer = (optimizerTraffic * (matrices / shards + experts / expertShards)) / bandwidth

  const parts = steady + idle + (atEnd ? out.data : 0) + out.optimizer
  const nodes = Math.max(1, layoutDevices(layout) / system.devicesPerNode)
  out.total = parts * c.slack * (1 + c.straggler * Math.log2(nodes)) + c.stepOverhead
  out.other = out.total - parts
  return out
}

/** What remains of an exchange beside computing, and what it slows that by. */
function exposed(exchange: number, computing: number, c: TrainingConstants): number {
  return Math.max(0, exchange - c.gatherHidden * computing) + c.contention * Math.min(exchange, computing)
}
