import type { ServedWorkload } from './batching.ts'
import type { ServingConstants } from './serving-constants.ts'
import type { ServingUnit } from './serving-unit.ts'

/**
 * Mean watts of one device: idle, what running kernels add, and what memory and matrix units add by their use, held
 * below the rated power (boards enforce a limit).
 */
export function devicePower(
  u: ServingUnit,
  c: ServingConstants,
  { busy, bandwidthUse, computeUse }: Pick<ServedWorkload, 'busy' | 'bandwidthUse' | 'computeUse'>,
): number {
  const share =
    c.idlePower +
    c.activePower * busy +
    c.memoryPower * bandwidthUse +
    c.computePower * computeUse ** computeExponent
  return u.ratedPower * (share / (1 + share ** powerLimit) ** (1 / powerLimit))
}

/** Matrix units draw less for each further FLOP, as voltage and clocks come down under load. */
const computeExponent = 0.6
/** How sharply power comes to its limit. */
const powerLimit = 8
