import { DomainError } from '../../errors.ts'
import type { ReadSegment } from './closure.ts'

/** Largest size or multiplier that is given: far beyond any market, in any unit of money. */
export const largestSize = 1e30

/** What would make one combination come to the target. */
export interface BaseClosure {
  readonly candidates: Readonly<Record<string, number>>
  readonly total: number
  /** Total less target. */
  readonly residual: number
  /** What every contribution must be multiplied with; null when all of them are 0, or as good as. */
  readonly uniformMultiplier: number | null
  /** By segment, with the others as they are: the size that closes; null when none above 0, up to `largestSize`, does. */
  readonly closingSizes: Readonly<Record<string, number | null>>
  /**
   * What the segments without a size must add together; null when all have one or nothing is left to add, and the
   * size that is, when their factors are alike.
   */
  readonly missing: {
    readonly segments: readonly string[]
    readonly contribution: number
    readonly size: number | null
  } | null
}

/** Closes the combination that `base` names by segment (default: the first candidate of each). */
export function closeBase(
  segments: readonly ReadSegment[],
  target: number,
  base: Readonly<Record<string, number>> = {},
): BaseClosure {
  checkBase(segments, base)
  // A segment may be called what every object has a member called.
  const choice = segments.map(({ id }) => (Object.hasOwn(base, id) ? (base[id] as number) : 0))
  const parts = segments.map(({ contributions }, s) => contributions[choice[s] as number] as number)
  const total = parts.reduce((sum, part) => sum + part, 0)
  return {
    candidates: Object.fromEntries(segments.map(({ id }, s) => [id, choice[s] as number])),
    total,
    residual: total - target,
    uniformMultiplier: sizeOf(target, total),
    closingSizes: Object.fromEntries(
      segments.map(({ id, factor }, s) => {
        const left = target - (total - (parts[s] as number))
        return [id, sizeOf(left, factor)]
      }),
    ),
    missing: missingOf(segments, choice, target - total),
  }
}

/** The size that contributes so much; null when none above 0, up to `largestSize`, does. */
function sizeOf(left: number, factor: number): number | null {
  const size = left / factor
  return left > 0 && factor > 0 && size <= largestSize ? size : null
}

function missingOf(
  segments: readonly ReadSegment[],
  choice: readonly number[],
  left: number,
): BaseClosure['missing'] {
  const open = segments.filter(({ known, factor }, s) => !known[choice[s] as number] && factor > 0)
  const [first] = open
  if (first === undefined || !(left > 0)) return null
  const alike = open.every(({ factor }) => factor === first.factor)
  return {
    segments: open.map(({ id }) => id),
    contribution: left,
    size: alike ? sizeOf(left, first.factor) : null,
  }
}

function checkBase(segments: readonly ReadSegment[], base: Readonly<Record<string, number>>): void {
  for (const [id, index] of Object.entries(base)) {
    const segment = segments.find(each => each.id === id)
    const pointer = `/base/${id}`
    if (segment === undefined) {
      throw new DomainError(
        'unknown-quantity',
        `There is no segment "${id}"; there are ${segments.map(each => each.id).join(', ')}.`,
        { pointer, facts: { id } },
      )
    }
    if (index >= segment.sizes.length) {
      throw new DomainError(
        'out-of-range',
        `The segment ${id} has no candidate ${index}; it has ${segment.sizes.length}, counted from 0.`,
        { pointer, facts: { index, candidates: segment.sizes.length } },
      )
    }
  }
}
