import type { ServingUnit } from './serving-unit.ts'

/** Bytes that the caches of a copy may take, when software takes the share `utilisation` of what it sees of each device; 0 when the weights alone do not fit. */
export function cacheRoom(u: ServingUnit, utilisation: number): number {
  const free = u.deviceMemory * utilisation - u.weightBytesPerDevice - u.reservedBytes
  return free <= 0 ? 0 : free * u.layout.pipeline * u.layout.attentionReplicas
}

/** Sequences of `tokens` tokens that the cache of a copy holds at once (formulas F8.4); 0 when the weights alone do not fit. */
export function cacheCapacity(u: ServingUnit, tokens: number, utilisation: number): number {
  const room = cacheRoom(u, utilisation)
  if (room === 0) return 0
  const seen = Math.min(u.model.window, tokens)
  const each = u.cacheBytes * tokens + u.windowedCacheBytes * seen
  return each <= 0 ? Number.POSITIVE_INFINITY : room / each
}
