import { halfLogOfTwoPi, logGamma, stirlingFrom, stirlingRest } from './log-gamma.ts'

/** ln B(a, b). For large parameters the leading terms are cancelled by hand, not by subtraction. */
export function logBeta(a: number, b: number): number {
  const [small, large] = a < b ? [a, b] : [b, a]
  if (small >= stirlingFrom) {
    const sum = small + large
    return (
      halfLogOfTwoPi +
      stirlingRest(small) +
      stirlingRest(large) -
      stirlingRest(sum) +
      (small - 0.5) * Math.log(small / sum) -
      large * Math.log1p(small / large) -
      0.5 * Math.log(large)
    )
  }
  if (large >= stirlingFrom) {
    // ln Γ(large) − ln Γ(large + small) without their common size.
    const sum = large + small
    const difference =
      -(large - 0.5) * Math.log1p(small / large) -
      small * Math.log(sum) +
      small +
      stirlingRest(large) -
      stirlingRest(sum)
    return logGamma(small) + difference
  }
  return logGamma(a) + logGamma(b) - logGamma(a + b)
}

/** Closest to zero that a denominator of the continued fraction may come. */
const tiny = 1e-300

/** The continued fraction of the incomplete beta function (DLMF 8.17.22), by the method of Lentz. */
function betaFraction(a: number, b: number, x: number): number {
  let c = 1
  let d = 1 - ((a + b) * x) / (a + 1)
  d = 1 / (Math.abs(d) < tiny ? tiny : d)
  let fraction = d
  for (let m = 1; m <= 5_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 + even * d
    d = 1 / (Math.abs(d) < tiny ? tiny : d)
    c = 1 + even / c
    if (Math.abs(c) < tiny) c = tiny
    fraction *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 + odd * d
    d = 1 / (Math.abs(d) < tiny ? tiny : d)
    c = 1 + odd / c
    if (Math.abs(c) < tiny) c = tiny
    const step = d * c
    fraction *= step
    if (Math.abs(step - 1) < 1e-16) break
  }
  return fraction
}

/**
 * The regularised incomplete beta function and its complement, from ln(x / (1 − x)), each exact to about 1e-14
 * relative even where it is tiny. `logBetaOfBoth` is ln B(a, b).
 */
export function incompleteBeta(
  a: number,
  b: number,
  logit: number,
  logBetaOfBoth: number,
): { readonly lower: number; readonly upper: number } {
  const x = 1 / (1 + Math.exp(-logit))
  const rest = 1 / (1 + Math.exp(logit))
  const logX = logit < 0 ? logit - Math.log1p(Math.exp(logit)) : -Math.log1p(Math.exp(-logit))
  const logRest = logX - logit
  const front = Math.exp(a * logX + b * logRest - logBetaOfBoth)
  if (x < (a + 1) / (a + b + 2)) {
    const lower = (front * betaFraction(a, b, x)) / a
    return { lower, upper: 1 - lower }
  }
  const upper = (front * betaFraction(b, a, rest)) / b
  return { lower: 1 - upper, upper }
}
