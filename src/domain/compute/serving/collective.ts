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

/**
 * Seconds to send tokens to their experts and results back (F6.5), narrow out and in 16 bits back. A token goes once
 * to each node that has an expert of its own, and on within it.
 */
export function expertExchangeSeconds(
  u: ServingUnit,
  c: ServingConstants,
  tokens: number,
  devices: number,
): number {
  if (devices <= 1) return 0
  const { hidden, topK } = u.model
  const bytes = tokens * hidden * (u.quantised ? 3 : 4)
  const within = Math.min(devices, u.ranksPerNode)
  const nodes = devices / within
  const inside =
    c.allReduceLatency + ((topK * (within - 1)) / within) * (bytes / (u.linkBandwidth * c.linkBandwidth))
  if (nodes <= 1) return 2 * c.allReduceLatency + inside
  const reached = nodes * (1 - (1 - 1 / nodes) ** topK) * ((nodes - 1) / nodes)
  const between = 2 * c.betweenNodesLatency + (reached * bytes) / (u.betweenNodesBandwidth * c.linkBandwidth)
  return inside > between ? inside : between
}
