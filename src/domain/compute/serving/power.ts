import type { ServingConstants } from './serving-constants.ts'
import type { ServingUnit } from './serving-unit.ts'

/**
 * Mean watts of one device: idle, and what memory and matrix units add by their use, held at the rated power
 * (a power limit is what boards enforce).
 */
export function devicePower(
  u: ServingUnit,
  c: ServingConstants,
  bandwidthUse: number,
  computeUse: number,
): number {
  const share = c.idlePower + c.memoryPower * bandwidthUse + c.computePower * computeUse
  return u.ratedPower * (share / (1 + share ** powerLimit) ** (1 / powerLimit))
}

/** How sharply power comes to its limit. */
const powerLimit = 8
