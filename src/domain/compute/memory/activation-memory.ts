import { formula } from '../../sheet/formula.ts'
import { valueHeadDim } from '../architecture/flop.ts'
import type { Transformer } from '../architecture/transformer.ts'
import type { ParallelLayout } from '../layout/layout.ts'

/**
 * Bytes that one layer keeps of one token for the backward pass, in numbers of 16 bits, by part. The parts of
 * Korthikanti et al. (2022), equation 1, written for any heads and any feed-forward part. A product keeps its input.
 */
export const activationFormulas = {
  /** Inputs of two norms and of the two products behind them; masks of one byte each where there is dropout. */
  residual: formula({
    text: '(8 + 2 · m) · h',
    symbols: ['m', 'h'],
    inputUnits: ['1', '1'],
    unit: 'byte/token',
    fn: (masks, hidden) => (8 + 2 * masks) * hidden,
    source: 'korthikanti-2022',
  }),
  /** Queries, keys and values, and the input of the output product. */
  attention: formula({
    text: '2 · (a + 2 · k) · d + 2 · a · d',
    symbols: ['a', 'k', 'd'],
    inputUnits: ['count', 'count', '1'],
    unit: 'byte/token',
    fn: (heads, kvHeads, headDim) => 2 * (heads + 2 * kvHeads) * headDim + 2 * heads * headDim,
    source: 'korthikanti-2022',
  }),
  /** Queries and keys once more, as rotated by their positions: the values still hold the projection in memory. */
  rotated: formula({
    text: '2 · (a + k) · d',
    symbols: ['a', 'k', 'd'],
    inputUnits: ['count', 'count', '1'],
    unit: 'byte/token',
    fn: (heads, kvHeads, headDim) => 2 * (heads + kvHeads) * headDim,
  }),
  /** Latent attention: both compressed vectors before and after their norms, and what they are expanded to. */
  latentAttention: formula({
    text: '4 · (q + r) + 2 · o + a · (4 · (n + o) + 2 · (n + v) + 2 · v)',
    symbols: ['q', 'r', 'o', 'a', 'n', 'v'],
    inputUnits: ['1', '1', '1', 'count', '1', '1'],
    unit: 'byte/token',
    fn: (queryRank, rank, rope, heads, nope, value) =>
      4 * (queryRank + rank) + 2 * rope + heads * (4 * (nope + rope) + 2 * (nope + value) + 2 * value),
    source: 'deepseek-v2-paper',
  }),
  /** Scores after softmax; with dropout also their mask and what is left of them. */
  scores: formula({
    text: '(2 + 3 · m) · a · s',
    symbols: ['m', 'a', 's'],
    inputUnits: ['1', 'count', 'token'],
    unit: 'byte/token',
    fn: (masks, heads, sequence) => (2 + 3 * masks) * heads * sequence,
    source: 'korthikanti-2022',
  }),
  /** A 32-bit sum of exponentials a head in place of the scores. */
  logSums: formula({
    text: '4 · a',
    symbols: ['a'],
    inputUnits: ['count'],
    unit: 'byte/token',
    fn: heads => 4 * heads,
    source: 'dao-2022',
  }),
  /** Inside a feed-forward part: before and after the activation; gated, both halves and their product. */
  feedForward: formula({
    text: '2 · c · f',
    symbols: ['c', 'f'],
    inputUnits: ['count', '1'],
    unit: 'byte/token',
    fn: (matrices, ffn) => 2 * matrices * ffn,
    source: 'korthikanti-2022',
  }),
  /** A token in K experts: its copies, what is inside, its copies on the way back, and the router's 32-bit scores. */
  experts: formula({
    text: 'K · (4 · h + 2 · c · f / t) + 8 · E',
    symbols: ['K', 'h', 'c', 'f', 't', 'E'],
    inputUnits: ['count', '1', 'count', '1', 'count', 'count'],
    unit: 'byte/token',
    fn: (topK, hidden, matrices, ffn, division, experts) =>
      topK * (4 * hidden + (2 * matrices * ffn) / division) + 8 * experts,
    source: 'fedus-2021',
  }),
  /** Projections and convolution of a state-space layer. */
  stateSpace: formula({
    text: '10 · i + 4 · z',
    symbols: ['i', 'z'],
    inputUnits: ['1', '1'],
    unit: 'byte/token',
    fn: (inner, state) => 10 * inner + 4 * state,
    source: 'dao-gu-2024',
  }),
  /** Input of a layer: what full recomputation keeps. */
  checkpoint: formula({
    text: '2 · h',
    symbols: ['h'],
    inputUnits: ['1'],
    unit: 'byte/token',
    fn: hidden => 2 * hidden,
    source: 'korthikanti-2022',
  }),
  /** Outputs of attention and of every second product, where the others are computed again. */
  products: formula({
    text: '(a + 2 · k) · d + K · (c − 1) · f + 2 · a · v + 4 · a',
    symbols: ['a', 'k', 'd', 'K', 'c', 'f', 'v'],
    inputUnits: ['count', 'count', '1', 'count', 'count', '1', '1'],
    unit: 'byte/token',
    fn: (heads, kvHeads, headDim, experts, matrices, ffn, value) =>
      (heads + 2 * kvHeads) * headDim + experts * (matrices - 1) * ffn + 2 * heads * value + 4 * heads,
    source: 'korthikanti-2022',
  }),
  /** One layer of tokens: what every rank keeps, and what tensor-parallel ranks divide. */
  perToken: formula({
    text: 'R / q + X / t + E',
    symbols: ['R', 'q', 'X', 't', 'E'],
    inputUnits: ['byte/token', 'count', 'byte/token', 'count', 'byte/token'],
    unit: 'byte/token',
    fn: (residual, sequenceRanks, divided, tensor, experts) =>
      residual / sequenceRanks + divided / tensor + experts,
    source: 'korthikanti-2022',
  }),
} as const

