import type { Transformer } from '../../compute/architecture/transformer.ts'
import type { CalibrationValues } from '../../compute/calibration/parameter.ts'
import type { Catalogue } from '../../compute/catalogue.ts'
import { type MemoryModel, memoryModelOf } from '../../compute/memory/held-parameters.ts'
import {
  kvCacheBytesOfSequence,
  kvCapacityTokens,
  maximumConcurrency,
  type ServingPlacement,
  servingMemoryFormulas,
  weightBytesPerDevice,
} from '../../compute/memory/serving-memory.ts'
import {
  type ServingOverheads,
  type ServingStep,
  servingActivationBytes,
  servingMemoryParameters,
  servingOverheadFormulas,
  servingOverheads,
  servingRuntimeBytes,
} from '../../compute/memory/serving-overheads.ts'
import { storageFormats } from '../../compute/memory/storage-format.ts'
import type { BacktestFamily, MeasuredSetup } from './measurement.ts'
import { architectureOf } from './setup-architecture.ts'

const GiB = 2 ** 30

/** What a device of 80 GB shows, where neither a row nor the catalogue tells the memory of its device. */
const commonMemory = 80e9
/** Share of a device's memory that vLLM plans with unless it is told otherwise. */
const commonUtilisation = 0.9
const commonSequence = 8192

