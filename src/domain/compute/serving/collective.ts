import type { ServingConstants } from './serving-constants.ts'
import type { ServingUnit } from './serving-unit.ts'

/**
 * Seconds of an all-reduce of `bytes` over the ranks of a layer: a ring within each node, and one between nodes over
 * each device's share when the ranks are more than a node has (formulas F6.1).
 */
export function allReduceSeconds(u: ServingUnit, c: ServingConstants, bytes: number): number {
  const { ranks, ranksPerNode } = u
  if (ranks <= 1) return 0
  const within = Math.min(ranks, ranksPerNode)
  const nodes = ranks / within
  let seconds =
    c.allReduceLatency * Math.log2(within) +
    (2 * (within - 1) * bytes) / (within * u.linkBandwidth * c.linkBandwidth)
  if (nodes > 1) {
    seconds +=
      c.betweenNodesLatency * Math.log2(nodes) +
      (2 * (nodes - 1) * (bytes / within)) / (nodes * u.betweenNodesBandwidth * c.linkBandwidth)
  }
  return seconds
}

/** Seconds to send tokens to their experts and results back, over `devices` (F6.5): narrow out, 16 bits back. */
export function expertExchangeSeconds(
  u: ServingUnit,
  c: ServingConstants,
  tokens: number,
  devices: number,
): number {
  if (devices <= 1) return 0
  const { hidden, topK } = u.model
  const bytes = tokens * topK * hidden * (u.quantised ? 3 : 4)
  const within = Math.min(devices, u.ranksPerNode)
  const nodes = devices / within
  const bandwidth = nodes > 1 ? u.betweenNodesBandwidth : u.linkBandwidth
  const latency = c.allReduceLatency * Math.log2(within) + c.betweenNodesLatency * Math.log2(Math.max(1, nodes))
  return 2 * latency + (((devices - 1) / devices) * bytes) / (bandwidth * c.linkBandwidth)
}
