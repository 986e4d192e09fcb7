import { DomainError } from '../../errors.ts'
import type { Transformer } from '../architecture/transformer.ts'
import type { Precision } from '../catalogue.ts'

/** What of the forward pass is computed again in the backward pass in place of being kept. */
export const recomputations = ['none', 'selective', 'products', 'full'] as const
/**
 * `selective`: the attention core alone (Megatron-LM); `products`: all but attention and every second matrix product
 * (PyTorch's selective checkpointing); `full`: every layer, from its input.
 */
export type Recomputation = (typeof recomputations)[number]

/** Optimizers by what they keep of a parameter; `memory/optimizer.ts` says how many bytes. */
export const optimizers = [
  'adam',
  'adam-bf16-moments',
  'adam-bf16',
  'adam-8bit',
  'adafactor',
  'muon',
  'sgd-momentum',
  'sgd',
] as const
export type Optimizer = (typeof optimizers)[number]

const zeroStages = [0, 1, 2, 3] as const
/** 1: optimizer states, 2: gradients too, 3: weights too are divided among data-parallel ranks. */
export type ZeroStage = (typeof zeroStages)[number]

/** How a training step is laid out on devices. All degrees are whole numbers of at least 1. */
export interface ParallelLayout {
  readonly tensor: number
  readonly pipeline: number
  readonly data: number
  readonly context: number
  /** Ranks that the routed experts of a layer are divided among. */
  readonly expert: number
  /** Ranks that one expert is divided among: `tensor`, or 1 where experts are kept whole. */
  readonly expertTensor: number
  /** Model chunks that a pipeline rank holds; 1 for a schedule without interleaving. */
  readonly virtualStages: number
  /** Whether pipeline stages may differ by one layer. */
  readonly unevenStages: boolean
  /** Sequences that a rank computes at once. */
  readonly microBatch: number
  /** Sequences of a step over all ranks. */
  readonly globalBatch: number
  /** Tokens of a sequence. */
  readonly sequence: number
  readonly recompute: Recomputation
  /** Whether norms and residuals are divided among tensor-parallel ranks along the sequence. */
  readonly sequenceParallel: boolean
  /** Whether the attention core keeps no scores (FlashAttention). */
  readonly flashAttention: boolean
  /** Whether activations are dropped at random, which keeps masks. */
  readonly dropout: boolean
  readonly zeroStage: ZeroStage
  readonly optimizer: Optimizer
  /** Format that matrix products compute in. */
  readonly precision: Precision
  /** Bytes that a gradient is kept in: 2 or 4; 6 where the 16-bit gradient stays beside its 32-bit sum. */
  readonly gradientBytes: number
}

/** Devices that a layout takes. */
export function layoutDevices(layout: ParallelLayout): number {
  return layout.tensor * layout.pipeline * layout.data * layout.context
}

/** Micro-batches that a pipeline computes in a step. */
export function microBatches(layout: ParallelLayout): number {
  return layout.globalBatch / (layout.microBatch * layout.data)
}

/** Bytes of a gradient that ranks exchange: what is kept beside a 32-bit sum is not. */
export function exchangedGradientBytes({ gradientBytes }: ParallelLayout): number {
  return Math.min(4, gradientBytes)
}

/** Layers of the fullest pipeline rank. */
export function layersPerStage(layers: number, pipeline: number): number {
  return Math.ceil(layers / pipeline)
}

/**
 * Layers of one pipeline rank, from 0. Models that lack one or two layers to come out even are made so that the first
 * rank, and then the last, has one fewer beside its table of the vocabulary (BLOOM, Llama 3.1 405B); of others any rank
 * may have most.
 */
export function layersOfStage(layers: number, pipeline: number, stage: number): number {
  const most = layersPerStage(layers, pipeline)
  const missing = most * pipeline - layers
  const ends = stage === 0 ? 1 : stage === pipeline - 1 ? 2 : 3
  const fewer = missing >= ends && missing <= 2
  return fewer ? most - 1 : most
}

