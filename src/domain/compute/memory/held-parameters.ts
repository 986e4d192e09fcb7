import { countParameters, type ParameterCounts } from '../architecture/parameters.ts'
import type { Transformer } from '../architecture/transformer.ts'

/** A transformer with the counts that memory is computed from: made once a model, read many times. */
export interface MemoryModel {
  readonly t: Transformer
  readonly counts: ParameterCounts
  /** Parameters of the routed experts of a layer. */
  readonly routed: number
  /** Of the shared experts of a layer. */
  readonly shared: number
  readonly router: number
  /** Of the down-projections of latent attention in a layer, which every tensor-parallel rank holds whole. */
  readonly down: number
  /** Of the keys and values of one head in a layer. */
  readonly keyValueHead: number
  /** Of a table of the vocabulary. */
  readonly table: number
  /** Attention parameters of a layer, cross-attention spread over all layers. */
  readonly attention: number
}

/** Prepares a model for `trainingMemory` and `servedParameters`. */
export function memoryModelOf(t: Transformer, counts: ParameterCounts = countParameters(t)): MemoryModel {
  const router = t.hidden * t.experts
  const shared = t.sharedExperts * t.expertMatrices * t.hidden * t.expertFfn
  const { latent } = t
  return {
    t,
    counts,
    router,
    shared,
    routed: t.expertLayers === 0 ? 0 : counts.expertFeedForward - router - shared,
    down: latent === null ? 0 : t.hidden * (latent.queryRank + latent.keyValueRank + latent.ropeHeadDim),
    keyValueHead: latent === null ? 2 * t.hidden * t.headDim : 0,
    table: t.vocab * t.hidden,
    attention: counts.attention,
  }
}

/** Key-value heads that a device holds: heads cannot be divided below one, so that they repeat beyond. */
export function kvHeadsPerDevice(t: Transformer, tensor: number): number {
  return Math.max(1, Math.ceil(t.kvHeads / tensor))
}

/** Attention parameters of a layer on one of `tensor` ranks. */
function attentionPerDevice({ t, attention, down, keyValueHead }: MemoryModel, tensor: number): number {
  const divided = attention - down - keyValueHead * t.kvHeads
  return divided / tensor + down + keyValueHead * (t.latent === null ? kvHeadsPerDevice(t, tensor) : 0)
}

/** Layers among the first `layers` whose feed-forward part is one of experts. */
export function expertLayersAmong(t: Transformer, layers: number): number {
  if (t.expertLayers === 0) return 0
  return t.expertPeriod === 1
    ? Math.max(0, layers - t.denseLayers)
    : Math.min(t.expertLayers, Math.floor(layers / t.expertPeriod))
}

/** Parameters of `layers` layers on one device, routed experts apart, `expertLayers` of them with experts. */
export function layerParameters(
  model: MemoryModel,
  layers: number,
  expertLayers: number,
  tensor: number,
): number {
  const { t, counts, shared, router } = model
  const mixers = t.attentionLayers + t.crossAttentionLayers
  const attention = (mixers / t.layers) * attentionPerDevice(model, tensor)
  const states = ((1 - t.attentionLayers / t.layers) * counts.stateSpace) / tensor
  const dense = ((layers - expertLayers) * counts.denseFeedForward) / tensor
  return layers * (attention + states) + dense + expertLayers * (shared / tensor + router)
}
