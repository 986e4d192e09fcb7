import { formula } from '../../sheet/formula.ts'

/** Memory of low-rank adapters beside a frozen model, each formula written once. */
export const adapterFormulas = {
  /** The frozen model, its tables in the width of weights, and the adapters. */
  weights: formula({
    text: 'q · (N / z + E / y) + max(0, w − q) · V / z + w · A / z',
    symbols: ['q', 'N', 'z', 'E', 'y', 'w', 'V', 'A'],
    inputUnits: [
      'byte/parameter',
      'parameter',
      'count',
      'parameter',
      'count',
      'byte/parameter',
      'parameter',
      'parameter',
    ],
    unit: 'byte',
    fn: (frozen, matrices, shards, experts, expertShards, wide, tables, adapters) =>
      frozen * (matrices / shards + experts / expertShards) +
      (Math.max(0, wide - frozen) * tables) / shards +
      (wide * adapters) / shards,
    source: 'hu-2021',
  }),
  /** Gradients or optimizer states of adapters. */
  states: formula({
    text: 'b · A / z',
    symbols: ['b', 'A', 'z'],
    inputUnits: ['byte/parameter', 'parameter', 'count'],
    unit: 'byte',
    fn: (bytes, adapters, shards) => (bytes * adapters) / shards,
    source: 'hu-2021',
  }),
} as const
