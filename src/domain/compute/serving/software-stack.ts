/** What a serving stack does by default, as far as time and memory depend on it. */
export interface SoftwareStack {
  /** Scope of its calibration constants. */
  readonly id: string
  /** Most sequences that it runs at once unless it is told otherwise. */
  readonly mostSequences: number
  /** Share of device memory that it takes unless it is told otherwise. */
  readonly memoryUtilisation: number
  /** Whether quantised 8- and 4-bit checkpoints come with a cache of 8 bits. */
  readonly eightBitCache: boolean
  /** Whether each kernel is launched by the host, one after another, from Python. */
  readonly eager: boolean
}

const stack = (
  id: string,
  mostSequences: number,
  memoryUtilisation: number,
  more: Partial<SoftwareStack> = {},
): SoftwareStack => ({ id, mostSequences, memoryUtilisation, eightBitCache: false, eager: false, ...more })

/** Defaults are those of the projects' documentation: `max_num_seqs`, `max_batch_size`, `gpu_memory_utilization`. */
const vllm = stack('vllm', 256, 0.9)
const stacks: readonly (readonly [RegExp, SoftwareStack])[] = [
  [/vllm/i, vllm],
  [/tensorrt|trt[- _]?llm|\bnim\b/i, stack('tensorrt-llm', 2048, 0.9, { eightBitCache: true })],
  [/faster ?transformer/i, stack('fastertransformer', 1024, 0.95)],
  [/sglang/i, stack('sglang', 1024, 0.88)],
  [/deepspeed|mii/i, stack('deepspeed-mii', 512, 0.9)],
  [/llama\.?cpp|ggml|gguf|ollama/i, stack('llama.cpp', 64, 0.95)],
  [/lmdeploy|turbomind/i, stack('lmdeploy', 256, 0.9)],
  [/\btgi\b|text-generation-inference/i, stack('tgi', 256, 0.9)],
  [/hugging|transformers|accelerate/i, stack('transformers', 256, 0.95, { eager: true })],
]

const unknown = stack('none', 256, 0.9)

/**
 * The stack that a free text names, with what its age says. vLLM captured decode steps in CUDA graphs from 0.2.7 of
 * January 2024 on; before, each kernel was launched from Python. A text without a version or year is taken to be of
 * the time of graphs. Unknown and absent names get the plain defaults.
 */
export function softwareStack(framework: string | undefined): SoftwareStack {
  if (framework === undefined) return unknown
  const found = stacks.find(([pattern]) => pattern.test(framework))?.[1] ?? unknown
  const beforeGraphs =
    found === vllm && (/\(?\b20(1\d|2[0-3])\b/.test(framework) || /\bv?0\.(1|2\.[0-6])\b/.test(framework))
  return beforeGraphs ? { ...found, eager: true } : found
}

/**
 * Whether a stack launches kernel by kernel on this device. ROCm builds of the time of CDNA 2 and the MI300 did so
 * where nothing tells a later version: graph capture came to them after CUDA's.
 */
export function launchesEagerly({ eager, id }: SoftwareStack, device: string, versioned: boolean): boolean {
  if (eager) return true
  return id === 'vllm' && !versioned && /^mi(2|300)/.test(device)
}

/** Whether a text tells a version or a year. */
export function tellsVersion(framework: string | undefined): boolean {
  return framework !== undefined && /\d/.test(framework)
}
