import type { Transformer } from '../../compute/architecture/transformer.ts'
import type { Catalogue } from '../../compute/catalogue.ts'
import { type MemoryModel, memoryModelOf } from '../../compute/memory/held-parameters.ts'
import {
  type ServingHabits,
  type ServingProgram,
  servingHabits,
  servingProgram,
} from '../../compute/memory/serving-habits.ts'
import type { ServingPlacement } from '../../compute/memory/serving-memory.ts'
import { type ServingStep, servingOverheadFormulas } from '../../compute/memory/serving-overheads.ts'
import type { MeasuredSetup } from './measurement.ts'
import { storageBytesOf } from './storage-of-name.ts'

const GiB = 2 ** 30

/** What a device of 80 GB shows, where neither a row nor the catalogue tells the memory of its device. */
const commonMemory = 80e9
/** Share of a device's memory that vLLM plans with unless it is told otherwise. */
const commonUtilisation = 0.9
const commonSequence = 8192
/** Tokens of a prompt where a batch is told, and no prompt. */
const commonPrompt = 512

/** A served model of a setup, and how it is served. */
export interface Served {
  readonly t: Transformer
  readonly model: MemoryModel
  readonly placement: ServingPlacement
  readonly program: ServingProgram
  readonly habits: ServingHabits
  /** Bytes of a weight and of a cached number. */
  readonly weight: number
  readonly cached: number
  /** Bytes of a device that programs see, and the share of them that software plans with. */
  readonly visible: number
  readonly utilisation: number
  readonly step: ServingStep
  /** Tokens of a sequence at most. */
  readonly sequence: number
  /** Tokens that the cache holds where the row tells its batch. */
  readonly held: { readonly sequences: number; readonly tokens: number } | undefined
}

const numberIn = (setup: MeasuredSetup, names: readonly string[]): number | undefined => {
  for (const name of names) {
    const value = setup.workload?.[name]
    if (typeof value === 'number' && value > 0) return value
  }
  return undefined
}

function visibleMemory(setup: MeasuredSetup, catalogue: Catalogue): number {
  const physical = numberIn(setup, ['physical_gib', 'gpu_memory_gib'])
  if (physical !== undefined) return physical * GiB
  const device = setup.gpu_id === undefined ? undefined : catalogue.accelerators.get(setup.gpu_id)
  return servingOverheadFormulas.visible.fn(device?.memory.value ?? commonMemory)
}

/**
 * The step that software plans its memory for. vLLM lets 8,192 tokens of 1,024 sequences into a step on devices of at
 * least 70 GiB other than the A100, 2,048 of 256 on others; what takes whole batches computes all prompts at once.
 */
function stepOf(
  setup: MeasuredSetup,
  visible: number,
  bytes: number,
  { wholePrompts, promptLogitBytes }: ServingHabits,
): ServingStep {
  const batch = numberIn(setup, ['batch', 'batch_size', 'concurrency'])
  const input = numberIn(setup, ['input_len', 'prompt_len', 'input_tokens']) ?? commonPrompt
  if (wholePrompts && batch !== undefined) {
    return { tokens: batch * input, sequences: batch, bytes, promptLogitBytes }
  }
  const large = visible >= 70 * GiB && !/a100/i.test(setup.gpu_id ?? setup.gpu ?? '')
  return {
    tokens: numberIn(setup, ['max_num_batched_tokens']) ?? (large ? 8192 : 2048),
    sequences: numberIn(setup, ['max_num_seqs']) ?? (large ? 1024 : 256),
    bytes,
  }
}

/**
 * A served model of a setup. What it does not say: one device, or tensor parallelism over all; 16 bits; a cache in the
 * format that is computed in; nine tenths of the memory; sequences of 8,192 tokens.
 */
export function servedOf(setup: MeasuredSetup, t: Transformer, catalogue: Catalogue): Served {
  const pipeline = setup.pp ?? 1
  const tensor = setup.tp ?? Math.max(1, Math.floor((setup.n_gpus ?? 1) / (pipeline * (setup.dp ?? 1))))
  const weight = storageBytesOf(setup.precision)
  const computed = Math.max(2, weight)
  const cached =
    setup.kv_dtype === undefined || setup.kv_dtype === 'auto' ? computed : storageBytesOf(setup.kv_dtype)
  const visible = visibleMemory(setup, catalogue)
  const program = servingProgram(setup.framework)
  const habits = servingHabits(program)
  const batch = numberIn(setup, ['batch', 'batch_size'])
  const input = numberIn(setup, ['input_len', 'prompt_len', 'input_tokens'])
  const output = numberIn(setup, ['output_len', 'output_tokens', 'gen_len']) ?? 0
  return {
    t,
    model: memoryModelOf(t),
    placement: { tensor, pipeline, expert: t.experts > 0 ? (setup.ep ?? 1) : 1 },
    ...{ program, habits, weight, cached, visible },
    utilisation: numberIn(setup, ['gpu_memory_utilization', 'mem_fraction_static']) ?? commonUtilisation,
    step: stepOf(setup, visible, computed, habits),
    sequence: numberIn(setup, ['max_model_len', 'context_len', 'max_seq_len']) ?? commonSequence,
    held:
      batch !== undefined && input !== undefined ? { sequences: batch, tokens: input + output } : undefined,
  }
}
