import { formula } from '../../sheet/formula.ts'
import { countParameters, type ParameterCounts } from './parameters.ts'
import type { Transformer } from './transformer.ts'

/**
 * What a count of FLOP includes. Publishers differ, and the causal factor alone moves the attention core twofold,
 * so every count names its convention.
 */
export interface FlopConvention {
  /** `causal`: pairs that a causal kernel computes; `full`: all pairs of a sequence; `none`: no attention core. */
  readonly attention: 'causal' | 'full' | 'none'
  /** Whether the output head counts. */
  readonly logits: boolean
}

/** Conventions by the name that publishers' figures are given under. */
export const flopConventions = {
  /** What causal kernels compute, with the head: the default here. */
  causal: { attention: 'causal', logits: true },
  /** All pairs, with the head: Megatron-LM, PaLM and MosaicML. */
  full: { attention: 'full', logits: true },
  /** 6ND: two FLOP per multiplying parameter and pass, no attention core. */
  'parameters-only': { attention: 'none', logits: true },
  /** Causal pairs without the output head. */
  'causal-without-logits': { attention: 'causal', logits: false },
  /** All pairs without the output head. */
  'full-without-logits': { attention: 'full', logits: false },
} as const satisfies Record<string, FlopConvention>

/**
 * The convention of every MFU and HFU that is reported here: FLOP that the model needs. Counting all pairs, as some
 * publishers do, passes what the device does on long sequences.
 */
export const mfuConvention: FlopConvention = flopConventions.causal

export type FlopConventionName = keyof typeof flopConventions
export const flopConventionNames = Object.keys(flopConventions) as FlopConventionName[]

/** FLOP of a transformer, each written once. A multiply-add counts two. */
export const flopFormulas = {
  /** Mean number of tokens that a token attends to in a causal sequence, itself included. */
  causalContext: formula({
    text: '(s + 1) / 2',
    symbols: ['s'],
    inputUnits: ['token'],
    unit: 'token',
    fn: sequence => (sequence + 1) / 2,
    source: 'dao-2022',
  }),
  /** The same in a causal window: full windows but for the first w tokens. */
  windowContext: formula({
    text: 'min(w, s) − min(w, s) · (min(w, s) − 1) / (2 · s)',
    symbols: ['w', 's'],
    inputUnits: ['token', 'token'],
    unit: 'token',
    fn: (window, sequence) => {
      const seen = Math.min(window, sequence)
      return seen - (seen * (seen - 1)) / (2 * sequence)
    },
    source: 'beltagy-2020',
  }),
  /** Scores and weighted values of one layer for one token: two products over every head and token seen. */
  attentionCore: formula({
    text: '2 · a · (d + v) · c',
    symbols: ['a', 'd', 'v', 'c'],
    inputUnits: ['count', '1', '1', 'token'],
    unit: 'FLOP/token',
    fn: (heads, keyDim, valueDim, context) => 2 * heads * (keyDim + valueDim) * context,
    source: 'kaplan-2020',
  }),
  /** Update and read-out of the state of one state-space layer for one token. */
  stateSpaceCore: formula({
    text: '6 · i · z',
    symbols: ['i', 'z'],
    inputUnits: ['1', '1'],
    unit: 'FLOP/token',
    fn: (inner, state) => 6 * inner * state,
    source: 'dao-gu-2024',
  }),
  forward: formula({
    text: '2 · N + A',
    symbols: ['N', 'A'],
    inputUnits: ['parameter', 'FLOP/token'],
    unit: 'FLOP/token',
    fn: (parameters, attention) => 2 * parameters + attention,
    source: 'kaplan-2020',
  }),
  /** A backward pass takes twice the FLOP of a forward pass. */
  training: formula({
    text: '3 · F',
    symbols: ['F'],
    inputUnits: ['FLOP/token'],
    unit: 'FLOP/token',
    fn: forward => 3 * forward,
    source: 'kaplan-2020',
  }),
} as const

/** Width of the values of a head. */
export function valueHeadDim(t: Transformer): number {
  return t.latent === null ? t.headDim : t.latent.valueHeadDim
}

/** FLOP of all cores that mix tokens, per token of a sequence of `sequence` tokens, in a forward pass. */
export function mixingFlopPerToken(
  t: Transformer,
  sequence: number,
  attention: FlopConvention['attention'],
): number {
  const stateSpaceLayers = t.layers - t.attentionLayers
  const states =
    stateSpaceLayers === 0
      ? 0
      : stateSpaceLayers * flopFormulas.stateSpaceCore.fn(t.stateSpaceInner, t.stateSize)
  if (attention === 'none') return states
  const context = attention === 'full' ? sequence : flopFormulas.causalContext.fn(sequence)
  const window =
    t.windowedLayers === 0
      ? 0
      : attention === 'full'
        ? Math.min(t.window, sequence)
        : flopFormulas.windowContext.fn(t.window, sequence)
  const wide = t.attentionLayers + t.crossAttentionLayers - t.windowedLayers
  const contexts = wide * context + t.windowedLayers * window
  return states + flopFormulas.attentionCore.fn(t.heads, t.headDim, valueHeadDim(t), contexts)
}

/** FLOP of a forward pass per token of a sequence, under a convention. */
export function forwardFlopPerToken(
  t: Transformer,
  sequence: number,
  convention: FlopConvention = flopConventions.causal,
  counts: ParameterCounts = countParameters(t),
): number {
  const parameters = convention.logits ? counts.matmulActive : counts.matmulActive - t.vocab * t.hidden
  return flopFormulas.forward.fn(parameters, mixingFlopPerToken(t, sequence, convention.attention))
}

/** FLOP of a forward and a backward pass per token of a sequence, under a convention, without recomputation. */
export function trainingFlopPerToken(
  t: Transformer,
  sequence: number,
  convention: FlopConvention = flopConventions.causal,
  counts: ParameterCounts = countParameters(t),
): number {
  return flopFormulas.training.fn(forwardFlopPerToken(t, sequence, convention, counts))
}
