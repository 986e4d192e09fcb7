import type { TSchema } from 'typebox'
import { Distribution } from './distribution.ts'
import { ref } from './reference.ts'

/** The keyword by which the validator holds a distribution against the bounds of its number. */
export const distributionKeyword = 'x-distribution'

const idOf = (component: TSchema): string => (component as { readonly $id?: string }).$id ?? ''

/** The components that a schema refers to, by id. */
function references(schema: unknown): Set<string> {
  return new Set([...JSON.stringify(schema).matchAll(/"\$ref":"([^"#]+)#"/g)].map(([, id]) => id as string))
}

const hasNumber = (component: TSchema): boolean => JSON.stringify(component).includes('"type":"number"')

/**
 * Components of requests in which each number may also be a distribution. Integers stay integers: they are counts
 * and choices, which are swept and solved for, not sampled. The bounds of a number hold for a distribution too.
 * What others may refer to as well is another component from then on, named `Uncertain…`; requests keep their names.
 */
export function uncertainComponents(components: readonly TSchema[], requests: readonly TSchema[]): TSchema[] {
  const own = new Set(requests.map(idOf))
  const changed = new Set(components.filter(hasNumber).map(idOf))
  for (let size = -1; size !== changed.size; ) {
    size = changed.size
    for (const component of components)
      if ([...references(component)].some(id => changed.has(id))) changed.add(idOf(component))
  }
  const renamed = (id: string): string => (changed.has(id) && !own.has(id) ? `Uncertain${id}` : id)
  const walked = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(walked)
    if (node === null || typeof node !== 'object') return node
    const schema = Object.fromEntries(Object.entries(node).map(([member, value]) => [member, walked(value)]))
    if (typeof schema.$ref === 'string')
      return { ...schema, $ref: `${renamed(schema.$ref.replace('#', ''))}#` }
    if (typeof schema.$id === 'string') schema.$id = renamed(schema.$id)
    return schema.type === 'number'
      ? { ...schema, type: ['number', 'object'], allOf: [ref(Distribution)], [distributionKeyword]: true }
      : schema
  }
  return components.map(component => walked(component) as TSchema)
}

/** Those of some components that others refer to, or that these refer to in turn, unless they are there already. */
export function referredTo(components: readonly TSchema[], others: readonly TSchema[]): TSchema[] {
  const there = new Set(others.map(idOf))
  const wanted = new Set(others.flatMap(other => [...references(other)]))
  for (let size = -1; size !== wanted.size; ) {
    size = wanted.size
    for (const component of components) {
      const id = idOf(component)
      if (wanted.has(id) && !there.has(id)) for (const other of references(component)) wanted.add(other)
    }
  }
  return components.filter(component => wanted.has(idOf(component)) && !there.has(idOf(component)))
}
