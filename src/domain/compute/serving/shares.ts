import type { ServingConstants } from './plain-constant.ts'
import type { ServingUnit } from './serving-unit.ts'
import { shareFormulas } from './share-formulas.ts'

const f = shareFormulas

/** Share of its peak that deep matrix products reach in the unit's format. */
export const plainMatmul = (u: ServingUnit, c: ServingConstants): number =>
  f.bounded.fn(c.matmul * (u.narrow ? c.narrowMatmul : 1))

/** Share of its peak that the products every token passes reach, for their depth. */
export const matmulEfficiency = (u: ServingUnit, c: ServingConstants): number =>
  f.deep.fn(plainMatmul(u, c), u.depth, c.fillingDepth)

/** The same of experts, before what grouping them takes. */
export const expertDepthEfficiency = (u: ServingUnit, c: ServingConstants): number =>
  f.deep.fn(plainMatmul(u, c), u.expertDepth, c.fillingDepth)

/** Share of the bandwidth that streaming the layers' weights reaches, with what widening them takes. */
export const weightStreaming = (u: ServingUnit, c: ServingConstants): number =>
  u.widenedBytes === 0
    ? c.weightBandwidth
    : f.widened.fn(c.weightBandwidth, c.widening, u.bandwidth, u.widenedBytes, u.vectorPeak)

/** Share of the 16-bit peak that the products of attention reach, beside the softmax. */
export const plainAttention = (_: ServingUnit, c: ServingConstants): number => f.bounded.fn(c.attentionMatmul)

/** Scores that the matrix units do in the time of an operation of the vector units, within a prompt. */
export const promptScoreRatio = ({ attentionPeak, model, vectorPeak }: ServingUnit): number =>
  attentionPeak / (model.promptScore * vectorPeak)

/** The same over caches. */
export const decodeScoreRatio = ({ attentionPeak, model, vectorPeak }: ServingUnit): number =>
  attentionPeak / (model.decodeScore * vectorPeak)

/** Share of the 16-bit peak that attention within a prompt reaches. */
export const promptAttentionEfficiency = (u: ServingUnit, c: ServingConstants): number =>
  f.attention.fn(plainAttention(u, c), c.softmax, promptScoreRatio(u))

/** Share of the 16-bit peak that attention over caches reaches. */
export const decodeAttentionEfficiency = (u: ServingUnit, c: ServingConstants): number =>
  f.attention.fn(plainAttention(u, c), c.softmax, decodeScoreRatio(u))

/** Share of the bandwidth that reading a cache once reaches for the unit's kind of attention. */
export const plainCache = ({ model }: ServingUnit, c: ServingConstants): number =>
  f.bounded.fn(c.cacheBandwidth * (model.latent ? c.latentCache : model.grouped ? c.groupedCache : 1))

/** The same over all the times that the cache passes memory. */
export const cacheEfficiency = (u: ServingUnit, c: ServingConstants): number =>
  f.copied.fn(plainCache(u, c), u.cachePasses)
