import { valueHeadDim } from '../architecture/flop.ts'
import { countParameters } from '../architecture/parameters.ts'
import type { Transformer } from '../architecture/transformer.ts'
import { cachedLayers } from '../memory/serving-memory.ts'

/** What serving needs to know of a model, as plain numbers. Parameters are of all layers together. */
export interface ServedModel {
  readonly transformer: Transformer
  /** Layers that make tokens: all, or those of the decoder. */
  readonly layers: number
  /** Layers of an encoder, which only prompts pass; 0 without one. */
  readonly encoderLayers: number
  readonly expertLayers: number
  readonly hidden: number
  readonly vocab: number
  /** Parameters outside routed experts and embeddings: attention, dense layers, shared experts, routers. */
  readonly denseParameters: number
  /** Of these, parameters that only prompts pass: an encoder, and the keys and values that a decoder takes from it. */
  readonly encoderParameters: number
  /** Parameters of all routed experts. */
  readonly expertParameters: number
  readonly experts: number
  readonly topK: number
  readonly headParameters: number
  /** All parameters, look-ups included. */
  readonly totalParameters: number
  /** Elements that the cache holds for a token in layers that keep every token, and in those with a window. */
  readonly cacheElements: number
  readonly windowedCacheElements: number
  readonly window: number
  readonly keyValueHeads: number
  readonly grouped: boolean
  readonly latent: boolean
  /** FLOP for one pair of tokens, in layers that see all tokens and in those with a window. */
  readonly promptCore: number
  readonly windowedPromptCore: number
  readonly decodeCore: number
  readonly windowedDecodeCore: number
  /** FLOP for one score: one head's query with one key, and what its value adds. */
  readonly promptScore: number
  readonly decodeScore: number
  /** Outputs of all layers' products for a token: of those whose columns ranks share, and of those whose rows. */
  readonly columnOutputs: number
  readonly rowOutputs: number
}

/** The numbers of a transformer that serving needs. */
export function servedModel(t: Transformer): ServedModel {
  const counts = countParameters(t)
  const perExpertLayer = t.expertMatrices * t.hidden * t.expertFfn
  const expertParameters = t.expertLayers * t.experts * perExpertLayer
  const headParameters = t.vocab * t.hidden
  const encoderLayers = t.crossAttentionLayers > 0 ? t.layers - t.crossAttentionLayers : 0
  const keysAndValues = t.latent === null ? 2 * t.hidden * t.kvHeads * t.headDim : 0
  // An encoder reads the prompt, and a decoder's layers keep it and the answer: some from the encoder, some their own.
  const reading = t.attentionLayers - t.crossAttentionLayers - t.windowedLayers
  const keeping = cachedLayers(t) - t.windowedLayers
  const elements =
    t.latent === null ? 2 * t.kvHeads * t.headDim : t.latent.keyValueRank + t.latent.ropeHeadDim
  const core = 2 * t.heads * (t.headDim + valueHeadDim(t))
  const denseParameters = counts.total - counts.embeddings - expertParameters
  // Products back into the residual stream: of attention, of dense layers and of shared experts.
  const attentions = t.attentionLayers + t.crossAttentionLayers
  const shared = t.sharedExperts > 0 ? t.expertLayers : 0
  const rowOutputs = attentions + t.denseLayers + shared
  const rowParameters =
    t.hidden *
    (attentions * t.heads * valueHeadDim(t) +
      t.denseLayers * t.denseFfn +
      shared * t.sharedExperts * t.expertFfn)
  // Absorbed: queries are taken into the space of the latent vector (DeepSeek-V2).
  const decodeCore =
    t.latent === null ? core : 2 * t.heads * (2 * t.latent.keyValueRank + t.latent.ropeHeadDim)
  return {
    transformer: t,
    layers: t.layers - encoderLayers,
    encoderLayers,
    expertLayers: t.expertLayers,
    hidden: t.hidden,
    vocab: t.vocab,
    denseParameters,
    encoderParameters:
      encoderLayers * (counts.attention + counts.denseFeedForward) + t.crossAttentionLayers * keysAndValues,
    expertParameters,
    experts: Math.max(1, t.experts),
    topK: t.topK,
    headParameters,
    totalParameters: counts.total,
    cacheElements: keeping * elements,
    windowedCacheElements: t.windowedLayers * elements,
    window: t.window,
    keyValueHeads: t.latent === null ? t.kvHeads : 1,
    grouped: t.latent === null && t.kvHeads < t.heads,
    latent: t.latent !== null,
    // Tokens of an encoder see what is before and behind them.
    promptCore: reading * core * (encoderLayers > 0 ? 2 : 1),
    windowedPromptCore: t.windowedLayers * core,
    decodeCore: keeping * decodeCore,
    windowedDecodeCore: t.windowedLayers * decodeCore,
    promptScore: core / t.heads,
    decodeScore: decodeCore / t.heads,
    columnOutputs: (denseParameters - rowParameters) / t.hidden,
    rowOutputs: rowOutputs * t.hidden,
  }
}

/**
 * A model of which the total and the active count alone are known: a plain decoder of the active size, whose other
 * parameters are experts of which each token passes as many as make up the active share.
 */
export function withIdleParameters(model: ServedModel, total: number): ServedModel {
  if (total <= model.totalParameters * 1.05) return model
  const active = model.denseParameters
  // Half of the active parameters of published mixtures are attention and shared parts.
  const routedActive = active / 2
  const expertParameters = total - model.totalParameters + routedActive
  const experts = 128
  return {
    ...model,
    expertLayers: model.layers,
    denseParameters: active - routedActive,
    expertParameters,
    experts,
    topK: Math.max(1, (experts * routedActive) / expertParameters),
    totalParameters: total,
  }
}
