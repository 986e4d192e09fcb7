/** What a training stack does by default, as far as step time depends on it. */
export interface TrainingStack {
  /** Scope of its calibration constants; undefined for one that is not known. */
  readonly id: string | undefined
  /** Whether attention keeps no scores where nothing says otherwise. Before 2023 it did so in few stacks. */
  readonly fusedAttention: 'always' | 'from-hopper'
  /** Whether its fused attention is of the first kernels, written for Ampere, not the vendor's for each device. */
  readonly earlyAttention: boolean
  /** Whether its fused attention on Hopper is the one that serves all devices, not the vendor's. */
  readonly portableAttention: boolean
  /** Whether norms, activations and residuals run operation by operation. */
  readonly eager: boolean
  /** Whether norms and residuals are divided among tensor-parallel ranks where nothing says otherwise. */
  readonly sequenceParallel: boolean
  /** Whether gradients are summed while the backward pass still runs. */
  readonly overlapsGradients: boolean
  /** Stage of ZeRO where nothing says otherwise; null where stacks of both kinds are in question. */
  readonly zeroStage: 0 | 1 | 3 | null
  /** Whether tensor-parallel ranks send a part each to the next stage and gather there. */
  readonly scattersBetweenStages: boolean
  /** Whether each device takes all gathered weights through its own port, where rings pass them on within a node. */
  readonly gathersByPort?: boolean
  /** Whether chunks of an interleaved pipeline compute while others are on their way between stages. */
  readonly overlapsStages?: boolean
  /** Bytes of a gradient where nothing says otherwise, if not those that follow from ZeRO's stage. */
  readonly gradientBytes?: 2
}

const core: TrainingStack = {
  id: 'megatron-core',
  fusedAttention: 'always',
  earlyAttention: false,
  portableAttention: false,
  eager: false,
  sequenceParallel: true,
  overlapsGradients: true,
  zeroStage: 1,
  scattersBetweenStages: true,
  overlapsStages: true,
}
/** Megatron-Core by recipes that sum gradients in 16 bits. */
const nemo: TrainingStack = { ...core, id: 'nemo', gradientBytes: 2 }
const megatron: TrainingStack = {
  id: 'megatron',
  fusedAttention: 'from-hopper',
  earlyAttention: false,
  portableAttention: false,
  eager: false,
  sequenceParallel: false,
  overlapsGradients: false,
  zeroStage: 0,
  scattersBetweenStages: true,
}
/** DeepSpeed's pipeline engine under Megatron-LM's layers. */
const megatronDeepspeed: TrainingStack = {
  ...megatron,
  id: 'megatron-deepspeed',
  zeroStage: 1,
  scattersBetweenStages: false,
}
const sharded: TrainingStack = {
  id: 'fsdp',
  fusedAttention: 'always',
  earlyAttention: false,
  portableAttention: true,
  eager: true,
  sequenceParallel: true,
  overlapsGradients: true,
  zeroStage: 3,
  scattersBetweenStages: false,
}
const deepspeed: TrainingStack = {
  ...sharded,
  id: 'deepspeed',
  fusedAttention: 'from-hopper',
  portableAttention: false,
  gathersByPort: true,
}
/** Fully sharded and compiled. */
const torchtitan: TrainingStack = { ...sharded, id: 'torchtitan', eager: false }
const xla: TrainingStack = { ...sharded, id: 'xla', eager: false, portableAttention: false }
const unknown: TrainingStack = { ...core, id: undefined, zeroStage: null, eager: true }

/** Hybrids with kernels of their own, with optimizer states divided. */
const unnamed: TrainingStack = { ...unknown, zeroStage: 1 }

/** By what a free text says, the first that matches. Megatron-LM of the years before Megatron-Core has no version. */
const stacks: readonly (readonly [RegExp, TrainingStack])[] = [
  [/megatron[- ]?bridge|nemo/i, nemo],
  [/megatron[- ]?core|megatron-lm v?0\.|mcore|transformer ?engine|\bte\b/i, core],
  [/megatron.*deepspeed|deepspeed.*megatron|gpt-?neox/i, megatronDeepspeed],
  [/megatron/i, megatron],
  [/internevo|internlm/i, { ...unnamed, id: 'internevo' }],
  [/colossal/i, { ...unnamed, id: 'colossal-ai' }],
  [/deepspeed|\bzero-?[1-3]\b/i, deepspeed],
  [/maxtext|\bjax\b|t5x|\bpax|levanter|\bxla\b/i, xla],
  [/torch ?titan/i, torchtitan],
  [/fsdp|composer|foundry|pytorch|accelerate|transformers|lightning|lit-?gpt|olmo/i, sharded],
]

/** The scopes that constants are known for. */
export const trainingStackIds = [
  'nemo',
  'megatron-core',
  'megatron',
  'megatron-deepspeed',
  'fsdp',
  'torchtitan',
  'deepspeed',
  'internevo',
  'colossal-ai',
  'xla',
] as const

/** The stack that a free text names, such as `Megatron-LM 0.14 / TE 2.11`; defaults of today for what it does not know. */
export function trainingStack(framework: string | undefined): TrainingStack {
  if (framework === undefined) return unknown
  const found = stacks.find(([pattern]) => pattern.test(framework))?.[1] ?? unknown
  return /alibi|triton|flash ?attention(?!.?[34])/i.test(framework)
    ? { ...found, earlyAttention: true }
    : found
}

/** Whether a stack's attention keeps no scores on devices of a family; none did on Volta. */
export function fusesAttention(
  stack: TrainingStack,
  family: string | undefined,
  framework: string | undefined,
): boolean {
  if (family === 'nvidia-volta' || family === 'nvidia-pascal') return false
  if (framework !== undefined && /flash|memory.?efficient|xformers/i.test(framework)) return true
  return stack.fusedAttention === 'always' || family !== 'nvidia-ampere'
}

export type TrainingStackName = (typeof trainingStackIds)[number]

const byName: Readonly<Record<TrainingStackName, TrainingStack>> = {
  nemo,
  'megatron-core': core,
  megatron,
  'megatron-deepspeed': megatronDeepspeed,
  fsdp: sharded,
  torchtitan,
  deepspeed,
  internevo: { ...unnamed, id: 'internevo' },
  'colossal-ai': { ...unnamed, id: 'colossal-ai' },
  xla,
}

/** A stack by the name that requests use; one of today without particular constants when none is named. */
export function trainingStackOf(name: TrainingStackName | undefined): TrainingStack {
  return name === undefined ? { ...unknown, eager: false } : byName[name]
}
