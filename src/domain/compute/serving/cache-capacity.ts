import type { ServingUnit } from './serving-unit.ts'

/** Bytes a device keeps for its context, collectives and the activations of a step (formulas F8.4). */
const runtimeBytes = 2.5e9

/**
 * Bytes that a device has for each that its label states: modules of "80 GB" hold 80 GiB, of which some 1 % goes to
 * error correction and the driver (79.19 GiB are seen on an H100).
 */
const bytesPerLabelled = 1.063

/** Sequences of `tokens` tokens that the cache of a copy holds at once; 0 when the weights alone do not fit. */
export function cacheCapacity(u: ServingUnit, tokens: number, utilisation: number): number {
  const free = u.deviceMemory * bytesPerLabelled * utilisation - u.weightBytesPerDevice - runtimeBytes
  if (free <= 0) return 0
  const seen = Math.min(u.model.window, tokens)
  const each = u.cacheBytes * tokens + u.windowedCacheBytes * seen
  if (each <= 0) return Number.POSITIVE_INFINITY
  return (free * u.layout.pipeline * u.layout.attentionReplicas) / each
}
