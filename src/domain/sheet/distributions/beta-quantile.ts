import { incompleteBeta, logBeta } from './incomplete-beta.ts'
import { highestProbability, lowestProbability } from './normal.ts'

/** A beta distribution on 0 to 1. */
export interface BetaShape {
  readonly alpha: number
  readonly beta: number
}

/**
 * ln(x / (1 − x)) of the quantile x at the probability whose own logit is `logit`, from a first guess: Newton's
 * method on whichever tail is smaller, inside a bracket that only shrinks.
 */
function quantileLogit({ alpha, beta }: BetaShape, logOfBeta: number, logit: number, guess: number): number {
  const below = 1 / (1 + Math.exp(-logit))
  const above = 1 / (1 + Math.exp(logit))
  let [low, high] = [-Number.MAX_VALUE, Number.MAX_VALUE]
  let at = guess
  for (let step = 0; step < 200; step++) {
    const { lower, upper } = incompleteBeta(alpha, beta, at, logOfBeta)
    // On the log of the smaller tail the curve is nearly straight, so that few steps are needed.
    const [value, target, sign] = logit < 0 ? [lower, below, 1] : [upper, above, -1]
    const error = sign * (Math.log(value) - Math.log(target))
    if (error > 0) high = at
    else low = at
    const logX = at < 0 ? at - Math.log1p(Math.exp(at)) : -Math.log1p(Math.exp(-at))
    const slope = Math.exp(alpha * logX + beta * (logX - at) - logOfBeta) / value
    let next = at - error / slope
    // Newton's method doubles the digits: after so small a step there is nothing left to correct.
    if (Math.abs(next - at) <= 1e-9 * (1 + Math.abs(at))) return next
    if (!(next > low && next < high)) {
      next =
        low === -Number.MAX_VALUE
          ? at - 2 - Math.abs(at)
          : high === Number.MAX_VALUE
            ? at + 2 + Math.abs(at)
            : (low + high) / 2
    }
    at = next
  }
  return at
}

const shareOf = (logit: number): number => 1 / (1 + Math.exp(-logit))
const logitOf = (probability: number): number => Math.log(probability) - Math.log1p(-probability)
/** The logit of the mean: where the search starts. */
const centre = ({ alpha, beta }: BetaShape): number => Math.log(alpha / beta)

/** The quantile of a beta distribution at a probability strictly between 0 and 1, to about 1e-13. */
export function betaQuantile(shape: BetaShape, probability: number): number {
  const logOfBeta = logBeta(shape.alpha, shape.beta)
  return shareOf(quantileLogit(shape, logOfBeta, logitOf(probability), centre(shape)))
}

/** Intervals of the table, evenly spaced in the logit of the probability; the error of the quintic is below 1e-10. */
const intervals = 512

const tables = new Map<string, (probability: number) => number>()
/** Tables kept, of 12 kB each; the one that was unused longest goes first. */
const mostTables = 200

/** The quantile function of `tabulatedBetaQuantile`, kept by its shape: a table takes a third of a millisecond. */
export function keptBetaQuantile(shape: BetaShape): (probability: number) => number {
  const key = `${shape.alpha} ${shape.beta}`
  const quantile = tables.get(key) ?? tabulatedBetaQuantile(shape)
  tables.delete(key)
  tables.set(key, quantile)
  const oldest = tables.keys().next().value
  if (tables.size > mostTables && oldest !== undefined) tables.delete(oldest)
  return quantile
}

/**
 * The quantile function of a beta distribution from a table, for drawing many samples: a quintic Hermite
 * interpolation of one logit by the other, with the derivatives that the density gives.
 */
export function tabulatedBetaQuantile(shape: BetaShape): (probability: number) => number {
  const { alpha, beta } = shape
  const logOfBeta = logBeta(alpha, beta)
  const first = logitOf(lowestProbability)
  const step = (logitOf(highestProbability) - first) / intervals
  const table = new Float64Array(3 * (intervals + 1))
  let guess = quantileLogit(shape, logOfBeta, first, centre(shape))
  for (let node = 0; node <= intervals; node++) {
    const logit = first + node * step
    const at = quantileLogit(shape, logOfBeta, logit, guess)
    const below = shareOf(logit)
    const share = shareOf(at)
    const logX = at < 0 ? at - Math.log1p(Math.exp(at)) : -Math.log1p(Math.exp(-at))
    const weight = Math.exp(alpha * logX + beta * (logX - at) - logOfBeta)
    const slope = (below * shareOf(-logit)) / weight
    const curvature = slope * (1 - 2 * below - (alpha - (alpha + beta) * share) * slope)
    table[3 * node] = at
    table[3 * node + 1] = slope * step
    table[3 * node + 2] = curvature * step * step
    guess = at + slope * step + (curvature * step * step) / 2
  }
  return probability => {
    const position = (logitOf(probability) - first) / step
    const node = Math.min(intervals - 1, Math.max(0, Math.floor(position)))
    return shareOf(quintic(table, 3 * node, position - node))
  }
}

/** The quintic through value, slope and curvature at both ends of an interval, at a share `t` of it. */
function quintic(table: Float64Array, at: number, t: number): number {
  const value = table[at] as number
  const slope = table[at + 1] as number
  const curvature = table[at + 2] as number
  const rise = (table[at + 3] as number) - value
  const slopeAfter = table[at + 4] as number
  const curvatureAfter = table[at + 5] as number
  const c3 = 10 * rise - 6 * slope - 4 * slopeAfter - 1.5 * curvature + 0.5 * curvatureAfter
  const c4 = -15 * rise + 8 * slope + 7 * slopeAfter + 1.5 * curvature - curvatureAfter
  const c5 = 6 * rise - 3 * slope - 3 * slopeAfter - 0.5 * curvature + 0.5 * curvatureAfter
  return value + t * (slope + t * (0.5 * curvature + t * (c3 + t * (c4 + t * c5))))
}
