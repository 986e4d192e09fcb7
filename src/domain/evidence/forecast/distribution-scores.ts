import { standardNormal } from '../../numeric/gamma.ts'

const density = (z: number): number => Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI)

// The continuous ranked probability score is how far a distribution lies from what happened, in the unit of the
// value: |error| for a point, less for a distribution that is both sharp and right (Gneiting and Raftery 2007).

/** CRPS of a normal forecast: σ · (z · (2Φ(z) − 1) + 2φ(z) − 1/√π), z = (y − μ)/σ. */
export function crpsNormal(mean: number, sd: number, actual: number): number {
  const z = (actual - mean) / sd
  return sd * (z * (2 * standardNormal(z) - 1) + 2 * density(z) - 1 / Math.sqrt(Math.PI))
}

/** CRPS of a lognormal forecast by the mean and spread of the logarithm (Baran and Lerch 2015). */
export function crpsLognormal(mu: number, sigma: number, actual: number): number {
  const z = (Math.log(actual) - mu) / sigma
  const tails = standardNormal(z - sigma) + standardNormal(sigma / Math.SQRT2) - 1
  return actual * (2 * standardNormal(z) - 1) - 2 * Math.exp(mu + sigma ** 2 / 2) * tails
}

/** CRPS of equally likely values: mean |x − y| less half the mean difference of two of them. */
export function crpsEnsemble(values: readonly number[], actual: number): number {
  return toActual(values, actual) - differences(values) / (2 * values.length ** 2)
}

/** The same for values drawn from a distribution, without the bias of their number; at least two are needed. */
export function crpsEnsembleFair(values: readonly number[], actual: number): number {
  return toActual(values, actual) - differences(values) / (2 * values.length * (values.length - 1))
}

const toActual = (values: readonly number[], actual: number): number =>
  values.reduce((sum, value) => sum + Math.abs(value - actual), 0) / values.length

/** Sum of |xi − xj| over all ordered pairs, by their order: each gap is crossed by the pairs on its two sides. */
function differences(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  let sum = 0
  for (const [index, value] of sorted.entries()) sum += value * (2 * index + 1 - sorted.length)
  return 2 * sum
}

/** Pinball loss of a quantile: what a forecast at probability τ loses above and below it. */
export function pinball(probability: number, quantile: number, actual: number): number {
  const above = actual - quantile
  return above >= 0 ? probability * above : (probability - 1) * above
}

/** Winkler's score of an interval that should hold `level` of outcomes: its width, and a fine outside of it. */
export function winkler(low: number, high: number, level: number, actual: number): number {
  const outside = Math.max(low - actual, actual - high, 0)
  return high - low + (2 / (1 - level)) * outside
}

/** The 95 % interval of Wilson (1927) of a share of which `inside` of `rows` were seen. */
export function wilson(inside: number, rows: number): { readonly low: number; readonly high: number } {
  const z = 1.959963984540054
  const share = inside / rows
  const middle = share + z ** 2 / (2 * rows)
  const spread = z * Math.sqrt((share * (1 - share)) / rows + z ** 2 / (4 * rows ** 2))
  const scale = 1 + z ** 2 / rows
  return { low: Math.max(0, (middle - spread) / scale), high: Math.min(1, (middle + spread) / scale) }
}
