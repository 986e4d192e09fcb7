import {
  type CalibrationParameter,
  type CalibrationValues,
  calibrated,
  medians,
} from '../calibration/parameter.ts'
import type { TrainingStackName } from '../training-time/training-stack.ts'
import { type OptimizerStep, optimizerStepTraits } from './optimizer-step.ts'

const GiB = 2 ** 30

/** Constants of training memory that only measurement can tell, as plain numbers. */
export interface MemoryConstants {
  /** Vectors of the width of the residual stream, of 16 bits, beside what a layer keeps. */
  readonly workingWidths: number
  /** Bytes a logit at the loss. */
  readonly logitBytes: number
  /** How much of a layer's gradients exists beside their sums. */
  readonly gradientsAtHand: number
  /** Bytes of the buffers that gradients and weights are exchanged through. */
  readonly bucketBytes: number
  /** Outputs of a pipeline rank kept for each micro-batch in flight: 1, or 0 where they are freed once sent. */
  readonly keptOutputs: number
  readonly contextBytes: number
  readonly communicatorBytes: number
  /** Share of what is allocated. */
  readonly fragmentation: number
  /** Bytes of a parameter at work while the optimizer updates it, beside its states and its 32-bit gradient. */
  readonly updateBytes: number
}

/** What is known of them before measurements of training memory. */
export const trainingMemoryParameters: readonly CalibrationParameter[] = [
  {
    id: 'workingWidths',
    unit: '1',
    label: { en: 'Vectors at work beside what a layer keeps', zh: '单层反向时的额外隐藏向量数' },
    median: 4,
    spread: 0.5,
    reason:
      'A layer in its backward pass has the gathered input of a product, the gradient of that input, and the gradients of the residual stream before and after it.',
    source: 'korthikanti-2022',
  },
  {
    id: 'logitBytes',
    unit: 'byte/token',
    label: { en: 'Bytes a logit at the loss', zh: '损失处每 logit 字节' },
    median: 8,
    spread: 0.3,
    reason:
      'Logits in 16 bits, their copy in 32 bits that becomes the softmax, and its gradient in 16 bits: 2 + 4 + 2; fused losses keep less.',
    source: 'korthikanti-2022',
  },
  {
    id: 'logitBytes:unfused',
    unit: '1',
    label: { en: 'Bytes a logit of a loss in separate steps', zh: '非融合损失的每 logit 字节倍数' },
    median: 1.5,
    spread: 0.2,
    reason:
      'A loss that is put together from the framework’s own operations keeps the 32-bit copy and the logarithms of the softmax apart: 2 + 4 + 4 and a gradient of 2.',
    source: null,
  },
  {
    id: 'gradientsAtHand',
    unit: '1',
    label: { en: 'Share of a layer’s gradients beside their sums', zh: '累加前并存的单层梯度比例' },
    median: 1,
    spread: 0.3,
    reason:
      'Products write 16-bit gradients before they are added to 32-bit sums, or keep a placeholder of that size for each matrix of a layer.',
    source: null,
  },
  {
    id: 'bucketBytes',
    unit: 'byte',
    label: { en: 'Exchange buffers', zh: '通信缓冲区' },
    median: 2e9,
    spread: 0.3,
    reason:
      'DeepSpeed exchanges gradients and gathers weights through buckets of 5e8 numbers each, of 16 bits; other stacks exchange in place.',
    source: 'rajbhandari-2020',
  },
  {
    id: 'contextBytes',
    unit: 'byte',
    label: { en: 'Runtime context', zh: '运行时上下文' },
    median: 1.3 * GiB,
    spread: 0.4,
    reason:
      'The driver’s context, kernels of the framework and the workspaces of its matrix library: 0.5 to 2 GiB in a training process.',
    source: null,
  },
  {
    id: 'communicatorBytes',
    unit: 'byte',
    label: { en: 'Buffers of a communicator', zh: '每个通信域缓冲区' },
    median: 0.35 * GiB,
    spread: 0.4,
    reason: 'Channels of the communication library: 0.34 to 0.4 GB for a group of ranks.',
    source: 'aiconfigurator-systems',
  },
  {
    id: 'fragmentation',
    unit: '1',
    label: { en: 'Fragmentation', zh: '显存碎片' },
    median: 0.06,
    spread: 0.5,
    reason:
      'A caching allocator keeps blocks that later requests do not fill: 3 to 8 % of what is allocated.',
    source: null,
  },
]

const priors = medians(trainingMemoryParameters)

/** What is known of a training stack. */
export interface MemoryTraits {
  /** DeepSpeed: exchanges through buckets, and keeps what a pipeline rank has sent on until its backward pass. */
  readonly bucketed?: boolean
  /** The loss is put together from the framework's own operations. */
  readonly unfusedLoss?: boolean
  /** How the optimizer's step is put together; one kernel where nothing is said. */
  readonly optimizerStep?: OptimizerStep
}

/** What is known of a stack by its name; nothing without one. */
export function memoryTraits(
  stack: TrainingStackName | undefined,
): MemoryTraits & Required<Pick<MemoryTraits, 'optimizerStep'>> {
  return {
    bucketed: stack === 'deepspeed' || stack === 'megatron-deepspeed',
    optimizerStep: stack === 'fsdp' ? 'foreach' : 'fused',
  }
}

/** Constants under calibration values, for a stack. */
export function memoryConstants(
  values: CalibrationValues = priors,
  { bucketed = false, unfusedLoss = false, optimizerStep = 'fused' }: MemoryTraits = {},
): MemoryConstants {
  const of = (id: string): number =>
    values[id] === undefined ? (priors[id] as number) : calibrated(values, id, [])
  return {
    workingWidths: of('workingWidths'),
    logitBytes: of('logitBytes') * (unfusedLoss ? of('logitBytes:unfused') : 1),
    gradientsAtHand: of('gradientsAtHand'),
    keptOutputs: bucketed ? 1 : 0,
    bucketBytes: bucketed ? of('bucketBytes') : 0,
    contextBytes: of('contextBytes'),
    communicatorBytes: of('communicatorBytes'),
    fragmentation: of('fragmentation'),
    updateBytes: optimizerStepTraits(optimizerStep).bytes,
  }
}
