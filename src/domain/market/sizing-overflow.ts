import { DomainError } from '../errors.ts'
import { evaluate } from '../sheet/evaluate.ts'
import type { Sheet } from '../sheet/sheet.ts'
import type { Segment } from './segment.ts'

/**
 * The values of a sizing. A growth or path that leaves the range of numbers is refused as `non-finite-quantity`
 * at the member of the request that it comes from: callers do not know the quantities of the sheet.
 */
export function evaluateSizing(sheet: Sheet, segments: readonly Segment[]): Float64Array {
  try {
    return evaluate(sheet)
  } catch (error) {
    if (!(error instanceof DomainError && error.code === 'non-finite-quantity')) throw error
    throw placed(error, segments)
  }
}

function placed(error: DomainError, segments: readonly Segment[]): DomainError {
  const [, id, part, last] = String(error.facts.quantity).split('.')
  const index = segments.findIndex(segment => segment.id === id)
  const year = last ?? part
  const segment = segments[index]
  if (segment === undefined) {
    return new DomainError(
      'non-finite-quantity',
      'The total of the segments is too large for a number; lower growth.cagr of the fastest segment, or name a size of a year nearer to the window.',
      { pointer: '/segments', facts: error.facts },
    )
  }
  if (part === 'penetration') {
    return new DomainError(
      'non-finite-quantity',
      `The penetration path of ${segment.id} cannot be worked out${/^\d{4}$/.test(last ?? '') ? ` for ${last}` : ''}; move its anchors nearer to the window or further from 0 and the ceiling, or take a linear path.`,
      { pointer: `/segments/${index}/penetration`, facts: error.facts },
    )
  }
  const cagr = segment.growth !== undefined && 'cagr' in segment.growth ? segment.growth.cagr : 0
  return new DomainError(
    'non-finite-quantity',
    `A growth of ${cagr} a year takes the size of ${segment.id} beyond the largest number${/^\d{4}$/.test(year ?? '') ? ` by ${year}` : ''}; give a growth.cagr nearer to 0, or a size of a year nearer to the window.`,
    { pointer: `/segments/${index}/growth/cagr`, facts: error.facts },
  )
}
