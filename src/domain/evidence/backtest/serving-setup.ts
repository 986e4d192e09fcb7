import { type Transformer, transformerOf } from '../../compute/architecture/transformer.ts'
import { deviceFamily } from '../../compute/calibration/device-family.ts'
import type { Catalogue } from '../../compute/catalogue.ts'
import { deviceOf } from '../../compute/device.ts'
import { cacheBytes, numberFormat } from '../../compute/serving/number-format.ts'
import { type ServedModel, servedModel, withIdleParameters } from '../../compute/serving/served-model.ts'
import { type ServingLayout, type ServingUnit, servingUnit } from '../../compute/serving/serving-unit.ts'
import { servingScopes, softwareStack, stackOnDevice } from '../../compute/serving/software-stack.ts'
import { DomainError } from '../../errors.ts'
import { acceleratorOfSetup } from './accelerator-of-setup.ts'
import type { MeasuredSetup } from './measurement.ts'
import { architectureOf, typicalTransformer } from './setup-architecture.ts'

/** A workload as a setup states it, with what is missing filled in. */
export interface ReadWorkload {
  readonly input: number
  readonly output: number
  /** Requests that start together; undefined when requests come one after another. */
  readonly together: number | undefined
  /** Sequences kept running at once; undefined when nothing tells. */
  readonly atOnce: number | undefined
  readonly requestsPerSecond: number | undefined
  /** Requests in all, where a setup tells. */
  readonly requests: number | undefined
  readonly decodeOnly: boolean
  readonly cachedShare: number
}

/** A serving setup, ready to be estimated. */
export interface ServingSetup {
  readonly unit: ServingUnit
  /** Copies of the model, and devices that the setup names. */
  readonly copies: number
  readonly devices: number
  readonly workload: ReadWorkload
  readonly mostSequences: number
  readonly memoryUtilisation: number
  readonly scopes: readonly string[]
  readonly stack: string
  readonly family: string | undefined
}

/** Tokens of a chat request where a setup tells none: ShareGPT's prompts and answers have some 200 to 500 (vLLM, 2023). */
const typicalInput = 256
const typicalOutput = 256

function first(record: Readonly<Record<string, unknown>>, names: readonly string[]): number | undefined {
  for (const name of names) {
    const value = record[name]
    const number = typeof value === 'string' ? Number(value.replaceAll(',', '')) : value
    if (typeof number === 'number' && Number.isFinite(number) && number >= 0) return number
  }
  return undefined
}

const names = {
  input: [
    'input_len',
    'avg_input_len',
    'prompt_len',
    'input_tokens',
    'prompt_tokens',
    'isl',
    'context_len',
    'seq_len',
  ],
  output: [
    'output_len',
    'avg_output_len',
    'output_tokens',
    'generated_tokens',
    'gen_len',
    'osl',
    'max_tokens',
  ],
  batch: ['batch', 'batch_size'],
  atOnce: ['avg_batch', 'concurrency', 'max_concurrency', 'concurrent_requests', 'num_concurrent', 'users'],
  most: ['max_num_seqs', 'max_batch_size'],
  requests: ['num_prompts', 'num_requests', 'requests'],
  rate: ['request_rate', 'requests_per_s', 'qps', 'rps'],
} as const

function workloadOf({ workload = {}, seq }: MeasuredSetup): ReadWorkload {
  const decodeOnly = workload.phase === 'decode'
  const context = first(workload, ['avg_kv_len', 'kv_len'])
  const most = first(workload, names.most)
  const atOnce = first(workload, names.atOnce)
  const output = first(workload, names.output) ?? (workload.phase === 'prefill' ? 1 : typicalOutput)
  const hits = first(workload, ['cache_hit_pct'])
  return {
    // The context of a decode-only setup is its mean; half the output lies within it.
    input:
      context === undefined
        ? (first(workload, names.input) ?? seq ?? typicalInput)
        : Math.max(1, context - output / 2),
    output: Math.max(1, output),
    together: first(workload, names.batch),
    atOnce: atOnce === undefined ? most : Math.min(atOnce, most ?? atOnce),
    requestsPerSecond: first(workload, names.rate),
    requests: first(workload, names.requests),
    decodeOnly,
    cachedShare: hits === undefined ? 0 : Math.min(0.99, hits / 100),
  }
}

/** A name without its maker, punctuation and what does not change the architecture. */
function modelKey(name: string): string {
  const own = name.toLowerCase().split('/').at(-1) ?? ''
  return own
    .replace(/-?(instruct|chat|base|hf|it|fp8|fp4|nvfp4|awq|gptq|int4|int8|2507|v0\.\d|meta-)/g, '')
    .replace(/[^a-z0-9.]/g, '')
}

