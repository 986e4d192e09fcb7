import { formula } from '../../sheet/formula.ts'
import { copiesForWait, erlangC, meanWait } from './erlang.ts'

/** From the time of steps to what a service delivers, costs and needs, each written once. */
export const operationFormulas = {
  /** What of a prompt is not found in the prefix cache (F9.7). */
  freshTokens: formula({
    text: 'i · (1 − c)',
    symbols: ['i', 'c'],
    inputUnits: ['token', '1'],
    unit: 'token',
    fn: (input, cached) => input * (1 - cached),
  }),
  /** Tokens that a fresh token sees on average: all that are cached, and half of the fresh ones. */
  promptContext: formula({
    text: 'i − f + (f + 1) / 2',
    symbols: ['i', 'f'],
    inputUnits: ['token', 'token'],
    unit: 'token',
    fn: (input, fresh) => input - fresh + (fresh + 1) / 2,
  }),
  meanContext: formula({
    text: 'i + o / 2',
    symbols: ['i', 'o'],
    inputUnits: ['token', 'token'],
    unit: 'token',
    fn: (input, output) => input + output / 2,
  }),
  perRank: formula({
    text: 'n / r',
    symbols: ['n', 'r'],
    inputUnits: ['count', 'count'],
    unit: 'count',
    fn: (sequences, ranks) => sequences / ranks,
  }),
  /** Prompts that begin in a step, when each place is taken again as soon as it is free (F9.6). */
  begun: formula({
    text: 'n · v / o',
    symbols: ['n', 'v', 'o'],
    inputUnits: ['count', 'token', 'token'],
    unit: 'count',
    fn: (sequences, each, output) => (sequences * each) / output,
  }),
  promptTokens: formula({
    text: 'b · f',
    symbols: ['b', 'f'],
    inputUnits: ['count', 'token'],
    unit: 'token',
    fn: (begun, fresh) => begun * fresh,
  }),
  stepTokens: formula({
    text: 'n · q + x',
    symbols: ['n', 'q', 'x'],
    inputUnits: ['count', 'token', 'token'],
    unit: 'token',
    fn: (sequences, each, prompts) => sequences * each + prompts,
  }),
  chosenTokens: formula({
    text: 'n · q + b',
    symbols: ['n', 'q', 'b'],
    inputUnits: ['count', 'token', 'count'],
    unit: 'token',
    fn: (sequences, each, begun) => sequences * each + begun,
  }),
  replicaTokens: formula({
    text: 'T · r',
    symbols: ['T', 'r'],
    inputUnits: ['token', 'count'],
    unit: 'token',
    fn: (tokens, replicas) => tokens * replicas,
  }),
  replicaShare: formula({
    text: 'T / t',
    symbols: ['T', 't'],
    inputUnits: ['token', 'count'],
    unit: 'token',
    fn: (tokens, tensor) => tokens / tensor,
  }),
  /** Tokens of one verification when a draft of g tokens is accepted one by one with probability q (F9.8). */
  acceptedTokens: formula({
    text: '(1 − q^(g + 1)) / (1 − q)',
    symbols: ['q', 'g'],
    inputUnits: ['1', 'token'],
    unit: 'token',
    fn: (acceptance, draft) => (1 - acceptance ** (draft + 1)) / (1 - acceptance),
    source: 'leviathan-2022',
  }),
  verifiedTokens: formula({
    text: 'g + 1',
    symbols: ['g'],
    inputUnits: ['token'],
    unit: 'token',
    fn: draft => draft + 1,
  }),
  /** A verification and the drafts before it, over the tokens that they come to. */
  speculativeToken: formula({
    text: 't · (1 + g · d) / v',
    symbols: ['t', 'g', 'd', 'v'],
    inputUnits: ['s', 'token', '1', 'token'],
    unit: 's',
    fn: (step, draft, share, accepted) => (step * (1 + draft * share)) / accepted,
  }),
  sum: formula({
    text: 'b + h',
    symbols: ['b', 'h'],
    inputUnits: ['s', 's'],
    unit: 's',
    fn: (busy, host) => busy + host,
  }),
  timesLayers: formula({
    text: 'N · x',
    symbols: ['N', 'x'],
    inputUnits: ['count', 's'],
    unit: 's',
    fn: (times, seconds) => times * seconds,
  }),
  /** The slower of two ways that run at the same time, for each layer. */
  timesLongest: formula({
    text: 'N · max(x, y)',
    symbols: ['N', 'x', 'y'],
    inputUnits: ['count', 's', 's'],
    unit: 's',
    fn: (times, one, other) => times * Math.max(one, other),
  }),
  asTokens: formula({ text: 'n', symbols: ['n'], inputUnits: ['count'], unit: 'token', fn: count => count }),
  cachePerToken: formula({
    text: 'e · b',
    symbols: ['e', 'b'],
    inputUnits: ['parameter', 'byte/parameter'],
    unit: 'byte/token',
    fn: (elements, bytes) => elements * bytes,
    source: 'kwon-2023',
  }),
  same: formula({ text: 't', symbols: ['t'], inputUnits: ['s'], unit: 's', fn: step => step }),
  /** A request that arrives waits for half of the step at work. */
  firstTokenShared: formula({
    text: 'p + t / 2',
    symbols: ['p', 't'],
    inputUnits: ['s', 's'],
    unit: 's',
    fn: (prefill, step) => prefill + step / 2,
  }),
  /** Keys and values of the prompt go over the network from the devices that prefill to those that decode. */
  firstTokenSplit: formula({
    text: 'p + k · i / I',
    symbols: ['p', 'k', 'i', 'I'],
    inputUnits: ['s', 'byte/token', 'token', 'byte/s'],
    unit: 's',
    fn: (prefill, cache, input, network) => prefill + (cache * input) / network,
  }),
  request: formula({
    text: 'f + (o − 1) · t',
    symbols: ['f', 'o', 't'],
    inputUnits: ['s', 'token', 's'],
    unit: 's',
    fn: (first, output, token) => first + (output - 1) * token,
  }),
  outputRate: formula({
    text: 'n / t',
    symbols: ['n', 't'],
    inputUnits: ['count', 's'],
    unit: 'token/s',
    fn: (sequences, token) => sequences / token,
  }),
  /** Devices that prefill for each that decodes (F9.9), when both are busy for the same share of time. */
  prefillRatio: formula({
    text: 'p · n / (r · o · t)',
    symbols: ['p', 'n', 'r', 'o', 't'],
    inputUnits: ['s', 'count', 'count', 'token', 's'],
    unit: '1',
    fn: (prefill, sequences, atOnce, output, token) => (prefill * sequences) / (atOnce * output * token),
  }),
  ratePerDevice: formula({
    text: 'x / d',
    symbols: ['x', 'd'],
    inputUnits: ['token/s', 'device'],
    unit: 'token/s',
    fn: (rate, devices) => rate / devices,
  }),
  ratePerDeviceSplit: formula({
    text: 'x / (d · (1 + r))',
    symbols: ['x', 'd', 'r'],
    inputUnits: ['token/s', 'device', '1'],
    unit: 'token/s',
    fn: (rate, devices, ratio) => rate / (devices * (1 + ratio)),
  }),
  allCopies: formula({
    text: 'x · c',
    symbols: ['x', 'c'],
    inputUnits: ['token/s', 'count'],
    unit: 'token/s',
    fn: (rate, copies) => rate * copies,
  }),
  requestRate: formula({
    text: 'x / o',
    symbols: ['x', 'o'],
    inputUnits: ['token/s', 'token'],
    unit: '1/s',
    fn: (rate, output) => rate / output,
  }),
  devicesServing: formula({
    text: 'd · c',
    symbols: ['d', 'c'],
    inputUnits: ['device', 'count'],
    unit: 'device',
    fn: (devices, copies) => devices * copies,
  }),
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
  meanRequests: formula({
    text: 'u · r / 86400',
    symbols: ['u', 'r'],
    inputUnits: ['person', 'count'],
    unit: '1/s',
    fn: (users, requests) => (users * requests) / 86_400,
  }),
  peakRequests: formula({
    text: 'm · k',
    symbols: ['m', 'k'],
    inputUnits: ['1/s', '1'],
    unit: '1/s',
    fn: (mean, peak) => mean * peak,
  }),
  /** Requests in progress at once (Little's law). */
  inProgress: formula({
    text: 'l · t',
    symbols: ['l', 't'],
    inputUnits: ['1/s', 's'],
    unit: 'count',
    fn: (rate, seconds) => rate * seconds,
    source: 'little-1961',
  }),
  copiesForLoad: formula({
    text: 'ceil(l · o / (x · u))',
    symbols: ['l', 'o', 'x', 'u'],
    inputUnits: ['1/s', 'token', 'token/s', '1'],
    unit: 'count',
    fn: (rate, output, tokens, utilisation) => Math.ceil((rate * output) / (tokens * utilisation)),
  }),
  /** The fewest copies whose mean wait is within bounds: a search over Erlang's formula. */
  copiesForWait: formula({
    text: null,
    symbols: ['n', 'l', 't', 'a', 's', 'w'],
    inputUnits: ['count', '1/s', 's', '1', '1', 's'],
    unit: 'count',
    fn: copiesForWait,
    source: 'erlang-1917',
  }),
  most: formula({
    text: 'max(x, y) + s',
    symbols: ['x', 'y', 's'],
    inputUnits: ['count', 'count', 'count'],
    unit: 'count',
    fn: (one, other, spares) => Math.max(one, other) + spares,
  }),
  places: formula({
    text: 'floor(c · n)',
    symbols: ['c', 'n'],
    inputUnits: ['count', 'count'],
    unit: 'count',
    fn: (copies, sequences) => Math.floor(copies * sequences),
  }),
  waitProbability: formula({
    text: null,
    symbols: ['c', 'A'],
    inputUnits: ['count', 'count'],
    unit: '1',
    fn: erlangC,
    source: 'erlang-1917',
  }),
  meanWait: formula({
    text: null,
    symbols: ['c', 'l', 't', 'a', 's'],
    inputUnits: ['count', '1/s', 's', '1', '1'],
    unit: 's',
    fn: meanWait,
    source: 'allen-1990',
  }),
  fleetCost: formula({
    text: '24 · d · p',
    symbols: ['d', 'p'],
    inputUnits: ['device', 'USD/(device·hour)'],
    unit: 'USD/day',
    fn: (devices, price) => 24 * devices * price,
  }),
  fleetPurchase: formula({
    text: 'd · p',
    symbols: ['d', 'p'],
    inputUnits: ['device', 'USD/device'],
    unit: 'USD',
    fn: (devices, price) => devices * price,
  }),
} as const
