import type { Distribution } from '../distributions/distribution.ts'
import { normalProbability } from '../distributions/normal.ts'

/** The correlation of normal scores that gives a rank correlation under a Gaussian copula (Pearson 1907). */
export const scoreOfSpearman = (spearman: number): number => 2 * Math.sin((Math.PI * spearman) / 6)

/** Points a side of the grid that a product moment is integrated on, and how far out it reaches in standard deviations. */
const points = 41
const reach = 6

interface Scores {
  readonly standard: readonly number[]
  readonly weights: readonly number[]
}

const scores: Scores = (() => {
  const standard = Array.from({ length: points }, (_, i) => -reach + (2 * reach * i) / (points - 1))
  const densities = standard.map(z => Math.exp(-0.5 * z * z))
  const sum = densities.reduce((a, b) => a + b, 0)
  return { standard, weights: densities.map(density => density / sum) }
})()

/** Pearson's correlation of two variables whose normal scores correlate by `score`. */
function pearsonOfScore(score: number, a: Distribution, b: Distribution): number {
  const { standard, weights } = scores
  const [x, y] = [moments(a), moments(b)]
  const rest = Math.sqrt(Math.max(0, 1 - score * score))
  let product = 0
  for (const [i, z] of standard.entries()) {
    let inner = 0
    for (const [j, other] of standard.entries())
      inner += (weights[j] as number) * y.at(score * z + rest * other)
    product += (weights[i] as number) * (x.at(z) - x.mean) * (inner - y.mean)
  }
  return product / (x.sd * y.sd)
}

function moments(distribution: Distribution) {
  const at = (z: number) =>
    distribution.quantile(Math.min(1 - 2 ** -53, Math.max(2 ** -1000, normalProbability(z))))
  const { standard, weights } = scores
  const values = standard.map(at)
  const mean = values.reduce((sum, value, i) => sum + value * (weights[i] as number), 0)
  const variance = values.reduce((sum, value, i) => sum + (value - mean) ** 2 * (weights[i] as number), 0)
  return { at, mean, sd: Math.sqrt(variance) }
}

/**
 * The correlation of normal scores under which two variables have a Pearson correlation, by bisection (NORTA,
 * Cario and Nelson 1997), or the reachable correlation nearest to it when their shapes do not allow it.
 */
export function scoreOfPearson(
  pearson: number,
  a: Distribution,
  b: Distribution,
): { readonly score: number; readonly reachable: readonly [number, number] } {
  const reachable = [pearsonOfScore(-1, a, b), pearsonOfScore(1, a, b)] as const
  let [low, high] = [-1, 1]
  for (let step = 0; step < 30; step++) {
    const middle = (low + high) / 2
    if (pearsonOfScore(middle, a, b) < pearson) low = middle
    else high = middle
  }
  return { score: (low + high) / 2, reachable }
}
