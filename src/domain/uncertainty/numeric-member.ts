import { DomainError } from '../errors.ts'
import type { BuiltEstimate, Estimator, Lookup } from '../estimate.ts'
import { replacedAt, valueAt } from './pointer.ts'
import { sameStructure } from './uncertain-inputs.ts'

/** A number that a request has or may have, with the bounds that its schema gives. */
export interface NumericMember {
  /** JSON Pointer into the request. */
  readonly pointer: string
  readonly integer: boolean
  readonly minimum: number
  readonly maximum: number
}

/**
 * The member of a request that decides an input of its sheet, found by changing one after the other and looking
 * at what moves; undefined for an input that no member decides, such as a value of the catalogue. `request` has
 * no distributions.
 */
export function memberBehind<Request>(
  estimator: Estimator<Request>,
  request: Request,
  built: BuiltEstimate,
  handle: number,
  members: readonly NumericMember[],
  lookup: Lookup,
): NumericMember | undefined {
  const now = built.sheet.inputs[handle] as number
  const reaches = ({ pointer, integer, minimum, maximum }: NumericMember): boolean => {
    const present = valueAt(request, pointer)
    const from = typeof present === 'number' ? present : now
    const up = integer ? Math.round(from) + 1 : from === 0 ? 1e-6 : from * (1 + 1e-6)
    const value = up <= maximum ? up : integer ? Math.round(from) - 1 : from * (1 - 1e-6)
    if (value < minimum || value > maximum) return false
    try {
      const { sheet } = estimator.build(replacedAt(request, pointer, value) as Request, lookup)
      const moved = sheet.inputs[handle] as number
      if (!sameStructure(built.sheet, sheet) || Object.is(moved, now)) return false
      // A member that is not there yet must set the input to the very value.
      return typeof present === 'number' || moved === value
    } catch (error) {
      if (error instanceof DomainError) return false
      throw error
    }
  }
  // Members that are there come before those that would have to be added, and the very value before a multiple of it.
  const rank = ({ pointer }: NumericMember): number => {
    const value = valueAt(request, pointer)
    return value === now ? 0 : typeof value === 'number' ? 1 : 2
  }
  return members.toSorted((a, b) => rank(a) - rank(b)).find(reaches)
}
