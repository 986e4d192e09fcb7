import { DomainError } from '../../errors.ts'

/** An architecture as the catalogue and requests state it: what does not apply is absent. */
export interface ArchitectureDescription {
  readonly layers?: number
  readonly encoderLayers?: number
  readonly decoderLayers?: number
  readonly hidden?: number
  readonly heads?: number
  readonly kvHeads?: number
  readonly headDim?: number
  readonly ffn?: number
  readonly gatedMlp?: boolean
  readonly denseFfn?: number
  readonly denseGatedMlp?: boolean
  readonly firstDenseLayers?: number
  readonly experts?: number
  readonly topK?: number
  readonly sharedExperts?: number
  readonly moePeriod?: number
  readonly vocab?: number
  readonly tiedEmbeddings?: boolean
  readonly maxSequence?: number
  readonly learnedPositions?: boolean
  readonly relativePositionProjection?: boolean
  readonly attention?: 'mla'
  readonly qLoraRank?: number
  readonly kvLoraRank?: number
  readonly qkNopeHeadDim?: number
  readonly qkRopeHeadDim?: number
  readonly vHeadDim?: number
  readonly mtpLayers?: number
  readonly slidingWindow?: number
  readonly slidingWindowLayers?: number
  readonly stateSpaceLayers?: number
  readonly stateSpaceInner?: number
  readonly stateSize?: number
}

/** Multi-head latent attention: keys and values are kept as one low-rank vector a token (DeepSeek-V2). */
export interface LatentAttention {
  /** Rank of the queries; 0 when they are not compressed. */
  readonly queryRank: number
  readonly keyValueRank: number
  readonly nopeHeadDim: number
  readonly ropeHeadDim: number
  readonly valueHeadDim: number
}

/** A transformer with every number resolved: what parameters, FLOP, memory and time are counted from. */
export interface Transformer {
  /** All layers; of an encoder-decoder those of both halves. */
  readonly layers: number
  /** Layers that also attend to an encoder; 0 for a decoder or an encoder alone. */
  readonly crossAttentionLayers: number
  /** Layers with attention; the others mix tokens through a state of fixed size. */
  readonly attentionLayers: number
  /** Attention layers that see a window of `window` tokens alone. */
  readonly windowedLayers: number
  readonly window: number
  readonly hidden: number
  readonly heads: number
  readonly kvHeads: number
  readonly headDim: number
  readonly latent: LatentAttention | null
  /** Layers whose feed-forward part is one of experts. */
  readonly expertLayers: number
  readonly denseLayers: number
  /** Every how many layers there are experts; with 1 all dense layers come first. */
  readonly expertPeriod: number
  /** Width inside one expert; 0 without experts. */
  readonly expertFfn: number
  readonly expertMatrices: 2 | 3
  readonly experts: number
  readonly topK: number
  readonly sharedExperts: number
  /** Width inside the feed-forward part of dense layers. */
  readonly denseFfn: number
  readonly denseMatrices: 2 | 3
  readonly vocab: number
  readonly tiedEmbeddings: boolean
  /** Learned position vectors; 0 for rotary or other computed positions. */
  readonly learnedPositions: number
  readonly relativePositionProjection: boolean
  /** Inner width and state size of state-space layers; 0 without them. */
  readonly stateSpaceInner: number
  readonly stateSize: number
}

function need(
  description: ArchitectureDescription,
  member: keyof ArchitectureDescription,
  at: string,
): number {
  const value = description[member]
  if (typeof value === 'number' && value > 0) return value
  throw new DomainError(
    'missing-value',
    `The architecture has no ${member}; give ${member} as a whole number above 0.`,
    { pointer: `${at}/${member}`, facts: { member, value: value ?? null } },
  )
}

function refuse(at: string, member: string, message: string, facts: Record<string, number>): never {
  throw new DomainError('inconsistent-inputs', message, { pointer: `${at}/${member}`, facts })
}

/**
 * An architecture with its defaults filled in. Throws `missing-value` for what nothing can be counted without,
 * and `inconsistent-inputs` with both numbers for what cannot be built. `at` is where it stands in the request.
 */
