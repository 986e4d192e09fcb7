import type { TSchema } from 'typebox'
import { Distribution } from './distribution.ts'
import { ref } from './reference.ts'

/** The keyword by which the validator holds a distribution against the bounds of its number. */
export const distributionKeyword = 'x-distribution'

/**
 * A component of requests in which each number may also be a distribution. Integers stay integers: they are counts
 * and choices, which are swept and solved for, not sampled. The bounds of a number hold for a distribution too.
 */
export function uncertain<T extends TSchema>(component: T): T {
  return walked(component) as T
}

function walked(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(walked)
  if (node === null || typeof node !== 'object') return node
  const schema = Object.fromEntries(Object.entries(node).map(([member, value]) => [member, walked(value)]))
  return schema.type === 'number'
    ? { ...schema, type: ['number', 'object'], allOf: [ref(Distribution)], [distributionKeyword]: true }
    : schema
}
