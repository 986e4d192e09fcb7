import { countParameters } from '../../compute/architecture/parameters.ts'
import {
  type ArchitectureDescription,
  type Transformer,
  transformerOf,
} from '../../compute/architecture/transformer.ts'
import type { MeasuredSetup } from './measurement.ts'

/** Width of a layer over the number of layers, and tokens known, of a model whose publishers give its size alone. */
const typicalAspect = 128
const typicalHeadDim = 128
const typicalVocabulary = 50_000

function described(setup: MeasuredSetup): ArchitectureDescription | undefined {
  const { layers, hidden, heads, ffn } = setup
  if (layers === undefined || hidden === undefined || heads === undefined || ffn === undefined)
    return undefined
  return {
    layers,
    hidden,
    heads,
    ffn,
    vocab: setup.vocab ?? typicalVocabulary,
    ...(setup.kv_heads !== undefined && { kvHeads: setup.kv_heads }),
    ...(setup.head_dim !== undefined && { headDim: setup.head_dim }),
    ...(setup.dense_ffn !== undefined && { denseFfn: setup.dense_ffn }),
    ...(setup.experts !== undefined && { experts: setup.experts, topK: setup.top_k ?? 1 }),
    ...(setup.shared_experts !== undefined && { sharedExperts: setup.shared_experts }),
    ...(setup.first_k_dense !== undefined && { firstDenseLayers: setup.first_k_dense }),
    ...(setup.attention === 'mla' && {
      attention: 'mla' as const,
      qLoraRank: setup.q_lora_rank ?? 0,
      kvLoraRank: setup.kv_lora_rank ?? 0,
      qkNopeHeadDim: setup.qk_nope_head_dim ?? 0,
      qkRopeHeadDim: setup.qk_rope_head_dim ?? 0,
      vHeadDim: setup.v_head_dim ?? 0,
    }),
  }
}

/**
 * The transformer of a setup. Rows say neither whether the feed-forward part is gated nor whether the embeddings are
 * tied: of the four combinations the one counts whose parameters come nearest to those stated (without a statement,
 * gated when the width inside is not four times that outside). A setup with a parameter count alone gets a plain
 * decoder of that size with the usual proportions. Undefined where nothing tells the size.
 */
export function architectureOf(setup: MeasuredSetup): Transformer | undefined {
  const description = described(setup)
  if (description === undefined) {
    return setup.params === undefined ? undefined : typicalTransformer(setup.params_active ?? setup.params)
  }
  const { params } = setup
  if (params === undefined) {
    const gatedMlp = description.ffn !== 4 * (description.hidden ?? 0)
    return transformerOf({ ...description, gatedMlp, tiedEmbeddings: !gatedMlp })
  }
  let nearest: Transformer | undefined
  let least = Number.POSITIVE_INFINITY
  for (const gatedMlp of [true, false]) {
    for (const tiedEmbeddings of [true, false]) {
      const candidate = transformerOf({ ...description, gatedMlp, tiedEmbeddings })
      const apart = Math.abs(Math.log(countParameters(candidate).total / params))
      if (apart < least) {
        least = apart
        nearest = candidate
      }
    }
  }
  return nearest
}

/** A plain decoder of a size, with the proportions that most published ones have. */
export function typicalTransformer(parameters: number): Transformer {
  // N = 12 · L · h² with h = 128 · L.
  const layers = Math.max(2, Math.round(Math.cbrt(parameters / (12 * typicalAspect ** 2))))
  const width = Math.sqrt(parameters / (12 * layers))
  const hidden = Math.max(typicalHeadDim, typicalHeadDim * Math.round(width / typicalHeadDim))
  return transformerOf({
    layers,
    hidden,
    heads: hidden / typicalHeadDim,
    ffn: 4 * hidden,
    gatedMlp: false,
    vocab: typicalVocabulary,
    tiedEmbeddings: true,
  })
}
