/** What a serving stack does by default, as far as time and memory depend on it. */
export interface SoftwareStack {
  /** Scope of its calibration constants. */
  readonly id: string
  /** Most sequences that it runs at once unless it is told otherwise. */
  readonly mostSequences: number
  /** Share of device memory that it leaves free unless it is told otherwise. */
  readonly memoryReserve: number
  /** Whether quantised 8- and 4-bit checkpoints come with a cache of 8 bits. */
  readonly eightBitCache: boolean
  /** Whether each kernel is launched by the host, one after another, from Python. */
  readonly eager: boolean
  /** Whether all-reduces go through the general library, not through kernels of the stack's own for small messages. */
  readonly generalCollectives: boolean
  /** Whether appending to the cache copies all of it, and shared heads are repeated for each query head. */
  readonly copiesCache: boolean
  /** Tokens of context beyond which a step is launched kernel by kernel, no graph having been captured for it. */
  readonly capturedContext: number
  /** Whether steps without decoding are launched kernel by kernel. */
  readonly eagerPrefill: boolean
  /**
   * Least tokens of a cache of fixed shape, all of which every step reads; undefined where a step reads no more than
   * has been written. Longer requests are given a cache as long as they are.
   */
  readonly staticCache: number | undefined
  /** Whether the loop over steps is compiled, not interpreted. */
  readonly nativeHost: boolean
  /** Whether each sequence of a step is prepared and sampled by itself, as the first schedulers did. */
  readonly earlyScheduler: boolean
  /** Whether 16-bit products are summed up in 16 bits, at which consumer cards are twice as fast. */
  readonly halfSums: boolean
}

const stack = (
  id: string,
  mostSequences: number,
  memoryReserve: number,
  more: Partial<SoftwareStack> = {},
): SoftwareStack => ({
  ...{ id, mostSequences, memoryReserve },
  ...{
    eightBitCache: false,
    eager: false,
    generalCollectives: false,
    copiesCache: false,
    capturedContext: Number.POSITIVE_INFINITY,
    eagerPrefill: false,
    staticCache: undefined,
    nativeHost: false,
    earlyScheduler: false,
    halfSums: false,
  },
  ...more,
})

/** Defaults are those of the projects' documentation: `max_num_seqs`, `max_batch_size`, `gpu_memory_utilization`. */
const vllm = stack('vllm', 256, 0.1)
const vllmAscend = stack('vllm-ascend', 256, 0.1, { eager: true, generalCollectives: true })
const stacks: readonly (readonly [RegExp, SoftwareStack])[] = [
  [/vllm.*ascend|ascend.*vllm/i, vllmAscend],
  [/vllm/i, vllm],
  [
    /tensorrt|trt[- _]?llm|\bnim\b/i,
    stack('tensorrt-llm', 2048, 0.1, { eightBitCache: true, nativeHost: true }),
  ],
  [/faster ?transformer/i, stack('fastertransformer', 1024, 0.05, { generalCollectives: true })],
  [/sglang/i, stack('sglang', 1024, 0.12, { eagerPrefill: true })],
  [/deepspeed|mii/i, stack('deepspeed-mii', 512, 0.1, { generalCollectives: true })],
  [/llama\.?cpp|ggml|gguf|ollama/i, stack('llama.cpp', 64, 0.05, { halfSums: true, nativeHost: true })],
  // One Python loop, compiled as a whole and captured in a graph.
  [/gpt-?fast|torch\.compile/i, stack('compiled-loop', 256, 0.05, { staticCache: 0 })],
  [/exllama/i, stack('exllama', 64, 0.05, { halfSums: true, nativeHost: true })],
  [/jetstream|saxml/i, stack('jetstream', 1024, 0.1, { staticCache: 2048 })],
  [/neuron/i, stack('neuron', 256, 0.05, { generalCollectives: true, staticCache: 0 })],
  [/habana|gaudi/i, stack('habana', 1024, 0.05)],
  [/lmdeploy|turbomind/i, stack('lmdeploy', 256, 0.1, { nativeHost: true })],
  [/\btgi\b|text-generation-inference/i, stack('tgi', 256, 0.1)],
  [
    /hugging|transformers|accelerate|\beager\b|litgpt|colossal|flexllmgen|flexgen/i,
    stack('transformers', 256, 0.05, { eager: true, generalCollectives: true, copiesCache: true }),
  ],
]

const unknown = stack('none', 256, 0.1)

/**
 * The stack that a free text names, with what its age says. vLLM captured decode steps in CUDA graphs from 0.2.7 of
 * January 2024 on; before, each kernel was launched from Python. Up to 0.7 it captured none for contexts of more than
 * 8,192 tokens (`max_seq_len_to_capture`) and none for prompts. A text without a version or year is taken to be of the
 * time of later graphs. Unknown and absent names get the plain defaults.
 */
export function softwareStack(framework: string | undefined): SoftwareStack {
  if (framework === undefined) return unknown
  const found = stacks.find(([pattern]) => pattern.test(framework))?.[1] ?? unknown
  const beforeGraphs =
    found === vllm &&
    (/\(?\b20(1\d|2[0-3])\b/.test(framework) || /(?<![\d.])v?0\.(1|2\.[0-6])\b/.test(framework))
  const firstGraphs = found === vllm && !beforeGraphs && /(?<![\d.])v?0\.[2-7]\b/.test(framework)
  if (firstGraphs) return { ...found, capturedContext: 8192, eagerPrefill: true }
  return beforeGraphs ? { ...found, eager: true, generalCollectives: true, earlyScheduler: true } : found
}

/**
 * The stack on a device. ROCm builds of the time of CDNA 2 and the MI300 launched kernel by kernel, with the general
 * collectives, where nothing tells a later version: graph capture and own all-reduces came to them after CUDA's. vLLM
 * on Ascend is a plugin of its own.
 */
export function stackOnDevice(
  stack: SoftwareStack,
  device: string,
  framework: string | undefined,
): SoftwareStack {
  if (stack.id !== 'vllm') return stack
  if (/^ascend/.test(device)) return vllmAscend
  const undated = framework === undefined || !/\d/.test(framework)
  return undated && /^mi(2|300)/.test(device) ? { ...stack, eager: true, generalCollectives: true } : stack
}

/** Scopes of the calibration constants of a stack on a device family, widest first. */
export function servingScopes(stack: SoftwareStack, family: string | undefined): string[] {
  return [
    stack.id,
    ...(family === undefined ? [] : [family]),
    // Other stacks that launch kernel by kernel differ from it so much that their names tell more.
    ...(stack.eager && stack.id === 'vllm' ? ['eager'] : []),
    ...(stack.generalCollectives ? ['general-collectives'] : []),
    ...(stack.nativeHost ? ['native-host'] : []),
    ...(stack.earlyScheduler ? ['early-scheduler'] : []),
  ]
}
