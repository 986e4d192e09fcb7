import { type Estimated, errorOf, meanOf } from '../simulation/statistics.ts'

/** Columns of a function over two independent sets of samples A and B, and over A with one input from B each. */
export interface PickFreeze {
  readonly a: Float64Array
  readonly b: Float64Array
  /** For each input, the function over A with that input from B. */
  readonly mixed: readonly Float64Array[]
}

/** How much of the variance of an output is an input's. */
export interface SobolIndex {
  /** Share that is due to the input by itself. */
  readonly first: Estimated
  /** Share that is due to the input by itself and together with others. */
  readonly total: Estimated
}

/**
 * Sobol' indices of each input: of the first order after Saltelli et al. 2010 (table 2, row b), total after
 * Jansen 1999, over samples that fall into replicates of equal length; the standard errors come from how the
 * replicates differ. All are 0 for an output that does not vary.
 */
export function sobolIndices(columns: PickFreeze, replicates: number): readonly SobolIndex[] {
  const samples = columns.a.length
  const length = samples / replicates
  const whole = indicesOf(columns, 0, samples)
  const parts = Array.from({ length: replicates }, (_, part) =>
    indicesOf(columns, part * length, (part + 1) * length),
  )
  return whole.map(({ first, total }, input) => ({
    first: { value: first, standardError: errorOf(parts.map(part => part[input]?.first as number)) },
    total: { value: total, standardError: errorOf(parts.map(part => part[input]?.total as number)) },
  }))
}

function indicesOf(
  { a, b, mixed }: PickFreeze,
  start: number,
  end: number,
): { first: number; total: number }[] {
  // A centred function loses none of its digits in the products.
  const mean = (meanOf(a, start, end) + meanOf(b, start, end)) / 2
  let squares = 0
  for (let index = start; index < end; index++)
    squares += ((a[index] as number) - mean) ** 2 + ((b[index] as number) - mean) ** 2
  const variance = squares / (2 * (end - start))
  return mixed.map(column => {
    if (variance === 0) return { first: 0, total: 0 }
    let first = 0
    let total = 0
    for (let index = start; index < end; index++) {
      const change = (column[index] as number) - (a[index] as number)
      first += ((b[index] as number) - mean) * change
      total += change * change
    }
    const count = end - start
    return { first: first / count / variance, total: total / (2 * count) / variance }
  })
}
