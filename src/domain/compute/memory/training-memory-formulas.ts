import { formula } from '../../sheet/formula.ts'

/** What joins the parts, each formula written once. */
export const trainingMemoryFormulas = {
  /** Micro-batches whose activations the first rank of a 1F1B schedule holds, interleaved over v chunks. */
  inFlight: formula({
    text: 'min(m, p · (1 + 1 / v) − 1 / v)',
    symbols: ['m', 'p', 'v'],
    inputUnits: ['count', 'count', 'count'],
    unit: 'count',
    fn: (batches, pipeline, chunks) => Math.min(batches, pipeline * (1 + 1 / chunks) - 1 / chunks),
    source: 'narayanan-2021',
  }),
  activations: formula({
    text: 's · b / c · (L · i · A + w)',
    symbols: ['s', 'b', 'c', 'L', 'i', 'A', 'w'],
    inputUnits: ['token', 'count', 'count', 'count', 'count', 'byte/token', 'byte/token'],
    unit: 'byte',
    fn: (sequence, batch, context, layers, inFlight, perLayer, working) =>
      ((sequence * batch) / context) * (layers * inFlight * perLayer + working),
    source: 'korthikanti-2022',
  }),
  /** Logits in the forward pass, or their 16-bit gradient beside that of the head's matrix. */
  logits: formula({
    text: 'max(s · b / c · V / t · l, s · b / c · V / t · 2 + G)',
    symbols: ['s', 'b', 'c', 'V', 't', 'l', 'G'],
    inputUnits: ['token', 'count', 'count', 'count', 'count', 'byte/token', 'byte'],
    unit: 'byte',
    fn: (sequence, batch, context, vocab, tensor, bytes, headGradient) => {
      const logits = (((sequence * batch) / context) * vocab) / tensor
      return Math.max(logits * bytes, logits * 2 + headGradient)
    },
  }),
  /** 16-bit gradients beside their sums, weights gathered for a layer, blocks passed on, exchange buckets. */
  buffers: formula({
    text: 'r · g + w + k + B',
    symbols: ['r', 'g', 'w', 'k', 'B'],
    inputUnits: ['1', 'byte', 'byte', 'byte', 'byte'],
    unit: 'byte',
    fn: (share, gradients, gathered, exchanged, buckets) =>
      share * gradients + gathered + exchanged + buckets,
  }),
  context: formula({
    text: 'C + n · c',
    symbols: ['C', 'n', 'c'],
    inputUnits: ['byte', 'count', 'byte'],
    unit: 'byte',
    fn: (runtime, groups, communicator) => runtime + groups * communicator,
  }),
  /** Blocks that later requests do not fill; what the optimizer's step takes where activations were. */
  fragmentation: formula({
    text: 'F · S + D + U',
    symbols: ['F', 'S', 'D', 'U'],
    inputUnits: ['1', 'byte', 'byte', 'byte'],
    unit: 'byte',
    fn: (share, allocated, widened, updating) => share * allocated + widened + updating,
  }),
  total: formula({
    text: 'S + C + F',
    symbols: ['S', 'C', 'F'],
    inputUnits: ['byte', 'byte', 'byte'],
    unit: 'byte',
    fn: (allocated, context, fragmentation) => allocated + context + fragmentation,
  }),
} as const
