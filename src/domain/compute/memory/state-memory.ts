import { formula } from '../../sheet/formula.ts'
import type { Transformer } from '../architecture/transformer.ts'
import type { ParallelLayout } from '../layout/layout.ts'

/** Weights, gradients and optimizer states, each formula written once. */
export const stateFormulas = {
  /** What is kept of every parameter on a device, divided among the ranks that share it. */
  states: formula({
    text: 'b · (N / z + E / y)',
    symbols: ['b', 'N', 'z', 'E', 'y'],
    inputUnits: ['byte/parameter', 'parameter', 'count', 'parameter', 'count'],
    unit: 'byte',
    fn: (bytes, parameters, shards, experts, expertShards) =>
      bytes * (parameters / shards + experts / expertShards),
    source: 'rajbhandari-2020',
  }),
  /** Low-rank adapters of the attention matrices of a layer: queries and output, keys and values. */
  attentionAdapters: formula({
    text: 'r · (2 · (h + a · d) + 2 · (h + k · d))',
    symbols: ['r', 'h', 'a', 'd', 'k'],
    inputUnits: ['1', '1', 'count', '1', 'count'],
    unit: 'parameter',
    fn: (rank, hidden, heads, headDim, kvHeads) =>
      rank * (2 * (hidden + heads * headDim) + 2 * (hidden + kvHeads * headDim)),
    source: 'hu-2021',
  }),
  feedForwardAdapters: formula({
    text: 'r · c · (h + f)',
    symbols: ['r', 'c', 'h', 'f'],
    inputUnits: ['1', 'count', '1', '1'],
    unit: 'parameter',
    fn: (rank, matrices, hidden, ffn) => rank * matrices * (hidden + ffn),
    source: 'hu-2021',
  }),
} as const

/** Matrices of a frozen model that low-rank adapters are trained beside. */
export const adaptedMatrices = ['attention', 'all'] as const

/** Low-rank adaptation: adapters of rank `rank` are trained, the model is frozen in `frozenBytes` a parameter. */
export interface Adapter {
  readonly rank: number
  readonly matrices: (typeof adaptedMatrices)[number]
  readonly frozenBytes: number
}

/** Parameters of the adapters of `layers` layers; experts share those of one feed-forward part. */
export function adapterParameters(t: Transformer, adapter: Adapter, layers: number): number {
  const attention = stateFormulas.attentionAdapters.fn(adapter.rank, t.hidden, t.heads, t.headDim, t.kvHeads)
  if (adapter.matrices === 'attention') return layers * attention
  const { feedForwardAdapters } = stateFormulas
  const feedForward =
    t.denseLayers === 0
      ? feedForwardAdapters.fn(adapter.rank, t.expertMatrices, t.hidden, t.expertFfn)
      : feedForwardAdapters.fn(adapter.rank, t.denseMatrices, t.hidden, t.denseFfn)
  return layers * (attention + feedForward)
}

/** Ranks that hold the same parameters outside of routed experts. */
export function dataShards(layout: ParallelLayout): number {
  return layout.data * layout.context
}

/** Ranks that hold the same routed experts. */
export function expertShards(layout: ParallelLayout): number {
  if (layout.expert === 1) return dataShards(layout)
  const ranks = layout.tensor * layout.context * layout.data
  return Math.max(1, ranks / (layout.expert * layout.expertTensor))
}

/**
 * Whether gradients are divided. Where weights are gathered for the whole step of a pipeline (ZeRO-3), gradients are
 * summed beside them over its micro-batches and divided at the end.
 */
export function dividesGradients({ zeroStage, pipeline }: ParallelLayout): boolean {
  return zeroStage === 2 || (zeroStage === 3 && pipeline === 1)
}

/** Ranks that the routed experts of a layer are divided among. */
export function expertDivision(layout: ParallelLayout): number {
  return layout.expert === 1 ? layout.tensor : layout.expert * layout.expertTensor
}
