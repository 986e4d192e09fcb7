import type { FittedPenetration } from '../fitted-adoption.ts'
import type { FitModel } from './fit-request.ts'
import type { Placement } from './placement.ts'
import type { Series } from './series.ts'

/** The units that shares come in. */
const shares: ReadonlySet<string> = new Set(['1', 'share', 'ratio'])

/**
 * A curve fitted to yearly shares, as a market request takes it; null for other data, for curves that are no
 * adoption, and for a ceiling above the whole.
 */
export function penetrationOf(
  model: FitModel,
  parameters: readonly number[],
  { unit, every }: Series,
  { origin }: Placement,
): FittedPenetration | null {
  const [ceiling = 0, second = 0, third = 0] = parameters
  if (every !== 'year' || !shares.has(unit) || ceiling > 1) return null
  switch (model) {
    case 'logistic':
      return { fittedLogistic: { origin, offset: second, rate: third, ceiling } }
    case 'gompertz':
      return { fittedGompertz: { origin, offset: second, rate: third, ceiling } }
    case 'bass':
    case 'bass-cumulative':
      return { bass: { launch: origin, innovation: second, imitation: third, ceiling } }
    default:
      return null
  }
}
