import { logGamma } from '../sheet/distributions/log-gamma.ts'

/** Terms enough for the series and the fraction at any place that they are used at. */
const mostTerms = 1_000

/** Q(a, x) = Γ(a, x) / Γ(a): the share of the gamma distribution above `x`; a above 0, x at least 0. */
export function upperGamma(a: number, x: number): number {
  if (x <= 0) return 1
  const front = Math.exp(a * Math.log(x) - x - logGamma(a))
  if (x < a + 1) {
    let term = 1 / a
    let sum = term
    for (let n = 1; n < mostTerms && term > 1e-17 * sum; n++) {
      term *= x / (a + n)
      sum += term
    }
    return 1 - front * sum
  }
  // The continued fraction of Legendre, from its end towards its beginning by Lentz' method.
  let b = x + 1 - a
  let c = 1e300
  let d = 1 / b
  let fraction = d
  for (let n = 1; n < mostTerms; n++) {
    const numerator = -n * (n - a)
    b += 2
    d = 1 / (numerator * d + b)
    c = b + numerator / c
    const factor = c * d
    fraction *= factor
    if (Math.abs(factor - 1) < 1e-16) break
  }
  return front * fraction
}

/** The probability that a chi-square variable of so many degrees of freedom exceeds `x`. */
export const chiSquareAbove = (x: number, degreesOfFreedom: number): number =>
  upperGamma(degreesOfFreedom / 2, x / 2)

/** The probability that a standard normal variable is at most `z`. */
export function standardNormal(z: number): number {
  const beyond = upperGamma(0.5, (z * z) / 2) / 2
  return z < 0 ? beyond : 1 - beyond
}
