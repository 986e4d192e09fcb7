import { formula } from '../../sheet/formula.ts'

/** From the time of steps to what a service delivers, each written once. */
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
  /** The same where every step reads the whole cache that was set aside for a sequence. */
  staticContext: formula({
    text: 'max(n, i + o)',
    symbols: ['n', 'i', 'o'],
    inputUnits: ['token', 'token', 'token'],
    unit: 'token',
    fn: (least, input, output) => Math.max(least, input + output),
  }),
  /** Whole sequences in the room for the cache; models without a cache hold more than anybody asks for. */
  sequenceCapacity: formula({
    text: 'min(1e12, R / (b · (i + o)))',
    symbols: ['R', 'b', 'i', 'o'],
    inputUnits: ['byte', 'byte/token', 'token', 'token'],
    unit: 'count',
    fn: (room, perToken, input, output) => Math.min(1e12, room / (perToken * (input + output))),
  }),
  windowedCapacity: formula({
    text: 'min(1e12, R / (b · (i + o) + w · min(W, i + o)))',
    symbols: ['R', 'b', 'i', 'o', 'w', 'W'],
    inputUnits: ['byte', 'byte/token', 'token', 'token', 'byte/token', 'token'],
    unit: 'count',
    fn: (room, perToken, input, output, windowed, window) =>
      Math.min(1e12, room / (perToken * (input + output) + windowed * Math.min(window, input + output))),
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
} as const
