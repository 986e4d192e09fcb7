/** What a serving program holds beside weights, one cache and the forward pass of a bounded step. */
export interface ServingHabits {
  /** Whether all prompts of a batch are computed at once, not in steps of bounded size. */
  readonly wholePrompts: boolean
  /** Bytes of the logits of each token of a prompt; 0 where those of the last token alone are computed. */
  readonly promptLogitBytes: number
  /** Caches alive at once: 2 where each step makes a new one of every layer before the old one goes. */
  readonly cacheCopies: number
  /** Whether each layer holds sines and cosines of all positions. */
  readonly positionTables: boolean
  /** Copies of a matrix in 16 bits at once where weights of fewer bits are widened before a product. */
  readonly widenedCopies: number
  /** Whether the output head is quantised with the layers. */
  readonly quantisesHead: boolean
  /** Whether the head is held apart from the embedding even where they are one. */
  readonly copiesHead: boolean
  /** Whether every buffer is allocated once, for the longest prompt, and shared by none. */
  readonly staticBuffers: boolean
}

/** Steps of bounded size over a cache allocated once in pages, logits of last tokens, kernels that read few bits. */
const paged: ServingHabits = {
  wholePrompts: false,
  promptLogitBytes: 0,
  cacheCopies: 1,
  positionTables: false,
  widenedCopies: 0,
  quantisesHead: false,
  copiesHead: false,
  staticBuffers: false,
}
/** A matrix of few bits is widened into a buffer where a kernel does not take it as it is. */
const transformers: ServingHabits = { ...paged, wholePrompts: true, widenedCopies: 1 }
/**
 * Releases up to 4.41: the model widens the logits of the whole prompt to 32 bits (2 + 4 bytes), the caller holds the
 * tuple of the last step's keys and values until the next step returns its own, and each layer has a module of
 * positions with tables of its own.
 */
const earlyTransformers: ServingHabits = {
  ...transformers,
  promptLogitBytes: 6,
  cacheCopies: 2,
  positionTables: true,
}

/**
 * By name. LitGPT computes the logits of the whole prompt in 16 bits, and quantises every linear layer, the head with
 * them; Fabric quantises from float16, so that a matrix is widened to float16 and then copied to bfloat16.
 */
const habits = {
  paged,
  transformers,
  'transformers-4.41': earlyTransformers,
  litgpt: { ...paged, wholePrompts: true, promptLogitBytes: 2, widenedCopies: 2, quantisesHead: true },
  fastertransformer: { ...paged, wholePrompts: true, copiesHead: true, staticBuffers: true },
  'deepspeed-inference': { ...paged, wholePrompts: true },
} as const satisfies Record<string, ServingHabits>

export type ServingProgram = keyof typeof habits
export const servingProgramNames = Object.keys(habits) as ServingProgram[]

/** What a program holds, by its name; `paged` where none is told. */
export function servingHabits(program: ServingProgram = 'paged'): ServingHabits {
  return habits[program]
}

const programs: readonly (readonly [RegExp, ServingProgram])[] = [
  [/vllm|sglang|tensorrt|trt[- _]?llm|lmdeploy|turbomind|text-generation-inference|\btgi\b/i, 'paged'],
  [/lit-?gpt/i, 'litgpt'],
  [/faster ?transformer/i, 'fastertransformer'],
  [/deepspeed/i, 'deepspeed-inference'],
  [/hugging|transformers/i, 'transformers'],
]

/** The first release of transformers that appends to a cache in place by default, of June 2024. */
const appends = 4.42

/**
 * The program that a free text such as `Hugging Face Transformers 4.38.2` names: by its release, or by a year up to
 * 2023 where it tells no release. `paged` for a text that is absent or not known.
 */
export function servingProgram(framework: string | undefined): ServingProgram {
  const text = framework ?? ''
  const program = programs.find(([pattern]) => pattern.test(text))?.[1] ?? 'paged'
  if (program !== 'transformers') return program
  const release = /transformers[ v=]*(\d+\.\d+)/i.exec(text)?.[1]
  const early = release === undefined ? /\b20(1\d|2[0-3])\b/.test(text) : Number(release) < appends
  return early ? 'transformers-4.41' : 'transformers'
}
