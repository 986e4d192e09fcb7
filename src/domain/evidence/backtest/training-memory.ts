import type { Catalogue } from '../../compute/catalogue.ts'
import { memoryModelOf } from '../../compute/memory/held-parameters.ts'
import {
  type MemoryTraits,
  memoryConstants,
  trainingMemoryParameters,
} from '../../compute/memory/memory-calibration.ts'
import type { OptimizerStep } from '../../compute/memory/optimizer-step.ts'
import { trainingMemory } from '../../compute/memory/training-memory.ts'
import { emptyTrainingMemory, type TrainingMemory } from '../../compute/memory/training-memory-parts.ts'
import { trainingStack } from '../../compute/training-time/training-stack.ts'
import { acceleratorOfSetup } from './accelerator-of-setup.ts'
import type { BacktestFamily, MeasuredSetup } from './measurement.ts'
import { trainingSetup } from './training-setup.ts'

/** Bytes of the unit that a key ends in, as written: GB are powers of ten, GiB of two. */
function unitOf(name: string): number | undefined {
  if (/_gib(_|$)/.test(name)) return 2 ** 30
  if (/_gb(_|$)/.test(name)) return 1e9
  if (/_mib(_|$)/.test(name)) return 2 ** 20
  if (/_mb(_|$)/.test(name)) return 1e6
  return /bytes(_|$)/.test(name) ? 1 : undefined
}

interface Asked {
  readonly part: string
  readonly of: (memory: TrainingMemory) => number
}

/** Which part of a device's memory a key asks for. */
function askedOf(key: string): Asked | undefined {
  const name = key.toLowerCase()
  const unit = unitOf(name)
  if (unit === undefined) return undefined
  const per = (part: string, of: (memory: TrainingMemory) => number): Asked => ({
    part,
    of: memory => of(memory) / unit,
  })
  if (/param.*optim|states/.test(name)) return per('states', m => m.weights + m.gradients + m.optimizer)
  if (/activation/.test(name)) return per('activations', m => m.activations)
  if (/optim/.test(name)) return per('optimizer', m => m.optimizer)
  if (/grad/.test(name)) return per('gradients', m => m.gradients)
  if (/weight|param/.test(name)) return per('weights', m => m.weights)
  if (/alloc/.test(name)) return per('allocated', m => m.allocated)
  if (/reserved/.test(name)) return per('reserved', m => m.allocated + m.fragmentation)
  if (/mem|peak|total|used/.test(name)) return per('total', m => m.total)
  return undefined
}

/** What a layout that is not told is sought for, where the device is not known. */
const typicalDevice = 'h100-sxm-80gb'

/** How the optimizer's step of a stack is put together, by its name and age. */
function optimizerStepOf(setup: MeasuredSetup): OptimizerStep {
  const framework = setup.framework ?? ''
  if (/internevo|internlm/i.test(framework)) return setup.fsdp === undefined ? 'flat' : 'foreach-2.0'
  if (/titan/i.test(framework) || trainingStack(framework).id !== 'fsdp') return 'fused'
  return /\b20(1\d|2[0-3])\b|(?:torch|pytorch)[ v]*(?:1|2\.0)\./i.test(framework) ? 'foreach-2.0' : 'foreach'
}

/** What is known of the stack that a setup names. Megatron-LM and what is built on it have a loss of their own. */
function traitsOf(setup: MeasuredSetup): MemoryTraits {
  const framework = (setup.framework ?? '').toLowerCase()
  return {
    bucketed: framework.includes('deepspeed'),
    unfusedLoss: /titan|fsdp|composer|foundry|hugging|transformers|lightning|torchtune/.test(framework),
    optimizerStep: optimizerStepOf(setup),
  }
}

function read(setup: MeasuredSetup, catalogue: Catalogue): ReturnType<BacktestFamily['read']> {
  const asked = askedOf(setup.key)
  if (asked === undefined) return { reason: `"${setup.key}" is no part of a device's memory` }
  const known = acceleratorOfSetup(setup, catalogue) !== undefined
  const read = trainingSetup(known ? setup : { ...setup, gpu_id: typicalDevice }, catalogue)
  if ('reason' in read) return read
  const { t } = read
  const model = memoryModelOf(t)
  const traits = traitsOf(setup)
  // What joins gradients in a flat vector for the step keeps them in 16 bits until then.
  const layout = traits.optimizerStep === 'flat' ? { ...read.layout, gradientBytes: 2 } : read.layout
  const out = emptyTrainingMemory()
  // What is commonly said: 18 bytes a parameter of the model-parallel rank, and nothing else.
  const states = 18 * (model.counts.total / (layout.tensor * layout.pipeline))
  const allOfIt = { ...emptyTrainingMemory(), weights: states, allocated: states, total: states }
  return {
    estimate: values => asked.of(trainingMemory(model, layout, memoryConstants(values, traits), out)),
    strata: [
      `training-memory, ${asked.part}, ${layout.recompute} recomputation`,
      `training-memory, ${asked.part}`,
      'training-memory',
    ],
    baselines: { 'states-alone': asked.of(allOfIt) },
  }
}

/** Memory that a device holds in training. */
export const trainingMemoryFamily: BacktestFamily = {
  id: 'training-memory',
  parameters: trainingMemoryParameters,
  covers: ({ kind }) => kind === 'training-memory',
  read,
}
