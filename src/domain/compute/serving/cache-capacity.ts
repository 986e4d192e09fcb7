import type { ServingUnit } from './serving-unit.ts'

/**
 * Sequences of `tokens` tokens that the cache of a copy holds at once, when software takes the share `utilisation` of
 * what it sees of each device (formulas F8.4); 0 when the weights alone do not fit.
 */
export function cacheCapacity(u: ServingUnit, tokens: number, utilisation: number): number {
  const free = u.deviceMemory * utilisation - u.weightBytesPerDevice - u.reservedBytes
  if (free <= 0) return 0
  const seen = Math.min(u.model.window, tokens)
  const each = u.cacheBytes * tokens + u.windowedCacheBytes * seen
  if (each <= 0) return Number.POSITIVE_INFINITY
  return (free * u.layout.pipeline * u.layout.attentionReplicas) / each
}
