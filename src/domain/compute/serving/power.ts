import { formula } from '../../sheet/formula.ts'
import type { ServedWorkload } from './batching.ts'
import type { ServingConstants } from './plain-constant.ts'
import type { ServingUnit } from './serving-unit.ts'

/** Power of a device under a load, written once. */
export const powerFormulas = {
  /**
   * Shares of the rated power: idle, what running kernels add, and what memory and matrix units add by their use. The
   * matrix units draw less for each further FLOP, as voltage and clocks come down under load.
   */
  load: formula({
    text: 'i + a · b + m · u + k · c^0.6',
    symbols: ['i', 'a', 'b', 'm', 'u', 'k', 'c'],
    inputUnits: ['1', '1', '1', '1', '1', '1', '1'],
    unit: '1',
    fn: (idle, active, busy, memory, bandwidthUse, compute, computeUse) =>
      idle + active * busy + memory * bandwidthUse + compute * computeUse ** 0.6,
  }),
  /** Boards hold their power below what they are rated at. */
  limited: formula({
    text: 'R · x / (1 + x^8)^(1 / 8)',
    symbols: ['R', 'x'],
    inputUnits: ['W', '1'],
    unit: 'W',
    fn: (rated, load) => (rated * load) / (1 + load ** 8) ** (1 / 8),
  }),
} as const

/** Mean watts of one device that serves a workload. */
export function devicePower(
  u: ServingUnit,
  c: ServingConstants,
  { busy, bandwidthUse, computeUse }: Pick<ServedWorkload, 'busy' | 'bandwidthUse' | 'computeUse'>,
): number {
  const load = powerFormulas.load.fn(
    ...[c.idlePower, c.activePower, busy, c.memoryPower, bandwidthUse, c.computePower, computeUse],
  )
  return powerFormulas.limited.fn(u.ratedPower, load)
}
