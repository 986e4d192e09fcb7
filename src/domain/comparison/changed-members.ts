/** A part of a request that differs between two, by JSON Pointer. Absent is undefined. */
export interface ChangedMember {
  readonly pointer: string
  readonly from: unknown
  readonly to: unknown
}

type JsonObject = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is JsonObject =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

const escaped = (member: string): string => member.replaceAll('~', '~0').replaceAll('/', '~1')

/**
 * What differs between two requests, in pieces that can be changed one by one. An object inside whose members are
 * others, such as a throughput given in another way, is one piece; so is a list with other elements.
 */
export function changedMembers(from: unknown, to: unknown): ChangedMember[] {
  return changesAt(from, to, '')
}

function changesAt(from: unknown, to: unknown, pointer: string): ChangedMember[] {
  if (JSON.stringify(from) === JSON.stringify(to)) return []
  if (isObject(from) && isObject(to)) {
    const members = [...new Set([...Object.keys(from), ...Object.keys(to)])]
    const inBoth = members.every(member => member in from && member in to)
    if (inBoth || pointer === '')
      return members.flatMap(member => changesAt(from[member], to[member], `${pointer}/${escaped(member)}`))
  }
  if (Array.isArray(from) && Array.isArray(to) && sameElements(from, to))
    return from.flatMap((element, index) => changesAt(element, to[index], `${pointer}/${index}`))
  return [{ pointer, from, to }]
}

/** Whether two lists are of the same things: as many, of the same ids in the same order. */
function sameElements(from: readonly unknown[], to: readonly unknown[]): boolean {
  const idOf = (element: unknown) => (isObject(element) ? element.id : undefined)
  return from.length === to.length && from.every((element, index) => idOf(element) === idOf(to[index]))
}

/** A request with some of its members as they are after the change. */
export function withMembers(request: unknown, changes: readonly ChangedMember[]): unknown {
  const copy = structuredClone(request)
  for (const { pointer, to } of changes) {
    const path = pointer
      .split('/')
      .slice(1)
      .map(part => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    const last = path.pop() ?? ''
    let parent = copy as Record<string, unknown>
    for (const part of path) parent = parent[part] as Record<string, unknown>
    if (to === undefined) delete parent[last]
    else parent[last] = structuredClone(to)
  }
  return copy
}
