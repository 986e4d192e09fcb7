import { formula } from '../../sheet/formula.ts'
import { valueHeadDim } from '../architecture/flop.ts'
import type { Transformer } from '../architecture/transformer.ts'
import {
  type CalibrationParameter,
  type CalibrationValues,
  calibrated,
  medians,
} from '../calibration/parameter.ts'
import type { ServingPlacement } from './serving-memory.ts'
import { servingWorkFormulas } from './serving-work.ts'

const GiB = 2 ** 30

/** What serving software takes beside weights and cache, each formula written once. */
export const servingOverheadFormulas = {
  /** Forward pass over a step's tokens: vectors of the residual stream, and the widest part of a layer. */
  forward: formula({
    text: 'n · b · (4 · h + x) · r',
    symbols: ['n', 'b', 'h', 'x', 'r'],
    inputUnits: ['token', 'byte/parameter', '1', '1', '1'],
    unit: 'byte',
    fn: (tokens, bytes, hidden, widest, buffers) => tokens * bytes * (4 * hidden + widest) * buffers,
  }),
  /** Choosing tokens: the last vectors of the step, and the logits of each sequence in several forms. */
  sampling: formula({
    text: 'n · b · h + q · V · l',
    symbols: ['n', 'b', 'h', 'q', 'V', 'l'],
    inputUnits: ['token', 'byte/parameter', '1', 'count', 'count', 'byte/token'],
    unit: 'byte',
    fn: (tokens, bytes, hidden, sequences, vocab, logit) =>
      tokens * bytes * hidden + sequences * vocab * logit,
  }),
  /** What software plans with. */
  planned: formula({
    text: 'u · U',
    symbols: ['u', 'U'],
    inputUnits: ['1', 'byte'],
    unit: 'byte',
    fn: (utilisation, usable) => utilisation * usable,
  }),
  /** Bytes that programs see of a device that is sold by the GB: memory is made in powers of two, and 1 % is kept. */
  visible: formula({
    text: 'M · 1.073741824 · 0.99',
    symbols: ['M'],
    inputUnits: ['byte'],
    unit: 'byte',
    fn: memory => memory * 1.073741824 * 0.99,
  }),
} as const

/** Width of the widest part of a layer on one device, in numbers a token: before and after an activation, or heads. */
export function widestPart(t: Transformer, { tensor, expert }: ServingPlacement): number {
  const dense = t.denseLayers === 0 ? 0 : (t.denseMatrices * t.denseFfn) / tensor
  const division = expert > 1 ? 1 : tensor
  // Gate and up projections share their place with what comes back from the experts.
  const routed =
    t.experts === 0
      ? 0
      : t.topK *
        (Math.max((t.expertMatrices - 1) * (t.expertFfn / division), t.hidden) + t.expertFfn / division)
  const heads = (t.heads * (2 * t.headDim + valueHeadDim(t)) + 2 * t.kvHeads * t.headDim) / tensor
  return Math.max(dense, routed, heads)
}

/** Constants of serving software that only measurement can tell, as plain numbers. */
export interface ServingOverheads {
  /** Times the bytes of the forward pass that are planned for. */
  readonly forwardBuffers: number
  /** Bytes a logit while tokens are chosen. */
  readonly samplingBytes: number
  /** Bytes of the runtime outside of the tensor allocator. */
  readonly runtimeBytes: number
  /** Bytes of the communicators of a device in a group. */
  readonly communicatorBytes: number
  /** Bytes that a device shows for a process before it holds a tensor. */
  readonly contextBytes: number
  /** Weights in memory over weights counted. */
  readonly weightOverhead: number
}

