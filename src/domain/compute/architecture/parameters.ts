import { formula } from '../../sheet/formula.ts'
import type { Transformer } from './transformer.ts'

/** Parameter counts of one layer's parts and of the embeddings, each written once. */
export const parameterFormulas = {
  /** Queries, keys, values and output; keys and values have fewer heads when heads share them. */
  attention: formula({
    text: 'h · a · d + 2 · h · k · d + a · d · h',
    symbols: ['h', 'a', 'd', 'k'],
    inputUnits: ['1', 'count', '1', 'count'],
    unit: 'parameter',
    fn: (hidden, heads, headDim, kvHeads) => 2 * hidden * heads * headDim + 2 * hidden * kvHeads * headDim,
    source: 'vaswani-2017',
  }),
  /** Latent attention with compressed queries: down- and up-projections of queries and of keys with values. */
  latentAttention: formula({
    text: 'h · q + q · a · (n + o) + h · (r + o) + r · a · (n + v) + a · v · h',
    symbols: ['h', 'q', 'a', 'n', 'o', 'r', 'v'],
    inputUnits: ['1', '1', 'count', '1', '1', '1', '1'],
    unit: 'parameter',
    fn: (hidden, queryRank, heads, nope, rope, rank, value) =>
      hidden * queryRank +
      queryRank * heads * (nope + rope) +
      hidden * (rank + rope) +
      rank * heads * (nope + value) +
      heads * value * hidden,
    source: 'deepseek-v2-paper',
  }),
  /** Latent attention whose queries are projected directly. */
  latentAttentionFullQueries: formula({
    text: 'h · a · (n + o) + h · (r + o) + r · a · (n + v) + a · v · h',
    symbols: ['h', 'a', 'n', 'o', 'r', 'v'],
    inputUnits: ['1', 'count', '1', '1', '1', '1'],
    unit: 'parameter',
    fn: (hidden, heads, nope, rope, rank, value) =>
      hidden * heads * (nope + rope) +
      hidden * (rank + rope) +
      rank * heads * (nope + value) +
      heads * value * hidden,
    source: 'deepseek-v2-paper',
  }),
  /** Two matrices, or three when the feed-forward part is gated. */
  feedForward: formula({
    text: 'c · h · f',
    symbols: ['c', 'h', 'f'],
    inputUnits: ['count', '1', '1'],
    unit: 'parameter',
    fn: (matrices, hidden, ffn) => matrices * hidden * ffn,
    source: 'shazeer-2020',
  }),
  /** Routed and shared experts with the router; for the active count, E is the experts a token passes through. */
  experts: formula({
    text: '(E + s) · c · h · f + h · R',
    symbols: ['E', 's', 'c', 'h', 'f', 'R'],
    inputUnits: ['count', 'count', 'count', '1', '1', 'count'],
    unit: 'parameter',
    fn: (experts, shared, matrices, hidden, ffn, routed) =>
      (experts + shared) * matrices * hidden * ffn + hidden * routed,
    source: 'fedus-2021',
  }),
  /** Input and output projections and the gate of a state-space layer, with its per-channel state parameters. */
  stateSpace: formula({
    text: '3 · h · i + 2 · h · z',
    symbols: ['h', 'i', 'z'],
    inputUnits: ['1', '1', '1'],
    unit: 'parameter',
    fn: (hidden, inner, state) => 3 * hidden * inner + 2 * hidden * state,
    source: 'dao-gu-2024',
  }),
  /** Token embedding, once when the output head shares it, and learned positions. */
  embeddings: formula({
    text: 'V · h · m + p · h',
    symbols: ['V', 'h', 'm', 'p'],
    inputUnits: ['count', '1', 'count', 'count'],
    unit: 'parameter',
    fn: (vocab, hidden, copies, positions) => vocab * hidden * copies + positions * hidden,
  }),
} as const

/** What a transformer's parameters come to, part by part. All in parameters; norms and biases (< 0.1 %) are left out. */
export interface ParameterCounts {
  /** Of the attention of one layer. */
  readonly attention: number
  /** Of the feed-forward part of a dense layer. */
  readonly denseFeedForward: number
  /** Of all experts of a layer with its router; 0 without experts. */
  readonly expertFeedForward: number
  /** Of those that a token passes through, with the router. */
  readonly activeExpertFeedForward: number
  readonly stateSpace: number
  readonly embeddings: number
  readonly total: number
  readonly active: number
  /** Those that multiply in a forward pass: active layers and the output head, without look-ups. */
  readonly matmulActive: number
}

function attentionParameters(t: Transformer): number {
  const { latent } = t
  if (latent === null) return parameterFormulas.attention.fn(t.hidden, t.heads, t.headDim, t.kvHeads)
  const { queryRank, nopeHeadDim, ropeHeadDim, keyValueRank, valueHeadDim } = latent
  return queryRank > 0
    ? parameterFormulas.latentAttention.fn(
        t.hidden,
        queryRank,
        t.heads,
        nopeHeadDim,
        ropeHeadDim,
        keyValueRank,
        valueHeadDim,
      )
    : parameterFormulas.latentAttentionFullQueries.fn(
        t.hidden,
        t.heads,
        nopeHeadDim,
        ropeHeadDim,
        keyValueRank,
        valueHeadDim,
      )
}

/** Counts the parameters of a transformer: total, those active for a token, and those that multiply. */
export function countParameters(t: Transformer): ParameterCounts {
  const attention = attentionParameters(t)
  const denseFeedForward = parameterFormulas.feedForward.fn(t.denseMatrices, t.hidden, t.denseFfn)
  const experts = (chosen: number): number =>
    t.expertLayers === 0
      ? 0
      : parameterFormulas.experts.fn(
          chosen,
          t.sharedExperts,
          t.expertMatrices,
          t.hidden,
          t.expertFfn,
          t.experts,
        )
  const expertFeedForward = experts(t.experts)
  const activeExpertFeedForward = experts(t.topK)
  const stateSpaceLayers = t.layers - t.attentionLayers
  const stateSpace =
    stateSpaceLayers === 0 ? 0 : parameterFormulas.stateSpace.fn(t.hidden, t.stateSpaceInner, t.stateSize)
  const mixing =
    (t.attentionLayers + t.crossAttentionLayers) * attention +
    stateSpaceLayers * stateSpace +
    (t.relativePositionProjection ? t.attentionLayers * t.hidden * t.hidden : 0) +
    t.denseLayers * denseFeedForward
  const copies = t.tiedEmbeddings ? 1 : 2
  const embeddings = parameterFormulas.embeddings.fn(t.vocab, t.hidden, copies, t.learnedPositions)
  const activeLayers = mixing + t.expertLayers * activeExpertFeedForward
  return {
    attention,
    denseFeedForward,
    expertFeedForward,
    activeExpertFeedForward,
    stateSpace,
    embeddings,
    total: mixing + t.expertLayers * expertFeedForward + embeddings,
    active: activeLayers + embeddings,
    matmulActive: activeLayers + t.vocab * t.hidden,
  }
}