/** Bytes of a weight or of a cached number, of the names that publishers use; 16 bits where none is known. */
export function storageBytesOf(name: string | undefined): number {
  const text = (name ?? '').toLowerCase()
  const named: readonly (readonly [RegExp, number])[] = [
    [/nvfp4/, storageFormats.nvfp4],
    [/mxfp4/, storageFormats.mxfp4],
    [/mxfp8/, storageFormats.mxfp8],
    [/nf4/, storageFormats.nf4],
    [/awq|gptq|int4|w4|q4|4.?bit/, storageFormats.int4],
    [/fp4/, storageFormats.fp4],
    [/fp8|float8|e4m3|e5m2|int8|w8|8.?bit/, 1],
    [/fp16|bf16|bfloat|float16|half/, 2],
    [/fp32|float32|tf32/, 4],
  ]
  return named.find(([pattern]) => pattern.test(text))?.[1] ?? 2
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
function stepOf(setup: MeasuredSetup, visible: number, bytes: number): ServingStep {
  const batch = numberIn(setup, ['batch', 'batch_size', 'concurrency'])
  const input = numberIn(setup, ['input_len', 'prompt_len', 'input_tokens'])
  const continuous = !/fastertransformer|deepspeed|hugging|transformers/i.test(setup.framework ?? '')
  if (!continuous && batch !== undefined) return { tokens: batch * (input ?? 512), sequences: batch, bytes }
  const large = visible >= 70 * GiB && !/a100/i.test(setup.gpu_id ?? setup.gpu ?? '')
  return {
    tokens: numberIn(setup, ['max_num_batched_tokens']) ?? (large ? 8192 : 2048),
    sequences: numberIn(setup, ['max_num_seqs']) ?? (large ? 1024 : 256),
    bytes,
  }
}

/** Whether software sorts all logits to choose a token: vLLM did until 0.17. */
function sortsLogits(setup: MeasuredSetup): boolean {
  const version = /vllm\D*(\d+)\.(\d+)/i.exec(setup.framework ?? '')
  return version !== null && Number(version[1]) === 0 && Number(version[2]) < 17
}

interface Served {
  readonly t: Transformer
  readonly model: MemoryModel
  readonly placement: ServingPlacement
  readonly weight: number
  readonly cached: number
  readonly visible: number
  readonly utilisation: number
  readonly step: ServingStep
  readonly sequence: number
  /** Tokens that the cache holds where the row tells its batch. */
  readonly held: { readonly sequences: number; readonly tokens: number } | undefined
}

/** Weights on a device. Whole-batch software holds the head apart from the table even where they are one. */
function weightsOf(served: Served, overheads: ServingOverheads, apart = false): number {
  const { t, model, placement, weight } = served
  const copy =
    apart && t.tiedEmbeddings && placement.pipeline === 1 ? (weight * model.table) / placement.tensor : 0
  return weightBytesPerDevice(model, weight, placement) * overheads.weightOverhead + copy
}

function budgetOf(served: Served, overheads: ServingOverheads): number {
  const { t, placement, step, utilisation, visible } = served
  return servingMemoryFormulas.cacheBudget.fn(
    utilisation,
    visible,
    weightsOf(served, overheads),
    servingActivationBytes(t, placement, step, overheads),
    servingRuntimeBytes(placement, overheads),
  )
}

function heldCache({ t, placement, cached, held }: Served): number {
  return held === undefined ? 0 : held.sequences * kvCacheBytesOfSequence(t, held.tokens, cached, placement)
}

/** Which of the strata a key belongs to: what is left for the cache, or anything else that a device holds. */
function partOf(key: string): string {
  if (/concurren|kv|cache/i.test(key)) return 'cache'
  return /weight/i.test(key) ? 'weights' : 'total'
}

type Asked = (served: Served, overheads: ServingOverheads) => number

/** What a key asks for, in its unit. What a device shows is read in MiB, so that its GB are GiB. */
function askedOf(key: string): Asked | undefined {
  const name = key.toLowerCase()
  const per =
    (asked: Asked): Asked =>
    (served, overheads) =>
      asked(served, overheads) / GiB
  if (/concurren/.test(name)) {
    return (served, overheads) =>
      maximumConcurrency(
        served.t,
        budgetOf(served, overheads),
        served.sequence,
        served.cached,
        served.placement,
      )
  }
  if (/kv.*tokens|tokens.*kv|capacity_tokens/.test(name)) {
    return (served, overheads) =>
      kvCapacityTokens(
        served.t,
        budgetOf(served, overheads),
        served.sequence,
        served.cached,
        served.placement,
      )
  }
  if (/kv.*gi?b|cache.*gi?b/.test(name)) {
    return per((served, overheads) =>
      served.held === undefined ? budgetOf(served, overheads) : heldCache(served),
    )
  }
  if (/weight|model_mem|params_gi?b/.test(name)) {
    const all = /total|model_gi?b$/.test(name)
    return per(
      (served, overheads) =>
        weightsOf(served, overheads) * (all ? served.placement.tensor * served.placement.pipeline : 1),
    )
  }
  if (/activation/.test(name)) {
    return per((served, overheads) =>
      servingActivationBytes(served.t, served.placement, served.step, overheads),
    )
  }
  if (/non_?torch|overhead/.test(name)) {
    return per((served, overheads) => servingRuntimeBytes(served.placement, overheads))
  }
  if (/mem|gi?b$/.test(name)) {
    return per(
      (served, overheads) =>
        weightsOf(served, overheads, true) +
        heldCache(served) +
        servingActivationBytes(served.t, served.placement, served.step, overheads) +
        servingRuntimeBytes(served.placement, overheads) +
        overheads.contextBytes,
    )
  }
  return undefined
}

/**
 * A served model of a setup. What it does not say: one device, or tensor parallelism over all; 16 bits; a cache in the
 * format that is computed in; nine tenths of the memory; sequences of 8,192 tokens.
 */
function servedOf(setup: MeasuredSetup, t: Transformer, catalogue: Catalogue): Served {
  const pipeline = setup.pp ?? 1
  const tensor = setup.tp ?? Math.max(1, Math.floor((setup.n_gpus ?? 1) / (pipeline * (setup.dp ?? 1))))
  const weight = storageBytesOf(setup.precision)
  const computed = Math.max(2, weight)
  const cached =
    setup.kv_dtype === undefined || setup.kv_dtype === 'auto' ? computed : storageBytesOf(setup.kv_dtype)
  const visible = visibleMemory(setup, catalogue)
  const batch = numberIn(setup, ['batch', 'batch_size'])
  const input = numberIn(setup, ['input_len', 'prompt_len', 'input_tokens'])
  const output = numberIn(setup, ['output_len', 'output_tokens', 'gen_len']) ?? 0
  return {
    t,
    model: memoryModelOf(t),
    placement: { tensor, pipeline, expert: t.experts > 0 ? (setup.ep ?? 1) : 1 },
    weight,
    cached,
    visible,
    utilisation: numberIn(setup, ['gpu_memory_utilization', 'mem_fraction_static']) ?? commonUtilisation,
    step: stepOf(setup, visible, computed),
    sequence: numberIn(setup, ['max_model_len', 'context_len', 'max_seq_len']) ?? commonSequence,
    held:
      batch !== undefined && input !== undefined ? { sequences: batch, tokens: input + output } : undefined,
  }
}

function read(setup: MeasuredSetup, catalogue: Catalogue): ReturnType<BacktestFamily['read']> {
  const t = architectureOf(setup)
  if (t === undefined) return { reason: 'the row tells neither an architecture nor a parameter count' }
  const asked = askedOf(setup.key)
  if (asked === undefined) return { reason: `"${setup.key}" is no part of a device's memory` }
  const served = servedOf(setup, t, catalogue)
  const traits = {
    staticBuffers: /fastertransformer/i.test(setup.framework ?? ''),
    sortsLogits: sortsLogits(setup),
  }
  // What is commonly said: weights and cache, and nothing else.
  const nothing: ServingOverheads = {
    forwardBuffers: 0,
    samplingBytes: 0,
    runtimeBytes: 0,
    communicatorBytes: 0,
    contextBytes: 0,
    weightOverhead: 1,
  }
  return {
    estimate: (values: CalibrationValues) => asked(served, servingOverheads(values, traits)),
    strata: [`serving-memory, ${partOf(setup.key)}`, 'serving-memory'],
    baselines: { 'weights-and-cache-alone': asked(served, nothing) },
  }
}

/** Memory of devices that serve a model: weights, cache, and how many sequences it holds. */
export const servingMemoryFamily: BacktestFamily = {
  id: 'serving-memory',
  parameters: servingMemoryParameters,
  covers: ({ kind }) => kind === 'inference-memory',
  read,
}
