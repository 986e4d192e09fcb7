import { chiSquareAbove } from '../../numeric/gamma.ts'

/** How estimates are pooled, in words of sums, and where that is from. */
export const poolingMethod = {
  formula:
    'exp(Σ ln x / (s² + τ²) / Σ 1 / (s² + τ²)), τ² = max(0, (Q − k + 1) / (Σ w − Σ w² / Σ w)), w = 1 / s²',
  source: 'dersimonian-laird-1986',
} as const

/** A published estimate on the logarithmic scale. */
export interface LogEstimate {
  readonly log: number
  /** Standard deviation of the logarithm. */
  readonly sd: number
}

/** A value pooled on the logarithmic scale, with its 95 % interval. */
export interface Pooled {
  readonly value: number
  readonly low: number
  readonly high: number
  readonly logSd: number
  /** Share of each estimate in it. */
  readonly weights: readonly number[]
}

/** Estimates pooled as if all were of one value (fixed), and as if each publisher had its own (random). */
export interface Pooling {
  readonly fixed: Pooled
  readonly random: Pooled
  /** Cochran's Q, its degrees of freedom, and the probability of as much by chance. */
  readonly q: number
  readonly degreesOfFreedom: number
  readonly probability: number
  /** Share of the variation that is between publishers. */
  readonly iSquared: number
  /** Variance between publishers, of logarithms. */
  readonly tauSquared: number
}

/** The 97.5 % quantile of the standard normal distribution. */
const z = 1.959963984540054

/** Pools at least two estimates by DerSimonian and Laird (1986). */
export function pool(estimates: readonly LogEstimate[]): Pooling {
  const weights = estimates.map(({ sd }) => 1 / sd ** 2)
  const sum = weights.reduce((total, weight) => total + weight, 0)
  const mean = meanOf(estimates, weights)
  const q = estimates.reduce(
    (total, { log }, index) => total + (weights[index] as number) * (log - mean) ** 2,
    0,
  )
  const degreesOfFreedom = estimates.length - 1
  const squares = weights.reduce((total, weight) => total + weight ** 2, 0)
  const tauSquared = Math.max(0, (q - degreesOfFreedom) / (sum - squares / sum))
  return {
    fixed: pooledBy(estimates, weights),
    random: pooledBy(
      estimates,
      estimates.map(({ sd }) => 1 / (sd ** 2 + tauSquared)),
    ),
    q,
    degreesOfFreedom,
    probability: chiSquareAbove(q, degreesOfFreedom),
    iSquared: q > 0 ? Math.max(0, (q - degreesOfFreedom) / q) : 0,
    tauSquared,
  }
}

const meanOf = (estimates: readonly LogEstimate[], weights: readonly number[]): number =>
  estimates.reduce((total, { log }, index) => total + (weights[index] as number) * log, 0) /
  weights.reduce((total, weight) => total + weight, 0)

function pooledBy(estimates: readonly LogEstimate[], weights: readonly number[]): Pooled {
  const sum = weights.reduce((total, weight) => total + weight, 0)
  const mean = meanOf(estimates, weights)
  const logSd = 1 / Math.sqrt(sum)
  return {
    value: Math.exp(mean),
    low: Math.exp(mean - z * logSd),
    high: Math.exp(mean + z * logSd),
    logSd,
    weights: weights.map(weight => weight / sum),
  }
}
