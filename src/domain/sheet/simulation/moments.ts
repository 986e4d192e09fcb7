import { chunkLength } from './program.ts'

/**
 * Count, mean, and sum of squares about the mean: what mean and deviation are found from, and can be put together.
 * The mean is told from a `centre` on, which keeps the digits of a small spread about a large value.
 */
export interface Moments {
  readonly count: number
  readonly centre: number
  /** Mean less `centre`. */
  readonly offset: number
  readonly squares: number
}

export const meanIn = ({ centre, offset }: Moments): number => centre + offset

/** No values yet. Only moments about one centre can be put together. */
export const noMoments = (centre: number): Moments => ({ count: 0, centre, offset: 0, squares: 0 })

/** Moments of the values of a column from `start` up to `end`, which is not included; taken chunk by chunk. */
export function momentsOf(column: Float64Array, start: number, end: number, centre: number): Moments {
  let moments = noMoments(centre)
  for (let from = start; from < end; from += chunkLength)
    moments = together(moments, ofChunk(column, from, Math.min(from + chunkLength, end), centre))
  return moments
}

function ofChunk(column: Float64Array, start: number, end: number, centre: number): Moments {
  let sum = 0
  for (let index = start; index < end; index++) sum += (column[index] as number) - centre
  const offset = sum / (end - start)
  let squares = 0
  for (let index = start; index < end; index++) {
    const away = (column[index] as number) - centre - offset
    squares += away * away
  }
  return { count: end - start, centre, offset, squares }
}

/** The moments of two sets of values in one (Chan, Golub and LeVeque 1979). Their order matters to the last digits. */
export function together(a: Moments, b: Moments): Moments {
  if (a.count === 0) return b
  const count = a.count + b.count
  const apart = b.offset - a.offset
  return {
    count,
    centre: a.centre,
    offset: a.offset + (apart * b.count) / count,
    squares: a.squares + b.squares + (apart * apart * a.count * b.count) / count,
  }
}
