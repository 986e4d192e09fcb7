import { formula } from '../../sheet/formula.ts'

/** What tokens cost, each written once. */
export const moneyFormulas = {
  /** Share of a device's time that goes to prompts: what a step takes beyond one that decodes alone. */
  inputShare: formula({
    text: 'max(0, 1 − d / t)',
    symbols: ['d', 't'],
    inputUnits: ['s', 's'],
    unit: '1',
    fn: (decode, step) => Math.max(0, 1 - decode / step),
  }),
  inputShareSplit: formula({
    text: 'r / (1 + r)',
    symbols: ['r'],
    inputUnits: ['1'],
    unit: '1',
    fn: ratio => ratio / (1 + ratio),
  }),
  costPerOutput: formula({
    text: '1e6 · p · (1 − s) / (3600 · x · u)',
    symbols: ['p', 's', 'x', 'u'],
    inputUnits: ['USD/(device·hour)', '1', 'token/s', '1'],
    unit: 'USD/Mtoken',
    fn: (price, share, rate, utilisation) => (1e6 * price * (1 - share)) / (3600 * rate * utilisation),
  }),
  costPerInput: formula({
    text: '1e6 · p · s · o / (3600 · x · u · i)',
    symbols: ['p', 's', 'o', 'x', 'u', 'i'],
    inputUnits: ['USD/(device·hour)', '1', 'token', 'token/s', '1', 'token'],
    unit: 'USD/Mtoken',
    fn: (price, share, output, rate, utilisation, input) =>
      (1e6 * price * share * output) / (3600 * rate * utilisation * input),
  }),
  /** All that a request takes, over its output alone (F10.1). */
  costAllIn: formula({
    text: '1e6 · p / (3600 · x · u)',
    symbols: ['p', 'x', 'u'],
    inputUnits: ['USD/(device·hour)', 'token/s', '1'],
    unit: 'USD/Mtoken',
    fn: (price, rate, utilisation) => (1e6 * price) / (3600 * rate * utilisation),
  }),
  /** Utilisation at which a device earns at the API's prices what it costs (F10.2). */
  breakEven: formula({
    text: '1e6 · p / (3600 · x · (a + b · i / o))',
    symbols: ['p', 'x', 'a', 'b', 'i', 'o'],
    inputUnits: ['USD/(device·hour)', 'token/s', 'USD/Mtoken', 'USD/Mtoken', 'token', 'token'],
    unit: '1',
    fn: (price, rate, perOutput, perInput, input, output) =>
      (1e6 * price) / (3600 * rate * (perOutput + (perInput * input) / output)),
  }),
  /** Devices cost the same however much they are used, and earn in proportion: what is earned beyond the break-even. */
  grossMargin: formula({
    text: '1 − b / u',
    symbols: ['b', 'u'],
    inputUnits: ['1', '1'],
    unit: '1',
    fn: (breakEven, utilisation) => 1 - breakEven / utilisation,
  }),
} as const
