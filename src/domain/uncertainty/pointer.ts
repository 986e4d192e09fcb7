/** The members that a JSON Pointer (RFC 6901) leads through. */
export const membersOf = (pointer: string): string[] =>
  pointer === ''
    ? []
    : pointer
        .slice(1)
        .split('/')
        .map(member => member.replaceAll('~1', '/').replaceAll('~0', '~'))

/** What stands at a pointer, or undefined. */
export function valueAt(document: unknown, pointer: string): unknown {
  let at = document
  for (const member of membersOf(pointer)) {
    if (at === null || typeof at !== 'object' || !Object.hasOwn(at, member)) return undefined
    at = (at as Record<string, unknown>)[member]
  }
  return at
}

/** A copy of a document with another value at a pointer; objects on the way are made where they are missing. */
export function replacedAt(document: unknown, pointer: string, value: unknown): unknown {
  return replaced(document, membersOf(pointer), value)
}

function replaced(node: unknown, members: readonly string[], value: unknown): unknown {
  const [member, ...rest] = members
  if (member === undefined) return value
  if (Array.isArray(node)) {
    const copy = [...(node as unknown[])]
    copy[Number(member)] = replaced(copy[Number(member)], rest, value)
    return copy
  }
  const object = (node ?? {}) as Record<string, unknown>
  return { ...object, [member]: replaced(object[member], rest, value) }
}