export function transformerOf(description: ArchitectureDescription, at = '/model/architecture'): Transformer {
  const crossAttentionLayers =
    description.encoderLayers !== undefined && description.decoderLayers !== undefined
      ? description.decoderLayers
      : 0
  const layers =
    crossAttentionLayers > 0
      ? (description.encoderLayers ?? 0) + crossAttentionLayers
      : need(description, 'layers', at)
  const hidden = need(description, 'hidden', at)
  const heads = need(description, 'heads', at)
  const kvHeads = description.kvHeads ?? heads
  if (kvHeads > heads || heads % kvHeads !== 0) {
    refuse(
      at,
      'kvHeads',
      `${heads} heads cannot share ${kvHeads} key-value heads; kvHeads must divide heads.`,
      {
        heads,
        kvHeads,
      },
    )
  }
  const latent = description.attention === 'mla' ? latentOf(description, at) : null
  const headDim =
    latent === null ? (description.headDim ?? hidden / heads) : latent.nopeHeadDim + latent.ropeHeadDim
  if (!Number.isInteger(headDim) || headDim < 1) {
    refuse(at, 'heads', `A width of ${hidden} cannot be divided among ${heads} heads; give headDim.`, {
      hidden,
      heads,
    })
  }
  const stateSpaceLayers = description.stateSpaceLayers ?? 0
  const windowedLayers =
    description.slidingWindow === undefined
      ? 0
      : (description.slidingWindowLayers ?? layers - stateSpaceLayers)
  if (stateSpaceLayers + windowedLayers > layers) {
    const member = windowedLayers > 0 ? 'slidingWindowLayers' : 'stateSpaceLayers'
    const told = stateSpaceLayers + windowedLayers
    refuse(at, member, `${told} layers are told apart, but there are ${layers}; lower ${member}.`, {
      told,
      layers,
    })
  }
  return {
    layers,
    crossAttentionLayers,
    attentionLayers: layers - stateSpaceLayers,
    windowedLayers,
    window: description.slidingWindow ?? 0,
    hidden,
    heads,
    kvHeads,
    headDim,
    latent,
    ...feedForwardOf(description, layers, at),
    vocab: need(description, 'vocab', at),
    tiedEmbeddings: description.tiedEmbeddings ?? false,
    learnedPositions: description.learnedPositions === true ? need(description, 'maxSequence', at) : 0,
    relativePositionProjection: description.relativePositionProjection ?? false,
    stateSpaceInner: stateSpaceLayers > 0 ? (description.stateSpaceInner ?? 2 * hidden) : 0,
    stateSize: stateSpaceLayers > 0 ? need(description, 'stateSize', at) : 0,
  }
}

function latentOf(description: ArchitectureDescription, at: string): LatentAttention {
  return {
    queryRank: description.qLoraRank ?? 0,
    keyValueRank: need(description, 'kvLoraRank', at),
    nopeHeadDim: need(description, 'qkNopeHeadDim', at),
    ropeHeadDim: need(description, 'qkRopeHeadDim', at),
    valueHeadDim: need(description, 'vHeadDim', at),
  }
}

type FeedForward = Pick<
  Transformer,
  | 'expertLayers'
  | 'denseLayers'
  | 'expertPeriod'
  | 'expertFfn'
  | 'expertMatrices'
  | 'experts'
  | 'topK'
  | 'sharedExperts'
  | 'denseFfn'
  | 'denseMatrices'
>

function feedForwardOf(description: ArchitectureDescription, layers: number, at: string): FeedForward {
  const ffn = need(description, 'ffn', at)
  const matrices = description.gatedMlp === false ? 2 : 3
  const denseGated = description.denseGatedMlp ?? matrices === 3
  const dense = { denseFfn: description.denseFfn ?? ffn, denseMatrices: denseGated ? 3 : 2 } as const
  const experts = description.experts ?? 0
  if (experts === 0) {
    const none = { expertLayers: 0, expertPeriod: 1, expertFfn: 0, experts: 0, topK: 0, sharedExperts: 0 }
    return { ...none, ...dense, denseLayers: layers, expertMatrices: matrices }
  }
  const topK = need(description, 'topK', at)
  if (topK > experts) {
    refuse(
      at,
      'topK',
      `A token cannot pass through ${topK} of ${experts} experts; topK is at most experts.`,
      {
        topK,
        experts,
      },
    )
  }
  const first = description.firstDenseLayers ?? 0
  if (first > layers) {
    refuse(at, 'firstDenseLayers', `The first ${first} of ${layers} layers cannot be dense; lower it.`, {
      firstDenseLayers: first,
      layers,
    })
  }
  const expertLayers = Math.floor((layers - first) / (description.moePeriod || 1))
  return {
    ...dense,
    expertLayers,
    denseLayers: layers - expertLayers,
    expertPeriod: description.moePeriod || 1,
    expertFfn: ffn,
    expertMatrices: matrices,
    experts,
    topK,
    sharedExperts: description.sharedExperts ?? 0,
  }
}