/** The architecture that the catalogue has of a model by that name, or undefined. */
function namedArchitecture(name: string, catalogue: Catalogue): Transformer | undefined {
  const key = modelKey(name)
  for (const { id, name: full, architecture } of catalogue.models.values()) {
    if (architecture !== null && (modelKey(id) === key || modelKey(full) === key)) {
      return transformerOf(architecture)
    }
  }
  return undefined
}

/**
 * The transformer of a setup: as its numbers describe it; where they are too few, as the catalogue knows the model by
 * its name; else a plain decoder of its size.
 */
function transformerOfSetup(setup: MeasuredSetup, catalogue: Catalogue): Transformer | undefined {
  const named = setup.model === undefined ? undefined : namedArchitecture(setup.model, catalogue)
  if (setup.layers === undefined && named !== undefined) return named
  try {
    return architectureOf(setup)
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    const size = setup.params_active ?? setup.params
    return named ?? (size === undefined ? undefined : typicalTransformer(size))
  }
}

function modelOfSetup(setup: MeasuredSetup, catalogue: Catalogue): ServedModel | undefined {
  const transformer = transformerOfSetup(setup, catalogue)
  if (transformer === undefined) return undefined
  const model = servedModel(transformer)
  return transformer.experts === 0 && setup.params_active !== undefined && setup.params !== undefined
    ? withIdleParameters(model, setup.params)
    : model
}

/**
 * The layout of a setup. What it does not tell is the plainest that uses its devices: tensor parallel within a copy.
 * Expert parallelism over more devices than are otherwise told apart has the attention repeated on each of them when
 * they are more than a node (as no attention is split so far), and split within one.
 */
function layoutOf(
  setup: MeasuredSetup,
  model: ServedModel,
  perNode: number,
): { layout: ServingLayout; copies: number } {
  const pipeline = Math.max(1, setup.pp ?? 1)
  const told = Math.max(1, setup.tp ?? 1)
  const data = Math.max(1, setup.dp ?? 1)
  const expert = model.experts > 1 ? Math.max(1, setup.ep ?? 1) : 1
  const devices = Math.max(setup.n_gpus ?? told * pipeline * data, told * pipeline)
  const expertParallel = expert > 1
  if (expertParallel && expert > perNode) {
    return { layout: { tensor: told, pipeline, attentionReplicas: expert / told, expertParallel }, copies: 1 }
  }
  if (expertParallel && data > 1) {
    return { layout: { tensor: told, pipeline, attentionReplicas: data, expertParallel }, copies: 1 }
  }
  const tensor = setup.tp === undefined || (expertParallel && told === 1) ? devices / (pipeline * data) : told
  const copies = Math.max(1, Math.floor(devices / (tensor * pipeline)))
  return { layout: { tensor: Math.max(1, tensor), pipeline, attentionReplicas: 1, expertParallel }, copies }
}

/** A setup as a copy of a model on devices with a workload: the one mapping of all inference rows. */
export function servingSetup(
  setup: MeasuredSetup,
  catalogue: Catalogue,
): ServingSetup | { readonly reason: string } {
  const accelerator = acceleratorOfSetup(setup, catalogue)
  if (accelerator === undefined)
    return { reason: `the catalogue has no device "${setup.gpu_id ?? setup.gpu}"` }
  const model = modelOfSetup(setup, catalogue)
  if (model === undefined) return { reason: 'nothing tells the size of the model' }
  const device = deviceOf(accelerator)
  const stack = stackOnDevice(softwareStack(setup.framework), device.id, setup.framework)
  const format = numberFormat(setup.precision, device, stack.halfSums)
  const { layout, copies } = layoutOf(setup, model, device.devicesPerNode ?? 8)
  const element = cacheBytes(setup.kv_dtype, format, stack.eightBitCache)
  const unit = servingUnit(model, device, format, element, layout, stack)
  if ('reason' in unit) return unit
  const family = deviceFamily(device.id)
  return {
    unit,
    copies,
    devices: setup.n_gpus ?? unit.devices * copies,
    workload: workloadOf(setup),
    mostSequences: stack.mostSequences,
    memoryUtilisation: first(setup.workload ?? {}, ['gpu_memory_utilization']) ?? 1 - stack.memoryReserve,
    scopes: servingScopes(stack, family),
    stack: stack.id,
    family,
  }
}