const f = activationFormulas

/** Bytes a token that attention keeps in a layer, over all tensor-parallel ranks. */
function attentionBytes(t: Transformer, layout: ParallelLayout, scores: boolean): number {
  const { latent } = t
  const masks = layout.dropout ? 1 : 0
  const kept = scores ? f.scores.fn(masks, t.heads, layout.sequence) : f.logSums.fn(t.heads)
  if (latent !== null) {
    const { queryRank, keyValueRank, ropeHeadDim, nopeHeadDim } = latent
    const value = valueHeadDim(t)
    return f.latentAttention.fn(queryRank, keyValueRank, ropeHeadDim, t.heads, nopeHeadDim, value) + kept
  }
  // Repeated key-value heads are held by every rank.
  const kvHeads = Math.max(t.kvHeads, layout.tensor)
  // Plain feed-forward parts come with positions that are added, not turned into queries and keys.
  const turned = t.learnedPositions === 0 && t.denseMatrices === 3
  const rotated = turned ? f.rotated.fn(t.heads, kvHeads, t.headDim) : 0
  return f.attention.fn(t.heads, kvHeads, t.headDim) + rotated + kept
}

/** Bytes a token that a layer keeps on one device when nothing is computed again, or only attention scores are. */
export function layerActivationBytes(
  t: Transformer,
  layout: ParallelLayout,
  experts: boolean,
  keepScores: boolean,
): number {
  const masks = layout.dropout ? 1 : 0
  const attentionShare = t.attentionLayers / t.layers
  const crossShare = t.crossAttentionLayers / t.layers
  const mixing =
    (attentionShare + crossShare) * attentionBytes(t, layout, keepScores) +
    (attentionShare === 1 ? 0 : (1 - attentionShare) * f.stateSpace.fn(t.stateSpaceInner, t.stateSize))
  const inner = experts
    ? t.sharedExperts * f.feedForward.fn(t.expertMatrices, t.expertFfn)
    : f.feedForward.fn(t.denseMatrices, t.denseFfn)
  const division = layout.expert === 1 ? layout.tensor : layout.expertTensor
  const routed = experts
    ? f.experts.fn(t.topK, t.hidden, t.expertMatrices, t.expertFfn, division, t.experts)
    : 0
  // Experts kept whole take the tokens of their own rank's share of the sequence.
  const spread = layout.expert > 1 && layout.sequenceParallel ? layout.tensor / division : 1
  return f.perToken.fn(
    f.residual.fn(masks, t.hidden),
    layout.sequenceParallel ? layout.tensor : 1,
    mixing + inner,
    layout.tensor,
    routed / spread,
  )
}

/** Bytes a token that a layer keeps on one device when all but attention and every second product is computed again. */
export function productActivationBytes(t: Transformer, layout: ParallelLayout, experts: boolean): number {
  const kvHeads = Math.max(t.kvHeads, layout.tensor)
  const [chosen, matrices, ffn] = experts
    ? [t.topK + t.sharedExperts, t.expertMatrices, t.expertFfn]
    : [1, t.denseMatrices, t.denseFfn]
  const divided = f.products.fn(t.heads, kvHeads, t.headDim, chosen, matrices, ffn, valueHeadDim(t))
  // The input of the layer, and half of what its two products back into the residual stream give.
  const residual = 2 * f.checkpoint.fn(t.hidden)
  return f.perToken.fn(residual, layout.sequenceParallel ? layout.tensor : 1, divided, layout.tensor, 0)
}