/** A rule that no layout may break: what must hold, and the two numbers that say whether it does. */
export interface LayoutRule {
  readonly id: string
  /** The member that the refusal points to. */
  readonly member: keyof ParallelLayout
  readonly holds: (t: Transformer, layout: ParallelLayout, devices: number) => boolean
  /** The refusal in words, with both numbers and the remedy. */
  readonly refusal: (t: Transformer, layout: ParallelLayout, devices: number) => string
  readonly facts: (t: Transformer, layout: ParallelLayout, devices: number) => Record<string, number>
}

const divides = (divisor: number, whole: number): boolean => whole % divisor === 0
const chunks = (layout: ParallelLayout): number => layout.pipeline * layout.virtualStages
const expertRanks = (layout: ParallelLayout): number => layout.expert * layout.expertTensor
const stageRanks = (layout: ParallelLayout): number => layout.tensor * layout.context * layout.data

/** The rules in the order in which they are told. */
export const layoutRules: readonly LayoutRule[] = [
  {
    id: 'devices',
    member: 'data',
    holds: (_, layout, devices) => layoutDevices(layout) === devices,
    refusal: (_, l, devices) =>
      `tensor × pipeline × data × context is ${l.tensor} × ${l.pipeline} × ${l.data} × ${l.context} = ${layoutDevices(l)}, but there are ${devices} devices; make them equal.`,
    facts: (_, layout, devices) => ({ layoutDevices: layoutDevices(layout), devices }),
  },
  {
    id: 'tensor-divides-heads',
    member: 'tensor',
    holds: (t, { tensor }) => divides(tensor, t.heads),
    refusal: (t, { tensor }) =>
      `${t.heads} attention heads cannot be divided among ${tensor} tensor-parallel ranks; tensor must divide heads.`,
    facts: (t, { tensor }) => ({ heads: t.heads, tensor }),
  },
  {
    id: 'tensor-divides-key-value-heads',
    member: 'tensor',
    holds: (t, { tensor }) => divides(tensor, t.kvHeads) || divides(t.kvHeads, tensor),
    refusal: (t, { tensor }) =>
      `${t.kvHeads} key-value heads can neither be divided among nor repeated on ${tensor} tensor-parallel ranks; one of the two must divide the other.`,
    facts: (t, { tensor }) => ({ kvHeads: t.kvHeads, tensor }),
  },
  {
    id: 'tensor-divides-feed-forward',
    member: 'tensor',
    holds: (t, { tensor }) => t.denseLayers === 0 || divides(tensor, t.denseFfn),
    refusal: (t, { tensor }) =>
      `A feed-forward part of width ${t.denseFfn} cannot be divided among ${tensor} tensor-parallel ranks; tensor must divide it.`,
    facts: (t, { tensor }) => ({ ffn: t.denseFfn, tensor }),
  },
  {
    id: 'stages-within-layers',
    member: 'pipeline',
    holds: (t, layout) => chunks(layout) <= t.layers,
    refusal: (t, l) =>
      `pipeline × virtualStages is ${l.pipeline} × ${l.virtualStages} = ${chunks(l)}, but there are ${t.layers} layers; each chunk needs a layer.`,
    facts: (t, layout) => ({ chunks: chunks(layout), layers: t.layers }),
  },
  {
    id: 'stages-divide-layers',
    member: 'pipeline',
    holds: (t, layout) => layout.unevenStages || divides(chunks(layout), t.layers),
    refusal: (t, l) =>
      `${t.layers} layers cannot be divided evenly among pipeline × virtualStages = ${l.pipeline} × ${l.virtualStages} = ${chunks(l)} chunks; choose a divisor of the layers, or set unevenStages.`,
    facts: (t, layout) => ({ layers: t.layers, chunks: chunks(layout) }),
  },
  {
    id: 'interleaving-needs-pipeline',
    member: 'virtualStages',
    holds: (_, { virtualStages, pipeline }) => virtualStages === 1 || pipeline > 1,
    refusal: (_, { virtualStages, pipeline }) =>
      `virtualStages is ${virtualStages}, but pipeline is ${pipeline}; interleaving needs at least 2 pipeline ranks.`,
    facts: (_, { virtualStages, pipeline }) => ({ virtualStages, pipeline }),
  },
  {
    id: 'whole-micro-batches',
    member: 'globalBatch',
    holds: (_, { globalBatch, microBatch, data }) => divides(microBatch * data, globalBatch),
    refusal: (_, { globalBatch, microBatch, data }) =>
      `A global batch of ${globalBatch} sequences cannot be cut into micro-batches of microBatch × data = ${microBatch} × ${data} = ${microBatch * data}; make globalBatch a multiple of it.`,
    facts: (_, { globalBatch, microBatch, data }) => ({ globalBatch, perMicroBatch: microBatch * data }),
  },
  {
    id: 'interleaving-needs-micro-batches',
    member: 'virtualStages',
    holds: (_, layout) => layout.virtualStages === 1 || divides(layout.pipeline, microBatches(layout)),
    refusal: (_, layout) =>
      `The interleaved schedule takes micro-batches in rounds of pipeline = ${layout.pipeline}, but a step has ${microBatches(layout)}; make the micro-batches a multiple of it.`,
    facts: (_, layout) => ({ microBatches: microBatches(layout), pipeline: layout.pipeline }),
  },
  {
    id: 'context-divides-sequence',
    member: 'context',
    holds: (_, l) => divides(l.context * (l.sequenceParallel ? l.tensor : 1), l.sequence),
    refusal: (_, l) => {
      const parts = l.context * (l.sequenceParallel ? l.tensor : 1)
      const what = l.sequenceParallel ? 'context × tensor (sequence parallel)' : 'context'
      return `A sequence of ${l.sequence} tokens cannot be divided among ${what} = ${parts} ranks; the ranks must divide it.`
    },
    facts: (_, l) => ({
      sequence: l.sequence,
      ranks: l.context * (l.sequenceParallel ? l.tensor : 1),
    }),
  },
  {
    id: 'expert-divides-experts',
    member: 'expert',
    holds: (t, { expert }) => expert === 1 || (t.experts > 0 && divides(expert, t.experts)),
    refusal: (t, { expert }) =>
      `${t.experts} experts cannot be divided among ${expert} expert-parallel ranks; expert must divide the experts (1 for a model without).`,
    facts: (t, { expert }) => ({ experts: t.experts, expert }),
  },
  {
    id: 'expert-divides-ranks',
    member: 'expert',
    holds: (_, layout) => layout.expert === 1 || divides(expertRanks(layout), stageRanks(layout)),
    refusal: (_, l) =>
      `expert × expertTensor is ${l.expert} × ${l.expertTensor} = ${expertRanks(l)}, which does not divide the tensor × context × data = ${stageRanks(l)} ranks of a pipeline stage; lower one of them.`,
    facts: (_, layout) => ({ expertRanks: expertRanks(layout), stageRanks: stageRanks(layout) }),
  },
]

/** The first rule that a layout breaks, or undefined for a layout that can be. Allocates nothing. */
export function brokenLayoutRule(
  t: Transformer,
  layout: ParallelLayout,
  devices: number,
): LayoutRule | undefined {
  for (let r = 0; r < layoutRules.length; r++) {
    const rule = layoutRules[r] as LayoutRule
    if (!rule.holds(t, layout, devices)) return rule
  }
  return undefined
}

/** Refuses a layout that cannot be; throws `inconsistent-inputs` with the rule and both numbers. */
export function assertLayout(t: Transformer, layout: ParallelLayout, devices: number, at = '/layout'): void {
  const rule = brokenLayoutRule(t, layout, devices)
  if (rule === undefined) return
  throw new DomainError('inconsistent-inputs', rule.refusal(t, layout, devices), {
    pointer: `${at}/${rule.member}`,
    facts: { rule: rule.id, ...rule.facts(t, layout, devices) },
  })
}
