import { formula } from '../../sheet/formula.ts'
import type { ServingConstants } from './plain-constant.ts'
import type { ServingUnit } from './serving-unit.ts'

/** Times of collectives, each written once. Logarithms to base 2: a collective's latency grows with each doubling. */
export const collectiveFormulas = {
  /** An all-reduce of M bytes over w ranks of a node and n nodes: a ring in each, the second over each rank's share (F6.1). */
  allReduce: formula({
    text: 'a · min(w − 1, 1) · (3 + ln(w) / ln(2)) / 4 + 2 · (w − 1) · M / (w · B · e) + b · ln(n) / ln(2) + 2 · (n − 1) · M / (w · n · I · e)',
    symbols: ['a', 'w', 'M', 'B', 'e', 'b', 'n', 'I'],
    inputUnits: ['s', 'count', 'byte', 'byte/s', '1', 's', 'count', 'byte/s'],
    unit: 's',
    fn: (latency, ranks, bytes, link, share, between, nodes, network) =>
      (latency * Math.min(ranks - 1, 1) * (3 + Math.log(ranks) / Math.LN2)) / 4 +
      (2 * (ranks - 1) * bytes) / (ranks * link * share) +
      (between * Math.log(nodes)) / Math.LN2 +
      (2 * (nodes - 1) * bytes) / (ranks * nodes * network * share),
    source: 'thakur-2005',
  }),
  hiddenState: formula({
    text: '2 · T · h',
    symbols: ['T', 'h'],
    inputUnits: ['token', '1'],
    unit: 'byte',
    fn: (tokens, hidden) => 2 * tokens * hidden,
  }),
  /** Out to experts in `b` bytes a number with the way back, over the links of one node (F6.5). */
  exchangeWithin: formula({
    text: '3 · a + k · (w − 1) / w · T · h · b / (B · e)',
    symbols: ['a', 'k', 'w', 'T', 'h', 'b', 'B', 'e'],
    inputUnits: ['s', 'count', 'count', 'token', '1', 'byte/parameter', 'byte/s', '1'],
    unit: 's',
    fn: (latency, topK, ranks, tokens, hidden, width, link, share) =>
      3 * latency + (((topK * (ranks - 1)) / ranks) * tokens * hidden * width) / (link * share),
  }),
  /** A token goes once to each node that has an expert of its own. */
  exchangeBetween: formula({
    text: '2 · a + n · (1 − (1 − 1 / n)^k) · (n − 1) / n · T · h · b / (I · e)',
    symbols: ['a', 'n', 'k', 'T', 'h', 'b', 'I', 'e'],
    inputUnits: ['s', 'count', 'count', 'token', '1', 'byte/parameter', 'byte/s', '1'],
    unit: 's',
    fn: (latency, nodes, topK, tokens, hidden, width, network, share) =>
      2 * latency +
      (((nodes * (1 - (1 - 1 / nodes) ** topK) * (nodes - 1)) / nodes) * tokens * hidden * width) /
        (network * share),
  }),
} as const

/** Ranks that join within a node, and nodes. */
export function spreadOver(
  ranks: number,
  perNode: number,
): { readonly within: number; readonly nodes: number } {
  const within = Math.min(ranks, perNode)
  return { within, nodes: ranks / within }
}

/** Seconds of an all-reduce of the hidden state of `tokens` over the ranks of a layer. */
export function allReduceSeconds(u: ServingUnit, c: ServingConstants, tokens: number): number {
  if (u.ranks <= 1) return 0
  return collectiveFormulas.allReduce.fn(
    c.allReduceLatency,
    u.ranksWithin,
    collectiveFormulas.hiddenState.fn(tokens, u.model.hidden),
    u.linkBandwidth,
    c.linkBandwidth,
    c.betweenNodesLatency,
    u.rankNodes,
    u.betweenNodesBandwidth,
  )
}

/** Bytes of a number on its way to an expert and back: narrow out where activations are rounded, 16 bits back. */
export const exchangeWidth = (u: ServingUnit): number => (u.quantised ? 3 : 4)

/** Seconds to send `tokens` of each device to their experts and results back, over all devices of the experts. */
export function expertExchangeSeconds(u: ServingUnit, c: ServingConstants, tokens: number): number {
  const { hidden, topK } = u.model
  const { within, nodes } = u.expertSpread
  const width = exchangeWidth(u)
  const inside = collectiveFormulas.exchangeWithin.fn(
    ...[c.allReduceLatency, topK, within, tokens, hidden, width, u.linkBandwidth, c.linkBandwidth],
  )
  if (nodes <= 1) return inside
  const between = collectiveFormulas.exchangeBetween.fn(
    ...[c.betweenNodesLatency, nodes, topK, tokens, hidden, width, u.betweenNodesBandwidth, c.linkBandwidth],
  )
  return Math.max(inside, between)
}
