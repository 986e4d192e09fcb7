import { byQuantile, type Distribution } from './distribution.ts'

/** A value for each range of probabilities, in rising order of the values. Weights need not sum to 1. */
export function discrete(
  outcomes: readonly { readonly value: number; readonly weight: number }[],
): Distribution {
  const ordered = outcomes.toSorted((a, b) => a.value - b.value)
  const total = ordered.reduce((sum, { weight }) => sum + weight, 0)
  let sum = 0
  const values = Float64Array.from(ordered, ({ value }) => value)
  const upTo = Float64Array.from(ordered, ({ weight }) => {
    sum += weight
    return sum / total
  })
  return byQuantile(p => {
    let index = 0
    while (index < values.length - 1 && p > (upTo[index] as number)) index++
    return values[index] as number
  })
}

/** The quantiles of a sample, straight between its ordered values (type 7 of Hyndman and Fan 1996). */
export function empirical(sample: readonly number[]): Distribution {
  const ordered = Float64Array.from(sample).sort()
  const last = ordered.length - 1
  return byQuantile(p => {
    const position = p * last
    const index = Math.min(last, Math.floor(position))
    const value = ordered[index] as number
    return index === last ? value : value + (position - index) * ((ordered[index + 1] as number) - value)
  })
}
