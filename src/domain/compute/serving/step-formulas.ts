import { formula } from '../../sheet/formula.ts'

/** (a^p + b^p)^(1 / p), by one power less. */
function pNorm(a: number, b: number, p: number): number {
  const larger = Math.max(a, b)
  return larger === 0 ? 0 : larger * (1 + (Math.min(a, b) / larger) ** p) ** (1 / p)
}

/**
 * The parts of a step's time, each written once. A part that both reads memory and multiplies takes the p-norm of the
 * two times: their maximum where p is large, more near the ridge, where neither hides the other.
 */
export const stepFormulas = {
  /** Matrices that every token passes. Tiles that are not full cost as much as full ones: T + h tokens are paid for; a
   * token by itself has no tile to fill. */
  matrices: formula({
    text: '((B / (W · e))^p + (F · (T + h · max(T − 1, 0) / (max(T − 1, 0) + r)) / (P · g))^p)^(1 / p)',
    symbols: ['B', 'W', 'e', 'F', 'T', 'h', 'r', 'P', 'g', 'p'],
    inputUnits: ['byte', 'byte/s', '1', 'FLOP/token', 'token', 'token', 'token', 'FLOP/s', '1', '1'],
    unit: 's',
    fn: (bytes, bandwidth, streaming, flop, tokens, half, rows, peak, efficiency, sharpness) =>
      pNorm(
        bytes / (bandwidth * streaming),
        (flop * (tokens + (half * Math.max(tokens - 1, 0)) / (Math.max(tokens - 1, 0) + rows))) /
          (peak * efficiency),
        sharpness,
      ),
    source: 'williams-2009',
  }),
  /** Share of the routed experts that T tokens reach (F9.3). */
  touched: formula({
    text: '1 − (1 − k / E)^T',
    symbols: ['k', 'E', 'T'],
    inputUnits: ['count', 'count', 'token'],
    unit: '1',
    fn: (topK, experts, tokens) => 1 - (1 - topK / experts) ** tokens,
  }),
  /** Grouped products over the experts: those reached are read, and each is paid for q tokens more than it has. */
  experts: formula({
    text: 'm · ((B · t / (W · e))^p + (F · (T · k + t · E · q) / (P · g · x))^p)^(1 / p)',
    symbols: ['m', 'x', 'B', 't', 'W', 'e', 'F', 'T', 'k', 'E', 'q', 'P', 'g', 'p'],
    inputUnits: [
      ...(['1', '1', 'byte', '1', 'byte/s', '1', 'FLOP/token', 'token', 'count', 'count', 'token'] as const),
      ...(['FLOP/s', '1', '1'] as const),
    ],
    unit: 's',
    fn: (
      imbalance,
      grouped,
      bytes,
      touched,
      bandwidth,
      streaming,
      flop,
      tokens,
      topK,
      experts,
      tile,
      peak,
      efficiency,
      sharpness,
    ) =>
      imbalance *
      pNorm(
        (bytes * touched) / (bandwidth * streaming),
        (flop * (tokens * topK + touched * experts * tile)) / (peak * efficiency * grouped),
        sharpness,
      ),
  }),
  /** The output head for the chosen tokens, and r passes over their logits of 32 bits. */
  head: formula({
    text: '((B / (W · e))^p + (F · n / (P · g))^p)^(1 / p) + n · V · 4 · r / (W · e)',
    symbols: ['B', 'W', 'e', 'F', 'n', 'P', 'g', 'p', 'V', 'r'],
    inputUnits: ['byte', 'byte/s', '1', 'FLOP/token', 'token', 'FLOP/s', '1', '1', 'count', '1'],
    unit: 's',
    fn: (bytes, bandwidth, streaming, flop, chosen, peak, efficiency, sharpness, vocab, passes) =>
      pNorm(bytes / (bandwidth * streaming), (flop * chosen) / (peak * efficiency), sharpness) +
      (chosen * vocab * 4 * passes) / (bandwidth * streaming),
  }),
  /** What is read and written between the products: r passes over the hidden state of each layer, of 16 bits. */
  activations: formula({
    text: 'T · L · h · 2 · r / (W · e)',
    symbols: ['T', 'L', 'h', 'r', 'W', 'e'],
    inputUnits: ['token', 'count', '1', '1', 'byte/s', '1'],
    unit: 's',
    fn: (tokens, layers, hidden, passes, bandwidth, streaming) =>
      (tokens * layers * hidden * 2 * passes) / (bandwidth * streaming),
  }),
  /** Bytes, or FLOP, that one sequence's context comes to; layers with a window see no more than it. */
  overContext: formula({
    text: 'b · c + w · min(W, c)',
    symbols: ['b', 'c', 'w', 'W'],
    inputUnits: ['byte/token', 'token', 'byte/token', 'token'],
    unit: 'byte',
    fn: (perToken, context, windowed, window) => perToken * context + windowed * Math.min(window, context),
  }),
  flopOverContext: formula({
    text: 'f · c + w · min(W, c)',
    symbols: ['f', 'c', 'w', 'W'],
    inputUnits: ['FLOP/token', 'token', 'FLOP/token', 'token'],
    unit: 'FLOP/token',
    fn: (perPair, context, windowed, window) => perPair * context + windowed * Math.min(window, context),
  }),
  /** The same without windows. */
  overWholeContext: formula({
    text: 'b · c',
    symbols: ['b', 'c'],
    inputUnits: ['byte/token', 'token'],
    unit: 'byte',
    fn: (perToken, context) => perToken * context,
  }),
  flopOverWholeContext: formula({
    text: 'f · c',
    symbols: ['f', 'c'],
    inputUnits: ['FLOP/token', 'token'],
    unit: 'FLOP/token',
    fn: (perPair, context) => perPair * context,
  }),
  /** Attention of n sequences, of q new tokens each, over their caches. */
  decodeAttention: formula({
    text: '((n · c / (W · a))^p + (n · q · f / (P · g))^p)^(1 / p)',
    symbols: ['n', 'c', 'W', 'a', 'q', 'f', 'P', 'g', 'p'],
    inputUnits: ['count', 'byte', 'byte/s', '1', 'token', 'FLOP/token', 'FLOP/s', '1', '1'],
    unit: 's',
    fn: (sequences, bytes, bandwidth, reading, each, flop, peak, efficiency, sharpness) =>
      pNorm(
        (sequences * bytes) / (bandwidth * reading),
        (sequences * each * flop) / (peak * efficiency),
        sharpness,
      ),
  }),
  promptAttention: formula({
    text: 'T · f / (P · g)',
    symbols: ['T', 'f', 'P', 'g'],
    inputUnits: ['token', 'FLOP/token', 'FLOP/s', '1'],
    unit: 's',
    fn: (tokens, flop, peak, efficiency) => (tokens * flop) / (peak * efficiency),
    source: 'dao-2022',
  }),
  latencies: formula({
    text: 'L · l + X · x',
    symbols: ['L', 'l', 'X', 'x'],
    inputUnits: ['count', 's', 'count', 's'],
    unit: 's',
    fn: (layers, latency, expertLayers, expertLatency) => layers * latency + expertLayers * expertLatency,
  }),
  /** What handing a step over takes between the stages of a pipeline. */
  handing: formula({
    text: '(S − 1) · z',
    symbols: ['S', 'z'],
    inputUnits: ['count', 's'],
    unit: 's',
    fn: (stages, latency) => (stages - 1) * latency,
  }),
  /** What experts exchange, hidden behind the other half of the batch as far as it can be (DeepSeek-V3). */
  hidden: formula({
    text: '(b^2 + x^2)^(1 / 2)',
    symbols: ['b', 'x'],
    inputUnits: ['s', 's'],
    unit: 's',
    fn: (busy, exchange) => (busy ** 2 + exchange ** 2) ** (1 / 2),
  }),
  /** Until the device is done where the host launches kernel by kernel beside it: nearly the maximum of both. */
  launched: formula({
    text: '(b^4 + (L · l + n · x)^4)^(1 / 4)',
    symbols: ['b', 'L', 'l', 'n', 'x'],
    inputUnits: ['s', 'count', 's', 'count', 's'],
    unit: 's',
    fn: (busy, layers, launch, collectives, call) =>
      (busy ** 4 + (layers * launch + collectives * call) ** 4) ** (1 / 4),
  }),
  host: formula({
    text: 's + q · n',
    symbols: ['s', 'q', 'n'],
    inputUnits: ['s', 's', 'token'],
    unit: 's',
    fn: (step, sequence, chosen) => step + sequence * chosen,
  }),
} as const