/** What is known of them before measurements of serving memory. */
export const servingMemoryParameters: readonly CalibrationParameter[] = [
  {
    id: 'forwardBuffers',
    unit: '1',
    label: { en: 'Buffers of the forward pass', zh: '前向缓冲区倍数' },
    median: 1,
    spread: 0.3,
    reason: 'An allocator that plans ahead holds one layer’s tensors at a time.',
    source: 'kwon-2023',
  },
  {
    id: 'forwardBuffers:static',
    unit: '1',
    label: { en: 'Buffers of the forward pass that are never shared', zh: '前向缓冲区倍数（静态分配）' },
    median: 2,
    spread: 0.5,
    reason:
      'Software that allocates every buffer once, for the longest prompt, shares none between operations, and holds those of prefill and decode side by side.',
    source: null,
  },
  {
    id: 'samplingBytes',
    unit: 'byte/token',
    label: { en: 'Bytes a logit while tokens are chosen', zh: '采样时每 logit 字节' },
    median: 14,
    spread: 0.2,
    reason:
      'Logits in 16 and in 32 bits, their probabilities and as many random numbers, of 32 bits each: 2 + 4 + 4 + 4.',
    source: 'kwon-2023',
  },
  {
    id: 'samplingBytes:sorting',
    unit: '1',
    label: { en: 'Bytes a logit where logits are sorted', zh: '排序采样的每 logit 字节倍数' },
    median: 2.7,
    spread: 0.2,
    reason:
      'Sorting keeps values and 64-bit positions, and as much again while it works: 24 bytes a logit beside the 14.',
    source: null,
  },
  {
    id: 'runtimeBytes',
    unit: 'byte',
    label: { en: 'Runtime outside of tensors', zh: '张量之外的运行时显存' },
    median: 0.25 * GiB,
    spread: 0.5,
    reason: 'Workspaces of matrix libraries and loaded kernels.',
    source: null,
  },
  {
    id: 'communicatorBytes',
    unit: 'byte',
    label: { en: 'Buffers of communicators', zh: '通信域缓冲区' },
    median: 0.35 * GiB,
    spread: 0.5,
    reason: 'Channels of the communication library: 0.34 to 0.4 GB for a group of ranks.',
    source: 'aiconfigurator-systems',
  },
  {
    id: 'contextBytes',
    unit: 'byte',
    label: { en: 'Process before its first tensor', zh: '进程初始显存' },
    median: 1.7 * GiB,
    spread: 0.5,
    reason:
      'The driver’s context and all kernels of the libraries, loaded at once by software older than lazy loading: 1 to 3 GiB.',
    source: null,
  },
  {
    id: 'weightOverhead',
    unit: '1',
    label: { en: 'Weights in memory over weights counted', zh: '权重显存与计数之比' },
    median: 1.003,
    spread: 0.003,
    reason: 'Norms, biases, tables of positions and padding: a few thousandths of the matrices.',
    source: null,
  },
]

const priors = medians(servingMemoryParameters)

/** Constants under calibration values, for software of certain traits. */
export function servingOverheads(
  values: CalibrationValues = priors,
  traits: { readonly staticBuffers?: boolean; readonly sortsLogits?: boolean } = {},
): ServingOverheads {
  const known = { ...priors, ...values }
  return {
    forwardBuffers: calibrated(known, 'forwardBuffers', traits.staticBuffers === true ? ['static'] : []),
    samplingBytes: calibrated(known, 'samplingBytes', traits.sortsLogits === true ? ['sorting'] : []),
    runtimeBytes: calibrated(known, 'runtimeBytes', []),
    communicatorBytes: calibrated(known, 'communicatorBytes', []),
    contextBytes: calibrated(known, 'contextBytes', []),
    weightOverhead: calibrated(known, 'weightOverhead', []),
  }
}

/** What a step takes at most beside weights and cache. */
export interface ServingStep {
  /** Tokens computed at once. */
  readonly tokens: number
  /** Sequences that a token is chosen for at once. */
  readonly sequences: number
  /** Bytes of a number that is computed with. */
  readonly bytes: number
  /** Bytes of the logits of each token of the step, where all have them, not those alone that a token is chosen for. */
  readonly promptLogitBytes?: number
}

/** Bytes of activations at the peak of a step on one device: in the forward pass, or while tokens are chosen. */
export function servingActivationBytes(
  t: Transformer,
  placement: ServingPlacement,
  step: ServingStep,
  overheads: ServingOverheads,
): number {
  const forward = servingOverheadFormulas.forward.fn(
    step.tokens,
    step.bytes,
    t.hidden,
    widestPart(t, placement),
    overheads.forwardBuffers,
  )
  const { promptLogitBytes = 0 } = step
  if (promptLogitBytes > 0) {
    const { promptLogits } = servingWorkFormulas
    return Math.max(forward, promptLogits.fn(step.tokens, step.bytes, t.hidden, t.vocab, promptLogitBytes))
  }
  const sampling = servingOverheadFormulas.sampling.fn(
    step.tokens,
    step.bytes,
    t.hidden,
    step.sequences,
    t.vocab,
    overheads.samplingBytes,
  )
  return Math.max(forward, sampling)
}

/** Bytes outside of tensors on one device. */
export function servingRuntimeBytes(
  { tensor, pipeline, expert }: ServingPlacement,
  overheads: ServingOverheads,
): number {
  return overheads.runtimeBytes + (tensor * pipeline * expert > 1 ? overheads.communicatorBytes : 0)
}
