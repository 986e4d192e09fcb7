import { DomainError } from '../../errors.ts'
import type { BuiltEstimate, Estimator, Lookup } from '../../estimate.ts'
import { acceleratorOf } from '../accelerator.ts'
import { type ModelChoice, transformerOfChoice } from '../model.ts'
import type { ServingMemoryRequest } from './serving-memory-request.ts'
import { writeServingMemory } from './serving-sheet.ts'
import type { TrainingMemoryRequest } from './training-memory-request.ts'
import { writeTrainingMemory } from './training-sheet.ts'

/** What `memory` is asked: a training or a serving job of a model on devices. */
export interface MemoryRequest {
  readonly job: 'training' | 'serving'
  readonly model: ModelChoice
  readonly accelerator: { readonly id: string }
  readonly training?: TrainingMemoryRequest
  readonly serving?: ServingMemoryRequest
}

function build(request: MemoryRequest, lookup: Lookup): BuiltEstimate {
  const other = request.job === 'training' ? 'serving' : 'training'
  if (request[other] !== undefined) {
    throw new DomainError(
      'inconsistent-inputs',
      `job is ${request.job}, but ${other} is given; give ${request.job} in its place, or make job ${other}.`,
      { pointer: `/${other}`, facts: { job: request.job } },
    )
  }
  const accelerator = acceleratorOf(lookup.catalogue, request.accelerator.id)
  const chosen = transformerOfChoice(lookup, request.model)
  return request.job === 'training'
    ? writeTrainingMemory(request.training ?? {}, chosen, accelerator, lookup)
    : writeServingMemory(request.serving ?? {}, chosen, accelerator, lookup)
}

/** What a training or serving job holds on each device, part by part, and on how few devices it fits. */
export const memory: Estimator<MemoryRequest> = {
  id: 'memory',
  label: { en: 'Device memory', zh: '显存占用' },
  description: {
    en: 'What a training or serving job holds on its fullest device, part by part: weights, gradients, optimizer states, activations, logits and buffers, or weights, KV cache and activations; with what the runtime takes and fragmentation loses. Whether that fits the device, and the fewest devices on which it does.',
    zh: '训练或推理任务在占用最多的单卡上的显存构成：权重、梯度、优化器状态、激活值、logits 与缓冲区，或权重、KV 缓存与激活值，以及运行时占用与碎片；是否放得下，以及放得下所需的最少设备数。',
  },
  needs: () => [],
  build,
  illustrations: [
    {
      job: 'training',
      model: { id: 'llama-3.1-405b' },
      accelerator: { id: 'h100-sxm-80gb' },
      training: { layout: { tensor: 8, pipeline: 16, data: 128, unevenStages: true, sequence: 8192 } },
    },
    {
      job: 'training',
      model: { id: 'llama-3-70b' },
      accelerator: { id: 'h100-sxm-80gb' },
      training: {
        layout: { recompute: 'full' },
        adapter: { rank: 16, frozenFormat: 'nf4' },
      },
    },
    {
      job: 'serving',
      model: { id: 'llama-3-70b' },
      accelerator: { id: 'h100-sxm-80gb' },
      serving: { tensor: 8, concurrency: 64 },
    },
    {
      job: 'serving',
      model: { id: 'deepseek-v3' },
      accelerator: { id: 'h200-sxm-141gb' },
      serving: { tensor: 8, weightFormat: 'fp8' },
    },
    {
      job: 'serving',
      model: { id: 'llama-3-8b' },
      accelerator: { id: 'a100-sxm-40gb' },
      serving: {
        program: 'transformers-4.41',
        weightFormat: 'int4',
        sequence: 8192,
        prompt: 4096,
        concurrency: 2,
      },
    },
  ],
}
