import { betaQuantile, keptBetaQuantile } from './beta-quantile.ts'
import { byQuantile, type Distribution } from './distribution.ts'
import { normalQuantile } from './normal.ts'

/** A normal distribution, by its mean and standard deviation. */
export function normal(mean: number, sd: number): Distribution {
  return {
    quantile: p => mean + sd * normalQuantile(p),
    fill: (probabilities, into, count) => {
      for (let index = 0; index < count; index++)
        into[index] = mean + sd * normalQuantile(probabilities[index] as number)
    },
  }
}

/** A lognormal distribution, by the mean and standard deviation of the natural logarithm. */
export function lognormal(meanLog: number, sdLog: number): Distribution {
  return {
    quantile: p => Math.exp(meanLog + sdLog * normalQuantile(p)),
    fill: (probabilities, into, count) => {
      for (let index = 0; index < count; index++)
        into[index] = Math.exp(meanLog + sdLog * normalQuantile(probabilities[index] as number))
    },
  }
}

/** The standard normal quantile at 95 %. */
const z95 = normalQuantile(0.95)

/** Mean and standard deviation of the logarithm of a lognormal with a 5th and a 95th percentile. */
export const lognormalThrough = (p5: number, p95: number) => ({
  meanLog: (Math.log(p5) + Math.log(p95)) / 2,
  sdLog: (Math.log(p95) - Math.log(p5)) / (2 * z95),
})

/** A uniform distribution. */
export function uniform(low: number, high: number): Distribution {
  const width = high - low
  return {
    quantile: p => low + p * width,
    fill: (probabilities, into, count) => {
      for (let index = 0; index < count; index++) into[index] = low + (probabilities[index] as number) * width
    },
  }
}

/** A triangular distribution; the mode may be at either end. */
export function triangular(low: number, mode: number, high: number): Distribution {
  const width = high - low
  const atMode = (mode - low) / width
  const rising = width * (mode - low)
  const falling = width * (high - mode)
  const quantile = (p: number) =>
    p < atMode ? low + Math.sqrt(p * rising) : high - Math.sqrt((1 - p) * falling)
  return {
    quantile,
    fill: (probabilities, into, count) => {
      for (let index = 0; index < count; index++) {
        const p = probabilities[index] as number
        into[index] = p < atMode ? low + Math.sqrt(p * rising) : high - Math.sqrt((1 - p) * falling)
      }
    },
  }
}

/** A beta distribution on `low` to `high`. Its table is made when the first sample is drawn. */
export function scaledBeta(alpha: number, beta: number, low: number, high: number): Distribution {
  const shape = { alpha, beta }
  const width = high - low
  let table: ((probability: number) => number) | undefined
  return byQuantile(
    p => low + width * betaQuantile(shape, p),
    p => {
      table ??= keptBetaQuantile(shape)
      return low + width * table(p)
    },
  )
}

/** A PERT distribution (Malcolm et al. 1959, with the concentration of Vose 2000): a beta with a given mode. */
export function pert(low: number, mode: number, high: number, concentration: number): Distribution {
  const width = high - low
  const alpha = 1 + (concentration * (mode - low)) / width
  const beta = 1 + (concentration * (high - mode)) / width
  return scaledBeta(alpha, beta, low, high)
}
