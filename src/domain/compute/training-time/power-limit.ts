import { formula } from '../../sheet/formula.ts'

/**
 * Clock of a device under a power limit, over that at its rated power. Dynamic power grows with the clock and the square
 * of the voltage, which follows the clock: with its cube.
 */
export const powerFormulas = {
  clock: formula({
    text: '(p / P) ^ (1 / 3)',
    symbols: ['p', 'P'],
    inputUnits: ['W', 'W'],
    unit: '1',
    fn: (limit, rated) => (limit / rated) ** (1 / 3),
  }),
} as const
