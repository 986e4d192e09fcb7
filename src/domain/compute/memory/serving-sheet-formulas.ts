import { formula } from '../../sheet/formula.ts'

/** What joins the parts of a serving device, each formula written once. */
export const servingSheetFormulas = {
  perToken: formula({
    text: 'L · B',
    symbols: ['L', 'B'],
    inputUnits: ['count', 'byte/token'],
    unit: 'byte/token',
    fn: (layers, perLayer) => layers * perLayer,
    source: 'kwon-2023',
  }),
  perSequence: formula({
    text: 'T · B',
    symbols: ['T', 'B'],
    inputUnits: ['token', 'byte/token'],
    unit: 'byte',
    fn: (tokens, perToken) => tokens * perToken,
  }),
  cache: formula({
    text: 'n · S',
    symbols: ['n', 'S'],
    inputUnits: ['count', 'byte'],
    unit: 'byte',
    fn: (sequences, perSequence) => sequences * perSequence,
  }),
  greater: formula({
    text: 'max(x, y)',
    symbols: ['x', 'y'],
    inputUnits: ['byte', 'byte'],
    unit: 'byte',
    fn: Math.max,
  }),
  /** Sequences for whose whole prompts at once, or caches of two steps, there is room. */
  wholePromptConcurrency: formula({
    text: 'max(0, (u · M − W − O) / (S + max(A / n, (c − 1) · S)))',
    symbols: ['u', 'M', 'W', 'O', 'S', 'A', 'n', 'c'],
    inputUnits: ['1', 'byte', 'byte', 'byte', 'byte', 'byte', 'count', 'count'],
    unit: 'count',
    fn: (utilisation, memory, weights, overhead, perSequence, activations, sequences, copies) => {
      const each = perSequence + Math.max(activations / sequences, (copies - 1) * perSequence)
      return Math.max(0, (utilisation * memory - weights - overhead) / each)
    },
  }),
  concurrency: formula({
    text: 'B / S',
    symbols: ['B', 'S'],
    inputUnits: ['byte', 'byte'],
    unit: 'count',
    fn: (budget, perSequence) => budget / perSequence,
    source: 'kwon-2023',
  }),
  /** Whole blocks of sixteen tokens. */
  capacity: formula({
    text: '16 · floor(n · T / 16)',
    symbols: ['n', 'T'],
    inputUnits: ['count', 'token'],
    unit: 'token',
    fn: (sequences, tokens) => 16 * Math.floor((sequences * tokens) / 16),
    source: 'kwon-2023',
  }),
} as const
