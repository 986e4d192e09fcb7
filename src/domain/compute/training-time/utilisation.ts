import { DomainError } from '../../errors.ts'

/** Slack of rounding. */
const rounding = 1e-9

/**
 * Holds utilisations to what is physical: no device does more than its peak, nor less than the model needs of it.
 * Throws `out-of-range` with both numbers.
 */
export function assertUtilisation(mfu: number, hfu: number): void {
  if (mfu > 0 && mfu <= hfu * (1 + rounding) && hfu <= 1) return
  throw new DomainError(
    'out-of-range',
    `Model FLOP utilisation ${mfu} and hardware FLOP utilisation ${hfu} cannot be: the first is above 0 and at most the second, the second at most 1. Check the bandwidths and the layout.`,
    { pointer: '/throughput/layout', facts: { mfu, hfu } },
  )
}
