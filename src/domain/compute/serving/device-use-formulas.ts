import { formula } from '../../sheet/formula.ts'

/** How a step uses a device: bytes, FLOP, shares of what it can, and the energy of a token, each written once. */
export const deviceUseFormulas = {
  /** Bytes that a device reads in a step: matrices, head, logits, activations and caches. */
  stepBytes: formula({
    text: 'D + H + 4 · n · V · r + 2 · T · L · h · a + s · c',
    symbols: ['D', 'H', 'n', 'V', 'r', 'T', 'L', 'h', 'a', 's', 'c'],
    inputUnits: [
      ...(['byte', 'byte', 'token', 'count', '1', 'token', 'count', '1', '1', 'count', 'byte'] as const),
    ],
    unit: 'byte',
    fn: (dense, head, chosen, vocab, passes, tokens, layers, hidden, activations, sequences, cache) =>
      dense +
      head +
      4 * chosen * vocab * passes +
      2 * tokens * layers * hidden * activations +
      sequences * cache,
  }),
  /** The same with the experts that are reached. */
  stepBytesOfExperts: formula({
    text: 'D + H + 4 · n · V · r + 2 · T · L · h · a + s · c + t · X',
    symbols: ['D', 'H', 'n', 'V', 'r', 'T', 'L', 'h', 'a', 's', 'c', 't', 'X'],
    inputUnits: [
      ...(['byte', 'byte', 'token', 'count', '1', 'token', 'count', '1', '1', 'count', 'byte'] as const),
      ...(['1', 'byte'] as const),
    ],
    unit: 'byte',
    fn: (
      ...[
        dense,
        head,
        chosen,
        vocab,
        passes,
        tokens,
        layers,
        hidden,
        activations,
        sequences,
        cache,
        touched,
        experts,
      ]
    ) =>
      dense +
      head +
      4 * chosen * vocab * passes +
      2 * tokens * layers * hidden * activations +
      sequences * cache +
      touched * experts,
  }),
  /** The same with an encoder that reads the prompts of a step. */
  stepBytesEncoding: formula({
    text: 'B + E + 2 · y · L · h · a',
    symbols: ['B', 'E', 'y', 'L', 'h', 'a'],
    inputUnits: ['byte', 'byte', 'token', 'count', '1', '1'],
    unit: 'byte',
    fn: (bytes, encoder, prompts, layers, hidden, activations) =>
      bytes + encoder + 2 * prompts * layers * hidden * activations,
  }),
  stepFlopEncoding: formula({
    text: 'F + e · y',
    symbols: ['F', 'e', 'y'],
    inputUnits: ['FLOP', 'FLOP/token', 'token'],
    unit: 'FLOP',
    fn: (flop, encoder, prompts) => flop + encoder * prompts,
  }),
  /** What a device must read at least: matrices, head and caches. */
  leastBytes: formula({
    text: 'D + H + s · c',
    symbols: ['D', 'H', 's', 'c'],
    inputUnits: ['byte', 'byte', 'count', 'byte'],
    unit: 'byte',
    fn: (dense, head, sequences, cache) => dense + head + sequences * cache,
  }),
  leastBytesOfExperts: formula({
    text: 'D + H + t · X + s · c',
    symbols: ['D', 'H', 't', 'X', 's', 'c'],
    inputUnits: ['byte', 'byte', '1', 'byte', 'count', 'byte'],
    unit: 'byte',
    fn: (dense, head, touched, experts, sequences, cache) =>
      dense + head + touched * experts + sequences * cache,
  }),
  /** FLOP of a device in a step: matrices, head, attention over caches and within prompts. */
  stepFlop: formula({
    text: 'D · T + H · n + s · v · d + y · p',
    symbols: ['D', 'T', 'H', 'n', 's', 'v', 'd', 'y', 'p'],
    inputUnits: [
      ...(['FLOP/token', 'token', 'FLOP/token', 'token', 'count', 'token', 'FLOP/token'] as const),
      ...(['token', 'FLOP/token'] as const),
    ],
    unit: 'FLOP',
    fn: (dense, tokens, head, chosen, sequences, each, pair, prompts, prompt) =>
      dense * tokens + head * chosen + sequences * each * pair + prompts * prompt,
  }),
  /** The same with experts, and what their tiles are padded by. */
  stepFlopOfExperts: formula({
    text: 'D · T + H · n + s · v · d + y · p + X · (A · k + t · E · q)',
    symbols: ['D', 'T', 'H', 'n', 's', 'v', 'd', 'y', 'p', 'X', 'A', 'k', 't', 'E', 'q'],
    inputUnits: [
      ...(['FLOP/token', 'token', 'FLOP/token', 'token', 'count', 'token', 'FLOP/token'] as const),
      ...(['token', 'FLOP/token', 'FLOP/token', 'token', 'count', '1', 'count', 'token'] as const),
    ],
    unit: 'FLOP',
    fn: (
      ...[
        dense,
        tokens,
        head,
        chosen,
        sequences,
        each,
        pair,
        prompts,
        prompt,
        expert,
        all,
        topK,
        touched,
        experts,
        tile,
      ]
    ) =>
      dense * tokens +
      head * chosen +
      sequences * each * pair +
      prompts * prompt +
      expert * (all * topK + touched * experts * tile),
  }),
  bandwidthUse: formula({
    text: 'v · B / (t · W)',
    symbols: ['v', 'B', 't', 'W'],
    inputUnits: ['1', 'byte', 's', 'byte/s'],
    unit: '1',
    fn: (fill, bytes, seconds, bandwidth) => (fill * bytes) / (seconds * bandwidth),
  }),
  computeUse: formula({
    text: 'v · F / (t · P)',
    symbols: ['v', 'F', 't', 'P'],
    inputUnits: ['1', 'FLOP', 's', 'FLOP/s'],
    unit: '1',
    fn: (fill, flop, seconds, peak) => (fill * flop) / (seconds * peak),
  }),
  busyShare: formula({
    text: 'min(1, v · b / t)',
    symbols: ['v', 'b', 't'],
    inputUnits: ['1', 's', 's'],
    unit: '1',
    fn: (fill, busy, seconds) => Math.min(1, (fill * busy) / seconds),
  }),
  energyPerToken: formula({
    text: 'w / x',
    symbols: ['w', 'x'],
    inputUnits: ['W', 'token/s'],
    unit: 'J/token',
    fn: (watts, rate) => watts / rate,
  }),
  /** Tokens a second of a copy that read at all of the bandwidth: no claim can be above it. */
  bandwidthBound: formula({
    text: 'n · a · W / B',
    symbols: ['n', 'a', 'W', 'B'],
    inputUnits: ['count', 'token', 'byte/s', 'byte'],
    unit: 'token/s',
    fn: (sequences, accepted, bandwidth, bytes) => (sequences * accepted * bandwidth) / bytes,
  }),
} as const
